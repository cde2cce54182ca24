//! Anchors that are kept up to date.

mod document;
mod domain;
mod error;
mod live;
mod policy;
mod source;
mod status;

pub use domain::LiveDomain;
pub use error::SourceError;
pub use live::{Attempt, LiveAnchors};
pub use policy::RefreshPolicy;
pub use source::AnchorFormat;
pub use status::{DomainState, DomainStatus, SourceStatus};

//! Whom to believe: the keys and issuers of each trust domain, by [`Origin`](wimse_identifier::Origin).
//!
//! Anchors come from configuration, out of band (workload-creds 3). They are kept by scheme *and* trust domain, since
//! the same name may mean different things under different schemes, and one key may not speak for two of them.

mod anchors;
mod document;
mod domain;
mod error;
mod source;
#[cfg(feature = "wic")]
mod x509_svid;

pub use anchors::TrustAnchors;
pub use document::{KeyDocument, SkippedKey};
pub use domain::DomainAnchors;
pub(crate) use domain::is_absolute_uri;
pub use error::{KeySelectionError, TrustError};
pub use source::TrustAnchorSource;

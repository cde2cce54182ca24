//! Credentials that are renewed.

mod contents;
mod enrolment;
mod error;
mod files;
mod identity_server;
pub mod protocol;
mod source;
mod status;

pub use enrolment::Enrolment;
pub use error::{CredentialUnavailable, RenewalError};
pub use files::CredentialFiles;
pub use identity_server::IdentityServer;
pub use source::{CredentialSource, RenewalPolicy};
pub use status::CredentialStatus;

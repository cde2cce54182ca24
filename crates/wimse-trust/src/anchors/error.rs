//! Why a source gave nothing.

use crate::HttpError;
use wimse_creds::trust::TrustError;
use wimse_mtls::FileError;

/// Why a source gave nothing that can be used. What it gave before stays in use, until it is too old.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The reading of the file was given up, since the runtime ends.
    #[error("the reading was given up")]
    Cancelled,
    /// The server gave no document.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The document cannot be used, alone or together with the other anchors.
    #[error("the document is not usable")]
    Document(#[from] TrustError),
    /// A JWK Set without a key that can be used.
    #[error("the JWK Set has no usable key")]
    NoKeys,
    /// A SPIFFE bundle that is older than the one in use, by its sequence number.
    #[error("the bundle has the sequence number {found}, after {known}")]
    Sequence {
        /// That of the bundle in use.
        known: u64,
        /// That of the bundle that was refused.
        found: u64,
    },
}

impl SourceError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Cancelled => "anchors.cancelled",
            Self::Http(error) => error.code(),
            Self::Document(error) => error.code(),
            Self::NoKeys => "anchors.no_keys",
            Self::Sequence { .. } => "anchors.sequence",
        }
    }
}

//! Why there is no new credential, or none at all.

use super::protocol::ProtocolError;
use crate::HttpError;
use wimse_creds::key::KeyError;
use wimse_creds::pop::{CredentialError, NonceError};
use wimse_creds::wic::{WicCredentialError, WicIssueError};
use wimse_creds::{WitError, wic::WicError};
use wimse_mtls::{FileError, MtlsError};
use wimse_wpt::ProveError;

/// Why a credential was not renewed. The one before stays in use, until it expires.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenewalError {
    /// A file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file of the enrolment token holds none.
    #[error("there is no usable enrolment token")]
    Enrolment,
    /// A new key could not be made, or a key cannot be read.
    #[error("the key is not usable")]
    Key(#[from] KeyError),
    /// There are no random bytes.
    #[error(transparent)]
    Nonce(#[from] NonceError),
    /// No certificate request could be made.
    #[error("the certificate request cannot be made")]
    CertificateRequest(#[from] WicIssueError),
    /// The proof by the current credential could not be made.
    #[error("the current credential proves nothing")]
    Proof(#[from] ProveError),
    /// The identity server gave no answer.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The message to or from the identity server is not usable.
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
    /// The identity server did not issue what was asked for.
    #[error("the identity server has issued no {0}")]
    Missing(&'static str),
    /// The WIT is not usable.
    #[error("the WIT is not usable")]
    Wit(#[from] WitError),
    /// The WIT and its key are not usable together.
    #[error("the WIT and its key are not usable")]
    Credential(#[from] CredentialError),
    /// The WIC is not usable.
    #[error("the WIC is not usable")]
    Wic(#[from] WicError),
    /// The WIC and its key are not usable together.
    #[error("the WIC and its key are not usable")]
    WicCredential(#[from] WicCredentialError),
    /// The WIC is not usable in TLS.
    #[error("the WIC is not usable in TLS")]
    Tls(#[from] MtlsError),
    /// It is for another workload: not the expected one, not that of the credential before, or WIT and WIC disagree.
    #[error("the credential is for another workload")]
    Identifier,
    /// It has expired already.
    #[error("the credential has expired")]
    Expired,
    /// The reading of files was given up, since the runtime ends.
    #[error("the reading was given up")]
    Cancelled,
}

impl RenewalError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Enrolment => "renewal.enrolment",
            Self::Key(error) => error.code(),
            Self::Nonce(error) => error.code(),
            Self::CertificateRequest(error) => error.code(),
            Self::Proof(error) => error.code(),
            Self::Http(error) => error.code(),
            Self::Protocol(error) => error.code(),
            Self::Missing(_) => "renewal.missing",
            Self::Wit(error) => error.code(),
            Self::Credential(error) => error.code(),
            Self::Wic(error) => error.code(),
            Self::WicCredential(error) => error.code(),
            Self::Tls(error) => error.code(),
            Self::Identifier => "renewal.identifier",
            Self::Expired => "renewal.expired",
            Self::Cancelled => "renewal.cancelled",
        }
    }
}

/// Why there is no credential to use now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialUnavailable {
    /// None was obtained yet.
    #[error("no credential was obtained yet")]
    NotObtained,
    /// The last one has expired: its key must not be used any more (WIT-9.5-3).
    #[error("the credential has expired")]
    Expired,
}

impl CredentialUnavailable {
    /// The stable code of this error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotObtained => "credential.not_obtained",
            Self::Expired => "credential.expired",
        }
    }
}

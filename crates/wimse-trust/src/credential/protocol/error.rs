//! What a message can be wrong in.

use wimse_creds::jose::JoseError;
use wimse_creds::key::{KeyError, SigningError};
use wimse_creds::wic::WicIssueError;

/// Why a message between workload and identity server cannot be made or used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// Longer than 128 KiB.
    #[error("the message is longer than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// Not JSON of the right form.
    #[error("the message is not JSON of the right form")]
    Json,
    /// Another schema, perhaps a later one.
    #[error("the message is of another schema")]
    Schema,
    /// It asks for nothing.
    #[error("the request asks for nothing")]
    Empty,
    /// The key for a WIT is not usable.
    #[error("the key for a WIT is not usable")]
    Key(#[source] KeyError),
    /// The proof of possession is not a JWS by this key.
    #[error("the proof of possession is not a JWS by the key")]
    Proof(#[source] JoseError),
    /// The proof of possession is of another type.
    #[error("the proof of possession has another \"typ\"")]
    ProofType,
    /// The proof of possession lacks a claim, or has one of another type.
    #[error("the proof of possession has no usable {0:?}")]
    ProofClaim(&'static str),
    /// The proof of possession is meant for another identity server.
    #[error("the proof of possession is for another audience")]
    ProofAudience,
    /// The proof of possession has expired.
    #[error("the proof of possession has expired")]
    ProofExpired,
    /// The proof of possession is valid for too long.
    #[error("the proof of possession is valid for too long")]
    ProofLifetime,
    /// The certificate request is not usable.
    #[error("the certificate request is not usable")]
    CertificateRequest(#[source] WicIssueError),
    /// The crypto backend gave no signature.
    #[error("the crypto backend gave no signature")]
    Signing(#[source] SigningError),
}

impl ProtocolError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "credential_message.too_large",
            Self::Json => "credential_message.json",
            Self::Schema => "credential_message.schema",
            Self::Empty => "credential_message.empty",
            Self::Key(error) => error.code(),
            Self::Proof(_) => "credential_message.proof",
            Self::ProofType => "credential_message.proof_typ",
            Self::ProofClaim(_) => "credential_message.proof_claim",
            Self::ProofAudience => "credential_message.proof_audience",
            Self::ProofExpired => "credential_message.proof_expired",
            Self::ProofLifetime => "credential_message.proof_lifetime",
            Self::CertificateRequest(error) => error.code(),
            Self::Signing(error) => error.code(),
        }
    }
}

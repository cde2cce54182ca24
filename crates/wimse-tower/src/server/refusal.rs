//! Why a request is refused, or a response not given.

use super::{Bindings, ContentError};
use crate::audit::AuditError;
use wimse_creds::pop::{LayerError, NonceError, NotAuthorized};
use wimse_httpsig::{HttpSignatureError, SignError};
use wimse_wpt::WptError;

/// Why a request was refused. The variants are in the order of the checks.
///
/// For the local log only: the peer gets a fixed answer, the same for every cause of a kind.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// What is behind the layer may read the path as one that has another policy.
    #[error("the path may be read as another that has another policy")]
    PathAmbiguous,
    /// The peer of the connection is not good any more.
    #[cfg(feature = "mtls")]
    #[error("the peer of the connection is refused")]
    Transport(#[source] wimse_mtls::MtlsError),
    /// There is a proof, and by the path prefixes of [`ExternalBase`](crate::ExternalBase) what is dialled beneath this path arrives
    /// elsewhere: whatever the proof is for, it is not this.
    #[error("what callers dial beneath this path arrives elsewhere")]
    PathNotDialled,
    /// A signature on a gRPC call that is not known to be unary, or is not one message: a stream cannot be covered.
    #[error("a signature cannot cover a streaming gRPC call")]
    GrpcStreaming,
    /// The signature of the request is refused.
    #[error("the signature of the request is refused")]
    Signature(#[source] HttpSignatureError),
    /// The WPT of the request is refused.
    #[error("the proof token of the request is refused")]
    ProofToken(#[source] WptError),
    /// No proof is there.
    #[error("no proof is presented")]
    NothingPresented,
    /// What is there is good so far and not enough: these are missing, or one of them.
    #[error("proofs are missing: {0}")]
    ProofMissing(Bindings),
    /// The content of a signed request is not at hand.
    #[error("the content of the request is refused")]
    Content(#[source] ContentError),
    /// The peers of connection and message are not those that the policy wants.
    #[error("the peers are not what the policy wants")]
    Layers(#[source] LayerError),
    /// A hook does not permit the request.
    #[error("the request is not permitted")]
    NotAuthorized(#[source] NotAuthorized),
    /// It may pass, and cannot go on record, which it has to here.
    #[error("the request cannot go on record")]
    Audit(#[source] AuditError),
    /// The response must be signed and cannot be.
    #[error("the response must be signed and cannot be")]
    Response(#[source] ResponseFailure),
}

impl Refusal {
    /// The stable code of this refusal, such as `wpt.audience_mismatch` or `tower.nothing_presented`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::PathAmbiguous => "tower.path_ambiguous",
            #[cfg(feature = "mtls")]
            Self::Transport(error) => error.code(),
            Self::PathNotDialled => "tower.path_not_dialled",
            Self::GrpcStreaming => "tower.grpc_streaming",
            Self::Signature(error) => error.code(),
            Self::ProofToken(error) => error.code(),
            Self::NothingPresented => "tower.nothing_presented",
            Self::ProofMissing(_) => "tower.proof_missing",
            Self::Content(error) => error.code(),
            Self::Layers(error) => error.code(),
            Self::NotAuthorized(error) => error.code(),
            Self::Audit(_) => "tower.audit_failed",
            Self::Response(failure) => failure.code(),
        }
    }
}

/// Why a response that must be signed was not.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ResponseFailure {
    /// It would be no message but a stream: gRPC, CONNECT, or an upgrade to another protocol. The application has not seen
    /// the request.
    #[error("the response is no message that can be signed")]
    Stream,
    /// Its content is too large, or does not end in time.
    #[error("the content of the response is not at hand")]
    Content(#[source] ContentError),
    /// There is no credential at the moment, or it has expired.
    #[error("there is no credential to sign with")]
    CredentialMissing,
    /// The operating system gives no random bytes.
    #[error("there is no nonce")]
    Nonce(#[source] NonceError),
    /// It cannot be signed.
    #[error("the response cannot be signed")]
    Signing(#[source] SignError),
}

impl ResponseFailure {
    /// The stable code of this failure.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Stream => "tower.response_stream",
            Self::Content(ContentError::TooLarge) => "tower.response_too_large",
            Self::Content(ContentError::Timeout) => "tower.response_timeout",
            Self::Content(ContentError::Full | ContentError::Share) => "tower.response_full",
            Self::Content(_) => "tower.response_broken",
            Self::CredentialMissing => "tower.credential_missing",
            Self::Nonce(error) => error.code(),
            Self::Signing(error) => error.code(),
        }
    }
}

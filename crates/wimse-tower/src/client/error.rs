//! Why a call was not made, or its answer not accepted.

use std::error::Error;
use wimse_creds::pop::NonceError;
use wimse_httpsig::{ResponseError, SignError};
use wimse_wpt::ProveError;

/// Why a call failed. The variants are in the order in which things happen; up to and including
/// [`Sign`](Self::Sign), nothing has been sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The source has no WIT at present.
    #[error("there is no WIT to prove the request with")]
    CredentialMissing,
    /// A plain `http` target that is not a loopback address: the WIT would go over the wire in the clear.
    #[error("the target is plain http, and no loopback address")]
    PlainHttp,
    /// The target has no scheme: where it goes, and over what, is up to the client beneath, of which nobody
    /// [has said](super::SignLayer::connects_securely) that it uses TLS.
    #[error("the target has no scheme, and nothing says that the channel is secure")]
    SchemeMissing,
    /// The layer is to [verify responses](super::SignLayer::verify_responses), but attaches proof tokens: only the response to a
    /// signed request is signed for it, so that nothing could be verified.
    #[error("responses are to be verified, but requests are not signed")]
    ResponsesUnbound,
    /// A gRPC call is a stream, and a signature is over the whole content: use WPTs for gRPC.
    #[error("a gRPC call is a stream, which an HTTP signature cannot cover")]
    Streaming,
    /// The content of the request is larger than what is held in memory to be signed, in bytes.
    #[error("the content of the request is longer than {limit} bytes")]
    RequestTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The content of the request could not be read.
    #[error("the content of the request could not be read")]
    RequestBody(#[source] BoxError),
    /// No random bytes for a nonce.
    #[error("no nonce could be made")]
    Nonce(#[source] NonceError),
    /// The proof could not be made.
    #[error("the proof token could not be made")]
    Prove(#[source] ProveError),
    /// The request could not be signed.
    #[error("the request could not be signed")]
    Sign(#[source] SignError),
    /// The client beneath failed: no connection, or none that lasted.
    #[error("the call failed")]
    Call(#[source] BoxError),
    /// The client beneath has followed a redirect: the answer is of another URL than the one that the proof is for. The WIT
    /// and a proof have gone there. That client must not follow redirects.
    #[error("the client has followed a redirect, with the WIT and the proof")]
    Redirected,
    /// The signed response was refused. Nothing of it may be used.
    #[error("the response is refused")]
    Response(#[source] ResponseError),
    /// The content of a signed response is larger than what is held in memory to be verified, in bytes.
    #[error("the content of the response is longer than {limit} bytes")]
    ResponseTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The content of a signed response did not come in time.
    #[error("the content of the response did not come in time")]
    ResponseTimeout,
    /// The content of a signed response could not be read.
    #[error("the content of the response could not be read")]
    ResponseBody(#[source] BoxError),
}

/// An error of a body or of the client beneath.
pub(super) type BoxError = Box<dyn Error + Send + Sync>;

impl ClientError {
    /// The stable code of this error, such as `client.plain_http` or `httpsig.response_unsigned`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::CredentialMissing => "client.credential_missing",
            Self::PlainHttp => "client.plain_http",
            Self::SchemeMissing => "client.scheme_missing",
            Self::ResponsesUnbound => "client.responses_unbound",
            Self::Streaming => "client.streaming",
            Self::RequestTooLarge { .. } => "client.request_too_large",
            Self::RequestBody(_) => "client.request_body",
            Self::Nonce(error) => error.code(),
            Self::Prove(error) => error.code(),
            Self::Sign(error) => error.code(),
            Self::Call(_) => "client.call",
            Self::Redirected => "client.redirected",
            Self::Response(error) => error.code(),
            Self::ResponseTooLarge { .. } => "client.response_too_large",
            Self::ResponseTimeout => "client.response_timeout",
            Self::ResponseBody(_) => "client.response_body",
        }
    }

    /// Whether the request has certainly not been sent.
    #[must_use]
    pub fn is_before_sending(&self) -> bool {
        matches!(
            self,
            Self::CredentialMissing
                | Self::PlainHttp
                | Self::SchemeMissing
                | Self::ResponsesUnbound
                | Self::Streaming
                | Self::RequestTooLarge { .. }
                | Self::RequestBody(_)
                | Self::Nonce(_)
                | Self::Prove(_)
                | Self::Sign(_)
        )
    }
}

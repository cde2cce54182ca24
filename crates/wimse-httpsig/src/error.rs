//! Why a signed message was refused.

use crate::digest::DigestError;
use crate::message::{BaseError, FieldError, ParameterError, SelectError};
use http::StatusCode;
use wimse_creds::WitError;
use wimse_creds::explain::Excerpt;
use wimse_creds::pop::{AdmitError, ReplayError};

/// Why a signed request was refused. The variants are in the order of the checks: which signature it is, its parameters,
/// what it covers, whom and when it is for, the WIT, the values of what it covers, the signature, the content, replay.
/// What comes before [`Signature`](Self::Signature) is said of signatures that perhaps nobody made.
///
/// For the local log only: what goes to the peer is [`response`](Self::response), the same for every cause.
///
/// The rules that requests and responses share give the same variants in [`ResponseError::Refused`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpSignatureError {
    /// No signature has the tag of the profile: the message is unsigned, whatever other signatures and tokens it has
    /// (SIG-3-41). A WIT alone authenticates nobody (SIG-5.1-1).
    #[error("no signature of the message has the tag of the profile")]
    Unsigned,
    /// `Signature-Input` or `Signature` were refused.
    #[error("the signature fields are refused")]
    Fields(#[source] FieldError),
    /// More than one signature has the tag (SIG-3-32), or the tag is no String.
    #[error("the signature is not found by its tag")]
    Select(#[source] SelectError),
    /// A parameter is there that must not be: `keyid` or `alg` (SIG-3-30), or one that is for the other kind of
    /// message.
    #[error("the signature has the parameter {0:?}")]
    ParameterForbidden(&'static str),
    /// A parameter that must be there is missing (SIG-3-30).
    #[error("the signature has no parameter {0:?}")]
    ParameterMissing(&'static str),
    /// A parameter has another type than the profile demands, is empty, or out of range.
    #[error("the parameter {name:?} of the signature is malformed")]
    Parameter {
        /// The name of the parameter.
        name: &'static str,
        /// What is wrong with it; `None` if it is empty.
        #[source]
        source: Option<ParameterError>,
    },
    /// `nonce` is shorter than the policy demands.
    #[error("the nonce has fewer than {limit} characters")]
    NonceTooShort {
        /// The limit in characters.
        limit: usize,
    },
    /// A field that must be single has more than one line.
    #[error("the field {0:?} is there more than once")]
    FieldRepeated(&'static str),
    /// `@path` or `@query` of CONNECT is covered (SIG8-3-2, SIG8-3-3).
    #[error("the signature covers {0}, which CONNECT does not have")]
    ComponentForbidden(Excerpt),
    /// A component that must be covered is not, or not in its plain form (SIG-3-16).
    #[error("the signature does not cover {0:?}")]
    NotCovered(&'static str),
    /// `wimse-aud` is not for this recipient and this request (SIG8-3.2-1).
    #[error("the audience {received} is not for this recipient and path")]
    AudienceMismatch {
        /// What the signature says.
        received: Excerpt,
    },
    /// `expires` is before `created`.
    #[error("the signature expires before it is created")]
    ExpiresBeforeCreated,
    /// The time from `created` to `expires` is too long (SIG-3-22).
    #[error("the signature is valid for longer than {limit} seconds")]
    LifetimeTooLong {
        /// The limit in seconds.
        limit: u64,
    },
    /// `created` is in the future (SIG-5.1-5).
    #[error("the signature is created in the future")]
    NotYetValid,
    /// `expires` has passed (SIG-5.1-5).
    #[error("the signature has expired")]
    Expired,
    /// The WIT, or its field, was refused (SIG-3-38).
    #[error("the Workload Identity Token is refused")]
    Wit(#[source] WitError),
    /// A covered component cannot be derived from the message.
    #[error("a covered component has no value")]
    Base(#[source] BaseError),
    /// The signature is not by the key in the `cnf` of the WIT, or the message was changed (SIG-3.1-3).
    #[error("the signature is not by the key of the WIT, or the message was changed")]
    Signature,
    /// `Content-Digest` is malformed, or not the digest of the content (SIG-3-18, SIG-3-19).
    #[error("the Content-Digest is refused")]
    Digest(#[source] DigestError),
    /// There is content and no `Content-Digest` (SIG-3-17).
    #[error("there is content and no Content-Digest")]
    DigestMissing,
    /// The nonce was seen before (SIG-3-37), the signature has expired meanwhile, or the replay store refused it.
    #[error("the signature is not admitted")]
    Admit(#[source] AdmitError),
    /// The request demands a signed response, and responses are not signed here (SIG8-3.6-3). Everything else about the
    /// request is good.
    #[error("a signed response is demanded, and responses are not signed here")]
    SignedResponseUnsupported,
}

impl HttpSignatureError {
    /// The stable code of this error, such as `httpsig.audience_mismatch`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unsigned => "httpsig.unsigned",
            Self::Fields(error) => error.code(),
            Self::Select(error) => error.code(),
            Self::ParameterForbidden("keyid") => "httpsig.keyid_forbidden",
            Self::ParameterForbidden("alg") => "httpsig.alg_forbidden",
            Self::ParameterForbidden("wimse-aud") => "httpsig.wimse_aud_forbidden",
            Self::ParameterForbidden("wimse-sign-response") => "httpsig.wimse_sign_response_forbidden",
            Self::ParameterForbidden(_) => "httpsig.wimse_req_nonce_forbidden",
            Self::ParameterMissing("created") => "httpsig.created_missing",
            Self::ParameterMissing("expires") => "httpsig.expires_missing",
            Self::ParameterMissing("nonce") => "httpsig.nonce_missing",
            Self::ParameterMissing("wimse-aud") => "httpsig.wimse_aud_missing",
            Self::ParameterMissing(_) => "httpsig.wimse_req_nonce_missing",
            Self::Parameter { name: "created", .. } => "httpsig.created_malformed",
            Self::Parameter { name: "expires", .. } => "httpsig.expires_malformed",
            Self::Parameter { name: "nonce", .. } => "httpsig.nonce_malformed",
            Self::Parameter { name: "wimse-aud", .. } => "httpsig.wimse_aud_malformed",
            Self::Parameter { name: "wimse-sign-response", .. } => "httpsig.wimse_sign_response_malformed",
            Self::Parameter { .. } => "httpsig.wimse_req_nonce_malformed",
            Self::NonceTooShort { .. } => "httpsig.nonce_too_short",
            Self::FieldRepeated(_) => "httpsig.field_repeated",
            Self::ComponentForbidden(_) => "httpsig.component_forbidden",
            Self::NotCovered(_) => "httpsig.not_covered",
            Self::AudienceMismatch { .. } => "httpsig.audience_mismatch",
            Self::ExpiresBeforeCreated => "httpsig.expires_before_created",
            Self::LifetimeTooLong { .. } => "httpsig.lifetime_too_long",
            Self::NotYetValid => "httpsig.not_yet_valid",
            Self::Expired | Self::Admit(AdmitError::Expired) => "httpsig.expired",
            Self::Wit(error) => error.code(),
            Self::Base(error) => error.code(),
            Self::Signature => "httpsig.signature",
            Self::Digest(error) => error.code(),
            Self::DigestMissing => "httpsig.digest_missing",
            Self::Admit(AdmitError::Replay(ReplayError::Replayed)) => "httpsig.replayed",
            Self::Admit(error) => error.code(),
            Self::SignedResponseUnsupported => "httpsig.signed_response_unsupported",
        }
    }

    /// Whether the message has no signature of the profile at all, rather than a bad one.
    #[must_use]
    pub fn is_unsigned(&self) -> bool {
        matches!(self, Self::Unsigned)
    }

    /// Whether the replay store could not tell, rather than the signature being bad: it is full, or its share for the
    /// sender is, it does not answer, or it does not reach far enough. The answer is 503.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Admit(AdmitError::Replay(error)) if *error != ReplayError::Replayed)
    }
}

/// Why a response was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResponseError {
    /// The request demanded a signed response, and this one is unsigned (SIG-3.5-4), error responses included. Do not
    /// send the request again without the demand: whoever took the signature away may have written the response too.
    #[error("a signed response was demanded, and the response is unsigned")]
    Unsigned {
        /// What the response says, which nobody vouches for.
        untrusted_status: StatusCode,
    },
    /// `wimse-req-nonce` is not the nonce of the request (SIG-3.5-8).
    #[error("the response is signed for another request")]
    RequestNonceMismatch,
    /// The signature does not cover a component of the request that the policy demands.
    #[error("the signature of the response does not cover {0:?} of the request")]
    RequestNotCovered(&'static str),
    /// The response is signed by a workload that is not the expected one (workload-creds 9.2).
    #[error("the response is signed by another workload than the one expected")]
    UnexpectedPeer,
    /// A rule that requests and responses share was broken.
    #[error("the signature of the response is refused")]
    Refused(#[source] HttpSignatureError),
}

impl ResponseError {
    /// The stable code of this error, such as `httpsig.response_unsigned`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unsigned { .. } => "httpsig.response_unsigned",
            Self::RequestNonceMismatch => "httpsig.req_nonce_mismatch",
            Self::RequestNotCovered(_) => "httpsig.request_not_covered",
            Self::UnexpectedPeer => "httpsig.peer_unexpected",
            Self::Refused(error) => error.code(),
        }
    }

    /// The status of a response that was refused because it is unsigned. Nobody vouches for it: it is for logs, and
    /// decides nothing.
    #[must_use]
    pub fn untrusted_status(&self) -> Option<StatusCode> {
        match self {
            Self::Unsigned { untrusted_status } => Some(*untrusted_status),
            _ => None,
        }
    }

    /// Whether the own replay store could not tell, rather than the response being bad.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Refused(error) if error.is_unavailable())
    }
}

impl From<HttpSignatureError> for ResponseError {
    fn from(error: HttpSignatureError) -> Self {
        Self::Refused(error)
    }
}

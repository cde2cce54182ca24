//! Why nothing was signed.

use crate::digest::DigestError;
use crate::message::{FieldError, MakeError};
use wimse_creds::pop::CredentialError;

/// Why a request or a response was not signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The target is not `https` and nothing says that the channel is secure (SIG-5.1-2).
    #[error("the target is not https: say that the channel is secure, or use https")]
    InsecureChannel,
    /// There is no absolute `http` or `https` URI with a path to make a `wimse-aud` of; set one in the options
    /// (SIG-3.2-1).
    #[error("the request has no plain absolute http or https URI: set an audience")]
    TargetUnknown,
    /// The audience is empty.
    #[error("the audience is empty")]
    Audience,
    /// The lifetime is zero or longer than 300 seconds (SIG-3-22).
    #[error("the lifetime of a signature is 1 to {limit} seconds")]
    Lifetime {
        /// The limit in seconds.
        limit: u64,
    },
    /// The nonce is too short for 64 bits (SIG8-3-4).
    #[error("a nonce has at least {limit} characters")]
    NonceTooShort {
        /// The limit in characters.
        limit: usize,
    },
    /// The message has a `Workload-Identity-Token` field already, with another token.
    #[error("the message has another Workload-Identity-Token already")]
    WitPresent,
    /// A field that must be single has more than one line.
    #[error("the field {0:?} is there more than once")]
    FieldRepeated(&'static str),
    /// The message has a `Content-Digest` already, which is not that of the content (SIG-3-17).
    #[error("the Content-Digest of the message is not that of its content")]
    Digest(#[source] DigestError),
    /// There is content, and no digest of it was computed (SIG-3-17).
    #[error("there is content, and no digest of it was computed")]
    DigestNotComputed,
    /// The signature fields of the message are malformed.
    #[error("the signature fields of the message are malformed")]
    Fields(#[source] FieldError),
    /// The message has a signature of the profile already (SIG-3-32).
    #[error("the message has a signature of the profile already")]
    AlreadySigned,
    /// The signature cannot be made: a label is in use, or a component is not in the message.
    #[error("the signature cannot be made")]
    Make(#[source] MakeError),
    /// The WIT has expired, or has no usable key.
    #[error("the credential cannot be used")]
    Credential(#[source] CredentialError),
    /// The WIT cannot stand in a header field.
    #[error("the WIT cannot stand in a header field")]
    Field,
    /// The signature was prepared for another message or another WIT.
    #[error("the signature was prepared for another message or WIT")]
    OtherMessage,
    /// The signature that was brought back is not by the key of the WIT.
    #[error("the signature is not by the key of the WIT")]
    Signature,
}

impl SignError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InsecureChannel => "httpsig.insecure_channel",
            Self::TargetUnknown => "httpsig.audience_unknown",
            Self::Audience => "httpsig.audience_empty",
            Self::Lifetime { .. } => "httpsig.lifetime",
            Self::NonceTooShort { .. } => "httpsig.nonce_too_short",
            Self::WitPresent => "httpsig.wit_present",
            Self::FieldRepeated(_) => "httpsig.field_repeated",
            Self::Digest(error) => error.code(),
            Self::DigestNotComputed => "httpsig.digest_not_computed",
            Self::Fields(error) => error.code(),
            Self::AlreadySigned => "httpsig.already_signed",
            Self::Make(error) => error.code(),
            Self::Credential(error) => error.code(),
            Self::Field => "httpsig.wit_field",
            Self::OtherMessage => "httpsig.other_message",
            Self::Signature => "httpsig.finish_signature",
        }
    }
}

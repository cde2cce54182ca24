//! Why a proof was refused, or not made.

use wimse_creds::explain::Excerpt;
use wimse_creds::jose::JoseError;
use wimse_creds::pop::{AdmitError, CredentialError, ReplayError};
use wimse_creds::{ClaimError, WitError};

/// Why a request was refused. The variants are in the order of the checks: fields, the WIT, the WPT. What comes before
/// [`Signature`](Self::Signature) is said of proofs that perhaps nobody made.
///
/// For the local log only: what goes to the peer is [`WptError::response`], the same for every cause.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WptError {
    /// The WIT, or its field, was refused (WPT-2-13).
    #[error("the Workload Identity Token is refused")]
    Wit(#[source] WitError),
    /// There is no `Authorization` field (WPT-2-14). A WIT alone authenticates nobody (WPT-3.1-1).
    #[error("there is no Authorization field")]
    AuthorizationMissing,
    /// There is more than one `Authorization` line (WPT-2-14).
    #[error("there is more than one Authorization field")]
    AuthorizationRepeated,
    /// The `Authorization` field has another scheme than `WPT` (WPT-2-14, WPT-2.2-3).
    #[error("the Authorization field has another scheme than WPT")]
    OtherScheme,
    /// The credentials are not one token (WPT-2-1, WPT-2-15).
    #[error("the credentials of the WPT scheme are not one token")]
    Credentials,
    /// A `Txn-Token` or context field is there more than once (WPT-2-12).
    #[error("the field {0:?} is there more than once")]
    ContextRepeated(String),
    /// The WPT is not a strict compact JWS with the right header, or its `alg` is not that of `cnf.jwk` (WPT-2-15,
    /// WPT-2-16, WPT-2-18).
    #[error("the WPT is not a valid token of its type")]
    Token(#[source] JoseError),
    /// A claim that must be there is missing (WPT-2-5 to WPT-2-8).
    #[error("the WPT has no {0:?}")]
    ClaimMissing(&'static str),
    /// A claim has the wrong JSON type or an impossible value.
    #[error("the claim {0:?} of the WPT is malformed")]
    Claim(&'static str),
    /// `exp` has passed (WPT-2-20).
    #[error("the WPT has expired")]
    Expired,
    /// `nbf` has not come.
    #[error("the WPT is not valid yet")]
    NotYetValid,
    /// `aud` is not for this recipient and this request (WPT-2-19, WPT-3.1.7-1).
    #[error("the audience {received} is not for this recipient and path")]
    AudienceMismatch {
        /// What the proof says.
        received: Excerpt,
    },
    /// The signature is not by the key in the `cnf` of the WIT (WPT-2-17).
    #[error("the signature of the WPT is not by the key of the WIT")]
    Signature,
    /// `exp` is too far in the future (WPT-2-21).
    #[error("the WPT is valid for longer than {limit} seconds")]
    LifetimeTooLong {
        /// The limit in seconds.
        limit: u64,
    },
    /// `wth` is the hash of another WIT (WPT-2-22).
    #[error("the WPT was made for another WIT")]
    WitHashMismatch,
    /// A `Txn-Token` is there and no `tth` (WPT-2-24).
    #[error("there is a Txn-Token and the WPT has no \"tth\"")]
    TxnTokenNotCovered,
    /// `tth` is there and no `Txn-Token`.
    #[error("the WPT has a \"tth\" and there is no Txn-Token")]
    TxnTokenMissing,
    /// `tth` is the hash of another `Txn-Token` (WPT-2-24).
    #[error("the WPT was made for another Txn-Token")]
    TxnTokenMismatch,
    /// `oth` has an entry that is not configured here (WPT-2-27).
    #[error("the \"oth\" of the WPT has the unknown entry {0}")]
    ContextUnknown(Excerpt),
    /// `oth` has an entry for a field that is not there.
    #[error("the \"oth\" of the WPT names {0:?}, which is not there")]
    ContextMissing(String),
    /// `oth` has the hash of another value (WPT-2-25, WPT-2-26).
    #[error("the WPT was made for another value of {0:?}")]
    ContextMismatch(String),
    /// A configured context field is there and `oth` has no entry for it (WPT-2-25).
    #[error("the field {0:?} is there and not in the \"oth\" of the WPT")]
    ContextNotCovered(String),
    /// The proof was seen before, or the replay store refused it (WPT-2-23).
    #[error("the WPT is not admitted")]
    Admit(#[source] AdmitError),
}

impl WptError {
    /// The stable code of this error, such as `wpt.audience_mismatch`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Wit(error) => error.code(),
            Self::AuthorizationMissing => "wpt.authorization_missing",
            Self::AuthorizationRepeated => "wpt.authorization_repeated",
            Self::OtherScheme => "wpt.other_scheme",
            Self::Credentials => "wpt.credentials",
            Self::Token(error) => wimse_creds::jose_code!("wpt.", error),
            Self::ClaimMissing("aud") => "wpt.aud_missing",
            Self::ClaimMissing("exp") => "wpt.exp_missing",
            Self::ClaimMissing("jti") => "wpt.jti_missing",
            Self::ClaimMissing(_) => "wpt.wth_missing",
            Self::Claim("aud") => "wpt.aud_malformed",
            Self::Claim("exp") => "wpt.exp_malformed",
            Self::Claim("nbf") => "wpt.nbf_malformed",
            Self::Claim("jti") => "wpt.jti_malformed",
            Self::Claim("tth") => "wpt.tth_malformed",
            Self::Claim("oth") => "wpt.oth_malformed",
            Self::Claim(_) => "wpt.wth_malformed",
            Self::Expired => "wpt.expired",
            Self::NotYetValid => "wpt.not_yet_valid",
            Self::AudienceMismatch { .. } => "wpt.audience_mismatch",
            Self::Signature => "wpt.signature",
            Self::LifetimeTooLong { .. } => "wpt.lifetime_too_long",
            Self::WitHashMismatch => "wpt.wth_mismatch",
            Self::TxnTokenNotCovered => "wpt.tth_missing",
            Self::TxnTokenMissing => "wpt.tth_without_token",
            Self::TxnTokenMismatch => "wpt.tth_mismatch",
            Self::ContextRepeated(_) => "wpt.context_repeated",
            Self::ContextUnknown(_) => "wpt.oth_unknown",
            Self::ContextMissing(_) => "wpt.oth_without_field",
            Self::ContextMismatch(_) => "wpt.oth_mismatch",
            Self::ContextNotCovered(_) => "wpt.oth_missing",
            Self::Admit(AdmitError::Replay(ReplayError::Replayed)) => "wpt.replayed",
            Self::Admit(AdmitError::Expired) => "wpt.expired",
            Self::Admit(error) => error.code(),
        }
    }

    /// Whether the replay store could not tell, rather than the proof being bad: it is full, or its share for the sender
    /// is, it does not answer, or it does not reach far enough. The answer is 503.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Admit(AdmitError::Replay(error)) if *error != ReplayError::Replayed)
    }
}

/// Why no proof was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError {
    /// The request has an `Authorization` field already: there is room for one only (WPT-2.2-1, WPT-2.2-2).
    #[error("the request has an Authorization field already")]
    AuthorizationPresent,
    /// The request has a `Workload-Identity-Token` field already.
    #[error("the request has a Workload-Identity-Token field already")]
    WitPresent,
    /// The target is not `https` and nothing says that the channel is secure (WPT-3.1.1-1).
    #[error("the target is not https: say that the channel is secure, or use https")]
    InsecureChannel,
    /// There is no absolute `http` or `https` URI of ASCII, without user information, to make an audience of; set one in
    /// the options.
    #[error("the request has no plain absolute http or https URI: set an audience")]
    TargetUnknown,
    /// The audience is empty.
    #[error("the audience is empty")]
    Audience,
    /// The lifetime is zero or longer than 300 seconds (WPT-2-6).
    #[error("the lifetime of a proof is 1 to {limit} seconds")]
    Lifetime {
        /// The limit in seconds.
        limit: u64,
    },
    /// A `Txn-Token` or context field is there more than once (WPT-2-12).
    #[error("the field {0:?} is there more than once")]
    ContextRepeated(String),
    /// An extra claim was refused.
    #[error("an extra claim is refused")]
    Claim(#[source] ClaimError),
    /// The WIT has expired, or has no usable key.
    #[error("the credential cannot be used")]
    Credential(#[source] CredentialError),
    /// The proof would be longer than 8 KiB.
    #[error("the proof would be longer than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The proof was prepared for another target, other context tokens or another WIT.
    #[error("the proof was prepared for another request or WIT")]
    OtherRequest,
    /// The signature that was brought back is not by the key of the WIT.
    #[error("the signature is not by the key of the WIT")]
    Signature,
    /// The WIT cannot stand in a header field.
    #[error("the WIT cannot stand in a header field")]
    Field,
}

impl ProveError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::AuthorizationPresent => "wpt.authorization_present",
            Self::WitPresent => "wpt.wit_present",
            Self::InsecureChannel => "wpt.insecure_channel",
            Self::TargetUnknown => "wpt.target_unknown",
            Self::Audience => "wpt.audience_empty",
            Self::Lifetime { .. } => "wpt.lifetime",
            Self::ContextRepeated(_) => "wpt.context_repeated",
            Self::Claim(error) => error.code(),
            Self::Credential(error) => error.code(),
            Self::TooLarge { .. } => "wpt.prove_too_large",
            Self::OtherRequest => "wpt.other_request",
            Self::Signature => "wpt.finish_signature",
            Self::Field => "wpt.field",
        }
    }
}

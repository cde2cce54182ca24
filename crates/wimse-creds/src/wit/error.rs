//! Why a WIT was refused, or not issued.

use crate::jose::JoseError;
use crate::key::{KeyError, SigningError, key_code};
use crate::trust::KeySelectionError;
use wimse_identifier::{IdentifierError, Origin};

/// Why a Workload Identity Token was refused. The variants are in the order of the checks; what comes before
/// [`Signature`](Self::Signature) is said of tokens that perhaps nobody vouches for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WitError {
    /// The message has no `Workload-Identity-Token` field.
    #[error("there is no Workload-Identity-Token field")]
    FieldMissing,
    /// The message has more than one `Workload-Identity-Token` line.
    #[error("there is more than one Workload-Identity-Token field")]
    FieldRepeated,
    /// The token is not a strict compact JWS with the right header (WIT-5.1.4-1, -3).
    #[error("the WIT is not a well-formed token of its type")]
    Token(#[source] JoseError),
    /// There is no `sub` (WIT-5.1-6).
    #[error("the WIT has no \"sub\"")]
    SubjectMissing,
    /// `sub` is not a Workload Identifier (WIT-5.1.4-2).
    #[error("the \"sub\" of the WIT is not a Workload Identifier")]
    Subject(#[source] IdentifierError),
    /// There is no `exp` (WIT-5.1-7).
    #[error("the WIT has no \"exp\"")]
    ExpiryMissing,
    /// A claim has the wrong JSON type or an impossible value; `sub` is looked at first.
    #[error("the claim {0:?} of the WIT is malformed")]
    Claim(&'static str),
    /// The profile forbids something in the header (WIT-SVID 2).
    #[error("the WIT-SVID profile forbids the {0:?} of the WIT")]
    Profile(&'static str),
    /// `exp` has passed (WIT-5.1.4-7).
    #[error("the WIT has expired")]
    Expired,
    /// The trust domain of the subject is not configured (WIT-3-1, ID-7.3-1).
    #[error("the trust domain {0:.96} is not trusted")]
    UntrustedDomain(Origin),
    /// `iss` is not an issuer of the trust domain (WIT-9.1-2).
    #[error("the issuer is not accepted for the trust domain")]
    IssuerNotAllowed,
    /// There is no `iss` and the policy demands one.
    #[error("the WIT has no \"iss\"")]
    IssuerMissing,
    /// No key of the trust domain fits (WIT-5.1.4-8).
    #[error("no key of the trust domain fits the WIT")]
    Key(#[source] KeySelectionError),
    /// The signature does not verify under the trust anchors (WIT-5.1.4-4).
    #[error("the signature of the WIT is not valid")]
    Signature,
    /// `nbf` has not come.
    #[error("the WIT is not valid yet")]
    NotYetValid,
    /// The lifetime is longer than the policy allows (WIT-9.3.1-1).
    #[error("the lifetime of the WIT is longer than {limit} seconds")]
    LifetimeTooLong {
        /// The limit in seconds.
        limit: u64,
    },
    /// The WIT has `aud`: it would be meant for somebody.
    #[error("the WIT has an \"aud\"")]
    AudiencePresent,
    /// There is no `cnf` (WIT-5.1-9).
    #[error("the WIT has no \"cnf\"")]
    ConfirmationMissing,
    /// `cnf` is not an object with a `jwk` object.
    #[error("the \"cnf\" of the WIT has no \"jwk\"")]
    ConfirmationKeyMissing,
    /// `cnf.jwk` is not a usable public key (WIT-5.1-12 to WIT-5.1-16).
    #[error("the key in the \"cnf\" of the WIT is not usable")]
    ConfirmationKey(#[source] KeyError),
    /// The algorithm of `cnf.jwk` is not allowed by policy.
    #[error("the algorithm of the key in the \"cnf\" of the WIT is not allowed")]
    ConfirmationAlgorithm,
    /// There is no `jti` and the policy or a deny-list demands one (WIT-9.3.1-4).
    #[error("the WIT has no \"jti\"")]
    TokenIdMissing,
    /// The deny-list names the token (WIT-9.3.1-3).
    #[error("the WIT is on the deny-list")]
    Denied,
}

impl WitError {
    /// The stable code of this error, such as `wit.expired`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::FieldMissing => "wit.field_missing",
            Self::FieldRepeated => "wit.field_repeated",
            Self::Token(error) => crate::jose_code!("wit.", error),
            Self::Claim("sub") => "wit.sub_malformed",
            Self::Claim("exp") => "wit.exp_malformed",
            Self::Claim("nbf") => "wit.nbf_malformed",
            Self::Claim("iat") => "wit.iat_malformed",
            Self::Claim("iss") => "wit.iss_malformed",
            Self::Claim("jti") => "wit.jti_malformed",
            Self::Claim(_) => "wit.claim_malformed",
            Self::SubjectMissing => "wit.sub_missing",
            Self::Subject(_) => "wit.sub_not_an_identifier",
            Self::ExpiryMissing => "wit.exp_missing",
            Self::UntrustedDomain(_) => "wit.trust_domain_unknown",
            Self::IssuerNotAllowed => "wit.iss_not_allowed",
            Self::IssuerMissing => "wit.iss_missing",
            Self::Key(KeySelectionError::AlgorithmNotAllowed) => "wit.alg_not_allowed",
            Self::Key(KeySelectionError::UnknownKeyId) => "wit.kid_unknown",
            Self::Key(KeySelectionError::AlgorithmMismatch) => "wit.alg_mismatch",
            Self::Key(KeySelectionError::NoKey) => "wit.key_missing",
            Self::Key(KeySelectionError::Ambiguous) => "wit.key_ambiguous",
            Self::Profile("typ") => "wit.profile_typ",
            Self::Profile("alg") => "wit.profile_alg",
            Self::Profile("kid") => "wit.profile_kid",
            Self::Profile("sub") => "wit.profile_sub",
            Self::Profile(_) => "wit.profile_cnf_alg",
            Self::Signature => "wit.signature",
            Self::Expired => "wit.expired",
            Self::NotYetValid => "wit.not_yet_valid",
            Self::LifetimeTooLong { .. } => "wit.lifetime_too_long",
            Self::AudiencePresent => "wit.aud_present",
            Self::ConfirmationMissing => "wit.cnf_missing",
            Self::ConfirmationKeyMissing => "wit.cnf_jwk_missing",
            Self::ConfirmationKey(error) => key_code!("wit.cnf_", error),
            Self::ConfirmationAlgorithm => "wit.cnf_alg_not_allowed",
            Self::TokenIdMissing => "wit.jti_missing",
            Self::Denied => "wit.denied",
        }
    }
}

/// Why a WIT was not issued: verification would refuse it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WitIssueError {
    /// Text for `iss`, `jti` or `kid` is empty or longer than 1,024 bytes, or a `jti` is a Workload Identifier.
    #[error("the text for {0:?} is empty, too long or a second Workload Identifier")]
    Text(&'static str),
    /// `iss` is not an absolute URI.
    #[error("the issuer is not an absolute URI")]
    Issuer,
    /// The validity ends before it starts.
    #[error("the validity is empty")]
    Validity,
    /// The key of the workload is the key that signs.
    #[error("the key of the workload is the key of the issuer")]
    IssuerKey,
    /// The crypto backend gave no signature.
    #[error("the crypto backend gave no signature")]
    Signing(#[source] SigningError),
    /// A verifier with the same policy would refuse the token.
    #[error("a verifier would refuse the WIT")]
    Refused(#[source] WitError),
}

impl WitIssueError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Text(_) => "wit.issue_text",
            Self::Issuer => "wit.issue_iss",
            Self::Validity => "wit.issue_validity",
            Self::IssuerKey => "wit.issue_issuer_key",
            Self::Signing(error) => error.code(),
            Self::Refused(error) => error.code(),
        }
    }
}

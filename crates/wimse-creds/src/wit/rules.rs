//! The rules for what a WIT says, one function each.
//!
//! Verification stops at the first that is not met; an explanation goes on.

use super::{WitError, WitPolicy, WitProfile, WorkloadIdentityToken};
use crate::UnixTime;
use crate::key::{Algorithm, PublicKey};
use crate::trust::DomainAnchors;
use wimse_identifier::WorkloadIdentifier;

/// Claims that the drafts and RFC 7519 define: an application cannot set them as extra claims.
pub(crate) const KNOWN_CLAIMS: [&str; 8] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf"];

/// WIT-5.1-3, decision 9: the deprecated name `EdDSA` by policy only.
pub(super) fn algorithm_name(algorithm: Algorithm, policy: &WitPolicy) -> Result<(), WitError> {
    use crate::trust::KeySelectionError::AlgorithmNotAllowed;
    if policy.allows_name(algorithm) { Ok(()) } else { Err(WitError::Key(AlgorithmNotAllowed)) }
}

/// WIT-SVID 2.1 to 2.3, 3.1: what the stricter profile says of header and subject.
pub(super) fn profile(claimed: &Profiled<'_>, policy: &WitPolicy) -> Result<(), WitError> {
    if policy.profile != WitProfile::WitSvid {
        return Ok(());
    }
    if claimed.typ != "wit+jwt" {
        return Err(WitError::Profile("typ"));
    }
    if !claimed.algorithm.allowed_in_wit_svid() {
        return Err(WitError::Profile("alg"));
    }
    if claimed.key_id.is_none() {
        return Err(WitError::Profile("kid"));
    }
    if claimed.subject.scheme() != "spiffe" {
        return Err(WitError::Profile("sub"));
    }
    Ok(())
}

/// What the profile has rules for.
pub(super) struct Profiled<'a> {
    pub(super) typ: &'a str,
    pub(super) algorithm: Algorithm,
    pub(super) key_id: Option<&'a str>,
    pub(super) subject: &'a WorkloadIdentifier,
}

impl<'a> From<&'a WorkloadIdentityToken> for Profiled<'a> {
    fn from(token: &'a WorkloadIdentityToken) -> Self {
        Self {
            typ: &token.typ,
            algorithm: token.algorithm,
            key_id: token.key_id.as_deref(),
            subject: &token.subject,
        }
    }
}

/// WIT-9.1-2: where issuers are configured, `iss` is one of them. It never selects a key (WIT-3-3).
pub(super) fn issuer(
    issuer: Option<&str>,
    domain: &DomainAnchors,
    policy: &WitPolicy,
) -> Result<(), WitError> {
    match issuer {
        None if policy.issuer_required => Err(WitError::IssuerMissing),
        Some(issuer)
            if !domain.issuers().is_empty() && !domain.issuers().iter().any(|known| known == issuer) =>
        {
            Err(WitError::IssuerNotAllowed)
        }
        _ => Ok(()),
    }
}

/// WIT-5.1.4-7, decision 14: valid while now < exp + leeway.
pub(super) fn expiry(expires: UnixTime, policy: &WitPolicy, now: UnixTime) -> Result<(), WitError> {
    if now < expires.plus(policy.leeway) { Ok(()) } else { Err(WitError::Expired) }
}

/// Decision 15: `nbf` is honoured with the leeway; `iat` never is.
pub(super) fn not_before(
    not_before: Option<UnixTime>,
    policy: &WitPolicy,
    now: UnixTime,
) -> Result<(), WitError> {
    match not_before {
        Some(not_before) if now < not_before.minus(policy.leeway) => Err(WitError::NotYetValid),
        _ => Ok(()),
    }
}

/// WIT-9.3.1-1, decision 14: a limited lifetime, from now on (by two clocks, hence the leeway) and from `iat`.
pub(super) fn lifetime(
    expires: UnixTime,
    issued_at: Option<UnixTime>,
    policy: &WitPolicy,
    now: UnixTime,
) -> Result<(), WitError> {
    let too_long = WitError::LifetimeTooLong { limit: policy.max_lifetime.as_secs() };
    if expires > now.plus(policy.max_lifetime).plus(policy.leeway) {
        return Err(too_long);
    }
    match issued_at {
        Some(issued_at) if expires > issued_at.plus(policy.max_lifetime) => Err(too_long),
        _ => Ok(()),
    }
}

/// Decision 16: a WIT has no audience; WIT-SVID 3.8 forbids it whatever the policy.
pub(super) fn audience(has_audience: bool, policy: &WitPolicy) -> Result<(), WitError> {
    let allowed = policy.audience_allowed && policy.profile != WitProfile::WitSvid;
    if has_audience && !allowed { Err(WitError::AudiencePresent) } else { Ok(()) }
}

/// WIT-5.1-9, WIT-5.1-12 to WIT-5.1-16: a public key with an algorithm that is allowed.
pub(super) fn confirmation(token: &WorkloadIdentityToken, policy: &WitPolicy) -> Result<PublicKey, WitError> {
    let key = token.confirmation_key(policy.backend)?;
    confirmation_algorithm(key.algorithm(), policy)?;
    Ok(key)
}

/// The part of the rule above that a change of policy can change.
pub(super) fn confirmation_algorithm(algorithm: Algorithm, policy: &WitPolicy) -> Result<(), WitError> {
    if policy.profile == WitProfile::WitSvid && !algorithm.allowed_in_wit_svid() {
        return Err(WitError::Profile("cnf.jwk.alg"));
    }
    let allowed = policy.proof_algorithms.as_ref().is_none_or(|allowed| allowed.contains(&algorithm));
    if allowed && policy.allows_name(algorithm) { Ok(()) } else { Err(WitError::ConfirmationAlgorithm) }
}

/// WIT-9.3.1-4: where tokens must be nameable, they have a `jti`.
pub(super) fn token_id(token_id: Option<&str>, required: bool) -> Result<(), WitError> {
    if required && token_id.is_none() { Err(WitError::TokenIdMissing) } else { Ok(()) }
}

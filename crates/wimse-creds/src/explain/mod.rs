//! Why a WIT was refused, for people: every rule in the order of verification.
//!
//! ```
//! use std::time::Duration;
//! use wimse_creds::key::{Algorithm, SigningKey};
//! use wimse_creds::trust::{DomainAnchors, TrustAnchors};
//! use wimse_creds::{UnixTime, Validity, WitClaims, WitPolicy, WitVerifier};
//!
//! let issued = UnixTime::from_secs(1_800_000_000);
//! let issuer_key = SigningKey::generate(Algorithm::Es256)?.with_key_id("2026-11");
//! let key = SigningKey::generate(Algorithm::Ed25519)?;
//! let hour = Validity::starting(issued, Duration::from_secs(3600));
//! let wit = WitClaims::new("wimse://example.com/billing".parse()?, key.public_key(), hour).sign(&issuer_key)?;
//! let domain = DomainAnchors::new("wimse://example.com".parse()?).with_key(issuer_key.public_key().clone())?;
//! let verifier = WitVerifier::new(TrustAnchors::none().with(domain)?, WitPolicy::default());
//!
//! // Two hours later.
//! let explanation = verifier.explain(wit.as_str(), UnixTime::from_secs(1_800_007_200));
//! let refused = explanation.first_refusal().ok_or("it is accepted")?;
//! assert_eq!(refused.code(), Some("wit.expired"));
//! assert_eq!(refused.requirement(), "WIT-5.1.4-7");
//! assert_eq!(refused.received(), Some("2027-01-15T09:00:00Z (1800003600), 1 h (3600 s) ago"));
//! assert_eq!(refused.fix(), Some("ask the issuer for a new WIT, or set the clock of this host right"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Here are the types of [`wimse_identifier::explain`], the rules for WITs, and how times are shown. No text of an
//! explanation has a token, a signature or a private key. It is for local use: a peer never gets it.

mod claim_rules;
mod jws;
mod key_rules;
mod moment;
mod shown;
mod token_rules;

pub use moment::{Moment, Span};
pub use wimse_identifier::explain::{Coded, Excerpt, Explanation, Finding, Refusal, Rule, State, find};

// For the crates of the bindings.
#[doc(hidden)]
pub use crate::wit::judge_wit_field;
#[doc(hidden)]
pub use jws::{Header, JwsRules};

pub(crate) use claim_rules::{
    ALGORITHM_ALLOWED, AUDIENCE, DENY_LIST, EXPIRY, ISSUER, KEY, LIFETIME, NOT_BEFORE, PROFILE, SIGNATURE,
    TOKEN_ID, TRUST_DOMAIN,
};
pub(crate) use key_rules::{
    CONFIRMATION, CONFIRMATION_ALGORITHM, CONFIRMATION_ALLOWED, CONFIRMATION_KEY, CONFIRMATION_PUBLIC,
    CONFIRMATION_USAGE,
};
pub(crate) use shown::shown;
pub(crate) use token_rules::{CLAIMS, EXPIRY_PRESENT, FIELD, FORM, JSON, JWS, SUBJECT};

use claim_rules::PERMITTED;
use token_rules::{ALGORITHM, CRITICAL, ENCODING, PARAMETERS, SIZE, TYPE};

/// Every rule for WITs in the order of verification, the field first, and after them that for the peer. Each code of
/// [`WitError`](crate::WitError) belongs to exactly one.
pub static RULES: &[&Rule] = &[
    &FIELD,
    &SIZE,
    &FORM,
    &ENCODING,
    &JSON,
    &CRITICAL,
    &PARAMETERS,
    &TYPE,
    &ALGORITHM,
    &SUBJECT,
    &EXPIRY_PRESENT,
    &CLAIMS,
    &PROFILE,
    &EXPIRY,
    &TRUST_DOMAIN,
    &ISSUER,
    &ALGORITHM_ALLOWED,
    &KEY,
    &SIGNATURE,
    &NOT_BEFORE,
    &LIFETIME,
    &AUDIENCE,
    &CONFIRMATION,
    &CONFIRMATION_KEY,
    &CONFIRMATION_PUBLIC,
    &CONFIRMATION_USAGE,
    &CONFIRMATION_ALGORITHM,
    &CONFIRMATION_ALLOWED,
    &TOKEN_ID,
    &DENY_LIST,
    &PERMITTED,
];

/// The rule for WITs, peers or identifiers that gives this code, and its refusal.
///
/// ```
/// use wimse_creds::explain;
///
/// let (rule, refusal) = explain::rule_of("wit.cnf_alg_none").ok_or("no such code")?;
/// assert_eq!(rule.name(), "wit.cnf_alg");
/// assert_eq!(refusal.requirement(), Some("WIT-5.1-14"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn rule_of(code: &str) -> Option<(&'static Rule, &'static Refusal)> {
    find(RULES, code).or_else(|| wimse_identifier::explain::rule_of(code))
}

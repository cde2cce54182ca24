//! Why a request was refused, for people: every rule for fields, WIT and WPT in the order of verification.
//!
//! ```
//! # use std::sync::Arc;
//! # use std::time::Duration;
//! # use wimse_creds::key::{Algorithm, SigningKey};
//! # use wimse_creds::trust::{DomainAnchors, TrustAnchors};
//! # use wimse_creds::{UnixTime, Validity, WitClaims, WitPolicy, WitVerifier};
//! use http::Request;
//! use wimse_creds::pop::{Audience, MemoryReplayGuard, Nonce, WitCredential};
//! use wimse_wpt::{Prover, Verifier};
//!
//! # let now = UnixTime::from_secs(1_800_000_000);
//! # let issuer_key = SigningKey::generate(Algorithm::Es256)?.with_key_id("2026-11");
//! # let key = SigningKey::generate(Algorithm::Ed25519)?;
//! # let hour = Validity::starting(now, Duration::from_secs(3600));
//! # let wit = WitClaims::new("wimse://example.com/billing".parse()?, key.public_key(), hour).sign(&issuer_key)?;
//! # let domain = DomainAnchors::new("wimse://example.com".parse()?).with_key(issuer_key.public_key().clone())?;
//! # let wits = Arc::new(WitVerifier::new(TrustAnchors::none().with(domain)?, WitPolicy::default()));
//! # let credential = WitCredential::new(wit, key)?;
//! let verifier = Verifier::new(wits, Audience::base("https://api.example.com")?);
//! let guard = MemoryReplayGuard::new(1000);
//!
//! // A proof that was made for another service.
//! let mut request = Request::get("https://intranet.example/orders").body(())?;
//! Prover::new(&credential).attach(&mut request, now, Nonce::random()?)?;
//!
//! let explanation = verifier.explain(&request, &guard, now);
//! let refused = explanation.first_refusal().ok_or("it is accepted")?;
//! assert_eq!(refused.rule().says(), "the proof is meant for this recipient and path");
//! assert_eq!(refused.code(), Some("wpt.audience_mismatch"));
//! assert_eq!(refused.requirement(), "WPT-2-19");
//! assert_eq!(refused.expected(), Some(r#"https://api.example.com followed by "/orders""#));
//! assert_eq!(refused.received(), Some(r#""https://intranet.example/orders""#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Here are the types of [`wimse_creds::explain`] and the rules for WPTs. No text of an explanation has a token, a
//! signature or a private key. It is for local use: the peer gets [`WptError::response`](crate::WptError::response).

mod fields;
mod meaning;
mod proof;
mod request;
mod table;

pub use table::RULES;
pub use wimse_creds::explain::{
    Coded, Excerpt, Explanation, Finding, Moment, Refusal, Rule, Span, State, find,
};

/// The rule for WPTs, WITs, peers or identifiers that gives this code, and its refusal.
///
/// ```
/// use wimse_wpt::explain;
///
/// let requirement = |code| explain::rule_of(code).map(|(rule, refusal)| refusal.requirement().unwrap_or(rule.requirement()));
/// assert_eq!(requirement("wpt.replayed"), Some("WPT-2-23"));
/// assert_eq!(requirement("wit.expired"), Some("WIT-5.1.4-7"));
/// assert_eq!(requirement("identifier.port"), Some("ID-4.1-7"));
/// ```
#[must_use]
pub fn rule_of(code: &str) -> Option<(&'static Rule, &'static Refusal)> {
    find(RULES, code).or_else(|| wimse_creds::explain::rule_of(code))
}

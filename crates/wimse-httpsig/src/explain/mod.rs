//! Why a signed message was refused, for people: every rule for fields, parameters, coverage, WIT, signature and content,
//! in the order of verification.
//!
//! ```
//! # use std::sync::Arc;
//! # use std::time::Duration;
//! # use wimse_creds::key::{Algorithm, SigningKey};
//! # use wimse_creds::trust::{DomainAnchors, TrustAnchors};
//! # use wimse_creds::{UnixTime, Validity, WitClaims, WitPolicy, WitVerifier};
//! use http::Request;
//! use wimse_creds::pop::{Audience, MemoryReplayGuard, Nonce, WitCredential};
//! use wimse_httpsig::message::TargetContext;
//! use wimse_httpsig::{Signer, Verifier};
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
//! let mut request = Request::get("https://api.example.com/orders").body("")?;
//! let pending = Signer::new(&credential).sign(&mut request, b"", now, Nonce::random()?)?;
//! # drop(pending);
//!
//! // A proxy has put a prefix before the path.
//! *request.uri_mut() = "https://api.example.com/v2/orders".parse()?;
//! let explanation = verifier.explain(&request, &TargetContext::of_uri(request.uri()), &guard, now);
//! let refused: Vec<_> = explanation.refusals().filter_map(|finding| finding.code()).collect();
//! assert_eq!(refused, ["httpsig.audience_mismatch", "httpsig.signature"]);
//! let first = explanation.first_refusal().ok_or("it is accepted")?;
//! assert_eq!(first.rule().says(), "the signature is meant for this recipient and path");
//! assert_eq!(first.requirement(), "SIG8-3.2-1");
//! assert_eq!(first.expected(), Some(r#"https://api.example.com followed by "/v2/orders""#));
//! assert_eq!(first.received(), Some(r#""https://api.example.com/orders""#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Here are the types of [`wimse_creds::explain`] and the rules for signed messages. No text of an explanation has a
//! token, a signature or a private key. It is for local use: the peer gets
//! [`HttpSignatureError::response`](crate::HttpSignatureError::response).

mod form_rules;
mod message_rules;
mod parameter_rules;
mod parts;
mod request;
mod response;
mod table;

pub use table::RULES;
pub use wimse_creds::explain::{
    Coded, Excerpt, Explanation, Finding, Moment, Refusal, Rule, Span, State, find,
};

/// The rule for signed messages, WITs, peers or identifiers that gives this code, and its refusal.
///
/// ```
/// use wimse_httpsig::explain;
///
/// let (rule, refusal) = explain::rule_of("httpsig.keyid_forbidden").ok_or("no such code")?;
/// assert_eq!(rule.says(), "the key and its algorithm are those of the WIT, and named nowhere else");
/// assert_eq!(refusal.requirement(), Some("SIG-3-28"));
/// assert!(explain::rule_of("wit.expired").is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn rule_of(code: &str) -> Option<(&'static Rule, &'static Refusal)> {
    find(RULES, code).or_else(|| wimse_creds::explain::rule_of(code))
}

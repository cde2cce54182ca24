//! WIMSE Workload Proof Token (WPT): prove, request by request, that you hold the key of your WIT.
//!
//! Implements draft-ietf-wimse-wpt-02, with the examples of the editor's copy of 22 September 2026. A WPT is a
//! short-lived JWT, signed with the key that the Workload Identity Token binds; it names the recipient and the hash of
//! the WIT, and travels as `Authorization: WPT …` beside `Workload-Identity-Token: …`.
//!
//! ```text
//!  caller    Prover --attach--> Workload-Identity-Token: <WIT>
//!                               Authorization: WPT <WPT>
//!                                 |
//!                                 v
//!  callee    Verifier --verify--> AuthenticatedPeer --> authorise
//!               |
//!               `-- WptError --response--> 401, WWW-Authenticate: WPT
//! ```
//!
//! # Quick start
//!
//! ```
//! # use std::sync::Arc;
//! # use std::time::{Duration, SystemTime};
//! # use wimse_creds::key::{Algorithm, SigningKey};
//! # use wimse_creds::trust::{DomainAnchors, TrustAnchors};
//! # use wimse_creds::{UnixTime, Validity, WitClaims, WitPolicy, WitVerifier};
//! use http::Request;
//! use wimse_creds::pop::{Audience, MemoryReplayGuard, Nonce, WitCredential};
//! use wimse_wpt::{Prover, Verifier};
//!
//! # let now = UnixTime::from(SystemTime::now());
//! # let issuer_key = SigningKey::generate(Algorithm::Es256)?.with_key_id("2026-11");
//! # let key = SigningKey::generate(Algorithm::Ed25519)?;
//! # let hour = Validity::starting(now, Duration::from_secs(3600));
//! # let wit = WitClaims::new("wimse://example.com/billing".parse()?, key.public_key(), hour).sign(&issuer_key)?;
//! # let domain = DomainAnchors::new("wimse://example.com".parse()?).with_key(issuer_key.public_key().clone())?;
//! # let wits = Arc::new(WitVerifier::new(TrustAnchors::none().with(domain)?, WitPolicy::default()));
//! // The caller holds a WIT and its key.
//! let credential = WitCredential::new(wit, key)?;
//! let mut request = Request::post("https://api.example.com/orders?dry-run").body("…")?;
//! Prover::new(&credential).attach(&mut request, now, Nonce::random()?)?;
//!
//! // The callee knows its own name from configuration, and remembers proofs.
//! let verifier = Verifier::new(wits, Audience::base("https://api.example.com")?);
//! let guard = MemoryReplayGuard::new(100_000);
//! let peer = verifier.verify(&request, &guard, now)?;
//! assert_eq!(peer.identifier().as_str(), "wimse://example.com/billing");
//!
//! // The same request again is a replay.
//! let refused = verifier.verify(&request, &guard, now).unwrap_err();
//! assert_eq!(refused.code(), "wpt.replayed");
//! assert_eq!(refused.response().status(), 401);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What a WPT protects, and what not
//!
//! It binds the caller's WIT, the recipient and its path, the time, and the context tokens (`Txn-Token` in `tth`,
//! configured fields in `oth`). It does not bind the method, the query, other fields, the body, or the response:
//! between caller and callee there must be TLS, and whoever ends that TLS can change them. Where that is not good
//! enough, use HTTP message signatures.
//!
//! # Before you deploy
//!
//! - The audience comes from configuration. Behind a proxy, configure what *callers* see; the path is that of the
//!   received request, so a proxy that rewrites paths needs a [value](wimse_creds::pop::Audience::value) agreed with
//!   the callers.
//! - Replicas that share an audience need a shared replay store, or a captured proof is good once on each.
//! - Name the header fields that carry user identity or authorisation context on both sides
//!   ([`ProofOptions::context_fields`], [`Verifier::context_fields`]); ask
//!   [`AuthenticatedPeer::covers`](wimse_creds::pop::AuthenticatedPeer::covers) before you use one.
//! - Log [`WptError::code`], `sub`, `iss` and `jti`; never the two fields. The peer gets [`WptError::response`].
//!
//! # Why a request was refused
//!
//! [`Verifier::explain`] lists every rule for fields, WIT and WPT, met or not, with what was expected, what was
//! received, and what would put it right: see [`explain`]. It is for tools and local logs.
//!
//! # Features
//!
//! | Feature | Default | What it adds |
//! | --- | --- | --- |
//! | `pure` | yes | the crypto backend without C: ES256, Ed25519, EdDSA |
//! | `es384`, `es512` | no | ES384 and ES512 for it |
//! | `aws-lc` | no | the crypto backend `aws-lc-rs`: every algorithm, faster on ES256; needs a C compiler |
//! | `josekit` | no | the crypto backend `josekit` on OpenSSL: every algorithm |
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod bound;
mod claims;
mod context;
mod error;
pub mod explain;
mod field;
mod header;
mod options;
mod prepare;
mod prove;
mod response;
mod rules;
mod target;
mod verify;

pub use bound::ProofContext;
pub use context::TXN_TOKEN;
pub use error::{ProveError, WptError};
pub use field::authorization;
pub use options::ProofOptions;
pub use prepare::{PreparedProof, RemoteProver};
pub use prove::Prover;
pub use response::challenge;
pub use verify::{Message, Verifier};
pub use wimse_creds::explain::Excerpt;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

//! WIMSE Workload Credentials: keys, trust anchors, the Workload Identity Token (WIT), and the Workload Identity
//! Certificate (WIC).
//!
//! Implements draft-ietf-wimse-workload-creds, editor's copy of 6 October 2026 (towards -03). A WIT is a JWT in which an issuer vouches that a workload has an identifier and a key. It is not a bearer
//! token: alone it authenticates nobody. The crates of the bindings, such as `wimse-wpt`, add the proof of possession.
//!
//! ```text
//!  issuer        WitClaims --sign--> WIT
//!                                     |
//!  workload      WitCredential = WIT + SigningKey
//!                                     |  a binding makes a proof
//!                                     v
//!  recipient     WitVerifier, TrustAnchors by Origin
//!                  | verify
//!                  v
//!                Verified<WorkloadIdentityToken>    vouched for
//!                  | prove_possession, then the checks of the binding
//!                  v
//!                pop::CheckedProof                  everything but replay
//!                  | admit
//!                  v
//!                pop::AuthenticatedPeer             who is calling
//! ```
//!
//! # Quick start
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use wimse_creds::key::{Algorithm, SigningKey};
//! use wimse_creds::trust::{DomainAnchors, TrustAnchors};
//! use wimse_creds::{UnixTime, Validity, WitClaims, WitPolicy, WitVerifier};
//!
//! let now = UnixTime::from(SystemTime::now());
//!
//! // The issuer.
//! let issuer_key = SigningKey::generate(Algorithm::Es256)?.with_key_id("2026-11");
//! let workload_key = SigningKey::generate(Algorithm::Ed25519)?;
//! let hour = Validity::starting(now, Duration::from_secs(3600));
//! let wit = WitClaims::new("wimse://example.com/billing".parse()?, workload_key.public_key(), hour)
//!     .issuer("https://id.example.com")
//!     .random_token_id()
//!     .sign(&issuer_key)?;
//!
//! // The recipient, which got the issuer's public key out of band.
//! let anchors = DomainAnchors::new("wimse://example.com".parse()?).with_key(issuer_key.public_key().clone())?;
//! let verifier = WitVerifier::new(TrustAnchors::none().with(anchors)?, WitPolicy::default());
//! let vouched_for = verifier.verify(wit.as_str(), now)?;
//! assert_eq!(vouched_for.subject().as_str(), "wimse://example.com/billing");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Certificates
//!
//! With the feature `wic` there is the other credential of the draft, the Workload Identity Certificate: an X.509
//! certificate with one Workload Identifier in a URI SAN, such as a SPIFFE X509-SVID. The module `wic` issues and verifies
//! it; the crate `wimse-mtls` authenticates connections with it.
//!
//! # Why a WIT was refused
//!
//! [`WitVerifier::explain`] lists every rule, met or not, with what was expected, what was received, and what would put
//! it right: see [`explain`].
//!
//! # What it does not do
//!
//! - It reads no clock, no file and no network. Time is an argument; random bytes are read only where a key, a
//!   [`Nonce`](pop::Nonce) or a `jti` is made.
//! - It discovers no keys. Anchors come from configuration; an `iss`, `jku` or `jwk` in a token is never followed.
//! - It has no bearer mode, no `none`, no symmetric keys, and no way to get a peer without a proof.
//!
//! # Decisions
//!
//! Where the draft leaves something open, the strict reading is the default, and [`WitPolicy`] names each relaxation:
//!
//! | Question | Here |
//! | --- | --- |
//! | Key selection | by `kid` without fallback; without `kid` only if one key fits |
//! | Anchors | by scheme and trust domain; a key may not serve two of them |
//! | `typ` | `wit+jwt`, with or without `application/`, without regard to case |
//! | `EdDSA` | accepted for Ed25519 keys by default, never equal to `Ed25519` |
//! | `exp` | required; valid while now < `exp` + 30 s; at most 24 h after `iat`, and 24 h + 30 s from now |
//! | `nbf`, `iat` | `nbf` is honoured; a future `iat` refuses nothing |
//! | `aud` | refused |
//! | `crit`, duplicate members, padding | refused |
//! | Unknown claims and header parameters | ignored; claims are readable after verification |
//! | Certificates: URI SANs | exactly one; a CA is refused, whatever it names |
//! | Certificates: extended key usage | enforced when present |
//! | Certificates: anchors | by scheme and trust domain; a CA may not serve two of them, nor stand above the CA of another |
//!
//! # Features
//!
//! | Feature | Default | What it adds |
//! | --- | --- | --- |
//! | `pure` | yes | ES256, Ed25519 and EdDSA by `p256` and `ed25519-dalek`, without C |
//! | `es384`, `es512` | no | ES384 by `p384`, ES512 by `p521`, to `pure` |
//! | `aws-lc` | no | all of them, and RS256 to PS512, by `aws-lc-rs`; needs a C compiler |
//! | `josekit` | no | the same by `josekit` on the OpenSSL of the system; and conversions of its `Jwk` |
//! | `wic` | no | the Workload Identity Certificate: module `wic`, and CA certificates as anchors |
//!
//! Features only add algorithms and speed: what is accepted is the same with each. With several, each operation goes to the
//! fastest, unless a key is given a backend ([`key::Backend`]). `josekit` needs the headers of OpenSSL (Debian: `libssl-dev` and
//! `pkg-config`); to build OpenSSL instead, add `openssl = { version = "0.10", features = ["vendored"] }` to your own
//! dependencies. RSA keys have 2,048 to 8,192 bits and an exponent of 65,537 or more.
//!
//! Without a backend the crate builds; to make or read a key is a compile error then, which says what to choose.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod clock;
pub mod explain;
pub mod jose;
pub mod key;
pub mod limits;
pub mod pop;
mod time;
pub mod trust;
mod verified;
#[cfg(feature = "wic")]
pub mod wic;
mod wit;

pub use clock::Clock;
pub use jose::ClaimError;
pub use key::KeyError;
pub use time::UnixTime;
pub use verified::Verified;
pub use wit::{
    Validity, WORKLOAD_IDENTITY_TOKEN, WitClaims, WitDenyList, WitError, WitIssueError, WitPolicy,
    WitProfile, WitVerifier, WorkloadIdentityToken, wit_field,
};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

//! HTTP signatures for WIMSE: HTTP Message Signatures (RFC 9421), `Content-Digest` (RFC 9530), and the WIMSE profile.
//!
//! Implements draft-ietf-wimse-http-signature-07 (editor's copy of 22 September 2026) with the known changes of -08. A
//! workload signs its requests with the key that its Workload Identity Token binds, and the callee can sign its
//! responses: each learns for certain which workload has sent what.
//!
//! ```text
//!  caller   Signer --sign--> Workload-Identity-Token, Content-Digest,      + PendingExchange
//!                            Signature-Input, Signature                          |
//!                              |                                                 |
//!                              v                                                 |
//!  callee   Verifier --check_head--> HeadChecked --body--> CheckedRequest        |
//!                                                             | admit            |
//!                                                             v                  |
//!                                                          Inbound: peer         |
//!                                                             | sign_response    |
//!                                                             v                  v
//!  caller                                                  response --verify_response--> Answer: peer
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
//! use http::{Request, Response};
//! use wimse_creds::pop::{Audience, MemoryReplayGuard, Nonce, WitCredential};
//! use wimse_httpsig::message::TargetContext;
//! use wimse_httpsig::{Answer, ExpectedPeer, ResponseVerifier, Signer, Verifier};
//!
//! # let now = UnixTime::from(SystemTime::now());
//! # let issuer_key = SigningKey::generate(Algorithm::Es256)?.with_key_id("2026-11");
//! # let hour = Validity::starting(now, Duration::from_secs(3600));
//! # let issue = |name: &str| -> Result<WitCredential, Box<dyn std::error::Error>> {
//! #     let key = SigningKey::generate(Algorithm::Ed25519)?;
//! #     let claims = WitClaims::new(format!("wimse://example.com/{name}").parse()?, key.public_key(), hour);
//! #     Ok(WitCredential::new(claims.sign(&issuer_key)?, key)?)
//! # };
//! # let (billing, orders) = (issue("billing")?, issue("orders")?);
//! # let domain = DomainAnchors::new("wimse://example.com".parse()?).with_key(issuer_key.public_key().clone())?;
//! # let wits = Arc::new(WitVerifier::new(TrustAnchors::none().with(domain)?, WitPolicy::default()));
//! // The caller signs last of all, and keeps what the answer needs.
//! let body = br#"{"cones":2}"#;
//! let mut request = Request::post("https://api.example.com/orders?dry-run")
//!     .header("content-type", "application/json")
//!     .body(&body[..])?;
//! let pending = Signer::new(&billing).require_signed_response().sign(&mut request, body, now, Nonce::random()?)?;
//!
//! // The callee knows its own name from configuration, and remembers nonces.
//! let verifier = Verifier::new(wits.clone(), Audience::base("https://api.example.com")?);
//! let guard = MemoryReplayGuard::new(100_000);
//! let target = TargetContext::of_uri(request.uri());
//! let inbound = verifier.verify(&request, &target, &guard, now)?;
//! assert_eq!(inbound.peer().identifier().as_str(), "wimse://example.com/billing");
//!
//! // It answers with its own credential.
//! let mut response = Response::new("two cones");
//! inbound.sign_response(&mut response, b"two cones", &orders, now, Nonce::random()?)?;
//!
//! // The caller learns who has answered this very request.
//! let expected = ExpectedPeer::Workload("wimse://example.com/orders".parse()?);
//! let responses = ResponseVerifier::new(wits);
//! let answer = pending.verify_response(&response, b"two cones", &responses, &expected, &guard, now)?;
//! assert!(matches!(answer, Answer::Authenticated(_)));
//!
//! // The same request again is a replay; what is told to the peer is the same for every cause.
//! let refused = verifier.verify(&request, &target, &guard, now).unwrap_err();
//! assert_eq!(refused.code(), "httpsig.replayed");
//! assert_eq!(refused.response().status(), 400);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Which part is for what
//!
//! - The types at the top of the crate are the WIMSE profile. It has no switch to make it weaker.
//! - [`guide`] tells what a signature protects and what not, what proxies do to it, and what to configure.
//! - [`problem`] has the answers to refused requests; [`explain`] tells the owner of a service why.
//! - [`message`] is the generic core of RFC 9421, usable without WIMSE; [`digest`] is `Content-Digest`.
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

mod accept;
mod content;
pub mod digest;
mod error;
mod exchange;
pub mod explain;
pub mod guide;
pub mod message;
pub mod problem;
pub mod profile;
mod request;
mod response;
mod signing;
mod wanted;

pub use accept::AcceptSignatureOptions;
pub use error::{HttpSignatureError, ResponseError};
pub use request::{
    CheckedRequest, HeadChecked, Inbound, PendingExchange, PreparedRequest, PresentedSignature, RemoteSigner,
    RequestOptions, ResponseSigning, Signer, Verifier,
};
pub use response::{
    Answer, CheckedResponse, ExpectedPeer, PreparedResponse, RemoteResponseSigner, ResponseHead,
    ResponseOptions, ResponseSigner, ResponseVerifier, SignedResponse,
};
pub use signing::SignError;
pub use wanted::WantedSignature;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

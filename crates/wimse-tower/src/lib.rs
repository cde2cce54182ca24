//! WIMSE as tower middleware: services that know for certain who calls, and callers that prove who they are.
//!
//! Texts: draft-ietf-wimse-wpt-02, draft-ietf-wimse-http-signature-07 with the known changes of -08,
//! draft-ietf-wimse-mutual-tls (towards -03). The proofs themselves are in [`wpt`], [`httpsig`] and `mtls`, and whom to
//! trust is said in [`creds`]; this crate puts them into services and clients. It issues nothing.
//!
//! ```text
//!  client                                                                                                service
//!  SignLayer                                                                                   AuthenticateLayer
//!     | WIT and a fresh proof                       Authenticator: what a request proves             |
//!     |                                                head: all that is cheap, every proof, names   |
//!     v                                                content: size, time, digest                   v
//!  Request ------------------------------------->      the time again, replay              handler(Peer(caller))
//!                                                   Policy: who is needed here                       |
//!  Responses: who has answered <------------------------------- signed, where that is asked for -----+
//! ```
//!
//! # A service
//!
//! [`AuthenticateLayer`] is a layer of tower: for axum, tonic, hyper, or services of your own.
//!
#![cfg_attr(feature = "axum", doc = "```")]
#![cfg_attr(not(feature = "axum"), doc = "```ignore")]
//! use axum::{Router, routing::{get, post}};
//! use std::{error::Error, sync::Arc};
//! use wimse_tower::creds::pop::{LayerPolicy, MemoryReplayGuard, PeerPolicy, Replay};
//! use wimse_tower::creds::trust::{DomainAnchors, TrustAnchors};
//! use wimse_tower::creds::{WitPolicy, WitVerifier};
//! use wimse_tower::{AuthenticateLayer, Authenticator, Binding, Decision, ExternalBase, Peer, Policy};
//!
//! fn app(issuer_keys: &[u8]) -> Result<Router, Box<dyn Error>> {
//!     // Whose tokens count.
//!     let domain = DomainAnchors::new("wimse://example.com".parse()?).with_jwk_set(issuer_keys)?;
//!     let wits = Arc::new(WitVerifier::new(TrustAnchors::none().with(domain)?, WitPolicy::default()));
//!
//!     // What callers dial, how replays are refused, where decisions are written.
//!     let base = ExternalBase::new("https://orders.example.com")?;
//!     let replay = Replay::Local(Arc::new(MemoryReplayGuard::new(100_000)));
//!     let authenticator = Authenticator::for_messages(base, wits, replay)
//!         .on_decision(|decision: &Decision<'_>| eprintln!("{decision}"));
//!     let authenticator = Arc::new(authenticator);
//!
//!     // Who may do what.
//!     let web = LayerPolicy::Either(PeerPolicy::exactly(["wimse://example.com/web".parse()?]));
//!     let read = Policy::any_of([Binding::WorkloadProofToken, Binding::HttpSignature], web.clone());
//!     let write = Policy::any_of([Binding::HttpSignature], web);
//!     let read = AuthenticateLayer::new(authenticator.clone(), read)?;
//!     let write = AuthenticateLayer::new(authenticator, write)?;
//!     Ok(Router::new().route("/orders/{id}", get(show).layer(read)).route("/orders", post(place).layer(write)))
//! }
//!
//! async fn show(Peer(caller): Peer) -> String {
//!     format!("hello {}", caller.identifier())
//! }
//!
//! async fn place(Peer(caller): Peer, order: String) -> String {
//!     format!("{order} for {}", caller.identifier())
//! }
//! ```
//!
//! Handlers of axum take `Peer`, or `MaybePeer` on routes that are open to [anonymous](Policy::or_anonymous) callers; a handler
//! that takes `Peer` is never called without one. Elsewhere, [`Authenticated`] is in the extensions of the request.
//!
//! - **A proof that is there and fails refuses the request**, whatever else passes. [`downgrades`] has what every
//!   combination of proofs gets under every policy.
//! - Refused callers learn nothing but that: one fixed answer, whatever the cause. [`Decision`] has the cause, and writes it as
//!   a line for the log.
//! - All that a request says of its own host is ignored. [`ExternalBase`] says what callers dial, and what a proxy does to
//!   paths.
//! - Content that a signature covers is held until it has been verified, within [`ContentLimits`]; other content is passed on as
//!   it arrives, and its size is the application's to limit.
//! - Responses are signed where a request demands it, or by [policy](Policy::signed_responses): see
//!   [`Authenticator::sign_responses`].
//! - gRPC is answered in gRPC: [`grpc`] has the statuses. A signature cannot cover a stream, and is accepted for
//!   [methods that are known to be unary](Authenticator::unary_methods) alone.
//! - Every decision goes on record with [`Authenticator::audit`], as a line of JSON: see [`audit`]. Spans of `tracing` and
//!   `metrics` are features: see [`telemetry`].
//! - With more than one replica, take [`Replay::Shared`](creds::pop::Replay::Shared).
//!
//! The peer of a mutual TLS connection is a proof like the others: see `Authenticator::mutual_tls` (feature `mtls`), and
//! [`LayerPolicy`](creds::pop::LayerPolicy) for how it is compared with the one in the message. `HttpServer` (feature `serve`) is
//! an accept loop with limits for both, in place of `axum::serve`, which has none.
//!
//! # A client
//!
//! ```
//! use std::sync::Arc;
//! use wimse_tower::client::{Responses, SignLayer};
//! use wimse_tower::creds::WitVerifier;
//! use wimse_tower::creds::pop::{MemoryReplayGuard, WitSource};
//! use wimse_tower::identifier::IdentityMap;
//!
//! /// Signs requests, and takes answers of the mapped workloads only.
//! fn layer(source: impl WitSource + 'static, wits: Arc<WitVerifier>, map: IdentityMap) -> SignLayer {
//!     let responses = Responses::signed(wits, map, Arc::new(MemoryReplayGuard::new(100_000)));
//!     SignLayer::http_signature(source).verify_responses(responses)
//! }
//! ```
//!
//! [`client`] goes on from here: reqwest, retries, plain HTTP.
//!
//! # Features
//!
//! | Feature | Default | What it adds |
//! | --- | --- | --- |
//! | `axum` | no | the extractors `Peer` and `MaybePeer`, and the path as it was before a router shortened it |
//! | `serve` | no | `HttpServer`: an accept loop on hyper, with limits |
//! | `mtls` | no | the peer of a mutual TLS connection; `HttpServer` over mutual TLS |
//! | `reqwest` | no | `client::SigningClientBuilder`, for `reqwest-middleware` |
//! | `tracing` | no | spans and events, for a subscriber of `tracing`: [`telemetry`] |
//! | `metrics` | no | counters and histograms, for a recorder of the crate `metrics`: [`telemetry`] |
//! | `aws-lc` | yes | the crypto backend `aws-lc-rs`: every algorithm; needs a C compiler |
//! | `pure` | no | the crypto backend without C: ES256, Ed25519, EdDSA; `es384` and `es512` add those |
//! | `josekit` | no | the crypto backend `josekit` on OpenSSL: every algorithm |
//!
//! Routers that nest (`Router::nest`) take a prefix off the path. With the feature `axum` the path that was received is found all
//! the same; other frameworks must have the layer outside of what shortens paths.

#![forbid(unsafe_code)]

pub mod audit;
pub mod client;
mod clock;
mod external;
#[cfg(feature = "serve")]
mod serve;
mod server;
pub mod telemetry;

pub use clock::SystemClock;
pub use external::ExternalBase;
#[cfg(feature = "mtls")]
pub use serve::{AcceptError, MtlsAcceptor};
#[cfg(feature = "serve")]
pub use serve::{HttpServer, ServerLimits};
pub use server::{
    AudienceMismatch, Authenticate, AuthenticateFuture, AuthenticateLayer, Authenticated, Authenticator,
    Authorize, Bindings, ConfigError, ContentError, ContentLimits, Decision, DecisionHook, Policies, Policy,
    Refusal, ResponseFailure, ServerBody, Stage, Unjudged,
};
#[cfg(feature = "axum")]
pub use server::{MaybePeer, Peer};
pub use wimse_creds as creds;
pub use wimse_creds::pop::binding::Binding;
pub use wimse_httpsig as httpsig;
pub use wimse_identifier as identifier;
#[cfg(feature = "mtls")]
pub use wimse_mtls as mtls;
#[cfg(feature = "mtls")]
pub use wimse_mtls::MtlsSession;
pub use wimse_wpt as wpt;

#[doc = include_str!("downgrades.md")]
pub mod downgrades {}

#[doc = include_str!("grpc.md")]
pub mod grpc {}

#[cfg(all(doctest, feature = "axum"))]
#[doc = include_str!("../README.md")]
struct Readme;

// Its code compiles too.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/behind-a-proxy.md")]
struct BehindAProxy;

//! How a service learns who is calling, and decides.
//!
//! In a service on axum, tonic or another tower stack, all of this is a layer: the crate `wimse-tower`. What it does, step by
//! step, and what a service without it does:
//!
//! Once, at start: anchors, a verifier for WITs (shared by everything), the audience, a memory for replays.
//!
//! ```
//! use std::sync::Arc;
//! use wimse::creds::pop::{Audience, MemoryReplayGuard, PeerPolicy};
//! use wimse::creds::trust::{DomainAnchors, TrustAnchors};
//! use wimse::creds::{WitPolicy, WitVerifier};
//! use wimse::wpt::Verifier;
//!
//! struct Gate {
//!     verifier: Verifier,
//!     guard: MemoryReplayGuard,
//!     policy: PeerPolicy,
//! }
//!
//! fn gate(jwks: &[u8]) -> Result<Gate, Box<dyn std::error::Error>> {
//!     let domain = DomainAnchors::new("wimse://example.com".parse()?).with_jwk_set(jwks)?;
//!     let wits = Arc::new(WitVerifier::new(TrustAnchors::none().with(domain)?, WitPolicy::default()));
//!     Ok(Gate {
//!         verifier: Verifier::new(wits, Audience::base("https://api.example.com")?),
//!         // Billing is the only caller, so its share is all there is.
//!         guard: MemoryReplayGuard::new(100_000).with_share_per_sender(100_000),
//!         policy: PeerPolicy::exactly(["wimse://example.com/billing".parse()?]),
//!     })
//! }
//!
//! // Per request: authenticate, then authorise, then work.
//! use http::{Request, Response, StatusCode};
//! use wimse::creds::UnixTime;
//!
//! impl Gate {
//!     fn handle<B>(&self, request: &Request<B>, now: UnixTime) -> Response<&'static str> {
//!         let caller = match self.verifier.verify(request, &self.guard, now) {
//!             Ok(caller) => caller,
//!             // Log the code; tell the peer nothing but 401.
//!             Err(refused) => return refused.response(),
//!         };
//!         let mut response = Response::new("hello");
//!         if self.policy.authorize(&caller).is_err() {
//!             *response.status_mut() = StatusCode::FORBIDDEN;
//!         }
//!         response
//!     }
//! }
//! ```
//!
//! # Sizing the replay guard
//!
//! It must hold every proof from its admission until it has expired. Count requests per second × (lifetime of the
//! proofs + 30 s of leeway), and a fifth more: at 1,000 requests per second with proofs of 60 seconds, 108,000 entries
//! of 40 to 80 bytes. When it is full it refuses with 503.
//!
//! One sender may take an eighth of it, so that no caller can fill it for all. A service with few callers needs more
//! for each: [`with_share_per_sender`](crate::creds::pop::MemoryReplayGuard::with_share_per_sender), up to the whole
//! where there is only one.
//!
//! Callers choose the lifetime of their proofs, up to 330 seconds unless
//! [`Verifier::max_lifetime`](crate::wpt::Verifier::max_lifetime) says less. Where it says more, or the leeway is longer,
//! [`with_window`](crate::creds::pop::MemoryReplayGuard::with_window) must be as long as both together.
//!
//! A guard is the memory of one process. Replicas share one on Redis with the crate `wimse-replay`, which refuses after a
//! loss what could have been admitted before; for a single process,
//! [`with_fence`](crate::creds::pop::MemoryReplayGuard::with_fence) does that after a restart.
//!
//! # Anchors that change
//!
//! The crate `wimse-trust` keeps them up to date from files, JWK Sets and SPIFFE bundle endpoints. For a source of your own,
//! implement [`TrustAnchorSource`](crate::creds::trust::TrustAnchorSource) over a snapshot that you swap; return the
//! same `Arc` while nothing has changed, so that verified WITs stay cached.

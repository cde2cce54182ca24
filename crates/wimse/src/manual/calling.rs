//! How a client proves who it is.
//!
//! Clients on tower, tonic or reqwest have a layer for that: the crate `wimse-tower`.
//!
//! Attach the proof last, when the request is otherwise complete, and make a new one for every attempt:
//!
//! ```
//! use std::time::SystemTime;
//! use wimse::creds::UnixTime;
//! use wimse::creds::pop::{Nonce, WitCredential};
//! use wimse::wpt::Prover;
//!
//! fn order(credential: &WitCredential) -> Result<http::Request<String>, Box<dyn std::error::Error>> {
//!     let mut request = http::Request::post("https://api.example.com/orders").body("{}".to_owned())?;
//!     let now = UnixTime::from(SystemTime::now());
//!     Prover::new(credential).attach(&mut request, now, Nonce::random()?)?;
//!     Ok(request)
//! }
//! ```
//!
//! Three things are refused rather than repaired: a request that has an `Authorization` field already, a plain `http`
//! target (say [`channel_is_secure`](crate::wpt::ProofOptions::channel_is_secure) for loopback or a mesh), and a
//! credential that has expired.
//!
//! If the call carries somebody's authorisation, such as a transaction token, the proof covers it: `Txn-Token` always,
//! other fields where both sides name them.
//!
//! ```
//! use http::HeaderName;
//! use wimse::creds::pop::WitCredential;
//! use wimse::wpt::{ProofOptions, Prover};
//!
//! fn prover(credential: &WitCredential) -> Prover<'_> {
//!     let options = ProofOptions::default().context_fields([HeaderName::from_static("x-user-context")]);
//!     Prover::with_options(credential, options)
//! }
//! ```
//!
//! A key in a KMS or HSM signs through [`RemoteProver`](crate::wpt::RemoteProver): `prepare`, sign elsewhere, `attach`.
//!
//! The proof says who *you* are. Who *they* are, the TLS connection says, and it must say that it is the workload that
//! you mean: keep a map from the name that you dial to the identifier that you expect.
//!
//! ```
//! use wimse::identifier::{ExternalHandle, IdentityMap};
//!
//! let mut map = IdentityMap::new();
//! map.insert(ExternalHandle::dns_name("api.example.com")?, "wimse://example.com/orders".parse()?)?;
//! assert!(map.expected(&ExternalHandle::dns_name("other.example.com")?).is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

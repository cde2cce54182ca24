//! Identifiers, credentials, proofs, peers.
//!
//! A **Workload Identifier** is a URI: scheme, trust domain, path. `wimse://example.com/billing` says that the trust
//! domain `example.com` knows a workload `/billing`. It is a name, and anybody can write a name down.
//!
//! A **trust domain** is whoever runs the issuers of such names. A recipient is configured with the keys of the issuers
//! that it believes, per [`Origin`](crate::identifier::Origin): scheme *and* trust domain, since `spiffe://example.com`
//! and `wimse://example.com` may be two different organisations' worlds.
//!
//! A **credential** is the issuer's word that a name belongs to a key. The Workload Identity Token (WIT) is a JWT with
//! the identifier in `sub` and the public key in `cnf.jwk`. Whoever has seen a WIT has a copy of it, so it is no proof
//! of anything about its presenter: after verification you hold a
//! [`Verified`](crate::creds::Verified)`<`[`WorkloadIdentityToken`](crate::creds::WorkloadIdentityToken)`>`, which is
//! vouched for and not a caller.
//!
//! A **proof of possession** shows that the presenter holds the private key, now, for this call. Only with it comes an
//! [`AuthenticatedPeer`](crate::creds::pop::AuthenticatedPeer), the one type that authorisation should take.
//!
//! ```text
//! name               vouched for                proven                     allowed
//! WorkloadIdentifier Verified<WIT>              AuthenticatedPeer          your policy
//!   anybody            issuer's signature         key, audience, fresh       PeerPolicy::authorize
//! ```
//!
//! The types make the steps hard to skip:
//!
//! ```
//! use wimse::creds::pop::{AuthenticatedPeer, NotAuthorized, PeerPolicy};
//!
//! fn delete_order(policy: &PeerPolicy, caller: &AuthenticatedPeer) -> Result<(), NotAuthorized> {
//!     policy.authorize(caller)
//! }
//! ```
//!
//! A WIT that was only verified is not accepted there:
//!
//! ```compile_fail
//! use wimse::creds::pop::{AuthenticatedPeer, NotAuthorized, PeerPolicy};
//! use wimse::creds::{Verified, WorkloadIdentityToken};
//!
//! fn delete_order(policy: &PeerPolicy, wit: &Verified<WorkloadIdentityToken>) -> Result<(), NotAuthorized> {
//!     policy.authorize(wit)
//! }
//! ```

//! Proof of possession: what the bindings (WPT, HTTP Message Signatures, mutual TLS) have in common.
//!
//! ```text
//! Verified<WorkloadIdentityToken>     vouched for
//!   | prove_possession                signature with the key of `cnf`
//!   v
//! binding::Possession
//!   | into_checked                    audience, lifetime, hashes, context
//!   v
//! CheckedProof
//!   | admit                           not seen before
//!   v
//! AuthenticatedPeer
//! ```
//!
//! [`binding`] is the one door between "vouched for" and "proven"; applications never need it.

mod audience;
pub mod binding;
mod credential;
mod nonce;
mod peer;
mod policy;
mod replay;

pub use audience::{Audience, AudienceError, ProofTokenAudience, SignatureAudience};
pub use credential::{CredentialError, WitCredential};
pub use nonce::{Nonce, NonceError};
pub use peer::{AdmitError, AuthenticatedPeer, CheckedProof};
pub use policy::{NotAuthorized, PeerPolicy};
pub use replay::{MemoryReplayGuard, NoReplayGuard, ReplayError, ReplayGuard, ReplayKey, ReplayScope};

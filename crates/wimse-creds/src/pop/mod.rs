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
//!   | admit, admit_async              not seen before
//!   v
//! AuthenticatedPeer
//! ```
//!
//! Mutual TLS joins at the end: its handshake is the proof, and what it authenticates is an [`AuthenticatedPeer`] too.
//! [`LayeredPeers`] holds the peer of a connection beside that of a message.
//!
//! [`binding`] is the one door between "vouched for" and "proven"; applications never need it.

mod audience;
pub mod binding;
mod credential;
mod layered;
mod nonce;
mod peer;
mod policy;
mod replay;
mod source;

pub use audience::{Audience, AudienceError, ProofTokenAudience, SignatureAudience};
pub use credential::{CredentialError, WitCredential};
pub use layered::{LayerError, LayerPolicy, LayeredPeers};
pub use nonce::{Nonce, NonceError};
pub use peer::{AdmitError, AuthenticatedPeer, CheckedProof};
pub use policy::{NotAuthorized, PeerPolicy};
pub use replay::{
    Admissible, MemoryReplayGuard, NoReplayGuard, OnError, Replay, ReplayError, ReplayFuture, ReplayGuard,
    ReplayKey, ReplayScope, ReplayStore, SharedReplay,
};
pub use source::WitSource;

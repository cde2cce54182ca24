//! The WIMSE profile, through its public API.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod accept;
mod algorithms;
mod answers;
mod both_proofs;
mod content;
mod elsewhere;
#[path = "../exchange/mod.rs"]
mod exchange;
mod explain;
mod hostile;
mod properties;
mod request;
mod response;
mod shared_store;
mod signer;
mod targets;
mod times;

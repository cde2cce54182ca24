//! The client side: what is sent, what is refused, and what an answer has to prove.

#![allow(clippy::unwrap_used, reason = "a test may")]

#[cfg(feature = "reqwest")]
mod detours;
mod proofs;
mod refusals;
#[cfg(feature = "reqwest")]
mod reqwest;
mod responses;
mod retries;
mod support;
mod wire;

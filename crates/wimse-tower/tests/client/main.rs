//! The client side: what is sent, what is refused, and what an answer has to prove.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod proofs;
mod refusals;
#[cfg(feature = "reqwest")]
mod reqwest;
mod responses;
mod support;
mod wire;

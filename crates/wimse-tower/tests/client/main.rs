//! The client side: what is sent, what is refused, and what an answer has to prove.

mod proofs;
mod refusals;
#[cfg(feature = "reqwest")]
mod reqwest;
mod responses;
mod support;
mod wire;

//! The layer, without a network.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod admission;
mod answers;
mod audit;
mod content;
mod garbage;
mod grpc;
mod original;
mod policies;
mod responses;
#[path = "../support/mod.rs"]
mod support;
mod unjudged;

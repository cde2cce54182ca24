//! The peer of a mutual TLS connection, alone and beside proofs in messages.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod downgrades;
mod layers;
mod refused;
mod server;
#[path = "../support/mod.rs"]
mod support;
mod workshop;

//! TLS handshakes in memory: whom either side accepts, and why it refuses the others.
#![cfg(feature = "aws-lc")]
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod clients;
mod connection;
mod expectations;
mod foreign;
#[path = "../../../wimse-creds/tests/forge/mod.rs"]
mod forge;
mod layers;
mod lifetime;
mod rotation;
mod servers;
#[cfg(feature = "tls12")]
mod tls12;
mod workshop;

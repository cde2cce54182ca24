//! The store on a real server: each proof once, after a loss, and when the server fails.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod captured;
mod configuration;
mod connections;
mod costs;
mod failures;
mod hung;
mod loss;
mod lost_answers;
mod once;
mod program;
mod proofs;
mod relay;
mod replicas;
mod server;
mod service;
mod shared;
#[cfg(feature = "tls")]
mod tls;

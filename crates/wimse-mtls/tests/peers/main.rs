//! Connections over loopback with the TLS stacks that others run: whom we accept, and why we refuse the others.
//!
//! A program that is not installed is named as `skipped: …`, or fails the test where `WIMSE_REQUIRE` has "peers".
#![cfg(all(unix, feature = "aws-lc"))]
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod callers;
mod configured;
mod domain;
mod folder;
#[allow(dead_code, reason = "TLS 1.2 is for the tests in memory")]
#[path = "../handshake/foreign.rs"]
mod foreign;
#[path = "../../../wimse-creds/tests/forge/mod.rs"]
mod forge;
mod ours;
#[allow(dead_code, reason = "shared with the tests of the command")]
mod program;
mod proxies;
mod servers;
#[cfg(feature = "tls12")]
mod tls12;
mod workshop;

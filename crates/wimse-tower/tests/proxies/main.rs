//! nginx and `HAProxy` in front of a real service, rewriting host and path.
//!
//! A program that is not installed is named as `skipped: …`, or fails the test where `WIMSE_REQUIRE` has "peers".
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may")]

#[allow(dead_code, reason = "shared with the tests of mutual TLS")]
#[path = "../../../wimse-mtls/tests/peers/configured.rs"]
mod configured;
mod folder;
mod gateway;
#[allow(dead_code, reason = "shared with the tests of mutual TLS")]
#[path = "../../../wimse-mtls/tests/peers/program.rs"]
mod program;
mod rewritten;
#[allow(dead_code, reason = "shared with the tests without a proxy")]
#[path = "../wire/service.rs"]
mod service;
#[path = "../support/mod.rs"]
mod support;

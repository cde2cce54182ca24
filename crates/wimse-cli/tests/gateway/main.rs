//! `wimse gateway` behind real proxies, each with the configuration of `docs/gateway`, and in front of a service in Python.
//!
//! A program that is not installed is named as `skipped: …`, or fails the test where `WIMSE_REQUIRE` has "peers".
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod asked;
mod behind;
mod content;
mod direct;
#[path = "../transcripts/fixture.rs"]
mod fixture;
mod http2;
mod mtls;
mod observed;
#[path = "../transcripts/page.rs"]
#[allow(dead_code, reason = "the other tests take the rest")]
mod page;
mod pages;
#[allow(dead_code, reason = "shared with the tests of mutual TLS")]
#[path = "../../../wimse-mtls/tests/peers/program.rs"]
mod program;
mod proxy;
mod received;
mod stage;
#[path = "../workshop/mod.rs"]
mod workshop;

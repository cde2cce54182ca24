//! `wimse serve` and `wimse call`: the real commands, with each other.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod accepted;
#[cfg(unix)]
mod balanced;
#[allow(dead_code, reason = "shared with the tests of mutual TLS")]
#[cfg(unix)]
#[path = "../../../wimse-mtls/tests/peers/configured.rs"]
mod configured;
mod connected;
mod credentials;
#[cfg(unix)]
mod fallback;
#[path = "../transcripts/fixture.rs"]
mod fixture;
#[cfg(unix)]
#[path = "../../../wimse-tower/tests/proxies/folder.rs"]
mod folder;
mod grpc;
mod issued;
mod layered;
mod mtls;
mod observed;
#[path = "../transcripts/page.rs"]
#[allow(dead_code, reason = "the other tests take the rest")]
mod page;
mod pages;
#[allow(dead_code, reason = "shared with the tests of mutual TLS")]
#[cfg(unix)]
#[path = "../../../wimse-mtls/tests/peers/program.rs"]
mod program;
#[cfg(unix)]
#[path = "../workshop/redis.rs"]
mod redis;
mod refused;
#[cfg(unix)]
mod replicas;
mod retries;
mod rewritten;
mod running;
#[allow(dead_code, reason = "shared with the tests of live trust")]
#[path = "../../../wimse-trust/tests/support/server.rs"]
mod server;
mod service;
mod sources;
mod spooled;
mod traced;
mod trust;
mod web;
#[path = "../workshop/web.rs"]
mod web_tls;
#[path = "../workshop/mod.rs"]
mod workshop;

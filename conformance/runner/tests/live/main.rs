//! Live mode drives servers: a strict one, and one that leaves out what matters.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../../examples/lax_server.rs"]
mod lax_server;
mod servers;

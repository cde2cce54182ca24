//! Live mode drives servers, in the clear and over TLS: strict ones, and some that leave out what matters.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../../examples/lax_server.rs"]
mod lax_server;
mod servers;
#[cfg(feature = "mtls")]
mod tls;

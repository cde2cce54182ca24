//! Live mode drives servers: a strict one, and one that leaves out what matters.

#[path = "../../examples/lax_server.rs"]
mod lax_server;
mod servers;

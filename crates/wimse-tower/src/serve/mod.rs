//! Connections: an accept loop on hyper, with limits.

mod activity;
mod connection;
mod limits;
mod lingering;
mod server;
#[cfg(feature = "mtls")]
mod tls;

pub use limits::ServerLimits;
pub use server::HttpServer;
#[cfg(feature = "mtls")]
pub use tls::{AcceptError, MtlsAcceptor};

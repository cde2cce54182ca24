//! Asking a configured server, and nobody else.

mod address;
mod client;
mod connection;
mod endpoint;
mod error;
mod freshness;

pub use address::{AddressPolicy, Network, NetworkError};
pub use client::HttpClient;
pub(crate) use client::JSON;
pub use endpoint::{Endpoint, EndpointError};
pub use error::HttpError;
pub(crate) use freshness::max_age;

//! The client side: requests that prove who sends them, and responses that prove who answers.
//!
//! [`SignLayer`] is a layer for any tower client that takes HTTP requests: hyper-util, tonic, or one of your own. It
//! attaches the WIT and a fresh WPT, or signs, last of all, and verifies the response where responses are signed. With the
//! feature `reqwest` there is `SigningClientBuilder`, which does the same for `reqwest-middleware`.
//!
//! - Put it **beneath** whatever sends a request again: each attempt then has a fresh proof. Recipients accept a
//!   proof once.
//! - It follows no redirect. A client that does by itself would carry the proof to a place that it was not made for: reqwest,
//!   by default. `SigningClientBuilder` makes one that does not.
//! - The WIT comes from a [`WitSource`](wimse_creds::pop::WitSource), which is asked for each request and renews beside it.
//! - Nothing is sent over plain HTTP, but to a loopback address or if [allowed](SignLayer::allow_plain_http). A target without
//!   a scheme does not say, and is refused unless [you say](SignLayer::connects_securely) that the channel is secure.
//!
//! ```
//! use std::sync::Arc;
//! use wimse_creds::pop::WitSource;
//! use wimse_tower::client::SignLayer;
//!
//! fn layer(source: impl WitSource + 'static) -> SignLayer {
//!     SignLayer::proof_token(source)
//! }
//! ```

mod body;
mod error;
mod layer;
mod peers;
#[cfg(feature = "reqwest")]
mod reqwest;
mod responses;
mod sender;
mod service;
mod target;

pub use body::ClientBody;
pub use error::ClientError;
pub use layer::SignLayer;
pub use peers::Peers;
#[cfg(feature = "reqwest")]
pub use reqwest::{SignMiddleware, SigningClientBuilder};
pub use responses::Responses;
pub use service::SignService;

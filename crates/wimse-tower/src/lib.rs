//! WIMSE as tower middleware: callers that prove who they are, request by request.
//!
//! [`client`] has the layer for clients. Texts: draft-ietf-wimse-wpt-02, draft-ietf-wimse-http-signature-07 with the
//! known changes of -08.

#![forbid(unsafe_code)]

pub mod client;
mod clock;

pub use clock::SystemClock;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

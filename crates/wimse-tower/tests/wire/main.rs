//! A real axum service over TCP: extractors, nesting, and clients that mean no good.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod hostile;
mod routes;
mod service;
#[path = "../support/mod.rs"]
mod support;

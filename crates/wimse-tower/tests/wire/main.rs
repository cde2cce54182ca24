//! A real axum service over TCP: extractors, nesting, and clients that mean no good.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod hostile;
mod routes;
mod service;
#[cfg(unix)]
mod socket;
#[path = "../support/mod.rs"]
mod support;
mod unread;

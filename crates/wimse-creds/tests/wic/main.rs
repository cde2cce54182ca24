//! Workload Identity Certificates: issued, read and verified.
#![cfg(all(feature = "wic", any(feature = "aws-lc", feature = "josekit", feature = "pure")))]
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod domains;
#[path = "../forge/mod.rs"]
mod forge;
mod hostile;
mod leaf;
mod paths;
mod workshop;

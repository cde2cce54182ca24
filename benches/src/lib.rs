//! What the benchmarks measure: operations beside their floors, and work beside the size of its input.
//!
//! The floor of an operation is its signature, hash and key-import calls, composed in one closure and made directly
//! on the libraries, over the same messages and keys. `benches/README.md` says how to run and how to read.
#![forbid(unsafe_code)]

pub mod exchange;
pub mod growth;
pub mod interleave;
pub mod library;
pub mod linear;
pub mod operations;
pub mod peers;
pub mod primitive;
pub mod replay;
pub mod scenario;
pub mod threads;
mod tls;

/// Why a benchmark could not be set up.
pub type Error = Box<dyn std::error::Error>;

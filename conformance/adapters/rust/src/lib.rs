//! The crates of this workspace as an implementation that the conformance suite runs.
//!
//! The runner (`wimse-conformance`) calls [`answer`] in its own process. The program `wimse-harness` does the same behind
//! the harness protocol (`conformance/README.md`), as an implementation in any other language would:
//!
//! ```text
//! runner ----------------> answer ----> execute ----> wimse, wimse-mtls
//! runner --stdin/stdout--> serve  ------^
//! ```
//!
//! | Module | What it knows |
//! | --- | --- |
//! | [`protocol`] | the messages of both sides |
//! | [`mod@execute`] | one function per operation: the only part that calls the crates under test |
//!
//! # Example
//!
//! ```
//! use serde_json::json;
//! use wimse_harness::{Case, answer, protocol::Answer};
//!
//! let case = Case::of_operation("identifier.parse")
//!     .with_input("identifier", json!({"text": "wimse://trust.example.com/service/payment"}));
//! let Answer::Accept { outputs } = answer(&case) else { return Err("refused".into()) };
//! assert_eq!(outputs["trust_domain"], "trust.example.com");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod answer;
mod bytes;
mod case;
pub mod execute;
pub mod protocol;
mod serve;

pub use answer::answer;
pub use bytes::Bytes;
pub use case::Case;
pub use serve::{hello, serve};

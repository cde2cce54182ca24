//! Where signatures are made and checked.
//!
//! A backend is one file with a `VerifyingKey` and a `SigningKey`; `verifying.rs` and `signing.rs` choose among them.
//! Accept and reject decisions are the same with every backend: what a library decides for itself (small-order points,
//! signature lengths, sizes of RSA keys) is decided before it.

#[cfg(feature = "aws-lc")]
mod aws_lc;
mod choice;
#[cfg(test)]
mod differential;
#[cfg(feature = "josekit")]
mod josekit;
#[cfg(feature = "pure")]
mod pure;
mod signing;
mod verifying;

pub use choice::Backend;

pub(crate) use signing::{SigningKey, generate_rsa};
pub(crate) use verifying::VerifyingKey;

//! What signing a request and signing a response have in common.

mod additions;
mod draft;
mod error;
mod options;

pub(crate) use additions::Additions;
pub(crate) use draft::{Draft, Terms};
pub use error::SignError;
pub(crate) use options::SigningOptions;

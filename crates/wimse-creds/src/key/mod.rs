//! Keys: what signs and what verifies.
//!
//! A [`PublicKey`] and a [`SigningKey`] have exactly one [`Algorithm`]. An [`AnchorKey`] may be wider: a JWK without
//! `alg` is usable with every algorithm of its key type and curve. The `alg` of a token is compared with the key's,
//! never obeyed.

mod algorithm;
mod anchor;
mod backend;
mod edwards;
mod error;
mod explain;
mod jwk;
mod material;
mod pkcs8;
mod public;
mod signing;
mod spki;
mod thumbprint;

pub use algorithm::{Algorithm, AlgorithmError};
pub use anchor::AnchorKey;
pub use error::{KeyError, SignatureError};
pub use public::PublicKey;
pub use signing::SigningKey;
pub use thumbprint::Thumbprint;

pub(crate) use error::key_code;
pub(crate) use explain::explain_confirmation_key;
pub(crate) use jwk::KeyPurpose;

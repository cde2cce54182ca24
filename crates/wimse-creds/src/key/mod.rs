//! Keys: what signs and what verifies.
//!
//! A [`PublicKey`] and a [`SigningKey`] have exactly one [`Algorithm`]. An [`AnchorKey`] may be wider: a JWK without
//! `alg` is usable with every algorithm of its key type and curve. The `alg` of a token is compared with the key's,
//! never obeyed.
//!
//! Who makes and checks signatures is a [`Backend`]: each is a feature. Algorithms of the future will have longer keys and
//! signatures (ML-DSA for JOSE, RFC 9964, has `kty` "AKP", one `pub` of up to 2,592 bytes, and signatures of up to 4,627):
//! lengths are those of a key ([`PublicKey::signature_bytes`]), never a constant. A new algorithm is a row in the table
//! of `algorithm.rs`, a kind of numbers in `material.rs`, and an arm in each backend that has it; and, since a proof
//! with such a key exceeds them, larger limits for tokens, proofs and header fields.

#![cfg_attr(
    not(any(feature = "aws-lc", feature = "josekit", feature = "pure")),
    allow(dead_code, unreachable_code, unused_imports, unused_variables, reason = "nobody can get a key")
)]

mod algorithm;
mod anchor;
mod backend;
mod edwards;
mod error;
mod explain;
#[cfg(feature = "josekit")]
mod josekit_jwk;
mod jwk;
mod kind;
mod material;
mod pkcs8;
mod public;
mod rsa;
mod signing;
mod spki;
mod thumbprint;
#[cfg(not(any(feature = "aws-lc", feature = "josekit", feature = "pure")))]
mod without_backend;

pub use algorithm::{Algorithm, AlgorithmError};
pub use anchor::AnchorKey;
pub use backend::Backend;
pub use error::{KeyError, SignatureError, SigningError};
pub use public::PublicKey;
pub use signing::SigningKey;
pub use thumbprint::Thumbprint;

pub(crate) use error::key_code;
pub(crate) use explain::explain_confirmation_key;
pub(crate) use jwk::KeyPurpose;

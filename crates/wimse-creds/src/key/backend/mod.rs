//! Where signatures are made and checked.
//!
//! A backend is one file with a `VerifyingKey` and a `SigningKey`; this file chooses among them. Callers see only
//! the two enums below, so that a backend is added without touching them. Accept and reject decisions are the same
//! with every backend: what a library decides for itself (small-order points, signature lengths) is decided before it.

#[cfg(feature = "pure")]
mod pure;

use super::{Algorithm, KeyError, SignatureError, edwards, material::Material};
use zeroize::Zeroizing;

/// A public key, parsed once and kept.
#[derive(Debug)]
pub(crate) enum VerifyingKey {
    #[cfg(feature = "pure")]
    Pure(pure::VerifyingKey),
}

impl VerifyingKey {
    pub(crate) fn import(material: &Material) -> Result<Self, KeyError> {
        if let Material::Ed25519 { x } = material
            && (!edwards::is_canonical(x) || edwards::is_small_order(x))
        {
            return Err(KeyError::WeakKey);
        }
        #[cfg(feature = "pure")]
        return pure::VerifyingKey::import(material).map(Self::Pure);
        #[cfg(not(feature = "pure"))]
        Err(KeyError::NoBackend)
    }

    /// Checks a signature in JWS form with the one algorithm of the key.
    #[cfg_attr(not(feature = "pure"), allow(unused_variables))]
    pub(crate) fn verify(
        &self,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        if signature.len() != algorithm.signature_bytes() {
            return Err(SignatureError);
        }
        match self {
            #[cfg(feature = "pure")]
            Self::Pure(key) => key.verify(message, signature),
            #[cfg(not(feature = "pure"))]
            _ => Err(SignatureError),
        }
    }
}

/// A private key. Zeroised on drop by the library that holds it.
pub(crate) enum SigningKey {
    #[cfg(feature = "pure")]
    Pure(pure::SigningKey),
}

impl SigningKey {
    /// Takes a secret of 32 bytes: a P-256 scalar or an Ed25519 seed.
    #[cfg_attr(not(feature = "pure"), allow(unused_variables))]
    pub(crate) fn import(algorithm: Algorithm, secret: &[u8]) -> Result<Self, KeyError> {
        #[cfg(feature = "pure")]
        return pure::SigningKey::import(algorithm, secret).map(Self::Pure);
        #[cfg(not(feature = "pure"))]
        Err(KeyError::NoBackend)
    }

    pub(crate) fn public(&self) -> Material {
        match self {
            #[cfg(feature = "pure")]
            Self::Pure(key) => key.public(),
            #[cfg(not(feature = "pure"))]
            _ => Material::Ed25519 { x: [0; 32] },
        }
    }

    pub(crate) fn secret(&self) -> Zeroizing<Vec<u8>> {
        match self {
            #[cfg(feature = "pure")]
            Self::Pure(key) => key.secret(),
            #[cfg(not(feature = "pure"))]
            _ => Zeroizing::new(Vec::new()),
        }
    }

    #[cfg_attr(not(feature = "pure"), allow(unused_variables))]
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            #[cfg(feature = "pure")]
            Self::Pure(key) => key.sign(message),
            #[cfg(not(feature = "pure"))]
            _ => Vec::new(),
        }
    }
}

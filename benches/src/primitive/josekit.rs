//! `josekit`, as a raw primitive: bytes and signatures, no tokens.

use crate::Error;
use josekit::jws::alg::ecdsa::{EcdsaJwsSigner, EcdsaJwsVerifier};
use josekit::jws::alg::eddsa::{EddsaJwsSigner, EddsaJwsVerifier};
use josekit::jws::{ES256, EdDSA, JwsSigner as _, JwsVerifier as _};
use std::hint::black_box;
use wimse_creds::key::{Algorithm, SigningKey};

/// A private key.
pub enum Secret {
    /// For ES256.
    P256(Box<EcdsaJwsSigner>),
    /// For Ed25519.
    Ed25519(Box<EddsaJwsSigner>),
}

impl Secret {
    pub(super) fn of(key: &SigningKey) -> Result<Self, Error> {
        let der = key.to_pkcs8_der()?;
        Ok(match key.algorithm() {
            Algorithm::Es256 => Self::P256(Box::new(ES256.signer_from_der(&*der)?)),
            _ => Self::Ed25519(Box::new(EdDSA.signer_from_der(&*der)?)),
        })
    }

    pub(super) fn sign(&self, message: &[u8]) {
        let _ = black_box(match self {
            Self::P256(key) => key.sign(message),
            Self::Ed25519(key) => key.sign(message),
        });
    }
}

/// A public key.
pub enum Public {
    /// For ES256.
    P256(Box<EcdsaJwsVerifier>),
    /// For Ed25519.
    Ed25519(Box<EddsaJwsVerifier>),
}

impl Public {
    pub(super) fn import(algorithm: Algorithm, spki: &[u8]) -> Option<Self> {
        match algorithm {
            Algorithm::Es256 => ES256.verifier_from_der(spki).ok().map(|key| Self::P256(Box::new(key))),
            _ => EdDSA.verifier_from_der(spki).ok().map(|key| Self::Ed25519(Box::new(key))),
        }
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        match self {
            Self::P256(key) => key.verify(message, signature).is_ok(),
            Self::Ed25519(key) => key.verify(message, signature).is_ok(),
        }
    }
}

//! `p256` and `ed25519-dalek`.

use super::seed;
use crate::Error;
use ed25519_dalek::ed25519;
use p256::ecdsa;
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use std::hint::black_box;
use wimse_creds::key::{Algorithm, SigningKey};

/// A private key.
pub enum Secret {
    /// For ES256.
    P256(Box<ecdsa::SigningKey>),
    /// For Ed25519.
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

impl Secret {
    pub(super) fn of(key: &SigningKey) -> Result<Self, Error> {
        let seed = seed(key)?;
        Ok(match key.algorithm() {
            Algorithm::Es256 => Self::P256(Box::new(ecdsa::SigningKey::from_slice(&seed)?)),
            _ => Self::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(&seed))),
        })
    }

    pub(super) fn sign(&self, message: &[u8]) {
        match self {
            Self::P256(key) => {
                let signature: ecdsa::Signature = key.sign(message);
                black_box(signature.to_bytes());
            }
            Self::Ed25519(key) => {
                black_box(key.sign(message).to_bytes());
            }
        }
    }
}

/// A public key.
pub enum Public {
    /// For ES256.
    P256(ecdsa::VerifyingKey),
    /// For Ed25519.
    Ed25519(ed25519_dalek::VerifyingKey),
}

impl Public {
    pub(super) fn import(algorithm: Algorithm, point: &[u8]) -> Option<Self> {
        match algorithm {
            Algorithm::Es256 => ecdsa::VerifyingKey::from_sec1_bytes(point).ok().map(Self::P256),
            _ => ed25519_dalek::VerifyingKey::try_from(point).ok().map(Self::Ed25519),
        }
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        match self {
            Self::P256(key) => ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Self::Ed25519(key) => key.verify(message, &ed25519::Signature::from_bytes(signature)).is_ok(),
        }
    }
}

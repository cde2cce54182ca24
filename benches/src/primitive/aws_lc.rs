//! `aws-lc-rs`.

use super::seed;
use crate::Error;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair,
    ParsedPublicKey, VerificationAlgorithm,
};
use std::hint::black_box;
use wimse_creds::key::{Algorithm, SigningKey};

/// A private key.
pub enum Secret {
    /// For ES256.
    P256(Box<EcdsaKeyPair>),
    /// For Ed25519.
    Ed25519(Box<Ed25519KeyPair>),
}

impl Secret {
    pub(super) fn of(key: &SigningKey) -> Result<Self, Error> {
        Ok(match key.algorithm() {
            Algorithm::Es256 => {
                let der = key.to_pkcs8_der()?;
                Self::P256(Box::new(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der)?))
            }
            _ => Self::Ed25519(Box::new(Ed25519KeyPair::from_seed_unchecked(&seed(key)?)?)),
        })
    }

    pub(super) fn sign(&self, message: &[u8]) {
        match self {
            Self::P256(key) => {
                let _ = black_box(key.sign(&SystemRandom::new(), message));
            }
            Self::Ed25519(key) => {
                black_box(key.sign(message));
            }
        }
    }
}

/// A public key.
pub struct Public(ParsedPublicKey);

impl Public {
    pub(super) fn import(algorithm: Algorithm, point: &[u8]) -> Option<Self> {
        let algorithm: &'static dyn VerificationAlgorithm = match algorithm {
            Algorithm::Es256 => &ECDSA_P256_SHA256_FIXED,
            _ => &ED25519,
        };
        ParsedPublicKey::new(algorithm, point).ok().map(Self)
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}

//! The backend without C: `p256` and `ed25519-dalek`. Signatures are deterministic (RFC 6979, RFC 8032).

use super::super::{Algorithm, KeyError, SignatureError, algorithm::Curve, edwards, material::Material};
use ed25519_dalek::ed25519;
use p256::ecdsa;
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use zeroize::Zeroizing;

#[derive(Debug)]
pub(crate) enum VerifyingKey {
    P256(Box<ecdsa::VerifyingKey>),
    Ed25519(Box<ed25519_dalek::VerifyingKey>),
}

impl VerifyingKey {
    pub(crate) fn import(material: &Material) -> Result<Self, KeyError> {
        match material {
            Material::P256 { x, y } => {
                let point = p256::Sec1Point::from_affine_coordinates(x.into(), y.into(), false);
                ecdsa::VerifyingKey::from_sec1_point(&point)
                    .map(|key| Self::P256(Box::new(key)))
                    .map_err(|_| KeyError::NotOnCurve)
            }
            Material::Ed25519 { x } => ed25519_dalek::VerifyingKey::from_bytes(x)
                .map(|key| Self::Ed25519(Box::new(key)))
                .map_err(|_| KeyError::NotOnCurve),
        }
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        match self {
            Self::P256(key) => {
                let signature = ecdsa::Signature::from_slice(signature).map_err(|_| SignatureError)?;
                key.verify(message, &signature).map_err(|_| SignatureError)
            }
            Self::Ed25519(key) => {
                let signature = ed25519::Signature::from_slice(signature).map_err(|_| SignatureError)?;
                if edwards::is_small_order(signature.r_bytes()) {
                    return Err(SignatureError);
                }
                key.verify(message, &signature).map_err(|_| SignatureError)
            }
        }
    }
}

pub(crate) enum SigningKey {
    P256(Box<ecdsa::SigningKey>),
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

impl SigningKey {
    pub(crate) fn import(algorithm: Algorithm, secret: &[u8]) -> Result<Self, KeyError> {
        match algorithm.curve() {
            Curve::P256 if secret.len() == 32 => ecdsa::SigningKey::from_slice(secret)
                .map(|key| Self::P256(Box::new(key)))
                .map_err(|_| KeyError::Secret),
            Curve::Ed25519 => {
                let seed = <&[u8; 32]>::try_from(secret).map_err(|_| KeyError::Secret)?;
                Ok(Self::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(seed))))
            }
            Curve::P256 => Err(KeyError::Secret),
        }
    }

    pub(crate) fn public(&self) -> Material {
        match self {
            Self::P256(key) => {
                let point = key.verifying_key().to_sec1_point(false);
                let mut coordinates = ([0; 32], [0; 32]);
                // An uncompressed point of P-256 is 0x04, x, y: 65 bytes.
                coordinates.0.copy_from_slice(&point.as_bytes()[1..33]);
                coordinates.1.copy_from_slice(&point.as_bytes()[33..65]);
                Material::P256 { x: coordinates.0, y: coordinates.1 }
            }
            Self::Ed25519(key) => Material::Ed25519 { x: key.verifying_key().to_bytes() },
        }
    }

    pub(crate) fn secret(&self) -> Zeroizing<Vec<u8>> {
        match self {
            Self::P256(key) => Zeroizing::new(Zeroizing::new(key.to_bytes()).to_vec()),
            Self::Ed25519(key) => Zeroizing::new(key.as_bytes().to_vec()),
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::P256(key) => {
                let signature: ecdsa::Signature = key.sign(message);
                signature.to_bytes().to_vec()
            }
            Self::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
        }
    }
}

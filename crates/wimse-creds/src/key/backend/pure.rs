//! The backend without C: `p256`, `p384`, `p521` and `ed25519-dalek`. Signatures are deterministic (RFC 6979, RFC 8032).

use crate::key::kind::{EcCurve, KeyKind};
use crate::key::material::Material;
use crate::key::{Algorithm, KeyError, SignatureError, edwards};
use ed25519_dalek::ed25519;
use p256::ecdsa::signature::{Signer as _, Verifier as _};

pub(crate) enum VerifyingKey {
    Ed25519(Box<ed25519_dalek::VerifyingKey>),
    P256(Box<p256::ecdsa::VerifyingKey>),
    #[cfg(feature = "es384")]
    P384(Box<p384::ecdsa::VerifyingKey>),
    #[cfg(feature = "es512")]
    P521(Box<p521::ecdsa::VerifyingKey>),
}

/// The same lines for each curve: the crates have no common type without naming their arithmetic.
macro_rules! ecdsa_verify {
    ($curve:ident, $key:expr, $message:expr, $signature:expr) => {{
        let signature = $curve::ecdsa::Signature::from_slice($signature).map_err(|_| SignatureError)?;
        $key.verify($message, &signature).map_err(|_| SignatureError)
    }};
}

macro_rules! ecdsa_public {
    ($curve:ident, $point:expr) => {
        $curve::ecdsa::VerifyingKey::from_sec1_bytes($point).map(Box::new).map_err(|_| KeyError::NotOnCurve)
    };
}

macro_rules! ecdsa_secret {
    ($curve:ident, $scalar:expr) => {
        $curve::ecdsa::SigningKey::from_slice($scalar).map(Box::new).map_err(|_| KeyError::Secret)
    };
}

impl VerifyingKey {
    pub(super) fn import(material: &Material) -> Result<Self, KeyError> {
        match material {
            Material::Ec { curve: EcCurve::P256, point } => ecdsa_public!(p256, point).map(Self::P256),
            #[cfg(feature = "es384")]
            Material::Ec { curve: EcCurve::P384, point } => ecdsa_public!(p384, point).map(Self::P384),
            #[cfg(feature = "es512")]
            Material::Ec { curve: EcCurve::P521, point } => ecdsa_public!(p521, point).map(Self::P521),
            Material::Ed25519 { x } => ed25519_dalek::VerifyingKey::from_bytes(x)
                .map(|key| Self::Ed25519(Box::new(key)))
                .map_err(|_| KeyError::NotOnCurve),
            #[allow(unreachable_patterns, reason = "depends on the features")]
            Material::Ec { .. } | Material::Rsa { .. } => Err(KeyError::NoBackend),
        }
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        match self {
            Self::Ed25519(key) => {
                edwards::check_signature(signature)?;
                let signature = ed25519::Signature::from_slice(signature).map_err(|_| SignatureError)?;
                key.verify(message, &signature).map_err(|_| SignatureError)
            }
            Self::P256(key) => ecdsa_verify!(p256, key, message, signature),
            #[cfg(feature = "es384")]
            Self::P384(key) => ecdsa_verify!(p384, key, message, signature),
            #[cfg(feature = "es512")]
            Self::P521(key) => ecdsa_verify!(p521, key, message, signature),
        }
    }
}

pub(crate) enum SigningKey {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    P256(Box<p256::ecdsa::SigningKey>),
    #[cfg(feature = "es384")]
    P384(Box<p384::ecdsa::SigningKey>),
    #[cfg(feature = "es512")]
    P521(Box<p521::ecdsa::SigningKey>),
}

impl SigningKey {
    /// The key and its public numbers.
    pub(super) fn import(algorithm: Algorithm, secret: &[u8]) -> Result<(Self, Option<Material>), KeyError> {
        let key = match algorithm.kind() {
            KeyKind::Ec(EcCurve::P256) => ecdsa_secret!(p256, secret).map(Self::P256),
            #[cfg(feature = "es384")]
            KeyKind::Ec(EcCurve::P384) => ecdsa_secret!(p384, secret).map(Self::P384),
            #[cfg(feature = "es512")]
            KeyKind::Ec(EcCurve::P521) => ecdsa_secret!(p521, secret).map(Self::P521),
            KeyKind::Ed25519 => {
                let seed = <&[u8; 32]>::try_from(secret).map_err(|_| KeyError::Secret)?;
                Ok(Self::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(seed))))
            }
            #[allow(unreachable_patterns, reason = "depends on the features")]
            KeyKind::Ec(_) | KeyKind::Rsa => Err(KeyError::NoBackend),
        }?;
        let public = key.public()?;
        Ok((key, Some(public)))
    }

    fn public(&self) -> Result<Material, KeyError> {
        match self {
            Self::Ed25519(key) => Ok(Material::Ed25519 { x: key.verifying_key().to_bytes() }),
            Self::P256(key) => {
                Material::from_point(EcCurve::P256, key.verifying_key().to_sec1_point(false).as_bytes())
            }
            #[cfg(feature = "es384")]
            Self::P384(key) => {
                Material::from_point(EcCurve::P384, key.verifying_key().to_sec1_point(false).as_bytes())
            }
            #[cfg(feature = "es512")]
            Self::P521(key) => {
                Material::from_point(EcCurve::P521, key.verifying_key().to_sec1_point(false).as_bytes())
            }
        }
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_bytes().to_vec()
            }
            #[cfg(feature = "es384")]
            Self::P384(key) => {
                let signature: p384::ecdsa::Signature = key.sign(message);
                signature.to_bytes().to_vec()
            }
            #[cfg(feature = "es512")]
            Self::P521(key) => {
                let signature: p521::ecdsa::Signature = key.sign(message);
                signature.to_bytes().to_vec()
            }
        }
    }
}

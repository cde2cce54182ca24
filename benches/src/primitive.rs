//! The cryptography of a floor: the libraries, called directly.

use crate::Error;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::ed25519;
use p256::ecdsa;
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use sha2::{Digest as _, Sha256};
use wimse_creds::key::{Algorithm, SigningKey};

/// A private key, parsed.
pub enum Secret {
    /// For ES256.
    P256(Box<ecdsa::SigningKey>),
    /// For Ed25519.
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

impl Secret {
    /// The same key as ours.
    ///
    /// # Errors
    ///
    /// None for a key that was generated.
    pub fn of(key: &SigningKey) -> Result<Self, Error> {
        let jwk: serde_json::Value = serde_json::from_str(&key.to_private_jwk())?;
        let d = URL_SAFE_NO_PAD.decode(jwk["d"].as_str().unwrap_or_default())?;
        Ok(match key.algorithm() {
            Algorithm::Es256 => Self::P256(Box::new(ecdsa::SigningKey::from_slice(&d)?)),
            _ => Self::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(&d[..].try_into()?))),
        })
    }

    /// Signs.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        match self {
            Self::P256(key) => {
                let signature: ecdsa::Signature = key.sign(message);
                signature.to_bytes().into()
            }
            Self::Ed25519(key) => key.sign(message).to_bytes(),
        }
    }
}

/// The bytes of a public key: a point, not decoded.
pub enum Point {
    /// 0x04, x, y.
    P256([u8; 65]),
    /// y and the sign of x.
    Ed25519([u8; 32]),
}

impl Point {
    /// The point of our key: the last bytes of its `SubjectPublicKeyInfo`.
    ///
    /// # Errors
    ///
    /// None that is known.
    pub fn of(key: &SigningKey) -> Result<Self, Error> {
        let spki = key.public_key().to_spki_der();
        Ok(match key.algorithm() {
            Algorithm::Es256 => Self::P256(spki[spki.len() - 65..].try_into()?),
            _ => Self::Ed25519(spki[spki.len() - 32..].try_into()?),
        })
    }

    /// Decodes the point and checks that it is on its curve.
    #[must_use]
    pub fn import(&self) -> Option<Public> {
        match self {
            Self::P256(point) => ecdsa::VerifyingKey::from_sec1_bytes(point).ok().map(Public::P256),
            Self::Ed25519(point) => ed25519_dalek::VerifyingKey::from_bytes(point).ok().map(Public::Ed25519),
        }
    }
}

/// A public key, imported.
pub enum Public {
    /// For ES256.
    P256(ecdsa::VerifyingKey),
    /// For Ed25519.
    Ed25519(ed25519_dalek::VerifyingKey),
}

impl Public {
    /// Verifies a signature in JWS form.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        match self {
            Self::P256(key) => ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Self::Ed25519(key) => key.verify(message, &ed25519::Signature::from_bytes(signature)).is_ok(),
        }
    }
}

/// SHA-256.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

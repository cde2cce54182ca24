//! The cryptography of a floor: the libraries, called directly.

mod aws_lc;
mod josekit;
mod pure;

use crate::Error;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use wimse_creds::key::{Algorithm, Backend, PublicKey, SigningKey};

/// A private key, parsed.
pub enum Secret {
    /// Of `p256` and `ed25519-dalek`.
    Pure(pure::Secret),
    /// Of `aws-lc-rs`.
    AwsLc(aws_lc::Secret),
    /// Of `josekit`, which is OpenSSL.
    Josekit(josekit::Secret),
}

impl Secret {
    /// The same key as ours, for the same library.
    ///
    /// # Errors
    ///
    /// None for a key that was generated.
    pub fn of(key: &SigningKey) -> Result<Self, Error> {
        Ok(match key.backend() {
            Backend::Pure => Self::Pure(pure::Secret::of(key)?),
            Backend::AwsLc => Self::AwsLc(aws_lc::Secret::of(key)?),
            Backend::Josekit => Self::Josekit(josekit::Secret::of(key)?),
            other => return Err(format!("no floor for {other}").into()),
        })
    }

    /// Signs. The signature stays in whatever the library returns it in.
    pub fn sign(&self, message: &[u8]) {
        match self {
            Self::Pure(key) => key.sign(message),
            Self::AwsLc(key) => key.sign(message),
            Self::Josekit(key) => key.sign(message),
        }
    }
}

/// The bytes of a public key: a point, not decoded.
pub struct Point {
    backend: Backend,
    algorithm: Algorithm,
    bytes: Vec<u8>,
    /// For a library that wants its keys whole.
    spki: Vec<u8>,
}

impl Point {
    /// The point of our key: the last bytes of its `SubjectPublicKeyInfo`.
    ///
    /// # Errors
    ///
    /// None that is known.
    pub fn of(key: &PublicKey) -> Result<Self, Error> {
        let spki = key.to_spki_der();
        let algorithm = key.algorithm();
        // 0x04, x, y; or y and the sign of x.
        let bytes = if algorithm == Algorithm::Es256 { 65 } else { 32 };
        let bytes = spki.len().checked_sub(bytes).map(|start| spki[start..].to_vec());
        let backend = key.backend();
        Ok(Self { backend, algorithm, bytes: bytes.ok_or("a short key")?, spki })
    }

    /// Decodes the point and checks that it is on its curve.
    #[must_use]
    pub fn import(&self) -> Option<Public> {
        match self.backend {
            Backend::Pure => pure::Public::import(self.algorithm, &self.bytes).map(Public::Pure),
            Backend::AwsLc => aws_lc::Public::import(self.algorithm, &self.bytes).map(Public::AwsLc),
            Backend::Josekit => josekit::Public::import(self.algorithm, &self.spki).map(Public::Josekit),
            _ => None,
        }
    }
}

/// A public key, imported.
pub enum Public {
    /// Of `p256` and `ed25519-dalek`.
    Pure(pure::Public),
    /// Of `aws-lc-rs`.
    AwsLc(aws_lc::Public),
    /// Of `josekit`.
    Josekit(josekit::Public),
}

impl Public {
    /// Verifies a signature in JWS form.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        match self {
            Self::Pure(key) => key.verify(message, signature),
            Self::AwsLc(key) => key.verify(message, signature),
            Self::Josekit(key) => key.verify(message, signature),
        }
    }
}

/// SHA-256, which is the same for all backends.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The private scalar or seed of a key.
///
/// # Errors
///
/// None for a key that was generated.
pub fn seed(key: &SigningKey) -> Result<[u8; 32], Error> {
    let jwk: serde_json::Value = serde_json::from_str(&key.to_private_jwk())?;
    let d = URL_SAFE_NO_PAD.decode(jwk["d"].as_str().unwrap_or_default())?;
    Ok(d[..].try_into()?)
}

//! Public keys with one algorithm.

use super::backend;
use super::error::{KeyError, SignatureError};
use super::jwk::{KeyPurpose, PublicJwk};
use super::material::Material;
use super::{Algorithm, Thumbprint, spki};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// A public key with exactly one algorithm, parsed once; cloning shares it.
///
/// Equality is that of algorithm and numbers; the key id is a label.
///
/// ```
/// use wimse_creds::key::{Algorithm, PublicKey, SigningKey};
///
/// let private = SigningKey::generate(Algorithm::Ed25519)?;
/// let public = PublicKey::from_jwk(&private.public_key().to_jwk())?;
/// public.verify(b"message", &private.sign(b"message"))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct PublicKey {
    inner: Arc<Inner>,
    key_id: Option<Arc<str>>,
}

struct Inner {
    algorithm: Algorithm,
    material: Material,
    verifying: backend::VerifyingKey,
    thumbprint: OnceLock<Thumbprint>,
}

impl PublicKey {
    /// Reads a public JWK (RFC 7517). `alg` is required, since a key has one algorithm.
    ///
    /// # Errors
    ///
    /// A [`KeyError`] for a key that is malformed, symmetric, not on its curve, weak, not meant for verification, or
    /// that carries private members.
    pub fn from_jwk(json: &str) -> Result<Self, KeyError> {
        let jwk = PublicJwk::read(json, KeyPurpose::Verify)?;
        let algorithm = jwk.algorithm.ok_or(KeyError::MemberMissing("alg"))?;
        Self::from_material(algorithm, jwk.material, jwk.key_id)
    }

    /// Reads a public JWK for one algorithm; an `alg` in it must be that one.
    ///
    /// # Errors
    ///
    /// As [`from_jwk`](Self::from_jwk), and [`KeyError::AlgorithmMismatch`].
    pub fn from_jwk_as(algorithm: Algorithm, json: &str) -> Result<Self, KeyError> {
        let jwk = PublicJwk::read(json, KeyPurpose::Verify)?;
        if jwk.algorithm.is_some_and(|alg| alg != algorithm) {
            return Err(KeyError::AlgorithmMismatch);
        }
        Self::from_material(algorithm, jwk.material, jwk.key_id)
    }

    /// Reads a DER `SubjectPublicKeyInfo` (RFC 5280, RFC 8410) for one algorithm.
    ///
    /// # Errors
    ///
    /// [`KeyError::Encoding`], [`KeyError::AlgorithmMismatch`], or as [`from_jwk`](Self::from_jwk).
    pub fn from_spki_der(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        Self::from_material(algorithm, spki::read(der)?, None)
    }

    /// Reads a PEM "PUBLIC KEY" for one algorithm.
    ///
    /// # Errors
    ///
    /// As [`from_spki_der`](Self::from_spki_der).
    pub fn from_spki_pem(algorithm: Algorithm, pem: &str) -> Result<Self, KeyError> {
        Self::from_material(algorithm, spki::read_pem(pem)?, None)
    }

    pub(crate) fn from_material(
        algorithm: Algorithm,
        material: Material,
        key_id: Option<String>,
    ) -> Result<Self, KeyError> {
        if algorithm.curve() != material.curve() {
            return Err(KeyError::AlgorithmMismatch);
        }
        let verifying = backend::VerifyingKey::import(&material)?;
        let inner = Arc::new(Inner { algorithm, material, verifying, thumbprint: OnceLock::new() });
        Ok(Self { inner, key_id: key_id.map(Arc::from) })
    }

    /// The one algorithm of the key.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.inner.algorithm
    }

    /// The key id (`kid`), if it has one.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// The same key under a key id.
    #[must_use]
    pub fn with_key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = Some(Arc::from(key_id.into()));
        self
    }

    /// The RFC 7638 thumbprint. Computed once.
    #[must_use]
    pub fn thumbprint(&self) -> Thumbprint {
        *self.inner.thumbprint.get_or_init(|| self.inner.material.thumbprint())
    }

    /// Checks a signature in JWS form with the algorithm of the key.
    ///
    /// # Errors
    ///
    /// [`SignatureError`], for whatever reason.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        self.inner.verifying.verify(self.inner.algorithm, message, signature)
    }

    /// The JWK with `alg` (and `kid` if there is one), members in lexicographic order, no white space.
    #[must_use]
    pub fn to_jwk(&self) -> String {
        let members = self.inner.material.required_members();
        let alg = self.algorithm().name();
        match self.key_id() {
            // crv and kty come before kid, x and y after it: the order stays lexicographic.
            Some(kid) => {
                let (head, tail) = members.split_once(r#","kty""#).unwrap_or((&members, ""));
                let kid = serde_json::Value::from(kid);
                format!(r#"{{"alg":"{alg}",{head},"kid":{kid},"kty"{tail}}}"#)
            }
            None => format!(r#"{{"alg":"{alg}",{members}}}"#),
        }
    }

    /// The DER `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn to_spki_der(&self) -> Vec<u8> {
        spki::write(&self.inner.material)
    }

    /// The PEM "PUBLIC KEY".
    #[must_use]
    pub fn to_spki_pem(&self) -> String {
        spki::write_pem(&self.inner.material)
    }

    pub(crate) fn material(&self) -> &Material {
        &self.inner.material
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.inner.algorithm == other.inner.algorithm && self.inner.material == other.inner.material
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey")
            .field("algorithm", &self.algorithm())
            .field("key_id", &self.key_id())
            .field("thumbprint", &self.thumbprint())
            .finish()
    }
}

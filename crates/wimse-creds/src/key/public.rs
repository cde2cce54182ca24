//! Public keys with one algorithm.

use super::backend::{Backend, VerifyingKey};
use super::error::{KeyError, SignatureError};
use super::jwk::{self, KeyPurpose, PublicJwk};
use super::material::Material;
use super::{Algorithm, Thumbprint, spki};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// A public key with exactly one algorithm, parsed once; cloning shares it.
///
/// Equality is that of algorithm and numbers; the key id is a label, and the backend a means.
///
/// ```
/// use wimse_creds::key::{Algorithm, PublicKey, SigningKey};
///
/// let private = SigningKey::generate(Algorithm::Ed25519)?;
/// let public = PublicKey::from_jwk(&private.public_key().to_jwk())?;
/// public.verify(b"message", &private.sign(b"message")?)?;
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
    verifying: VerifyingKey,
    signature_bytes: usize,
    thumbprint: OnceLock<Thumbprint>,
}

/// Where keys come in. In a build without a backend, see `without_backend.rs`.
#[cfg(any(feature = "aws-lc", feature = "josekit", feature = "pure"))]
impl PublicKey {
    /// Reads a public JWK (RFC 7517). `alg` is required, since a key has one algorithm.
    ///
    /// # Errors
    ///
    /// A [`KeyError`] for a key that is malformed, symmetric, not on its curve, weak, not meant for verification, or
    /// that carries private members.
    pub fn from_jwk(json: &str) -> Result<Self, KeyError> {
        Self::read(json, None)
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

    /// Reads a DER `SubjectPublicKeyInfo` (RFC 5280, RFC 5480, RFC 8410, RFC 4055) for one algorithm.
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
}

impl PublicKey {
    /// Reads a public JWK that says its algorithm, for one backend or the fastest.
    pub(crate) fn read(json: &str, backend: Option<Backend>) -> Result<Self, KeyError> {
        let jwk = PublicJwk::read(json, KeyPurpose::Verify)?;
        let algorithm = jwk.algorithm.ok_or(KeyError::MemberMissing("alg"))?;
        Self::import(algorithm, jwk.material, jwk.key_id.map(Arc::from), backend)
    }

    pub(crate) fn from_material(
        algorithm: Algorithm,
        material: Material,
        key_id: Option<String>,
    ) -> Result<Self, KeyError> {
        Self::import(algorithm, material, key_id.map(Arc::from), None)
    }

    pub(super) fn import(
        algorithm: Algorithm,
        material: Material,
        key_id: Option<Arc<str>>,
        backend: Option<Backend>,
    ) -> Result<Self, KeyError> {
        if algorithm.kind() != material.kind() {
            return Err(KeyError::AlgorithmMismatch);
        }
        material.check()?;
        let verifying = VerifyingKey::import(algorithm, &material, backend)?;
        // Either the algorithm or the modulus says how long a signature is.
        let signature_bytes = algorithm.signature_bytes().or(material.modulus_bytes()).unwrap_or_default();
        let thumbprint = OnceLock::new();
        let inner = Inner { algorithm, material, verifying, signature_bytes, thumbprint };
        Ok(Self { inner: Arc::new(inner), key_id })
    }

    /// The same key, its signatures checked by one backend. Otherwise the fastest of the build does it.
    ///
    /// # Errors
    ///
    /// [`KeyError::NoBackend`] if this build does not have it, or it does not support the algorithm.
    pub fn with_backend(&self, backend: Backend) -> Result<Self, KeyError> {
        let material = self.inner.material.clone();
        Self::import(self.algorithm(), material, self.key_id.clone(), Some(backend))
    }

    /// The backend that checks the signatures.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.inner.verifying.backend()
    }

    /// The one algorithm of the key.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.inner.algorithm
    }

    /// The length of a signature in JWS form, in bytes. It is not the same for all keys: 64 for ES256, and up to 1,024
    /// for RSA.
    #[must_use]
    pub fn signature_bytes(&self) -> usize {
        self.inner.signature_bytes
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
        if signature.len() != self.inner.signature_bytes {
            return Err(SignatureError);
        }
        self.inner.verifying.verify(message, signature)
    }

    /// The JWK with `alg` (and `kid` if there is one), members in lexicographic order, no white space.
    #[must_use]
    pub fn to_jwk(&self) -> String {
        jwk::write(&mut self.members())
    }

    /// The members of the JWK, without order.
    pub(super) fn members(&self) -> Vec<(&'static str, String)> {
        let mut members = self.inner.material.members();
        members.push(("alg", self.algorithm().name().into()));
        members.extend(self.key_id().map(|key_id| ("kid", jwk::escaped(key_id))));
        members
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

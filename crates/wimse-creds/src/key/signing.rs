//! Private keys.

use super::backend::{self, Backend};
use super::error::SigningError;
use super::jwk::{self, PrivateJwk};
use super::material::Material;
use super::{Algorithm, KeyError, PublicKey, pkcs8, rsa};
use crate::jose::base64url;
use ::pkcs8::SecretDocument;
use std::fmt;
use zeroize::Zeroizing;

/// A private key with exactly one algorithm.
///
/// It is zeroised on drop (but for copies that `josekit` makes), cannot be cloned or serialised, and its `Debug` shows the public part only. Share it by
/// reference or in an `Arc`. Every credential should get a key of its own (workload-creds 9.5).
///
/// ```
/// use wimse_creds::key::{Algorithm, SigningKey};
///
/// let key = SigningKey::generate(Algorithm::Es256)?.with_key_id("2026-11");
/// assert_eq!(key.public_key().key_id(), Some("2026-11"));
/// # Ok::<(), wimse_creds::key::KeyError>(())
/// ```
///
/// ```compile_fail
/// # use wimse_creds::key::{Algorithm, SigningKey};
/// let key = SigningKey::generate(Algorithm::Es256)?.with_key_id("2026-11");
/// let copy = key.clone();
/// # drop(copy);
/// # Ok::<(), wimse_creds::key::KeyError>(())
/// ```
pub struct SigningKey {
    signer: backend::SigningKey,
    /// A scalar, a seed, or an `RSAPrivateKey`: what the key is exported and moved to another backend from.
    secret: Zeroizing<Vec<u8>>,
    public: PublicKey,
}

/// Where keys come in. In a build without a backend, see `without_backend.rs`.
#[cfg(any(feature = "aws-lc", feature = "josekit", feature = "pure"))]
impl SigningKey {
    /// Makes a new key: of random bytes of the operating system, or for RSA, 2,048 bits by the generator of the backend.
    ///
    /// # Errors
    ///
    /// [`KeyError::Random`], or [`KeyError::NoBackend`] for an algorithm that is not in this build.
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        let Some(bytes) = algorithm.kind().secret_bytes() else {
            return Self::generate_rsa(algorithm, rsa::GENERATED_BITS[0]);
        };
        // A random P-256 scalar is out of range about once in 2^32 draws.
        for _ in 0..8 {
            let mut secret = Zeroizing::new(vec![0; bytes]);
            getrandom::fill(&mut secret).map_err(|_| KeyError::Random)?;
            secret[0] &= algorithm.kind().secret_top();
            match Self::from_secret(algorithm, secret, None, None) {
                Err(KeyError::Secret) => {}
                done => return done,
            }
        }
        Err(KeyError::Random)
    }

    /// Makes a new RSA key of 2,048, 3,072 or 4,096 bits, by the generator of the backend.
    ///
    /// 2,048 bits are as strong as 112 bits of a symmetric key, 3,072 as 128 (NIST SP 800-57 part 1). The more bits, the
    /// slower, and the longer are key and signature.
    ///
    /// # Errors
    ///
    /// [`KeyError::AlgorithmMismatch`] for an algorithm of other keys, [`KeyError::Unsupported`] for another size,
    /// [`KeyError::NoBackend`] in a build without RSA, [`KeyError::Random`].
    pub fn generate_rsa(algorithm: Algorithm, bits: u32) -> Result<Self, KeyError> {
        Self::from_secret(algorithm, backend::generate_rsa(algorithm, bits)?, None, None)
    }

    /// Reads a private JWK. `alg` is required; the public members must belong to `d`.
    ///
    /// # Errors
    ///
    /// A [`KeyError`] for a key that is malformed, not meant for signing, or whose halves do not fit.
    pub fn from_jwk(json: &str) -> Result<Self, KeyError> {
        let jwk = PrivateJwk::read(json)?;
        let algorithm = jwk.public.algorithm.ok_or(KeyError::MemberMissing("alg"))?;
        Self::from_private_jwk(algorithm, jwk)
    }

    /// Reads a private JWK for one algorithm; an `alg` in it must be that one.
    ///
    /// # Errors
    ///
    /// As [`from_jwk`](Self::from_jwk), and [`KeyError::AlgorithmMismatch`].
    pub fn from_jwk_as(algorithm: Algorithm, json: &str) -> Result<Self, KeyError> {
        let jwk = PrivateJwk::read(json)?;
        if jwk.public.algorithm.is_some_and(|alg| alg != algorithm) {
            return Err(KeyError::AlgorithmMismatch);
        }
        Self::from_private_jwk(algorithm, jwk)
    }

    /// Reads a DER PKCS#8 private key (RFC 5958, RFC 5915, RFC 8410, RFC 8017) for one algorithm.
    ///
    /// # Errors
    ///
    /// [`KeyError::Encoding`], [`KeyError::AlgorithmMismatch`], [`KeyError::Secret`] or [`KeyError::PairMismatch`].
    pub fn from_pkcs8_der(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        let parts = pkcs8::read(der)?;
        if parts.kind != algorithm.kind() {
            return Err(KeyError::AlgorithmMismatch);
        }
        let key = Self::from_secret(algorithm, parts.secret, None, None)?;
        if parts.public.is_some_and(|public| public != *key.public.material()) {
            return Err(KeyError::PairMismatch);
        }
        Ok(key)
    }

    /// Reads a PEM "PRIVATE KEY" for one algorithm.
    ///
    /// # Errors
    ///
    /// As [`from_pkcs8_der`](Self::from_pkcs8_der).
    pub fn from_pkcs8_pem(algorithm: Algorithm, pem: &str) -> Result<Self, KeyError> {
        Self::from_pkcs8_der(algorithm, pkcs8::decode_pem(pem)?.as_bytes())
    }

    fn from_private_jwk(algorithm: Algorithm, jwk: PrivateJwk) -> Result<Self, KeyError> {
        if algorithm.kind() != jwk.public.material.kind() {
            return Err(KeyError::AlgorithmMismatch);
        }
        let key = Self::from_secret(algorithm, jwk.secret, jwk.public.key_id, None)?;
        if *key.public.material() != jwk.public.material {
            return Err(KeyError::PairMismatch);
        }
        Ok(key)
    }
}

impl SigningKey {
    fn from_secret(
        algorithm: Algorithm,
        secret: Zeroizing<Vec<u8>>,
        key_id: Option<String>,
        backend: Option<Backend>,
    ) -> Result<Self, KeyError> {
        let (signer, public) = backend::SigningKey::import(algorithm, &secret, backend)?;
        let public = PublicKey::from_material(algorithm, public, key_id)?;
        Ok(Self { signer, secret, public })
    }

    /// The same key, its signatures made by one backend. Otherwise the fastest of the build does it.
    ///
    /// The backend of its [`public_key`](Self::public_key) stays as it is: see [`PublicKey::with_backend`].
    ///
    /// # Errors
    ///
    /// [`KeyError::NoBackend`] if this build does not have it, or it does not support the algorithm.
    pub fn with_backend(self, backend: Backend) -> Result<Self, KeyError> {
        let (signer, _) = backend::SigningKey::import(self.algorithm(), &self.secret, Some(backend))?;
        Ok(Self { signer, ..self })
    }

    /// The backend that makes the signatures.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.signer.backend()
    }

    /// The same key under a key id, which goes into `kid` of what an issuer signs.
    #[must_use]
    pub fn with_key_id(mut self, key_id: impl Into<String>) -> Self {
        self.public = self.public.with_key_id(key_id);
        self
    }

    /// The one algorithm of the key.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    /// The public part.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Signs, in JWS form.
    ///
    /// With [`Backend::Pure`] the same message gives the same signature (RFC 6979, RFC 8032). Others do so for Ed25519
    /// and RS256, RS384, RS512 only.
    ///
    /// # Errors
    ///
    /// [`SigningError`] if the library gives no signature, for want of random bytes or memory. `Backend::Pure` always
    /// gives one.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        self.signer.sign(message)
    }

    /// The private JWK. Keep it secret; it is zeroised on drop.
    #[must_use]
    pub fn to_private_jwk(&self) -> Zeroizing<String> {
        let secret = |bytes: &[u8]| Zeroizing::new(base64url::encode(bytes));
        let public = self.public.members().into_iter();
        let mut members: Vec<_> = public.map(|(name, value)| (name, Zeroizing::new(value))).collect();
        match self.public.material() {
            Material::Ec { .. } | Material::Ed25519 { .. } => members.push(("d", secret(&self.secret))),
            Material::Rsa { .. } => {
                let numbers = rsa::private_numbers(&self.secret).into_iter().flatten();
                members.extend(rsa::PRIVATE_MEMBERS.into_iter().zip(numbers.map(|number| secret(&number))));
            }
        }
        Zeroizing::new(jwk::write(&mut members))
    }

    /// The DER PKCS#8 form. Keep it secret; it is zeroised on drop.
    ///
    /// # Errors
    ///
    /// [`KeyError::Encoding`]; none is known to occur.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        self.to_pkcs8().map(|document| document.to_bytes())
    }

    /// The PEM "PRIVATE KEY" form. Keep it secret; it is zeroised on drop.
    ///
    /// # Errors
    ///
    /// As [`to_pkcs8_der`](Self::to_pkcs8_der).
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        pkcs8::encode_pem(&self.to_pkcs8()?)
    }

    fn to_pkcs8(&self) -> Result<SecretDocument, KeyError> {
        let point = match self.public.material() {
            Material::Ec { point, .. } => Some(&**point),
            Material::Ed25519 { .. } | Material::Rsa { .. } => None,
        };
        pkcs8::write(self.algorithm().kind(), &self.secret, point)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("public", &self.public).finish_non_exhaustive()
    }
}

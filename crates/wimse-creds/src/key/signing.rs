//! Private keys.

use super::jwk::PrivateJwk;
use super::{Algorithm, KeyError, PublicKey, backend, pkcs8};
use crate::jose::base64url;
use std::fmt;
use zeroize::Zeroizing;

/// A private key with exactly one algorithm.
///
/// It is zeroised on drop, cannot be cloned or serialised, and its `Debug` shows the public part only. Share it by
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
    secret: backend::SigningKey,
    public: PublicKey,
}

impl SigningKey {
    /// Makes a new key from random bytes of the operating system.
    ///
    /// # Errors
    ///
    /// [`KeyError::Random`], or [`KeyError::NoBackend`].
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        let mut secret = Zeroizing::new([0; 32]);
        // A random P-256 scalar is out of range about once in 2^32 draws.
        for _ in 0..8 {
            getrandom::fill(&mut secret[..]).map_err(|_| KeyError::Random)?;
            match Self::from_secret(algorithm, &secret[..], None) {
                Err(KeyError::Secret) => {}
                done => return done,
            }
        }
        Err(KeyError::Random)
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

    /// Reads a DER PKCS#8 private key (RFC 5958, RFC 8410) for one algorithm.
    ///
    /// # Errors
    ///
    /// [`KeyError::Encoding`], [`KeyError::AlgorithmMismatch`], [`KeyError::Secret`] or [`KeyError::PairMismatch`].
    pub fn from_pkcs8_der(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        let parts = pkcs8::read(der)?;
        if parts.curve != algorithm.curve() {
            return Err(KeyError::AlgorithmMismatch);
        }
        let key = Self::from_secret(algorithm, &parts.secret, None)?;
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
        if algorithm.curve() != jwk.public.material.curve() {
            return Err(KeyError::AlgorithmMismatch);
        }
        let key = Self::from_secret(algorithm, &jwk.secret, jwk.public.key_id)?;
        if *key.public.material() != jwk.public.material {
            return Err(KeyError::PairMismatch);
        }
        Ok(key)
    }

    fn from_secret(algorithm: Algorithm, secret: &[u8], key_id: Option<String>) -> Result<Self, KeyError> {
        let secret = backend::SigningKey::import(algorithm, secret)?;
        let public = PublicKey::from_material(algorithm, secret.public(), key_id)?;
        Ok(Self { secret, public })
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

    /// Signs, in JWS form. With the `pure` backend the same message gives the same signature.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.secret.sign(message)
    }

    /// The private JWK. Keep it secret; it is zeroised on drop.
    #[must_use]
    pub fn to_private_jwk(&self) -> Zeroizing<String> {
        let public = self.public.to_jwk();
        let d = Zeroizing::new(base64url::encode(&self.secret.secret()));
        // {"alg":…,"crv":…,"d":…,"kty":…}: still lexicographic.
        let split =
            public.find(r#","kid":"#).or_else(|| public.find(r#","kty":"#)).unwrap_or(public.len() - 1);
        Zeroizing::new(format!(r#"{},"d":"{}"{}"#, &public[..split], &*d, &public[split..]))
    }

    /// The DER PKCS#8 form. Keep it secret; it is zeroised on drop.
    ///
    /// # Errors
    ///
    /// [`KeyError::Encoding`]; none is known to occur.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        pkcs8::write(self.public.material(), &self.secret.secret()).map(|document| document.to_bytes())
    }

    /// The PEM "PRIVATE KEY" form. Keep it secret; it is zeroised on drop.
    ///
    /// # Errors
    ///
    /// As [`to_pkcs8_der`](Self::to_pkcs8_der).
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        pkcs8::encode_pem(&pkcs8::write(self.public.material(), &self.secret.secret())?)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("public", &self.public).finish_non_exhaustive()
    }
}

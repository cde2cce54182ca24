//! Keys of issuers.

use super::algorithm::Algorithm;
use super::jwk::{KeyPurpose, PublicJwk};
use super::{Backend, KeyError, PublicKey, Thumbprint};

/// A key that vouches for the credentials of a trust domain.
///
/// A JWK with `alg` is usable with that algorithm only; one without, with every algorithm of its key type and curve
/// (an Ed25519 key with both `Ed25519` and `EdDSA`, an RSA key with `RS256` to `PS512`). The policy of the domain narrows that further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorKey {
    key_id: Option<String>,
    /// The same numbers, once for each algorithm. Never empty.
    keys: Vec<PublicKey>,
}

/// Where keys come in. In a build without a backend, see `without_backend.rs`.
#[cfg(any(feature = "aws-lc", feature = "josekit", feature = "pure"))]
impl AnchorKey {
    /// Reads a public JWK.
    ///
    /// # Errors
    ///
    /// As [`PublicKey::from_jwk`], but `alg` may be missing.
    pub fn from_jwk(json: &str) -> Result<Self, KeyError> {
        Self::read(json, KeyPurpose::Verify)
    }
}

impl AnchorKey {
    pub(crate) fn read(json: &str, purpose: KeyPurpose) -> Result<Self, KeyError> {
        let jwk = PublicJwk::read(json, purpose)?;
        let keys = match jwk.algorithm {
            Some(algorithm) => {
                vec![PublicKey::from_material(algorithm, jwk.material, jwk.key_id.clone())?]
            }
            None => Algorithm::of_kind(jwk.material.kind())
                .map(|algorithm| {
                    PublicKey::from_material(algorithm, jwk.material.clone(), jwk.key_id.clone())
                })
                .collect::<Result<_, _>>()?,
        };
        Ok(Self { key_id: jwk.key_id, keys })
    }

    /// The key id (`kid`), if it has one.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// The algorithms that the key is usable with.
    pub fn algorithms(&self) -> impl Iterator<Item = Algorithm> + '_ {
        self.keys.iter().map(PublicKey::algorithm)
    }

    /// The RFC 7638 thumbprint.
    #[must_use]
    pub fn thumbprint(&self) -> Thumbprint {
        self.keys[0].thumbprint()
    }

    /// The same key, its signatures checked by one backend.
    ///
    /// # Errors
    ///
    /// As [`PublicKey::with_backend`].
    pub fn with_backend(&self, backend: Backend) -> Result<Self, KeyError> {
        let keys = self.keys.iter().map(|key| key.with_backend(backend)).collect::<Result<_, _>>()?;
        Ok(Self { key_id: self.key_id.clone(), keys })
    }

    pub(crate) fn for_algorithm(&self, algorithm: Algorithm) -> Option<&PublicKey> {
        self.keys.iter().find(|key| key.algorithm() == algorithm)
    }
}

impl From<PublicKey> for AnchorKey {
    /// An anchor with the one algorithm of the key.
    fn from(key: PublicKey) -> Self {
        Self { key_id: key.key_id().map(str::to_owned), keys: vec![key] }
    }
}

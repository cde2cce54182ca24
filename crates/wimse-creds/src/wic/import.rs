//! Keys out of certificates and files. Without a backend nobody gets one, and certificates can still be read.

use crate::key::{Algorithm, KeyError, PublicKey, SigningKey};

#[cfg(any(feature = "aws-lc", feature = "josekit", feature = "pure"))]
pub(super) fn public_key(algorithm: Algorithm, spki: &[u8]) -> Result<PublicKey, KeyError> {
    PublicKey::from_spki_der(algorithm, spki)
}

#[cfg(any(feature = "aws-lc", feature = "josekit", feature = "pure"))]
pub(super) fn signing_key(algorithm: Algorithm, pkcs8: &[u8]) -> Result<SigningKey, KeyError> {
    SigningKey::from_pkcs8_der(algorithm, pkcs8)
}

#[cfg(not(any(feature = "aws-lc", feature = "josekit", feature = "pure")))]
pub(super) fn public_key(_algorithm: Algorithm, _spki: &[u8]) -> Result<PublicKey, KeyError> {
    Err(KeyError::NoBackend)
}

#[cfg(not(any(feature = "aws-lc", feature = "josekit", feature = "pure")))]
pub(super) fn signing_key(_algorithm: Algorithm, _pkcs8: &[u8]) -> Result<SigningKey, KeyError> {
    Err(KeyError::NoBackend)
}

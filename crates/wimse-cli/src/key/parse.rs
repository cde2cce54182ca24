//! Keys of both halves from the forms that they come in.

use super::fitting;
use wimse::creds::key::{Algorithm, KeyError, PublicKey, SigningKey};

/// Reads a private key: a JWK, or PKCS#8 as PEM or DER.
pub(super) fn private(bytes: &[u8], algorithm: Option<Algorithm>) -> Result<SigningKey, KeyError> {
    let half = Half {
        jwk: SigningKey::from_jwk,
        jwk_as: SigningKey::from_jwk_as,
        pem: SigningKey::from_pkcs8_pem,
        der: SigningKey::from_pkcs8_der,
    };
    half.read(bytes, algorithm)
}

/// Reads a public key: a JWK, or SPKI as PEM or DER.
pub(super) fn public(bytes: &[u8], algorithm: Option<Algorithm>) -> Result<PublicKey, KeyError> {
    let half = Half {
        jwk: PublicKey::from_jwk,
        jwk_as: PublicKey::from_jwk_as,
        pem: PublicKey::from_spki_pem,
        der: PublicKey::from_spki_der,
    };
    half.read(bytes, algorithm)
}

/// How one half of a key pair is read.
struct Half<K> {
    jwk: fn(&str) -> Result<K, KeyError>,
    jwk_as: fn(Algorithm, &str) -> Result<K, KeyError>,
    pem: fn(Algorithm, &str) -> Result<K, KeyError>,
    der: fn(Algorithm, &[u8]) -> Result<K, KeyError>,
}

impl<K> Half<K> {
    /// Without an algorithm it is that of the JWK, or the usual one of the kind of key.
    fn read(&self, bytes: &[u8], algorithm: Option<Algorithm>) -> Result<K, KeyError> {
        let text = std::str::from_utf8(bytes);
        let json = text.ok().filter(|text| text.trim_start().starts_with('{'));
        if let (Some(json), None) = (json, algorithm) {
            match (self.jwk)(json) {
                Err(KeyError::MemberMissing("alg")) => {}
                read => return read,
            }
        }
        let import = |algorithm| match (json, text) {
            (Some(json), _) => (self.jwk_as)(algorithm, json),
            (None, Ok(text)) if text.contains("-----BEGIN ") => (self.pem)(algorithm, text),
            (None, _) => (self.der)(algorithm, bytes),
        };
        match algorithm {
            Some(algorithm) => import(algorithm),
            None => {
                let mut read = fitting::usual().map(import);
                let fits = read.find(|read| !matches!(read, Err(KeyError::AlgorithmMismatch)));
                fits.unwrap_or(Err(KeyError::AlgorithmMismatch))
            }
        }
    }
}

//! Conversions from and to the JWK of `josekit`, for who has keys there already.
//!
//! Through JSON and the strict reading of this crate, so that they accept what [`PublicKey::from_jwk`] and
//! [`SigningKey::from_jwk`] accept. `alg` is required.

use super::{AnchorKey, KeyError, PublicKey, SigningKey};
use josekit::jwk::Jwk;
use zeroize::Zeroizing;

impl TryFrom<&Jwk> for PublicKey {
    type Error = KeyError;

    /// As [`PublicKey::from_jwk`].
    fn try_from(jwk: &Jwk) -> Result<Self, KeyError> {
        Self::from_jwk(&text(jwk)?)
    }
}

impl TryFrom<&Jwk> for AnchorKey {
    type Error = KeyError;

    /// As [`AnchorKey::from_jwk`]: `alg` may be missing.
    fn try_from(jwk: &Jwk) -> Result<Self, KeyError> {
        Self::from_jwk(&text(jwk)?)
    }
}

impl TryFrom<&Jwk> for SigningKey {
    type Error = KeyError;

    /// As [`SigningKey::from_jwk`].
    fn try_from(jwk: &Jwk) -> Result<Self, KeyError> {
        Self::from_jwk(&text(jwk)?)
    }
}

impl TryFrom<&PublicKey> for Jwk {
    type Error = KeyError;

    /// [`KeyError::Unsupported`] if `josekit` does not read it; none is known.
    fn try_from(key: &PublicKey) -> Result<Self, KeyError> {
        Self::from_bytes(key.to_jwk()).map_err(|_| KeyError::Unsupported)
    }
}

impl TryFrom<&SigningKey> for Jwk {
    type Error = KeyError;

    /// Keep it secret: a `Jwk` is neither zeroised nor redacted.
    fn try_from(key: &SigningKey) -> Result<Self, KeyError> {
        Self::from_bytes(&*key.to_private_jwk()).map_err(|_| KeyError::Unsupported)
    }
}

fn text(jwk: &Jwk) -> Result<Zeroizing<String>, KeyError> {
    serde_json::to_string(jwk.as_ref()).map(Zeroizing::new).map_err(|_| KeyError::Encoding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Algorithm;

    #[test]
    fn there_and_back() {
        for algorithm in Algorithm::all() {
            let key = SigningKey::generate(algorithm).unwrap().with_key_id("2026-11");
            let private = Jwk::try_from(&key).unwrap();
            assert_eq!((private.algorithm(), private.key_id()), (Some(algorithm.name()), Some("2026-11")));
            assert_eq!(SigningKey::try_from(&private).unwrap().to_private_jwk(), key.to_private_jwk());

            let public = Jwk::try_from(key.public_key()).unwrap();
            assert_eq!(PublicKey::try_from(&public).unwrap(), *key.public_key());
            assert_eq!(AnchorKey::try_from(&public).unwrap(), key.public_key().clone().into());
            assert_eq!(PublicKey::try_from(&private).unwrap_err().code(), "key.private_member");
            assert_eq!(SigningKey::try_from(&public).unwrap_err().code(), "key.member_missing");
        }
    }

    #[test]
    fn what_is_refused_in_json_is_refused_here() {
        let symmetric = Jwk::generate_oct_key(32).unwrap();
        assert_eq!(PublicKey::try_from(&symmetric).unwrap_err().code(), "key.symmetric");
        let mut ec = Jwk::generate_ec_key(josekit::jwk::P_256).unwrap().to_public_key().unwrap();
        assert_eq!(PublicKey::try_from(&ec).unwrap_err().code(), "key.alg_missing");
        assert!(AnchorKey::try_from(&ec).is_ok());
        ec.set_algorithm("ES256");
        assert!(PublicKey::try_from(&ec).is_ok());
    }
}

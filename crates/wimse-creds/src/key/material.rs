//! The numbers of a public key, independent of any library.

use super::kind::{EcCurve, KeyKind};
use super::thumbprint::Thumbprint;
use super::{KeyError, edwards, jwk, rsa};
use crate::jose::base64url;
use sha2::{Digest, Sha256};

/// The public numbers of a key. Being on the curve is checked when a backend imports them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Material {
    /// The uncompressed point: 0x04, x, y.
    Ec {
        curve: EcCurve,
        point: Box<[u8]>,
    },
    Ed25519 {
        x: [u8; 32],
    },
    /// Modulus and exponent, big-endian, without leading zeros.
    Rsa {
        n: Box<[u8]>,
        e: Box<[u8]>,
    },
}

impl Material {
    /// Reads 0x04, x, y. Compressed points are refused, as JOSE has none.
    pub(crate) fn from_point(curve: EcCurve, point: &[u8]) -> Result<Self, KeyError> {
        if point.len() != 1 + 2 * curve.field_bytes() || point[0] != UNCOMPRESSED {
            return Err(KeyError::Encoding);
        }
        Ok(Self::Ec { curve, point: point.into() })
    }

    pub(crate) fn kind(&self) -> KeyKind {
        match self {
            Self::Ec { curve, .. } => KeyKind::Ec(*curve),
            Self::Ed25519 { .. } => KeyKind::Ed25519,
            Self::Rsa { .. } => KeyKind::Rsa,
        }
    }

    /// Refuses, before any library sees the key, what libraries decide differently.
    pub(crate) fn check(&self) -> Result<(), KeyError> {
        match self {
            Self::Ec { .. } => Ok(()),
            Self::Ed25519 { x } => edwards::check_public(x),
            Self::Rsa { n, e } => rsa::check_public(n, e),
        }
    }

    /// Bytes of a signature, where the key decides and not the algorithm.
    pub(crate) fn modulus_bytes(&self) -> Option<usize> {
        match self {
            Self::Rsa { n, .. } => Some(n.len()),
            Self::Ec { .. } | Self::Ed25519 { .. } => None,
        }
    }

    /// The JWK members that make the key: those of its thumbprint (RFC 7638 3.2).
    ///
    /// A fixed template, since the order of a JSON map can be changed for a whole build by another crate's features.
    pub(crate) fn members(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Ec { curve, point } => {
                let (x, y) = point[1..].split_at(curve.field_bytes());
                vec![
                    ("crv", curve.name().into()),
                    ("kty", "EC".into()),
                    ("x", base64url::encode(x)),
                    ("y", base64url::encode(y)),
                ]
            }
            Self::Ed25519 { x } => {
                vec![("crv", "Ed25519".into()), ("kty", "OKP".into()), ("x", base64url::encode(x))]
            }
            Self::Rsa { n, e } => {
                vec![("e", base64url::encode(e)), ("kty", "RSA".into()), ("n", base64url::encode(n))]
            }
        }
    }

    pub(crate) fn thumbprint(&self) -> Thumbprint {
        Thumbprint::from_bytes(Sha256::digest(jwk::write(&mut self.members())).into())
    }
}

/// The first byte of an uncompressed point (SEC 1 2.3.3).
pub(crate) const UNCOMPRESSED: u8 = 0x04;

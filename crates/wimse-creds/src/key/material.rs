//! The numbers of a public key, independent of any library.

use super::algorithm::Curve;
use super::thumbprint::Thumbprint;
use crate::jose::base64url;
use sha2::{Digest, Sha256};

/// The public numbers of a key. Being on the curve is checked when a backend imports them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Material {
    P256 { x: [u8; 32], y: [u8; 32] },
    Ed25519 { x: [u8; 32] },
}

impl Material {
    pub(crate) fn curve(&self) -> Curve {
        match self {
            Self::P256 { .. } => Curve::P256,
            Self::Ed25519 { .. } => Curve::Ed25519,
        }
    }

    /// The JWK members that make the key, in lexicographic order: the template of RFC 7638, and of every JWK we write.
    ///
    /// A fixed template, since the order of a JSON map can be changed for a whole build by another crate's features.
    pub(crate) fn required_members(&self) -> String {
        match self {
            Self::P256 { x, y } => format!(
                r#""crv":"P-256","kty":"EC","x":"{}","y":"{}""#,
                base64url::encode(x),
                base64url::encode(y)
            ),
            Self::Ed25519 { x } => {
                format!(r#""crv":"Ed25519","kty":"OKP","x":"{}""#, base64url::encode(x))
            }
        }
    }

    pub(crate) fn thumbprint(&self) -> Thumbprint {
        Thumbprint::from_bytes(Sha256::digest(format!("{{{}}}", self.required_members())).into())
    }
}

//! The only table that knows what a signature algorithm is.

use super::Backend;
use super::kind::{EcCurve, KeyKind};
use std::fmt;

/// A JWS signature algorithm of the IANA JOSE registry that a key of this crate can have.
///
/// `none`, symmetric and encryption algorithms cannot be represented (workload-creds 5.1).
/// `Ed25519` and `EdDSA` name the same operation and are still two algorithms: they are compared as names
/// (RFC 9864 deprecates the second).
///
/// ```
/// use wimse_creds::key::Algorithm;
///
/// let algorithm: Algorithm = "ES256".parse()?;
/// assert_eq!(algorithm, Algorithm::Es256);
/// assert!("none".parse::<Algorithm>().is_err());
/// # Ok::<(), wimse_creds::key::AlgorithmError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256, signature R || S (RFC 7518 3.4). Every implementation has it.
    Es256,
    /// EdDSA on Curve25519, fully specified (RFC 9864).
    Ed25519,
    /// EdDSA by its older, polymorphic name (RFC 8037), with an Ed25519 key.
    EdDsa,
    /// ECDSA on P-384 with SHA-384, signature R || S (RFC 7518 3.4).
    Es384,
    /// ECDSA on P-521 with SHA-512, signature R || S (RFC 7518 3.4).
    Es512,
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 3.3).
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384 (RFC 7518 3.3).
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512 (RFC 7518 3.3).
    Rs512,
    /// RSASSA-PSS with SHA-256, and a salt of 32 bytes (RFC 7518 3.5).
    Ps256,
    /// RSASSA-PSS with SHA-384, and a salt of 48 bytes (RFC 7518 3.5).
    Ps384,
    /// RSASSA-PSS with SHA-512, and a salt of 64 bytes (RFC 7518 3.5).
    Ps512,
}

struct Row {
    algorithm: Algorithm,
    name: &'static str,
    kind: KeyKind,
    /// Bytes of a signature in JWS form; `None` where the size of the key decides.
    signature_bytes: Option<usize>,
    /// Whether WIT-SVID 2.3 allows it.
    wit_svid: bool,
}

const fn ecdsa(algorithm: Algorithm, name: &'static str, curve: EcCurve, signature_bytes: usize) -> Row {
    let (kind, signature_bytes) = (KeyKind::Ec(curve), Some(signature_bytes));
    Row { algorithm, name, kind, signature_bytes, wit_svid: true }
}

const fn eddsa(algorithm: Algorithm, name: &'static str) -> Row {
    Row { algorithm, name, kind: KeyKind::Ed25519, signature_bytes: Some(64), wit_svid: false }
}

const fn rsa(algorithm: Algorithm, name: &'static str) -> Row {
    Row { algorithm, name, kind: KeyKind::Rsa, signature_bytes: None, wit_svid: true }
}

const TABLE: &[Row] = &[
    ecdsa(Algorithm::Es256, "ES256", EcCurve::P256, 64),
    eddsa(Algorithm::Ed25519, "Ed25519"),
    eddsa(Algorithm::EdDsa, "EdDSA"),
    ecdsa(Algorithm::Es384, "ES384", EcCurve::P384, 96),
    ecdsa(Algorithm::Es512, "ES512", EcCurve::P521, 132),
    rsa(Algorithm::Rs256, "RS256"),
    rsa(Algorithm::Rs384, "RS384"),
    rsa(Algorithm::Rs512, "RS512"),
    rsa(Algorithm::Ps256, "PS256"),
    rsa(Algorithm::Ps384, "PS384"),
    rsa(Algorithm::Ps512, "PS512"),
];

impl Algorithm {
    /// Every algorithm of this build, which is what its [backends](Backend) support.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.algorithm).filter(|algorithm| algorithm.is_in_this_build())
    }

    /// The name in the IANA registry, as it stands in `alg`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The length of a signature in bytes, where the algorithm fixes it: not for RSA, whose signatures are as long as
    /// the modulus (see [`PublicKey::signature_bytes`](super::PublicKey::signature_bytes)).
    #[must_use]
    pub fn signature_bytes(self) -> Option<usize> {
        self.row().signature_bytes
    }

    /// Whether the WIT-SVID profile allows the algorithm (SPIFFE WIT-SVID 2.3 and 3.2).
    #[must_use]
    pub fn allowed_in_wit_svid(self) -> bool {
        self.row().wit_svid
    }

    pub(crate) fn kind(self) -> KeyKind {
        self.row().kind
    }

    /// The algorithms of this build for keys of a kind.
    pub(crate) fn of_kind(kind: KeyKind) -> impl Iterator<Item = Self> {
        Self::all().filter(move |algorithm| algorithm.kind() == kind)
    }

    fn is_in_this_build(self) -> bool {
        Backend::available().any(|backend| backend.supports(self))
    }

    fn row(self) -> &'static Row {
        // The table is in the order of the variants; a test pins it.
        &TABLE[self as usize]
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Algorithm {
    type Err = AlgorithmError;

    /// Reads a registered name, exactly as spelt.
    fn from_str(name: &str) -> Result<Self, AlgorithmError> {
        if let Some(row) = TABLE.iter().find(|row| row.name == name && row.algorithm.is_in_this_build()) {
            return Ok(row.algorithm);
        }
        Err(match name {
            "none" => AlgorithmError::None,
            "HS256" | "HS384" | "HS512" => AlgorithmError::Symmetric,
            _ if ENCRYPTION.contains(&name) => AlgorithmError::Encryption,
            _ => AlgorithmError::Unsupported,
        })
    }
}

/// Key management and content encryption names of RFC 7518 and RFC 8037.
const ENCRYPTION: &[&str] = &[
    "RSA1_5",
    "RSA-OAEP",
    "RSA-OAEP-256",
    "RSA-OAEP-384",
    "RSA-OAEP-512",
    "A128KW",
    "A192KW",
    "A256KW",
    "dir",
    "ECDH-ES",
    "ECDH-ES+A128KW",
    "ECDH-ES+A192KW",
    "ECDH-ES+A256KW",
    "A128GCMKW",
    "A192GCMKW",
    "A256GCMKW",
    "PBES2-HS256+A128KW",
    "PBES2-HS384+A192KW",
    "PBES2-HS512+A256KW",
    "A128CBC-HS256",
    "A192CBC-HS384",
    "A256CBC-HS512",
    "A128GCM",
    "A192GCM",
    "A256GCM",
];

/// Why a name in `alg` is not an [`Algorithm`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AlgorithmError {
    /// `none` (WIT-5.1-3, WIT-5.1-14).
    #[error("the algorithm \"none\" is forbidden")]
    None,
    /// An algorithm of symmetric keys (WIT-5.1-15).
    #[error("algorithms of symmetric keys are forbidden")]
    Symmetric,
    /// An encryption or key management algorithm (WIT-5.1-16).
    #[error("encryption algorithms are forbidden")]
    Encryption,
    /// Unknown, or known and not in this build. Names are case-sensitive.
    #[error("the algorithm is not supported")]
    Unsupported,
}

impl AlgorithmError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::None => "alg.none",
            Self::Symmetric => "alg.symmetric",
            Self::Encryption => "alg.encryption",
            Self::Unsupported => "alg.unsupported",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_variants() {
        for (index, row) in TABLE.iter().enumerate() {
            assert_eq!(row.algorithm as usize, index);
            let expected = if row.algorithm.is_in_this_build() {
                Ok(row.algorithm)
            } else {
                Err(AlgorithmError::Unsupported)
            };
            assert_eq!(row.name.parse(), expected);
        }
    }

    #[test]
    fn names_are_compared_as_spelt() {
        for (name, expected) in [
            ("none", AlgorithmError::None),
            ("HS256", AlgorithmError::Symmetric),
            ("RSA-OAEP", AlgorithmError::Encryption),
            ("ECDH-ES", AlgorithmError::Encryption),
            ("noNE", AlgorithmError::Unsupported),
            ("es256", AlgorithmError::Unsupported),
            ("ED25519", AlgorithmError::Unsupported),
            ("", AlgorithmError::Unsupported),
        ] {
            assert_eq!(name.parse::<Algorithm>(), Err(expected), "{name}");
        }
    }
}

//! Why a key or a signature was refused.

use super::AlgorithmError;
use crate::jose::JoseError;

/// Why a key was refused. The variants are in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The JWK is not a strict JSON object.
    #[error("the key is not well-formed JSON")]
    Json(#[source] JoseError),
    /// The PEM or DER is not a key of the expected form.
    #[error("the key is not well-formed PKCS#8, SPKI or PEM")]
    Encoding,
    /// A JWK member that is needed is missing.
    #[error("the key has no {0:?} member")]
    MemberMissing(&'static str),
    /// A JWK member has the wrong type, is not strict base64url or has the wrong length.
    #[error("the {0:?} member of the key is malformed")]
    Member(&'static str),
    /// A symmetric key (`kty` "oct").
    #[error("symmetric keys are forbidden")]
    Symmetric,
    /// A key type, curve or size that this build does not know.
    #[error("the key type, curve or size is not supported")]
    Unsupported,
    /// A public key was expected and private members are there.
    #[error("a public key carries private members")]
    PrivateMember,
    /// `alg` is forbidden or unknown.
    #[error("the algorithm of the key is not usable")]
    Algorithm(#[source] AlgorithmError),
    /// `alg` does not fit the key type and curve, or the algorithm asked for.
    #[error("the algorithm does not fit the key")]
    AlgorithmMismatch,
    /// The coordinates are not a point of the curve.
    #[error("the public key is not a point of its curve")]
    NotOnCurve,
    /// An Ed25519 key of small order or not in canonical form, an RSA modulus below 2,048 bits, even
    /// or of the generator of CVE-2017-15361, or an RSA exponent below 65,537 or even.
    #[error("the public key is too short, of small order or not in canonical form")]
    WeakKey,
    /// `use` or `key_ops` do not allow what the key is for.
    #[error("the key is not meant for this use")]
    Usage,
    /// The private part is not valid for its curve.
    #[error("the private key is not valid")]
    Secret,
    /// Public and private part do not belong together.
    #[error("the public part does not belong to the private part")]
    PairMismatch,
    /// The operating system gave no random bytes.
    #[error("no random bytes from the operating system")]
    Random,
    /// No backend of this build can do it: enable one of the features `pure`, `aws-lc` and `josekit`.
    #[error("no crypto backend of this build has it: enable the feature \"pure\", \"aws-lc\" or \"josekit\"")]
    NoBackend,
}

/// One table for the codes of key errors, under the prefix of the place that reports them.
macro_rules! key_code {
    ($prefix:literal, $error:expr) => {{
        use $crate::key::{AlgorithmError, KeyError};
        match $error {
            KeyError::Json(_) => concat!($prefix, "json"),
            KeyError::Encoding => concat!($prefix, "encoding"),
            KeyError::MemberMissing("alg") => concat!($prefix, "alg_missing"),
            KeyError::MemberMissing(_) => concat!($prefix, "member_missing"),
            KeyError::Member(_) => concat!($prefix, "member"),
            KeyError::Symmetric => concat!($prefix, "symmetric"),
            KeyError::Unsupported => concat!($prefix, "unsupported"),
            KeyError::PrivateMember => concat!($prefix, "private_member"),
            KeyError::Algorithm(AlgorithmError::None) => concat!($prefix, "alg_none"),
            KeyError::Algorithm(AlgorithmError::Symmetric) => concat!($prefix, "alg_symmetric"),
            KeyError::Algorithm(AlgorithmError::Encryption) => concat!($prefix, "alg_encryption"),
            KeyError::Algorithm(_) => concat!($prefix, "alg_unsupported"),
            KeyError::AlgorithmMismatch => concat!($prefix, "alg_mismatch"),
            KeyError::NotOnCurve => concat!($prefix, "not_on_curve"),
            KeyError::WeakKey => concat!($prefix, "weak"),
            KeyError::Usage => concat!($prefix, "usage"),
            KeyError::Secret => concat!($prefix, "secret"),
            KeyError::PairMismatch => concat!($prefix, "pair_mismatch"),
            KeyError::Random => concat!($prefix, "random"),
            KeyError::NoBackend => concat!($prefix, "no_backend"),
        }
    }};
}
pub(crate) use key_code;

impl KeyError {
    /// The stable code of this error, such as `key.not_on_curve`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        key_code!("key.", self)
    }
}

/// The library gave no signature, for want of random bytes or memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature could not be made")]
pub struct SigningError;

impl SigningError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "key.signing"
    }
}

/// A signature does not verify. There is nothing more to say, and nothing more is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature is not valid")]
pub struct SignatureError;

impl SignatureError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "key.signature"
    }
}

//! Why a compact JWS was refused.

use crate::key::AlgorithmError;

/// Why a compact JWS was refused before its claims were read. The variants are in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JoseError {
    /// Longer than the limit, in bytes.
    #[error("the token is longer than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// Not three non-empty parts separated by dots (RFC 7515 7.1).
    #[error("not a JWS in compact serialization")]
    Malformed,
    /// A part is not canonical base64url without padding.
    #[error("a part is not canonical base64url")]
    Base64,
    /// Header or claims are not a JSON object in UTF-8.
    #[error("not a JSON object")]
    Json,
    /// More than 1,024 members in one object.
    #[error("a JSON object has too many members")]
    TooManyMembers,
    /// A member name stands twice in one object.
    #[error("a JSON member is there twice")]
    DuplicateMember,
    /// Objects and arrays nested deeper than eight levels.
    #[error("the JSON is nested too deeply")]
    TooDeep,
    /// A header parameter has the wrong JSON type.
    #[error("the header parameter {0:?} is malformed")]
    HeaderParameter(&'static str),
    /// `crit` or `b64` is there: no extension is understood (RFC 7515 4.1.11, RFC 7797 7).
    #[error("the header demands an extension (\"crit\" or \"b64\")")]
    Critical,
    /// `typ` is missing.
    #[error("the header has no \"typ\"")]
    TypMissing,
    /// `typ` names another media type.
    #[error("the header has another \"typ\"")]
    TypMismatch,
    /// `alg` is missing.
    #[error("the header has no \"alg\"")]
    AlgMissing,
    /// `alg` is forbidden or unknown.
    #[error("the algorithm of the header is not usable")]
    Algorithm(#[source] AlgorithmError),
    /// `alg` is not among those allowed, or not that of the key.
    #[error("the algorithm of the header is not the one of the key")]
    AlgorithmMismatch,
    /// The signature does not verify.
    #[error("the signature is not valid")]
    Signature,
}

/// One table for the codes of JWS errors, under the prefix of the token that is judged.
#[doc(hidden)]
#[macro_export]
macro_rules! jose_code {
    ($prefix:literal, $error:expr) => {{
        use $crate::jose::JoseError;
        use $crate::key::AlgorithmError;
        match $error {
            JoseError::TooLarge { .. } => concat!($prefix, "too_large"),
            JoseError::Malformed => concat!($prefix, "malformed"),
            JoseError::Base64 => concat!($prefix, "base64"),
            JoseError::Json => concat!($prefix, "json"),
            JoseError::DuplicateMember => concat!($prefix, "duplicate_member"),
            JoseError::TooManyMembers => concat!($prefix, "too_many_members"),
            JoseError::TooDeep => concat!($prefix, "too_deep"),
            JoseError::HeaderParameter(_) => concat!($prefix, "header_parameter"),
            JoseError::Critical => concat!($prefix, "crit"),
            JoseError::TypMissing => concat!($prefix, "typ_missing"),
            JoseError::TypMismatch => concat!($prefix, "typ_mismatch"),
            JoseError::AlgMissing => concat!($prefix, "alg_missing"),
            JoseError::Algorithm(AlgorithmError::None) => concat!($prefix, "alg_none"),
            JoseError::Algorithm(AlgorithmError::Symmetric) => concat!($prefix, "alg_symmetric"),
            JoseError::Algorithm(AlgorithmError::Encryption) => concat!($prefix, "alg_encryption"),
            JoseError::Algorithm(_) => concat!($prefix, "alg_unsupported"),
            JoseError::AlgorithmMismatch => concat!($prefix, "alg_mismatch"),
            JoseError::Signature => concat!($prefix, "signature"),
            #[allow(unreachable_patterns)]
            _ => concat!($prefix, "refused"),
        }
    }};
}

impl JoseError {
    /// The stable code of this error, such as `jws.crit`.
    ///
    /// Errors of a WIT or WPT have the same endings under `wit.` and `wpt.`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        jose_code!("jws.", self)
    }
}

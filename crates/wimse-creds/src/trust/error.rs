//! Errors of trust configuration, and of choosing a key.

use crate::jose::JoseError;
use crate::key::KeyError;
#[cfg(feature = "wic")]
use crate::wic::CaCertificateError;
use wimse_identifier::Origin;

/// Why trust anchors were refused at load.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// The document is longer than 1 MiB.
    #[error("the key document is longer than {limit} bytes")]
    DocumentTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// Not a strict JSON object.
    #[error("the key document is not well-formed JSON")]
    Json(#[source] JoseError),
    /// There is no `keys` array of objects.
    #[error("the key document has no \"keys\" array of objects")]
    Keys,
    /// A key that would be used is not valid.
    #[error("key number {index} of the document is not valid")]
    Key {
        /// Its place in `keys`, from 0.
        index: usize,
        /// What is wrong with it.
        #[source]
        source: KeyError,
    },
    /// A key of a SPIFFE bundle that would be used has no `kid` (WIT-SVID 6.1).
    #[error("key number {index} of the bundle has no \"kid\"")]
    KeyIdMissing {
        /// Its place in `keys`, from 0.
        index: usize,
    },
    /// More than 256 keys for one domain.
    #[error("more than {limit} keys for one trust domain")]
    TooManyKeys {
        /// The limit.
        limit: usize,
    },
    /// A `kid` stands twice in one domain.
    #[error("a key id is there twice in one trust domain")]
    DuplicateKeyId,
    /// One key under two origins: the issuer of one could speak for the other.
    #[error("the same key is configured for {0} and {1}")]
    SharedKey(Origin, Origin),
    /// A CA certificate cannot be used, or is one too many.
    #[cfg(feature = "wic")]
    #[error("a CA certificate cannot be used")]
    CaCertificate(#[source] CaCertificateError),
    /// One CA under two origins, or one that vouches for the other: it could vouch for workloads of both.
    #[cfg(feature = "wic")]
    #[error("one CA would vouch for {0} and {1}")]
    SharedCa(Origin, Origin),
    /// An origin is configured twice.
    #[error("{0} is configured twice")]
    DuplicateOrigin(Origin),
    /// An issuer is not an absolute URI.
    #[error("an issuer is not an absolute URI")]
    Issuer,
}

impl TrustError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::DocumentTooLarge { .. } => "trust.document_too_large",
            Self::Json(JoseError::DuplicateMember) => "trust.duplicate_member",
            Self::Json(JoseError::TooManyMembers) => "trust.too_many_members",
            Self::Json(JoseError::TooDeep) => "trust.too_deep",
            Self::Json(_) => "trust.json",
            Self::Keys => "trust.keys",
            Self::Key { source, .. } => crate::key::key_code!("trust.key_", source),
            Self::KeyIdMissing { .. } => "trust.kid_missing",
            Self::TooManyKeys { .. } => "trust.too_many_keys",
            Self::DuplicateKeyId => "trust.duplicate_kid",
            Self::SharedKey(..) => "trust.shared_key",
            #[cfg(feature = "wic")]
            Self::CaCertificate(error) => crate::wic::ca_code!("trust.ca_", error),
            #[cfg(feature = "wic")]
            Self::SharedCa(..) => "trust.shared_ca",
            Self::DuplicateOrigin(_) => "trust.duplicate_origin",
            Self::Issuer => "trust.issuer",
        }
    }
}

/// Why no key of a trust domain fits a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeySelectionError {
    /// The algorithm is not allowed for this trust domain.
    #[error("the algorithm is not allowed for this trust domain")]
    AlgorithmNotAllowed,
    /// No key has this `kid`. There is no fallback to another key.
    #[error("no key of the trust domain has this key id")]
    UnknownKeyId,
    /// The key of this `kid` is for another algorithm.
    #[error("the key of this key id is for another algorithm")]
    AlgorithmMismatch,
    /// There is no `kid`, and no key for the algorithm.
    #[error("the trust domain has no key for the algorithm")]
    NoKey,
    /// There is no `kid`, and more than one key would fit.
    #[error("the token names no key and the trust domain has several")]
    Ambiguous,
}

impl KeySelectionError {
    /// The stable code of this error. Errors of a WIT have the same endings under `wit.`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::AlgorithmNotAllowed => "trust.alg_not_allowed",
            Self::UnknownKeyId => "trust.kid_unknown",
            Self::AlgorithmMismatch => "trust.alg_mismatch",
            Self::NoKey => "trust.key_missing",
            Self::Ambiguous => "trust.key_ambiguous",
        }
    }
}

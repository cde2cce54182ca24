//! Why there is no path.

/// Why a chain was refused. Where several paths were tried, of the one that came closest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
    /// There is no certificate.
    #[error("there is no certificate")]
    Empty,
    /// More certificates than allowed.
    #[error("there are more than {limit} certificates")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// The certificates are longer than allowed.
    #[error("the certificates are longer than {limit} bytes together")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// A certificate is malformed, of another version than 3, or names two signature algorithms.
    #[error("a certificate is not well-formed")]
    Encoding,
    /// A certificate has a critical extension that nothing here knows.
    #[error("a certificate has an unknown critical extension")]
    CriticalExtension,
    /// The certificate of a CA is presented as that of an end entity.
    #[error("the certificate of a CA is presented as that of an end entity")]
    CaAsLeaf,
    /// A certificate is not valid any more, or the anchor is not.
    #[error("a certificate has expired")]
    Expired,
    /// A certificate is not valid yet, or the anchor is not.
    #[error("a certificate is not valid yet")]
    NotYetValid,
    /// An extended key usage does not allow the purpose.
    #[error("the extended key usage does not allow this purpose")]
    Purpose,
    /// No path leads to an anchor.
    #[error("no path leads to a trust anchor")]
    UnknownIssuer,
    /// A signature was made with an algorithm that is not accepted.
    #[error("a certificate is signed with an algorithm that is not supported")]
    Algorithm,
    /// A signature is not valid under the key of the named issuer.
    #[error("a signature is not valid under the key of the issuer")]
    Signature,
    /// An issuer is no CA, or its key may not sign certificates.
    #[error("an issuer may not sign certificates")]
    IssuerNotCa,
    /// More intermediate certificates than a CA allows beneath it.
    #[error("the path is longer than a CA allows")]
    PathLength,
    /// A name is outside the constraints of a CA; URIs always are, where URIs are constrained.
    #[error("a name violates the name constraints of a CA")]
    NameConstraint,
    /// Finding a path would take too much work.
    #[error("finding a path would take too much work")]
    TooComplex,
    /// The certificate is for none of the names expected.
    #[error("the certificate is not for the expected name")]
    Name,
}

/// One table for the codes of chain errors, under the prefix of the place that reports them.
macro_rules! chain_code {
    ($prefix:literal, $error:expr) => {{
        use $crate::wic::ChainError;
        match $error {
            ChainError::Empty => concat!($prefix, "empty"),
            ChainError::TooLong { .. } => concat!($prefix, "chain_too_long"),
            ChainError::TooLarge { .. } => concat!($prefix, "too_large"),
            ChainError::Encoding => concat!($prefix, "encoding"),
            ChainError::CriticalExtension => concat!($prefix, "critical_extension"),
            ChainError::CaAsLeaf => concat!($prefix, "ca_as_leaf"),
            ChainError::Expired => concat!($prefix, "expired"),
            ChainError::NotYetValid => concat!($prefix, "not_yet_valid"),
            ChainError::Purpose => concat!($prefix, "eku"),
            ChainError::UnknownIssuer => concat!($prefix, "unknown_issuer"),
            ChainError::Algorithm => concat!($prefix, "alg_unsupported"),
            ChainError::Signature => concat!($prefix, "signature"),
            ChainError::IssuerNotCa => concat!($prefix, "issuer_not_ca"),
            ChainError::PathLength => concat!($prefix, "path_length"),
            ChainError::NameConstraint => concat!($prefix, "name_constraint"),
            ChainError::TooComplex => concat!($prefix, "too_complex"),
            ChainError::Name => concat!($prefix, "name_mismatch"),
        }
    }};
}
pub(crate) use chain_code;

impl ChainError {
    /// The stable code of this error, such as `chain.expired`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        chain_code!("chain.", self)
    }

    pub(super) fn of(error: &webpki::Error) -> Self {
        use webpki::Error as E;
        match error {
            E::UnsupportedCriticalExtension => Self::CriticalExtension,
            E::CaUsedAsEndEntity => Self::CaAsLeaf,
            E::CertExpired { .. } => Self::Expired,
            E::CertNotValidYet { .. } => Self::NotYetValid,
            E::RequiredEkuNotFoundContext(_) | E::EmptyEkuExtension => Self::Purpose,
            E::UnknownIssuer => Self::UnknownIssuer,
            E::UnsupportedSignatureAlgorithmContext(_)
            | E::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => Self::Algorithm,
            E::InvalidSignatureForPublicKey => Self::Signature,
            E::EndEntityUsedAsCa => Self::IssuerNotCa,
            E::PathLenConstraintViolated => Self::PathLength,
            E::NameConstraintViolation => Self::NameConstraint,
            E::MaximumPathDepthExceeded
            | E::MaximumPathBuildCallsExceeded
            | E::MaximumSignatureChecksExceeded
            | E::MaximumNameConstraintComparisonsExceeded => Self::TooComplex,
            E::CertNotValidForName(_) | E::UnsupportedNameType => Self::Name,
            _ => Self::Encoding,
        }
    }
}

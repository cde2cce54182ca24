//! Why a WIC was refused.

use super::{ChainError, chain_error::chain_code};
use crate::key::{KeyError, key_code};
use wimse_identifier::{IdentifierError, Origin};

/// Why a Workload Identity Certificate was refused. What comes before [`UntrustedDomain`](Self::UntrustedDomain) is
/// said of certificates that perhaps nobody vouches for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WicError {
    /// It is no well-formed X.509 certificate of version 3.
    #[error("the certificate is not a well-formed X.509 certificate of version 3")]
    Encoding,
    /// An extension is there twice (RFC 5280 4.2).
    #[error("an extension of the certificate is there twice")]
    ExtensionRepeated,
    /// There is no URI SAN, and so no identifier (WIT-6.1-1).
    #[error("the certificate has no URI in its subjectAltName")]
    UriMissing,
    /// There is more than one URI SAN (WIT-6.1-2, X509-SVID 2).
    #[error("the certificate has more than one URI in its subjectAltName")]
    UriRepeated,
    /// The URI SAN is no Workload Identifier.
    #[error("the URI in the subjectAltName of the certificate is not a Workload Identifier")]
    Identifier(#[source] IdentifierError),
    /// The key usage does not allow `digitalSignature`, or allows `keyCertSign` or `cRLSign` (X509-SVID 4.3, 5.2).
    #[error("the key usage of the certificate is not that of a workload")]
    KeyUsage,
    /// The trust domain of the identifier is not configured (MTLS-3.2-1).
    #[error("the trust domain {0:.96} is not trusted")]
    UntrustedDomain(Origin),
    /// The trust domain is configured without a CA certificate.
    #[error("the trust domain {0:.96} has no CA certificate")]
    AnchorMissing(Origin),
    /// The shape of the chain, or path building with the anchors of the trust domain (MTLS-3.2-1, WIT-9.4-2).
    #[error("the chain of the certificate is not accepted")]
    Chain(#[source] ChainError),
    /// The key of the workload is not usable.
    #[error("the key of the certificate is not usable")]
    Key(#[source] KeyError),
    /// The deny-list names the certificate.
    #[error("the certificate is on the deny-list")]
    Denied,
}

impl WicError {
    /// The stable code of this error, such as `wic.expired`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Encoding => "wic.encoding",
            Self::ExtensionRepeated => "wic.extension_repeated",
            Self::UriMissing => "wic.uri_missing",
            Self::UriRepeated => "wic.uri_repeated",
            Self::Identifier(_) => "wic.uri_not_an_identifier",
            Self::KeyUsage => "wic.key_usage",
            Self::UntrustedDomain(_) => "wic.trust_domain_unknown",
            Self::AnchorMissing(_) => "wic.anchor_missing",
            Self::Chain(error) => chain_code!("wic.", error),
            Self::Key(error) => key_code!("wic.key_", error),
            Self::Denied => "wic.denied",
        }
    }
}

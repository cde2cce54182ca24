//! Why a certificate or request was not made.

use super::{CaCertificateError, WicError};
use crate::key::{KeyError, SigningError};

/// Why a certificate or a request was not made, or a CA not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WicIssueError {
    /// The certificate of the CA is not one.
    #[error("the certificate of the CA cannot be used")]
    Ca(#[source] CaCertificateError),
    /// A private key cannot be used.
    #[error("the private key cannot be used")]
    Key(#[source] KeyError),
    /// The private key is not that of the certificate.
    #[error("the private key is not that of the certificate")]
    KeyMismatch,
    /// A certificate request is not well-formed, or names an identifier that is none.
    #[error("the certificate request is not well-formed")]
    Request,
    /// The signature of a certificate request is not by the key in it.
    #[error("the certificate request does not prove possession of its key")]
    RequestSignature,
    /// The request asks for another identifier than the issuer decided.
    #[error("the certificate request asks for another identifier")]
    RequestIdentifier,
    /// A DNS name is none, or a wildcard.
    #[error("it is not a DNS name")]
    DnsName,
    /// The identifier is not of the trust domain of the CA.
    #[error("the identifier is not of the trust domain of the CA")]
    OtherOrigin,
    /// The validity ends before it starts.
    #[error("the validity is empty")]
    Validity,
    /// The certificate would be valid after its CA no longer is (MTLS-5-5).
    #[error("the certificate would outlive the CA")]
    OutlivesCa,
    /// The CA may not have a CA beneath it.
    #[error("the CA allows no further CA")]
    PathLength,
    /// The key of the workload is the key of the CA.
    #[error("the key of the workload is the key of the CA")]
    IssuerKey,
    /// The algorithm of the key has no name in X.509 in this build.
    #[error("the algorithm of the key is not supported in certificates")]
    Algorithm,
    /// The key of the CA, or of the requester, has signed nothing.
    #[error("the key has signed nothing")]
    Signing(#[source] SigningError),
    /// The operating system gave no random bytes.
    #[error("no random bytes from the operating system")]
    Random,
    /// A name is too long to be encoded, or the like.
    #[error("the certificate cannot be encoded")]
    Encoding,
    /// A verifier would refuse the certificate.
    #[error("a verifier would refuse the certificate")]
    Refused(#[source] WicError),
}

impl WicIssueError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Ca(error) => super::ca_certificate::ca_code!("wic.issue_ca_", error),
            Self::Key(error) => crate::key::key_code!("wic.issue_key_", error),
            Self::KeyMismatch => "wic.issue_key_mismatch",
            Self::Request => "wic.request",
            Self::RequestSignature => "wic.request_signature",
            Self::RequestIdentifier => "wic.request_identifier",
            Self::DnsName => "wic.issue_dns_name",
            Self::OtherOrigin => "wic.issue_other_origin",
            Self::Validity => "wic.issue_validity",
            Self::OutlivesCa => "wic.issue_outlives_ca",
            Self::PathLength => "wic.issue_path_length",
            Self::IssuerKey => "wic.issue_issuer_key",
            Self::Algorithm => "wic.issue_algorithm",
            Self::Signing(_) => "wic.issue_signing",
            Self::Random => "wic.issue_random",
            Self::Encoding => "wic.issue_encoding",
            Self::Refused(error) => error.code(),
        }
    }
}

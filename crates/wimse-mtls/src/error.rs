//! Why there is no connection, or no peer on it.

use rustls::AlertDescription;
use wimse_creds::wic::{ChainError, WicCredentialError, WicError};

/// Why a configuration was refused, a handshake failed, or a connection has no authenticated peer.
///
/// rustls reports a failed handshake as its own error: [`from_handshake`](Self::from_handshake) and
/// [`from_io`](Self::from_io) give it back as one of these.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum MtlsError {
    /// The clock gives no time.
    #[error("the clock gives no time")]
    Clock,
    /// A DNS name is none.
    #[error("it is not a DNS name")]
    DnsName,
    /// Our own WIC has expired, or does not go with its key.
    #[error("our own credential cannot be used")]
    Credential(#[source] WicCredentialError),
    /// The handshake is not finished: nobody is authenticated yet.
    #[error("the handshake is not finished")]
    Handshaking,
    /// The peer has shown no certificate (MTLS-3.2-4).
    #[error("the peer has shown no certificate")]
    CertificateMissing,
    /// The connection is made by another name than the one expected.
    #[error("the connection is made by another name than the one expected")]
    OtherName,
    /// Nothing is expected behind the name that the connection is made by (MTLS-3.2.1-3).
    #[error("no identifier is configured for the name of the connection")]
    NotMapped,
    /// The certificate of the peer is not accepted as a WIC (MTLS-3.2-1).
    #[error("the certificate of the peer is not accepted")]
    Wic(#[source] WicError),
    /// The certificate of the server is not for the DNS name that the connection is made by (MTLS-3.2.1-2).
    #[error("the certificate of the server is not for the DNS name of the connection")]
    NameMismatch,
    /// The peer is another workload than the one expected here (MTLS-3.2-2, -3, MTLS-3.2.1-4).
    #[error("the peer is not one that is expected here")]
    NotExpected,
    /// The certificate of a server that is expected by DNS name only is not accepted.
    #[error("the certificate of the server is not accepted for its DNS name")]
    DnsServer(#[source] ChainError),
    /// The peer has broken the handshake off. It does not say why, only an alert.
    #[error("the peer has refused the connection: {0:?}")]
    RefusedByPeer(AlertDescription),
    /// TLS itself has failed, or cannot be configured like this.
    #[error("TLS has failed")]
    Tls(#[source] rustls::Error),
}

impl MtlsError {
    /// The stable code of this error, such as `wic.expired`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Clock => "mtls.clock",
            Self::DnsName => "mtls.dns_name",
            Self::Credential(error) => error.code(),
            Self::Handshaking => "mtls.handshaking",
            Self::CertificateMissing => "mtls.certificate_missing",
            Self::OtherName => "mtls.other_name",
            Self::NotMapped => "mtls.not_mapped",
            Self::Wic(error) => error.code(),
            Self::NameMismatch => "mtls.name_mismatch",
            Self::NotExpected => "mtls.not_expected",
            Self::DnsServer(error) => error.code(),
            Self::RefusedByPeer(_) => "mtls.refused_by_peer",
            Self::Tls(_) => "mtls.tls",
        }
    }
}

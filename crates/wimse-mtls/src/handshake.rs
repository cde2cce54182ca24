//! Errors on their way through rustls.
//!
//! rustls chooses the alert by its own kind of error. So errors that have a counterpart there travel as that, and all
//! others as `CertificateError::Other` (alert `certificate_unknown`) with ours inside. Errors about a server that is
//! expected by DNS name only travel as the kinds with a context, where there are such, to be told apart.

use crate::MtlsError;
use rustls::{CertificateError, Error, OtherError};
use std::io;
use std::sync::Arc;
use wimse_creds::wic::{ChainError, WicError};

impl MtlsError {
    /// Why a handshake has failed, of the error that rustls gives.
    #[must_use]
    pub fn from_handshake(error: &Error) -> Self {
        match error {
            Error::InvalidCertificate(reason) => {
                of_certificate(reason).unwrap_or_else(|| Self::Tls(error.clone()))
            }
            Error::NoCertificatesPresented => Self::CertificateMissing,
            Error::AlertReceived(alert) => Self::RefusedByPeer(*alert),
            Error::FailedToGetCurrentTime => Self::Clock,
            Error::Other(OtherError(inner)) => {
                inner.downcast_ref().cloned().unwrap_or_else(|| Self::Tls(error.clone()))
            }
            _ => Self::Tls(error.clone()),
        }
    }

    /// As [`from_handshake`](Self::from_handshake), of the I/O error in which a stream wraps it; `None` if the error is of
    /// the network.
    #[must_use]
    pub fn from_io(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().map(Self::from_handshake)
    }

    /// The error as rustls passes it on, with the alert that it sends.
    pub(crate) fn into_handshake(self) -> Error {
        use CertificateError as C;
        let reason = match &self {
            Self::Wic(WicError::Chain(ChainError::Expired)) => C::Expired,
            Self::Wic(WicError::Chain(ChainError::NotYetValid)) => C::NotValidYet,
            Self::Wic(WicError::Chain(ChainError::Purpose)) => C::InvalidPurpose,
            Self::Wic(WicError::Chain(ChainError::UnknownIssuer)) => C::UnknownIssuer,
            Self::Wic(WicError::Chain(ChainError::Signature)) => C::BadSignature,
            Self::Wic(WicError::Chain(ChainError::CriticalExtension)) => C::UnhandledCriticalExtension,
            Self::Wic(WicError::Encoding) => C::BadEncoding,
            Self::Wic(WicError::Denied) => C::Revoked,
            Self::NameMismatch => C::NotValidForName,
            Self::NotExpected => C::ApplicationVerificationFailure,
            _ => C::Other(OtherError(Arc::new(self))),
        };
        Error::InvalidCertificate(reason)
    }

    /// An error of the verifier of rustls, about a server that is expected by DNS name only.
    pub(crate) fn of_dns_server(error: Error) -> Error {
        use CertificateError as C;
        let Error::InvalidCertificate(reason) = &error else { return error };
        match chain_error(reason) {
            // Told apart by their context already, or not one of ours.
            Some(_) if has_context(reason) => error,
            Some(chain) => Error::InvalidCertificate(C::Other(OtherError(Arc::new(Self::DnsServer(chain))))),
            None => error,
        }
    }
}

fn of_certificate(reason: &CertificateError) -> Option<MtlsError> {
    use CertificateError as C;
    let wic = |error| Some(MtlsError::Wic(error));
    match reason {
        C::Other(OtherError(inner)) => inner.downcast_ref().cloned(),
        C::NotValidForName => Some(MtlsError::NameMismatch),
        C::ApplicationVerificationFailure => Some(MtlsError::NotExpected),
        C::BadEncoding => wic(WicError::Encoding),
        C::Revoked => wic(WicError::Denied),
        _ if has_context(reason) => chain_error(reason).map(MtlsError::DnsServer),
        _ => wic(WicError::Chain(chain_error(reason)?)),
    }
}

fn chain_error(reason: &CertificateError) -> Option<ChainError> {
    use CertificateError as C;
    Some(match reason {
        C::Expired | C::ExpiredContext { .. } => ChainError::Expired,
        C::NotValidYet | C::NotValidYetContext { .. } => ChainError::NotYetValid,
        C::InvalidPurpose | C::InvalidPurposeContext { .. } => ChainError::Purpose,
        C::NotValidForName | C::NotValidForNameContext { .. } => ChainError::Name,
        C::UnsupportedSignatureAlgorithmContext { .. }
        | C::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => ChainError::Algorithm,
        C::UnknownIssuer => ChainError::UnknownIssuer,
        C::BadSignature => ChainError::Signature,
        C::UnhandledCriticalExtension => ChainError::CriticalExtension,
        C::BadEncoding => ChainError::Encoding,
        _ => return None,
    })
}

/// Whether it is a kind that only the verifier of rustls makes.
fn has_context(reason: &CertificateError) -> bool {
    use CertificateError as C;
    matches!(
        reason,
        C::ExpiredContext { .. }
            | C::NotValidYetContext { .. }
            | C::InvalidPurposeContext { .. }
            | C::NotValidForNameContext { .. }
            | C::UnsupportedSignatureAlgorithmContext { .. }
            | C::UnsupportedSignatureAlgorithmForPublicKeyContext { .. }
    )
}

//! Certificates of CAs, as trust anchors.

use super::algorithms;
use super::fields::{Fields, Unreadable};
use super::pem;
use crate::key::Thumbprint;
use crate::limits;
use crate::wit::Validity;
use rustls_pki_types::{CertificateDer, TrustAnchor};
use sha2::{Digest as _, Sha256};
use std::fmt;
use x509_cert::certificate::Certificate;
use x509_cert::der::{Decode as _, Encode as _};

/// The certificate of a CA that is trusted, or that issues.
///
/// Path building takes an anchor as it is, so what RFC 5280 asks of a CA is checked here, when it is configured.
#[derive(Clone)]
pub struct CaCertificate {
    der: CertificateDer<'static>,
    pub(super) anchor: TrustAnchor<'static>,
    pub(super) fields: Fields,
}

impl CaCertificate {
    /// Reads a DER certificate of at most 16 KiB.
    ///
    /// # Errors
    ///
    /// A [`CaCertificateError`].
    pub fn from_der(der: impl Into<CertificateDer<'static>>) -> Result<Self, CaCertificateError> {
        let der = der.into();
        let fields = Fields::read(&der).map_err(|unreadable| match unreadable {
            Unreadable::TooLarge => CaCertificateError::TooLarge { limit: limits::CERTIFICATE_BYTES },
            Unreadable::Encoding | Unreadable::Repeated => CaCertificateError::Encoding,
        })?;
        check(&fields)?;
        let anchor =
            webpki::anchor_from_trusted_cert(&der).map_err(|_| CaCertificateError::Encoding)?.to_owned();
        Ok(Self { der, anchor, fields })
    }

    /// Reads the first certificate of a PEM text.
    ///
    /// # Errors
    ///
    /// A [`CaCertificateError`].
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<Self, CaCertificateError> {
        let certificates = pem::certificates(pem.as_ref()).ok_or(CaCertificateError::Encoding)?;
        Self::from_der(certificates.into_iter().next().ok_or(CaCertificateError::Encoding)?)
    }

    /// The certificate.
    #[must_use]
    pub fn der(&self) -> &CertificateDer<'static> {
        &self.der
    }

    /// The certificate in PEM.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::encode(std::slice::from_ref(&self.der))
    }

    /// From when until when it is valid.
    #[must_use]
    pub fn validity(&self) -> Validity {
        self.fields.validity
    }

    /// The serial number in hexadecimal digits.
    #[must_use]
    pub fn serial_number(&self) -> String {
        self.fields.serial_number()
    }

    /// What names the key: the RFC 7638 thumbprint, or the SHA-256 of the `SubjectPublicKeyInfo` of a key that JOSE
    /// cannot express in this build. Two certificates of one key are one CA.
    #[must_use]
    pub fn key_thumbprint(&self) -> Thumbprint {
        match algorithms::public_key(&self.fields.spki) {
            Ok(key) => key.thumbprint(),
            Err(_) => Thumbprint::from_bytes(Sha256::digest(&self.fields.spki).into()),
        }
    }

    /// Whether issuer and subject are one.
    pub(super) fn is_self_issued(&self) -> bool {
        self.fields.issuer == self.fields.subject
    }

    /// Whether another CA vouches for this one: what this one issues is then good under the other, too.
    pub(crate) fn is_issued_by(&self, other: &Self) -> bool {
        if self.is_self_issued() || self.fields.issuer != other.fields.subject {
            return false;
        }
        let named = self.fields.issuer_key_id.as_ref().zip(other.fields.key_id.as_ref());
        if named.is_some_and(|(named, own)| named != own) {
            return false;
        }
        // With an algorithm that this build does not know, what the certificates say of each other has to do.
        self.is_signed_by(other).unwrap_or(true)
    }

    /// `None` if the algorithm is not known.
    fn is_signed_by(&self, other: &Self) -> Option<bool> {
        let certificate = Certificate::from_der(&self.der).ok()?;
        let signed = certificate.tbs_certificate().to_der().ok()?;
        let signature = certificate.signature().as_bytes()?;
        algorithms::judge_signed(&other.fields.spki, certificate.signature_algorithm(), &signed, signature)
    }
}

/// What RFC 5280 and X509-SVID 4 ask of a CA.
fn check(fields: &Fields) -> Result<(), CaCertificateError> {
    // RFC 5280 4.2.1.9: critical, and `cA` is true.
    if !fields.authority.is_some_and(|authority| authority.critical && authority.is_ca) {
        return Err(CaCertificateError::BasicConstraints);
    }
    // X509-SVID 4.3.
    if !fields.may_sign_certificates() {
        return Err(CaCertificateError::KeyUsage);
    }
    // RFC 5280 4.2.
    if fields.unknown_critical { Err(CaCertificateError::CriticalExtension) } else { Ok(()) }
}

impl PartialEq for CaCertificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for CaCertificate {}

impl fmt::Debug for CaCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CaCertificate")
            .field("serial_number", &self.serial_number())
            .field("validity", &self.validity())
            .finish_non_exhaustive()
    }
}

/// Why a certificate cannot be a trust anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CaCertificateError {
    /// It is longer than 16 KiB.
    #[error("the certificate is longer than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// It is no well-formed X.509 certificate of version 3, or the PEM has none.
    #[error("it is no well-formed X.509 certificate of version 3")]
    Encoding,
    /// Its basic constraints are missing, not critical, or do not say that it is a CA (RFC 5280 4.2.1.9).
    #[error("its basic constraints do not say, or not critically, that it is a CA")]
    BasicConstraints,
    /// Its key usage does not allow signing certificates (X509-SVID 4.3).
    #[error("its key usage does not allow signing certificates")]
    KeyUsage,
    /// It has a critical extension that nothing here knows (RFC 5280 4.2).
    #[error("it has an unknown critical extension")]
    CriticalExtension,
    /// More than 256 in one set.
    #[error("more than {limit} CA certificates in one set")]
    TooMany {
        /// The limit.
        limit: usize,
    },
}

/// One table for the codes of CA certificates, under the prefix of the place that reports them.
macro_rules! ca_code {
    ($prefix:literal, $error:expr) => {{
        use $crate::wic::CaCertificateError;
        match $error {
            CaCertificateError::TooLarge { .. } => concat!($prefix, "too_large"),
            CaCertificateError::Encoding => concat!($prefix, "encoding"),
            CaCertificateError::BasicConstraints => concat!($prefix, "basic_constraints"),
            CaCertificateError::KeyUsage => concat!($prefix, "key_usage"),
            CaCertificateError::CriticalExtension => concat!($prefix, "critical_extension"),
            CaCertificateError::TooMany { .. } => concat!($prefix, "too_many"),
        }
    }};
}
pub(crate) use ca_code;

impl CaCertificateError {
    /// The stable code of this error, such as `ca.basic_constraints`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        ca_code!("ca.", self)
    }
}

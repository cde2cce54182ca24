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
use x509_cert::der::{Decode as _, Reader as _, SliceReader};

/// The certificate of a CA that is trusted, or that issues.
///
/// Path building takes an anchor as it is, so what RFC 5280 asks of a CA is checked here, when it is configured.
#[derive(Clone)]
pub struct CaCertificate {
    der: CertificateDer<'static>,
    pub(super) anchor: TrustAnchor<'static>,
    pub(super) fields: Fields,
    self_signed: bool,
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
        let self_signed = fields.is_self_issued() && is_signed_by_itself(&der, &fields);
        Ok(Self { der, anchor, fields, self_signed })
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

    /// Whether it is a root: nobody vouches for it but itself. One that has merely the name of its issuer, as in a
    /// roll-over of keys, is none.
    pub(super) fn is_self_signed(&self) -> bool {
        self.self_signed
    }

    /// Whether another CA vouches for this one: what this one issues is then good under the other, too.
    pub(crate) fn is_issued_by(&self, other: &Self) -> bool {
        if self.is_self_signed() || self.fields.issuer != other.fields.subject {
            return false;
        }
        let named = self.fields.issuer_key_id.as_ref().zip(other.fields.key_id.as_ref());
        if named.is_some_and(|(named, own)| named != own) {
            return false;
        }
        // With an algorithm that this build does not know, what the certificates say of each other has to do.
        judge_signed(&self.der, &other.fields.spki).unwrap_or(true)
    }
}

/// Whether a certificate that names itself as its issuer is signed by its own key. With an algorithm that this build does
/// not know, the key identifiers have to do.
fn is_signed_by_itself(der: &[u8], fields: &Fields) -> bool {
    judge_signed(der, &fields.spki).unwrap_or_else(|| {
        let named = fields.issuer_key_id.as_ref().zip(fields.key_id.as_ref());
        named.is_none_or(|(named, own)| named == own)
    })
}

/// Whether a certificate is signed by this key; `None` if the algorithm is not known.
fn judge_signed(der: &[u8], spki: &[u8]) -> Option<bool> {
    let certificate = Certificate::from_der(der).ok()?;
    // As it stands there: encoded anew, it might be other bytes.
    let signed = SliceReader::new(der).ok()?.sequence(|content| {
        let signed = content.tlv_bytes()?;
        content.tlv_bytes()?;
        content.tlv_bytes()?;
        Ok::<_, x509_cert::der::Error>(signed)
    });
    let signature = certificate.signature().as_bytes()?;
    algorithms::judge_signed(spki, certificate.signature_algorithm(), signed.ok()?, signature)
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

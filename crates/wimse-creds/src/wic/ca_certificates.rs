//! Sets of CA certificates.

use super::pem;
use super::{CaCertificate, CaCertificateError};
use crate::limits;
use rustls_pki_types::TrustAnchor;

/// A set of CA certificates: the anchors of a path, in the order added.
#[derive(Debug, Clone, Default)]
pub struct CaCertificates {
    certificates: Vec<CaCertificate>,
    /// The same, as path building wants them: side by side.
    anchors: Vec<TrustAnchor<'static>>,
}

impl CaCertificates {
    /// No certificates.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads every certificate of a PEM text of at most 1 MiB.
    ///
    /// # Errors
    ///
    /// A [`CaCertificateError`]; [`CaCertificateError::Encoding`] also for a text without a certificate.
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<Self, CaCertificateError> {
        let certificates = pem::certificates(pem.as_ref()).ok_or(CaCertificateError::Encoding)?;
        if certificates.is_empty() {
            return Err(CaCertificateError::Encoding);
        }
        certificates.into_iter().try_fold(Self::new(), |set, der| set.with(CaCertificate::from_der(der)?))
    }

    /// Adds a certificate, unless it is there.
    ///
    /// # Errors
    ///
    /// [`CaCertificateError::TooMany`] (256).
    pub fn with(mut self, certificate: CaCertificate) -> Result<Self, CaCertificateError> {
        self.add(certificate)?;
        Ok(self)
    }

    pub(crate) fn add(&mut self, certificate: CaCertificate) -> Result<(), CaCertificateError> {
        if self.certificates.contains(&certificate) {
            return Ok(());
        }
        if self.certificates.len() >= limits::KEYS_PER_DOMAIN {
            return Err(CaCertificateError::TooMany { limit: limits::KEYS_PER_DOMAIN });
        }
        self.anchors.push(certificate.anchor.clone());
        self.certificates.push(certificate);
        Ok(())
    }

    /// The certificates, in the order added.
    #[must_use]
    pub fn as_slice(&self) -> &[CaCertificate] {
        &self.certificates
    }

    /// The certificates in PEM.
    #[must_use]
    pub fn to_pem(&self) -> String {
        self.certificates.iter().map(CaCertificate::to_pem).collect()
    }

    pub(super) fn anchors(&self) -> &[TrustAnchor<'static>] {
        &self.anchors
    }

    /// The certificate behind one of [`anchors`](Self::anchors), found by its place: certificates of one key and name
    /// can differ in their validity.
    pub(super) fn behind(&self, anchor: &TrustAnchor<'_>) -> Option<&CaCertificate> {
        let place = std::ptr::from_ref(anchor).cast::<()>();
        let index = self.anchors.iter().position(|known| std::ptr::from_ref(known).cast() == place)?;
        self.certificates.get(index)
    }
}

//! The Workload Identity Certificate.

use super::fields::{Fields, Unreadable};
use super::{ChainError, WicError, WicPolicy, algorithms, chain, pem};
use crate::key::{KeyError, PublicKey};
use crate::wit::Validity;
use crate::{UnixTime, Verified, limits};
use rustls_pki_types::{CertificateDer, ServerName};
use std::fmt;
use webpki::EndEntityCert;
use wimse_identifier::WorkloadIdentifier;

/// A Workload Identity Certificate (workload-creds 6.1) and the certificates of the CAs that were sent with it.
///
/// It has been read, not verified: what its accessors say is only claimed.
/// [`WicVerifier`](super::WicVerifier) makes a [`Verified`] of it.
#[derive(Clone, PartialEq, Eq)]
pub struct WorkloadIdentityCertificate {
    chain: Vec<CertificateDer<'static>>,
    identifier: WorkloadIdentifier,
    fields: Fields,
}

impl WorkloadIdentityCertificate {
    /// Reads DER certificates under the default policy: the one of the workload, then those of CAs, in any order.
    ///
    /// # Errors
    ///
    /// A [`WicError`] of the shape: sizes, encoding, other than exactly one URI SAN, a URI that is no identifier, a CA.
    pub fn from_der(chain: impl IntoIterator<Item = CertificateDer<'static>>) -> Result<Self, WicError> {
        Self::read(chain.into_iter().collect(), &WicPolicy::default())
    }

    /// Reads the certificates of a PEM text under the default policy, as [`from_der`](Self::from_der) does.
    ///
    /// Keys and text between them are skipped.
    ///
    /// # Errors
    ///
    /// As [`from_der`](Self::from_der).
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<Self, WicError> {
        Self::from_pem_under(pem, &WicPolicy::default())
    }

    /// As [`from_der`](Self::from_der), under a policy: its limits and its rules for identifiers.
    ///
    /// # Errors
    ///
    /// As [`from_der`](Self::from_der).
    pub fn from_der_under(
        chain: impl IntoIterator<Item = CertificateDer<'static>>,
        policy: &WicPolicy,
    ) -> Result<Self, WicError> {
        Self::read(chain.into_iter().collect(), policy)
    }

    /// As [`from_pem`](Self::from_pem), under a policy: its limits and its rules for identifiers.
    ///
    /// # Errors
    ///
    /// As [`from_der`](Self::from_der).
    pub fn from_pem_under(pem: impl AsRef<[u8]>, policy: &WicPolicy) -> Result<Self, WicError> {
        Self::read(pem::certificates(pem.as_ref()).ok_or(WicError::Encoding)?, policy)
    }

    pub(super) fn read(chain: Vec<CertificateDer<'static>>, policy: &WicPolicy) -> Result<Self, WicError> {
        let leaf = chain.first().ok_or(WicError::Chain(ChainError::Empty))?;
        chain::check_limits(&chain, policy.max_certificates, policy.max_bytes).map_err(WicError::Chain)?;
        let fields = Fields::read(leaf).map_err(|unreadable| match unreadable {
            Unreadable::TooLarge => {
                WicError::Chain(ChainError::TooLarge { limit: limits::CERTIFICATE_BYTES })
            }
            Unreadable::Encoding => WicError::Encoding,
            Unreadable::Repeated => WicError::ExtensionRepeated,
        })?;
        let identifier = check_leaf(&fields, policy)?;
        Ok(Self { chain, identifier, fields })
    }

    /// The certificate of the workload.
    #[must_use]
    pub fn leaf(&self) -> &CertificateDer<'static> {
        &self.chain[0]
    }

    /// The certificate of the workload, then those of CAs as they were sent.
    #[must_use]
    pub fn chain(&self) -> &[CertificateDer<'static>] {
        &self.chain
    }

    /// The whole chain in PEM.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::encode(&self.chain)
    }

    /// The identifier in the URI SAN.
    #[must_use]
    pub fn claimed_identifier(&self) -> &WorkloadIdentifier {
        &self.identifier
    }

    /// From when until when the certificate says it is valid; its end is the second after `notAfter`.
    #[must_use]
    pub fn claimed_validity(&self) -> Validity {
        self.fields.validity
    }

    /// The key. An elliptic curve has one algorithm; RSA keys, which have several, get the first of this build.
    ///
    /// # Errors
    ///
    /// A [`KeyError`] for a key that is not supported, weak, or not on its curve.
    pub fn claimed_public_key(&self) -> Result<PublicKey, KeyError> {
        algorithms::public_key(&self.fields.spki)
    }

    /// The serial number in hexadecimal digits.
    #[must_use]
    pub fn claimed_serial_number(&self) -> String {
        self.fields.serial_number()
    }

    /// The DNS SANs, as they stand there.
    pub fn claimed_dns_names(&self) -> impl Iterator<Item = &str> {
        self.fields.names.dns.iter().map(|name| &**name)
    }

    pub(super) fn key_information(&self) -> &[u8] {
        &self.fields.spki
    }
}

/// The rules for the certificate of a workload, in the order of the errors.
fn check_leaf(fields: &Fields, policy: &WicPolicy) -> Result<WorkloadIdentifier, WicError> {
    // X509-SVID 5.2. First, since the URI of a CA is that of its trust domain.
    if fields.is_ca() {
        return Err(WicError::Chain(ChainError::CaAsLeaf));
    }
    // WIT-6.1-1, -2, X509-SVID 2: the identifier is the only URI.
    let identifier = match fields.names.identifier(&policy.identifiers) {
        Some(identifier) => identifier.map_err(WicError::Identifier)?,
        None if fields.names.uris.is_empty() => return Err(WicError::UriMissing),
        None => return Err(WicError::UriRepeated),
    };
    // X509-SVID 4.3, 5.2.
    let allowed = |usage: &x509_cert::ext::pkix::KeyUsage| {
        usage.digital_signature() && !usage.key_cert_sign() && !usage.crl_sign()
    };
    if fields.key_usage.as_ref().is_some_and(|usage| !allowed(usage)) {
        return Err(WicError::KeyUsage);
    }
    Ok(identifier)
}

impl Verified<WorkloadIdentityCertificate> {
    /// The Workload Identifier.
    #[must_use]
    pub fn identifier(&self) -> &WorkloadIdentifier {
        &self.credential().identifier
    }

    /// The first second in which the certificate, one of its CAs or the anchor is not valid any more.
    #[must_use]
    pub fn expires(&self) -> UnixTime {
        self.valid_until()
    }

    /// The serial number in hexadecimal digits, for audit. It is unique only for the CA that issued it.
    #[must_use]
    pub fn serial_number(&self) -> String {
        self.credential().claimed_serial_number()
    }

    /// The certificate itself.
    #[must_use]
    pub fn certificate(&self) -> &WorkloadIdentityCertificate {
        self.credential()
    }

    /// Checks that a DNS SAN or IP SAN is for this host (RFC 9525 6.3). The URI SAN is never read as a host name
    /// (MTLS-3.2.1-5), and neither is the common name.
    ///
    /// # Errors
    ///
    /// [`ChainError::Name`].
    pub fn check_server_name(&self, name: &ServerName<'_>) -> Result<(), ChainError> {
        let leaf = self.credential().leaf();
        EndEntityCert::try_from(leaf)
            .and_then(|certificate| certificate.verify_is_valid_for_subject_name(name))
            .map_err(|error| ChainError::of(&error))
    }
}

impl fmt::Debug for WorkloadIdentityCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkloadIdentityCertificate")
            .field("claimed_identifier", &self.identifier.as_str())
            .field("claimed_validity", &self.claimed_validity())
            .field("claimed_serial_number", &self.claimed_serial_number())
            .finish_non_exhaustive()
    }
}

//! What certificates of workloads and of CAs have in common, read once and strictly.

use crate::wit::Validity;
use crate::{UnixTime, limits};
use rustls_pki_types::CertificateDer;
use std::collections::HashSet;
use std::time::Duration;
use wimse_identifier::{IdentifierError, IdentifierPolicy, WorkloadIdentifier};
use x509_cert::certificate::{Certificate, TbsCertificate, Version};
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, KeyUsage, SubjectAltName, SubjectKeyIdentifier,
};
use x509_cert::name::Name;

/// The fields of a certificate that decide something. Nothing of them is proven by reading them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) issuer: Name,
    pub(super) subject: Name,
    pub(super) validity: Validity,
    pub(super) spki: Box<[u8]>,
    /// Big-endian, without leading zeros.
    pub(super) serial_number: Box<[u8]>,
    pub(super) names: Names,
    /// `cA`; `None` without basic constraints.
    pub(super) authority: Option<Authority>,
    /// `None` without the extension.
    pub(super) key_usage: Option<KeyUsage>,
    /// subjectKeyIdentifier.
    pub(super) key_id: Option<Box<[u8]>>,
    /// The key identifier of authorityKeyIdentifier.
    pub(super) issuer_key_id: Option<Box<[u8]>>,
    /// Critical extensions that path building does not know.
    pub(super) unknown_critical: bool,
}

/// Basic constraints (RFC 5280 4.2.1.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Authority {
    pub(super) critical: bool,
    pub(super) is_ca: bool,
    pub(super) path_length: Option<u8>,
}

/// The names in the subjectAltName extension that something is decided by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) uris: Vec<Box<str>>,
    pub(super) dns: Vec<Box<str>>,
}

/// Why a certificate could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    TooLarge,
    Encoding,
    Repeated,
}

impl Fields {
    pub(super) fn read(der: &CertificateDer<'_>) -> Result<Self, Unreadable> {
        if der.len() > limits::CERTIFICATE_BYTES {
            return Err(Unreadable::TooLarge);
        }
        let certificate = Certificate::from_der(der).map_err(|_| Unreadable::Encoding)?;
        let fields = certificate.tbs_certificate();
        // RFC 5280 4.2: no extension twice, and only version 3 has any.
        let mut seen = HashSet::new();
        let extensions = fields.extensions().map_or(&[][..], |extensions| extensions);
        if !extensions.iter().all(|extension| seen.insert(extension.extn_id)) {
            return Err(Unreadable::Repeated);
        }
        if fields.version() != Version::V3 {
            return Err(Unreadable::Encoding);
        }
        Self::of(fields).map_err(|_| Unreadable::Encoding)
    }

    fn of(fields: &TbsCertificate) -> Result<Self, x509_cert::der::Error> {
        let authority = fields.get_extension::<BasicConstraints>()?.map(|(critical, constraints)| {
            Authority { critical, is_ca: constraints.ca, path_length: constraints.path_len_constraint }
        });
        let extensions = fields.extensions().map_or(&[][..], |extensions| extensions);
        Ok(Self {
            issuer: fields.issuer().clone(),
            subject: fields.subject().clone(),
            validity: validity(fields),
            spki: fields.subject_public_key_info().to_der()?.into(),
            serial_number: unsigned(fields.serial_number().as_bytes()).into(),
            names: Names::read(fields)?,
            authority,
            key_usage: fields.get_extension::<KeyUsage>()?.map(|(_, usage)| usage),
            key_id: fields.get_extension::<SubjectKeyIdentifier>()?.map(|(_, id)| id.0.as_bytes().into()),
            issuer_key_id: fields
                .get_extension::<AuthorityKeyIdentifier>()?
                .and_then(|(_, id)| id.key_identifier)
                .map(|id| id.as_bytes().into()),
            unknown_critical: extensions
                .iter()
                .any(|extension| extension.critical && !UNDERSTOOD.contains(&extension.extn_id)),
        })
    }

    pub(super) fn is_ca(&self) -> bool {
        self.authority.is_some_and(|authority| authority.is_ca)
    }

    /// RFC 5280 4.2.1.3: without the extension, the key is good for everything.
    pub(super) fn may_sign_certificates(&self) -> bool {
        self.key_usage.is_none_or(|usage| usage.key_cert_sign())
    }

    /// In hexadecimal digits, as it is written elsewhere.
    pub(super) fn serial_number(&self) -> String {
        self.serial_number.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Names {
    fn read(fields: &TbsCertificate) -> Result<Self, x509_cert::der::Error> {
        let mut names = Self::default();
        let Some((_, extension)) = fields.get_extension::<SubjectAltName>()? else { return Ok(names) };
        for name in extension.0 {
            match name {
                GeneralName::UniformResourceIdentifier(uri) => names.uris.push(uri.as_str().into()),
                GeneralName::DnsName(dns) => names.dns.push(dns.as_str().into()),
                _ => {}
            }
        }
        Ok(names)
    }

    /// The one URI as an identifier; `None` for other than one URI (WIT-6.1-1, -2; X509-SVID 2).
    pub(super) fn identifier(
        &self,
        policy: &IdentifierPolicy,
    ) -> Option<Result<WorkloadIdentifier, IdentifierError>> {
        match &self.uris[..] {
            [uri] => Some(policy.parse(uri)),
            _ => None,
        }
    }
}

/// Both ends of a validity in X.509 belong to it; here its end is the first second after.
fn validity(fields: &TbsCertificate) -> Validity {
    let [start, last] = [fields.validity().not_before, fields.validity().not_after]
        .map(|time| UnixTime::from_secs(time.to_unix_duration().as_secs()));
    let end = last.plus(Duration::from_secs(1));
    Validity::between(start, end)
}

fn unsigned(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    &bytes[zeros..]
}

/// keyUsage, subjectAltName, basicConstraints, nameConstraints, cRLDistributionPoints, extKeyUsage.
const UNDERSTOOD: [ObjectIdentifier; 6] = [
    ObjectIdentifier::new_unwrap("2.5.29.15"),
    ObjectIdentifier::new_unwrap("2.5.29.17"),
    ObjectIdentifier::new_unwrap("2.5.29.19"),
    ObjectIdentifier::new_unwrap("2.5.29.30"),
    ObjectIdentifier::new_unwrap("2.5.29.31"),
    ObjectIdentifier::new_unwrap("2.5.29.37"),
];

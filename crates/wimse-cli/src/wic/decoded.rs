//! A certificate that nobody has verified, read as far as possible to be shown.

use crate::wit::Key;
use serde::Serialize;
use wimse::creds::key::{Algorithm, PublicKey};
use wimse::creds::wic::pki_types::CertificateDer;
use x509_cert::certificate::{Certificate, TbsCertificate};
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAltName,
    SubjectKeyIdentifier,
};

/// Everything in it is what the certificate claims.
#[derive(Debug, Serialize)]
pub(super) struct Decoded {
    /// Of which an identifier of a workload is the only one.
    pub(super) uris: Vec<String>,
    pub(super) dns_names: Vec<String>,
    /// Names of other kinds.
    pub(super) other_names: usize,
    pub(super) subject: String,
    pub(super) issuer: String,
    pub(super) serial_number: String,
    pub(super) not_before: i64,
    /// The last second.
    pub(super) not_after: i64,
    /// None for a key of a kind that is not known here.
    pub(super) key: Option<Key>,
    pub(super) is_ca: bool,
    /// How many CAs may be below it.
    pub(super) path_length: Option<u8>,
    pub(super) key_usage: Option<Vec<&'static str>>,
    /// "client" and "server", else the object identifier.
    pub(super) roles: Option<Vec<String>>,
    pub(super) signature_algorithm: String,
    pub(super) key_id: Option<String>,
    pub(super) issuer_key_id: Option<String>,
}

impl Decoded {
    /// `None` if it is no certificate. An extension that cannot be read is shown as missing.
    pub(super) fn read(der: &CertificateDer<'_>) -> Option<Self> {
        let certificate = Certificate::from_der(der).ok()?;
        let fields = certificate.tbs_certificate();
        let constraints = extension::<BasicConstraints>(fields);
        let mut decoded = Self {
            uris: Vec::new(),
            dns_names: Vec::new(),
            other_names: 0,
            subject: fields.subject().to_string(),
            issuer: fields.issuer().to_string(),
            serial_number: hex(unsigned(fields.serial_number().as_bytes())),
            not_before: seconds(fields.validity().not_before)?,
            not_after: seconds(fields.validity().not_after)?,
            key: fields.subject_public_key_info().to_der().ok().and_then(|spki| key(&spki)),
            is_ca: constraints.as_ref().is_some_and(|constraints| constraints.ca),
            path_length: constraints.and_then(|constraints| constraints.path_len_constraint),
            key_usage: extension::<KeyUsage>(fields).map(|usage| usages(&usage)),
            roles: extension::<ExtendedKeyUsage>(fields).map(|usage| usage.0.iter().map(role).collect()),
            signature_algorithm: algorithm(certificate.signature_algorithm().oid),
            key_id: extension::<SubjectKeyIdentifier>(fields).map(|id| hex(id.0.as_bytes())),
            issuer_key_id: extension::<AuthorityKeyIdentifier>(fields)
                .and_then(|id| id.key_identifier)
                .map(|id| hex(id.as_bytes())),
        };
        for name in extension::<SubjectAltName>(fields).into_iter().flat_map(|names| names.0) {
            match name {
                GeneralName::UniformResourceIdentifier(uri) => decoded.uris.push(uri.to_string()),
                GeneralName::DnsName(name) => decoded.dns_names.push(name.to_string()),
                _ => decoded.other_names += 1,
            }
        }
        Some(decoded)
    }
}

fn extension<'a, E>(fields: &'a TbsCertificate) -> Option<E>
where
    E: x509_cert::der::Decode<'a, Error = x509_cert::der::Error> + x509_cert::der::oid::AssociatedOid,
{
    fields.get_extension::<E>().ok().flatten().map(|(_, extension)| extension)
}

fn seconds(time: x509_cert::time::Time) -> Option<i64> {
    i64::try_from(time.to_unix_duration().as_secs()).ok()
}

/// The key under the first algorithm that fits.
fn key(spki: &[u8]) -> Option<Key> {
    let mut keys = Algorithm::all().filter_map(|algorithm| PublicKey::from_spki_der(algorithm, spki).ok());
    keys.next().as_ref().map(Key::from)
}

fn usages(usage: &KeyUsage) -> Vec<&'static str> {
    let all = [
        (usage.digital_signature(), "digitalSignature"),
        (usage.non_repudiation(), "nonRepudiation"),
        (usage.key_encipherment(), "keyEncipherment"),
        (usage.data_encipherment(), "dataEncipherment"),
        (usage.key_agreement(), "keyAgreement"),
        (usage.key_cert_sign(), "keyCertSign"),
        (usage.crl_sign(), "cRLSign"),
    ];
    all.into_iter().filter(|(is_set, _)| *is_set).map(|(_, name)| name).collect()
}

fn role(usage: &ObjectIdentifier) -> String {
    match usage.to_string().as_str() {
        "1.3.6.1.5.5.7.3.1" => "server".to_owned(),
        "1.3.6.1.5.5.7.3.2" => "client".to_owned(),
        other => other.to_owned(),
    }
}

fn algorithm(id: ObjectIdentifier) -> String {
    match id.to_string().as_str() {
        "1.2.840.10045.4.3.2" => "ecdsa-with-SHA256".to_owned(),
        "1.2.840.10045.4.3.3" => "ecdsa-with-SHA384".to_owned(),
        "1.2.840.10045.4.3.4" => "ecdsa-with-SHA512".to_owned(),
        "1.2.840.113549.1.1.11" => "sha256WithRSAEncryption".to_owned(),
        "1.2.840.113549.1.1.12" => "sha384WithRSAEncryption".to_owned(),
        "1.2.840.113549.1.1.13" => "sha512WithRSAEncryption".to_owned(),
        "1.2.840.113549.1.1.10" => "rsassaPss".to_owned(),
        "1.3.101.112" => "Ed25519".to_owned(),
        other => other.to_owned(),
    }
}

/// DER puts a zero before a number that would look negative.
fn unsigned(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(&[0]).unwrap_or(bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

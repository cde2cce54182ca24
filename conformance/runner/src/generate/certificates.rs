//! Certificates and certificate requests that are made field by field, also those that no CA should issue.

use std::error::Error;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use sha2::{Digest, Sha256};
use wimse::creds::key::SigningKey;

use super::{
    authorities::Certificate,
    der::{bits, boolean, integer, object, octets, sequence, set, tagged, utc_time, value},
    tokens::{HOUR, KeyPair, NOW},
};

pub(crate) const SERVER_AUTH: &str = "1.3.6.1.5.5.7.3.1";
pub(super) const CLIENT_AUTH: &str = "1.3.6.1.5.5.7.3.2";
pub(super) const CODE_SIGNING: &str = "1.3.6.1.5.5.7.3.3";

pub(super) const BASIC_CONSTRAINTS: &str = "2.5.29.19";
pub(super) const KEY_USAGE: &str = "2.5.29.15";
pub(super) const EXTENDED_KEY_USAGE: &str = "2.5.29.37";
pub(crate) const SUBJECT_ALT_NAME: &str = "2.5.29.17";
pub(super) const NAME_CONSTRAINTS: &str = "2.5.29.30";
const SUBJECT_KEY_ID: &str = "2.5.29.14";
const AUTHORITY_KEY_ID: &str = "2.5.29.35";

/// digitalSignature, as the first byte of a key usage.
pub(super) const DIGITAL_SIGNATURE: u8 = 0x80;
/// keyEncipherment.
pub(super) const KEY_ENCIPHERMENT: u8 = 0x20;
/// keyCertSign.
pub(super) const KEY_CERT_SIGN: u8 = 0x04;
/// cRLSign.
pub(super) const CRL_SIGN: u8 = 0x02;

/// A key that has a certificate, or signs one: on P-256, or Ed25519.
pub(crate) trait CertificateKey {
    /// The public JWK.
    fn public_jwk(&self) -> Value;
    /// The signature over any bytes, in the form of JWS.
    fn signature(&self, message: &[u8]) -> Result<Vec<u8>, Box<dyn Error>>;
}

impl CertificateKey for KeyPair {
    fn public_jwk(&self) -> Value {
        Self::public_jwk(*self)
    }

    fn signature(&self, message: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
        Ok(Self::signature(*self, message)?)
    }
}

impl CertificateKey for &SigningKey {
    fn public_jwk(&self) -> Value {
        serde_json::from_str(&self.public_key().to_jwk()).unwrap_or_default()
    }

    fn signature(&self, message: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
        Ok(self.sign(message)?)
    }
}

/// A certificate, field by field.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    version: u8,
    serial: u32,
    subject: String,
    issuer: String,
    start: u64,
    /// The first second after its validity.
    end: u64,
    extensions: Vec<(&'static str, bool, Vec<u8>)>,
    /// Whether it has the key identifiers that CAs put in (RFC 5280 4.2.1.1, 4.2.1.2).
    key_ids: bool,
}

/// A name in a subjectAltName.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Name<'a> {
    Uri(&'a str),
    Dns(&'a str),
    Email(&'a str),
    Ip([u8; 4]),
    /// A URI of bytes that are not ASCII.
    RawUri(&'a [u8]),
}

impl Draft {
    /// The certificate of a CA.
    pub(crate) fn ca(name: &str, issuer: &str) -> Self {
        Self::named(name, issuer).basic_constraints(true, None).key_usage(KEY_CERT_SIGN | CRL_SIGN)
    }

    /// The certificate of a workload, for an hour from now, for both roles.
    pub(crate) fn workload(issuer: &str, identifier: &str) -> Self {
        Self::leaf(issuer).names(&[Name::Uri(identifier)])
    }

    /// The same without any name.
    pub(crate) fn leaf(issuer: &str) -> Self {
        Self::named("", issuer)
            .basic_constraints(false, None)
            .key_usage(DIGITAL_SIGNATURE)
            .usages(&[SERVER_AUTH, CLIENT_AUTH])
    }

    fn named(subject: &str, issuer: &str) -> Self {
        Self {
            version: 3,
            serial: 0x2a,
            subject: subject.to_owned(),
            issuer: issuer.to_owned(),
            start: NOW,
            end: NOW + HOUR,
            extensions: Vec::new(),
            key_ids: true,
        }
    }

    /// Without the identifiers of keys, as some CAs make them.
    pub(super) fn without_key_ids(self) -> Self {
        Self { key_ids: false, ..self }
    }

    pub(super) fn version(self, version: u8) -> Self {
        Self { version, ..self }
    }

    pub(crate) fn serial(self, serial: u32) -> Self {
        Self { serial, ..self }
    }

    /// The common name of its owner.
    pub(crate) fn subject(self, name: &str) -> Self {
        Self { subject: name.to_owned(), ..self }
    }

    pub(crate) fn issuer(self, name: &str) -> Self {
        Self { issuer: name.to_owned(), ..self }
    }

    /// From its first second until the first second after.
    pub(crate) fn valid(self, start: u64, end: u64) -> Self {
        Self { start, end, ..self }
    }

    pub(crate) fn basic_constraints(self, ca: bool, path_length: Option<u8>) -> Self {
        let flag = if ca { boolean(true) } else { Vec::new() };
        let length = path_length.map(|length| integer(&[length])).unwrap_or_default();
        self.set(BASIC_CONSTRAINTS, true, sequence([flag, length]))
    }

    /// The first byte of the bits; trailing zeros are left out, as DER wants.
    pub(super) fn key_usage(self, usages: u8) -> Self {
        let [.., unused] = usages.trailing_zeros().to_be_bytes();
        self.set(KEY_USAGE, true, value(3, &[unused, usages]))
    }

    pub(crate) fn usages(self, usages: &[&str]) -> Self {
        self.set(EXTENDED_KEY_USAGE, false, sequence(usages.iter().map(|usage| object(usage))))
    }

    /// subjectAltName: critical where the subject is empty (RFC 5280 4.2.1.6).
    pub(crate) fn names(self, names: &[Name<'_>]) -> Self {
        let critical = self.subject.is_empty();
        self.set(SUBJECT_ALT_NAME, critical, sequence(names.iter().map(|name| name.encoded())))
    }

    /// Permits names at or below this one only.
    pub(super) fn permitted(self, name: Name<'_>) -> Self {
        self.set(NAME_CONSTRAINTS, true, sequence([tagged(0, &sequence([name.encoded()]))]))
    }

    /// Sets an extension, in its place if it is there.
    pub(super) fn set(mut self, id: &'static str, critical: bool, content: Vec<u8>) -> Self {
        match self.extensions.iter_mut().find(|(known, ..)| *known == id) {
            Some(extension) => *extension = (id, critical, content),
            None => self.extensions.push((id, critical, content)),
        }
        self
    }

    /// Adds an extension, also if it is there already.
    pub(super) fn and(mut self, id: &'static str, critical: bool, content: Vec<u8>) -> Self {
        self.extensions.push((id, critical, content));
        self
    }

    pub(crate) fn without(mut self, id: &str) -> Self {
        self.extensions.retain(|(known, ..)| *known != id);
        self
    }

    /// The certificate for the key of its subject, signed by that of its issuer.
    pub(crate) fn sign(
        &self,
        subject: impl CertificateKey + Copy,
        issuer: impl CertificateKey + Copy,
    ) -> Certificate {
        let (subject, issuer): (&dyn CertificateKey, &dyn CertificateKey) = (&subject, &issuer);
        let algorithm = algorithm(issuer);
        let mut extensions: Vec<_> = self.extensions.iter().map(extension).collect();
        if self.key_ids {
            extensions.extend(key_ids(subject, issuer));
        }
        let extensions = match self.version {
            3 => tagged(3, &sequence(extensions)),
            _ => Vec::new(),
        };
        let version = match self.version {
            1 => Vec::new(),
            version => tagged(0, &integer(&[version - 1])),
        };
        let fields = sequence([
            version,
            integer(&self.serial.to_be_bytes()),
            algorithm,
            name(&self.issuer),
            sequence([utc_time(self.start), utc_time(self.end - 1)]),
            name(&self.subject),
            key_info(subject),
            extensions,
        ]);
        signed(fields, issuer)
    }

    /// A certificate request (RFC 2986) for a key that asks for the names of this draft, signed by a key.
    pub(super) fn request(&self, subject: KeyPair, signer: KeyPair) -> Certificate {
        let (subject, signer): (&dyn CertificateKey, &dyn CertificateKey) = (&subject, &signer);
        let names = self.extensions.iter().filter(|(id, ..)| *id == SUBJECT_ALT_NAME).map(extension);
        let wish = sequence([object("1.2.840.113549.1.9.14"), set([sequence(names)])]);
        let version = integer(&[0]);
        let fields = sequence([version, name(&self.subject), key_info(subject), tagged(0, &wish)]);
        signed(fields, signer)
    }
}

impl Name<'_> {
    fn encoded(&self) -> Vec<u8> {
        match self {
            Self::Email(address) => value(0x81, address.as_bytes()),
            Self::Dns(name) => value(0x82, name.as_bytes()),
            Self::Uri(uri) => value(0x86, uri.as_bytes()),
            Self::RawUri(bytes) => value(0x86, bytes),
            Self::Ip(address) => value(0x87, address),
        }
    }
}

fn extension((id, critical, content): &(&'static str, bool, Vec<u8>)) -> Vec<u8> {
    let flag = if *critical { boolean(true) } else { Vec::new() };
    sequence([object(id), flag, octets(content)])
}

/// The fields, the algorithm, and the signature over the fields.
fn signed(fields: Vec<u8>, key: &dyn CertificateKey) -> Certificate {
    let signature = key.signature(&fields)?;
    let signature = match is_edwards(key) {
        true => signature,
        false => {
            let (r, s) = signature.split_at(signature.len() / 2);
            sequence([integer(r), integer(s)])
        }
    };
    Ok(sequence([fields, algorithm(key), bits(&signature)]))
}

/// How signatures by this key are named.
fn algorithm(key: &dyn CertificateKey) -> Vec<u8> {
    sequence([object(if is_edwards(key) { "1.3.101.112" } else { "1.2.840.10045.4.3.2" })])
}

/// subjectKeyIdentifier, and authorityKeyIdentifier where the issuer is another.
fn key_ids(subject: &dyn CertificateKey, issuer: &dyn CertificateKey) -> Vec<Vec<u8>> {
    // RFC 7093 2, method 1.
    let id = |key: &dyn CertificateKey| Sha256::digest(key_bits(key)).as_slice()[..20].to_vec();
    let mut extensions = vec![extension(&(SUBJECT_KEY_ID, false, octets(&id(subject))))];
    if subject.public_jwk() != issuer.public_jwk() {
        extensions.push(extension(&(AUTHORITY_KEY_ID, false, sequence([value(0x80, &id(issuer))]))));
    }
    extensions
}

/// The `SubjectPublicKeyInfo` of the key.
fn key_info(key: &dyn CertificateKey) -> Vec<u8> {
    if is_edwards(key) {
        return sequence([algorithm(key), bits(&key_bits(key))]);
    }
    let curve = sequence([object("1.2.840.10045.2.1"), object("1.2.840.10045.3.1.7")]);
    sequence([curve, bits(&key_bits(key))])
}

/// The key itself: the encoding of RFC 8032, or an uncompressed point.
fn key_bits(key: &dyn CertificateKey) -> Vec<u8> {
    let jwk = key.public_jwk();
    let member = |name: &str| {
        let text = jwk.get(name).and_then(Value::as_str).unwrap_or_default();
        URL_SAFE_NO_PAD.decode(text).unwrap_or_default()
    };
    if is_edwards(key) { member("x") } else { [vec![4], member("x"), member("y")].concat() }
}

fn is_edwards(key: &dyn CertificateKey) -> bool {
    key.public_jwk().get("kty").is_some_and(|kind| kind == "OKP")
}

/// A name with a common name alone, or an empty one.
fn name(common_name: &str) -> Vec<u8> {
    if common_name.is_empty() {
        return sequence([]);
    }
    let common_name = sequence([object("2.5.4.3"), value(0x0c, common_name.as_bytes())]);
    sequence([set([common_name])])
}

/// PEM of certificates (RFC 7468).
pub(crate) fn pem(certificates: &[Vec<u8>]) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    for certificate in certificates {
        let encoded = base64::engine::general_purpose::STANDARD.encode(certificate);
        text.push_str("-----BEGIN CERTIFICATE-----\n");
        for line in encoded.as_bytes().chunks(64) {
            text.push_str(std::str::from_utf8(line)?);
            text.push('\n');
        }
        text.push_str("-----END CERTIFICATE-----\n");
    }
    Ok(text)
}

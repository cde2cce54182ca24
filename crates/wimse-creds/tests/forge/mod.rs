//! Certificates that no CA should issue, properly signed. Made with `x509-cert` and `p256`, apart from the code under test.
#![allow(dead_code, reason = "no test file uses all of it")]

use p256::ecdsa::DerSignature;
use p256::pkcs8::DecodePrivateKey as _;
use std::str::FromStr as _;
use std::time::Duration;
use wimse_creds::UnixTime;
use wimse_creds::key::SigningKey;
use wimse_creds::wic::pki_types::CertificateDer;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{self, Builder as _, CertificateBuilder};
use x509_cert::certificate::TbsCertificate;
use x509_cert::der::asn1::{Ia5String, ObjectIdentifier, OctetString};
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::constraints::name::GeneralSubtree;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, NameConstraints, SubjectAltName,
};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity};

pub(crate) const SERVER_AUTH: &str = "1.3.6.1.5.5.7.3.1";
pub(crate) const CLIENT_AUTH: &str = "1.3.6.1.5.5.7.3.2";
pub(crate) const CODE_SIGNING: &str = "1.3.6.1.5.5.7.3.3";

/// A certificate, field by field.
#[derive(Clone)]
pub(crate) struct Draft {
    subject: String,
    issuer: String,
    start: UnixTime,
    /// The last second of validity.
    last: UnixTime,
    extensions: Vec<Extension>,
}

impl Draft {
    /// The certificate of a CA by this name, signed by itself unless it says otherwise.
    pub(crate) fn ca(name: &str, now: UnixTime) -> Self {
        Self::named(name, name, now).basic_constraints(true, true, None).key_usage(&[KeyUsages::KeyCertSign])
    }

    /// The certificate of a workload, by the CA of this name: all but the identifier.
    pub(crate) fn leaf(issuer: &str, now: UnixTime) -> Self {
        Self::named("", issuer, now)
            .basic_constraints(true, false, None)
            .key_usage(&[KeyUsages::DigitalSignature])
            .extended_key_usage(&[SERVER_AUTH, CLIENT_AUTH])
    }

    /// The same with an identifier.
    pub(crate) fn workload(issuer: &str, identifier: &str, now: UnixTime) -> Self {
        Self::leaf(issuer, now).names(&[identifier], &[])
    }

    fn named(subject: &str, issuer: &str, now: UnixTime) -> Self {
        let hour = Duration::from_secs(3600);
        Self {
            subject: subject.to_owned(),
            issuer: issuer.to_owned(),
            start: now.minus(hour),
            last: now.plus(hour),
            extensions: Vec::new(),
        }
    }

    pub(crate) fn subject(mut self, name: &str) -> Self {
        self.subject = name.to_owned();
        self
    }

    pub(crate) fn issuer(mut self, name: &str) -> Self {
        self.issuer = name.to_owned();
        self
    }

    pub(crate) fn valid(mut self, start: UnixTime, last: UnixTime) -> Self {
        (self.start, self.last) = (start, last);
        self
    }

    pub(crate) fn basic_constraints(self, critical: bool, ca: bool, path_len_constraint: Option<u8>) -> Self {
        let value = BasicConstraints { ca, path_len_constraint }.to_der().unwrap();
        self.set("2.5.29.19", critical, value)
    }

    pub(crate) fn key_usage(self, usages: &[KeyUsages]) -> Self {
        let flags = usages.iter().fold(Default::default(), |flags, usage| flags | *usage);
        self.set("2.5.29.15", true, KeyUsage(flags).to_der().unwrap())
    }

    pub(crate) fn extended_key_usage(self, usages: &[&str]) -> Self {
        let usages = usages.iter().map(|usage| ObjectIdentifier::new_unwrap(usage)).collect();
        self.set("2.5.29.37", false, ExtendedKeyUsage(usages).to_der().unwrap())
    }

    pub(crate) fn names(self, uris: &[&str], dns: &[&str]) -> Self {
        let text = |text: &&str| Ia5String::new(text).unwrap();
        let uris = uris.iter().map(text).map(GeneralName::UniformResourceIdentifier);
        let dns = dns.iter().map(text).map(GeneralName::DnsName);
        let critical = self.subject.is_empty();
        self.set("2.5.29.17", critical, SubjectAltName(uris.chain(dns).collect()).to_der().unwrap())
    }

    /// Permits names at or below this one only.
    pub(crate) fn permitted(self, name: GeneralName) -> Self {
        let subtree = GeneralSubtree { base: name, minimum: 0, maximum: None };
        let constraints =
            NameConstraints { permitted_subtrees: Some(vec![subtree]), excluded_subtrees: None };
        self.set("2.5.29.30", true, constraints.to_der().unwrap())
    }

    /// Sets an extension to any value.
    pub(crate) fn set(self, id: &str, critical: bool, value: Vec<u8>) -> Self {
        self.without(id).and(id, critical, value)
    }

    /// Adds an extension, perhaps a second time.
    pub(crate) fn and(mut self, id: &str, critical: bool, value: Vec<u8>) -> Self {
        let extn_value = OctetString::new(value).unwrap();
        self.extensions.push(Extension { extn_id: ObjectIdentifier::new_unwrap(id), critical, extn_value });
        self
    }

    pub(crate) fn without(mut self, id: &str) -> Self {
        self.extensions.retain(|extension| extension.extn_id != ObjectIdentifier::new_unwrap(id));
        self
    }

    /// Signs it with an ES256 key.
    pub(crate) fn sign(&self, subject: &SigningKey, issuer: &SigningKey) -> CertificateDer<'static> {
        self.sign_spki(&subject.public_key().to_spki_der(), issuer)
    }

    pub(crate) fn sign_spki(&self, subject: &[u8], issuer: &SigningKey) -> CertificateDer<'static> {
        let time = |time: UnixTime| {
            let since = Duration::from_secs(u64::try_from(time.as_secs()).unwrap());
            Time::from(x509_cert::der::DateTime::from_unix_duration(since).unwrap())
        };
        let spki = SubjectPublicKeyInfoOwned::from_der(subject).unwrap();
        let serial = SerialNumber::new(&[0x2a]).unwrap();
        let validity = Validity::new(time(self.start), time(self.last));
        let signer = p256::ecdsa::SigningKey::from_pkcs8_der(&issuer.to_pkcs8_der().unwrap()).unwrap();
        let builder = CertificateBuilder::new(Fields(self), serial, validity, spki).unwrap();
        builder.build::<_, DerSignature>(&signer).unwrap().to_der().unwrap().into()
    }
}

struct Fields<'a>(&'a Draft);

impl BuilderProfile for Fields<'_> {
    fn get_issuer(&self, _: &Name) -> Name {
        name(&self.0.issuer)
    }

    fn get_subject(&self) -> Name {
        name(&self.0.subject)
    }

    fn build_extensions(
        &self,
        _: SubjectPublicKeyInfoRef<'_>,
        _: SubjectPublicKeyInfoRef<'_>,
        _: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        Ok(self.0.extensions.clone())
    }
}

fn name(common_name: &str) -> Name {
    if common_name.is_empty() {
        Name::default()
    } else {
        Name::from_str(&format!("CN={common_name}")).unwrap()
    }
}

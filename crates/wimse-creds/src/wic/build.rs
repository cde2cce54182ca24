//! Signed X.509 structures by keys of this crate.

use super::{WicIssueError, algorithms};
use crate::UnixTime;
use crate::key::SigningKey;
use crate::wit::Validity;
use signature::Keypair;
use std::time::Duration;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{self, Builder, CertificateBuilder};
use x509_cert::certificate::TbsCertificate;
use x509_cert::der::asn1::BitString;
use x509_cert::der::{Decode as _, Document, Encode};
use x509_cert::ext::Extension;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{
    self, AlgorithmIdentifierOwned, DynSignatureAlgorithmIdentifier, EncodePublicKey,
    SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef,
};
use x509_cert::time::{Time, Validity as X509Validity};

/// What goes into a certificate.
pub(super) struct Contents<'a> {
    pub(super) subject: Name,
    pub(super) issuer: Name,
    pub(super) spki: &'a [u8],
    pub(super) validity: Validity,
    pub(super) extensions: Vec<Extension>,
}

/// Signs a certificate, with a random serial number of 128 bits.
pub(super) fn certificate(contents: &Contents<'_>, key: &SigningKey) -> Result<Vec<u8>, WicIssueError> {
    if contents.validity.start() >= contents.validity.end() {
        return Err(WicIssueError::Validity);
    }
    let last = contents.validity.end().minus(Duration::from_secs(1));
    let validity = X509Validity::new(time(contents.validity.start())?, time(last)?);
    let spki = SubjectPublicKeyInfoOwned::from_der(contents.spki).map_err(|_| WicIssueError::Encoding)?;
    let builder = CertificateBuilder::new(Profile(contents), serial_number()?, validity, spki)
        .map_err(|_| WicIssueError::Encoding)?;
    signed(builder, key)
}

/// Signs what a builder has prepared.
pub(super) fn signed<B>(mut builder: B, key: &SigningKey) -> Result<Vec<u8>, WicIssueError>
where
    B: Builder,
    B::Output: Encode,
{
    let signer = Signer(key);
    let unsigned = builder.finalize(&signer).map_err(|_| WicIssueError::Encoding)?;
    let signature = algorithms::sign(key, &unsigned)?;
    let signature = BitString::from_bytes(&signature).map_err(|_| WicIssueError::Encoding)?;
    let done = builder.assemble(signature, &signer).map_err(|_| WicIssueError::Encoding)?;
    done.to_der().map_err(|_| WicIssueError::Encoding)
}

fn serial_number() -> Result<SerialNumber, WicIssueError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| WicIssueError::Random)?;
    SerialNumber::new(&bytes).map_err(|_| WicIssueError::Encoding)
}

fn time(time: UnixTime) -> Result<Time, WicIssueError> {
    let seconds = u64::try_from(time.as_secs()).map_err(|_| WicIssueError::Validity)?;
    let date = x509_cert::der::DateTime::from_unix_duration(Duration::from_secs(seconds));
    date.map(Time::from).map_err(|_| WicIssueError::Validity)
}

/// Our contents as they are, without the extensions that profiles of the library would add.
struct Profile<'a>(&'a Contents<'a>);

impl BuilderProfile for Profile<'_> {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.0.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.0.subject.clone()
    }

    fn build_extensions(
        &self,
        _subject: SubjectPublicKeyInfoRef<'_>,
        _issuer: SubjectPublicKeyInfoRef<'_>,
        _fields: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        Ok(self.0.extensions.clone())
    }
}

/// A key as the builders see it: they ask for its names, and we sign.
struct Signer<'a>(&'a SigningKey);

#[derive(Clone)]
struct Public(Vec<u8>);

impl Keypair for Signer<'_> {
    type VerifyingKey = Public;

    fn verifying_key(&self) -> Public {
        Public(self.0.public_key().to_spki_der())
    }
}

impl EncodePublicKey for Public {
    fn to_public_key_der(&self) -> spki::Result<Document> {
        Ok(Document::try_from(self.0.as_slice())?)
    }
}

impl DynSignatureAlgorithmIdentifier for Signer<'_> {
    fn signature_algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned> {
        algorithms::identifier(self.0).ok_or(spki::Error::KeyMalformed)
    }
}

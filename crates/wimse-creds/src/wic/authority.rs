//! A small CA.

use super::fields::Fields;
use super::{
    CaCertificate, WicIssueError, WicTemplate, WorkloadIdentityCertificate, algorithms, build, extensions,
    import, pem,
};
use crate::key::{SigningKey, Thumbprint};
use crate::wic::WicPolicy;
use crate::wit::Validity;
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer, pem::PemObject as _};
use std::str::FromStr as _;
use wimse_identifier::{IdentifierPolicy, Origin};
use x509_cert::name::Name;

/// Issues Workload Identity Certificates of one trust domain: for development and tests, and for small deployments.
///
/// A root may have an intermediate CA beneath it, whose certificate is sent along with those of the workloads.
///
/// ```
/// # use std::time::Duration;
/// # use wimse_creds::key::{Algorithm, SigningKey};
/// # use wimse_creds::wic::{CertificateAuthority, WicTemplate};
/// # use wimse_creds::{UnixTime, Validity};
/// let now = UnixTime::from_secs(1_745_508_910);
/// let year = Validity::starting(now, Duration::from_secs(365 * 24 * 3600));
/// let month = Validity::starting(now, Duration::from_secs(30 * 24 * 3600));
/// let root = CertificateAuthority::root(&"wimse://example.com".parse()?, SigningKey::generate(Algorithm::Es256)?, year)?;
/// let issuing = root.intermediate(SigningKey::generate(Algorithm::Es256)?, month)?;
///
/// let key = SigningKey::generate(Algorithm::Es256)?;
/// let hour = Validity::starting(now, WicTemplate::DEFAULT_LIFETIME);
/// let wic = issuing.issue(&WicTemplate::new("wimse://example.com/billing".parse()?, key.public_key(), hour))?;
/// assert_eq!(wic.chain().len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct CertificateAuthority {
    origin: Origin,
    key: SigningKey,
    certificate: CaCertificate,
    /// The certificates between those of the workloads and the root, which is none of them.
    between: Vec<CertificateDer<'static>>,
}

impl CertificateAuthority {
    /// Makes a root, which signs its own certificate. It allows one CA beneath it.
    ///
    /// # Errors
    ///
    /// A [`WicIssueError`].
    pub fn root(origin: &Origin, key: SigningKey, validity: Validity) -> Result<Self, WicIssueError> {
        let subject = subject(origin, "root")?;
        let spki = key.public_key().to_spki_der();
        let extensions = extensions::authority(&subject, origin, 1, &spki, None)?;
        let contents =
            build::Contents { subject: subject.clone(), issuer: subject, spki: &spki, validity, extensions };
        let certificate = build::certificate(&contents, &key)?;
        Self::from_der(origin, [certificate.into()], key)
    }

    /// Makes a CA beneath this one. It allows no further CA.
    ///
    /// # Errors
    ///
    /// A [`WicIssueError`], such as [`WicIssueError::PathLength`] or [`WicIssueError::OutlivesCa`].
    pub fn intermediate(&self, key: SigningKey, validity: Validity) -> Result<Self, WicIssueError> {
        if self.certificate.fields.authority.is_some_and(|authority| authority.path_length == Some(0)) {
            return Err(WicIssueError::PathLength);
        }
        self.check(validity, key.public_key().thumbprint())?;
        let subject = subject(&self.origin, "intermediate")?;
        let spki = key.public_key().to_spki_der();
        let extensions = extensions::authority(&subject, &self.origin, 0, &spki, Some(&self.key_id()?))?;
        let issuer = self.certificate.fields.subject.clone();
        let contents = build::Contents { subject, issuer, spki: &spki, validity, extensions };
        let certificate = build::certificate(&contents, &self.key)?;
        let chain = [certificate.into()].into_iter().chain(self.between.iter().cloned());
        Self::from_der(&self.origin, chain, key)
    }

    /// Takes a CA from elsewhere: its certificate, then those of the CAs above it, and its key.
    ///
    /// A certificate that its own CA has signed is the root, and is not sent along.
    ///
    /// # Errors
    ///
    /// [`WicIssueError::Ca`], [`WicIssueError::KeyMismatch`], or [`WicIssueError::OtherOrigin`] if the certificate
    /// names another trust domain in a URI SAN.
    pub fn from_der(
        origin: &Origin,
        chain: impl IntoIterator<Item = CertificateDer<'static>>,
        key: SigningKey,
    ) -> Result<Self, WicIssueError> {
        let mut chain = chain.into_iter();
        let first = chain.next().ok_or(WicIssueError::Ca(super::CaCertificateError::Encoding))?;
        let certificate = CaCertificate::from_der(first).map_err(WicIssueError::Ca)?;
        if *certificate.fields.spki != *key.public_key().to_spki_der() {
            return Err(WicIssueError::KeyMismatch);
        }
        if certificate.fields.names.uris.iter().any(|uri| !names(uri, origin)) {
            return Err(WicIssueError::OtherOrigin);
        }
        let own = (!certificate.is_self_issued()).then(|| certificate.der().clone());
        let between = own.into_iter().chain(chain).collect();
        Ok(Self { origin: origin.clone(), key, certificate, between })
    }

    /// As [`from_der`](Self::from_der), of PEM: certificates, and a PKCS#8 key with the algorithm of the first of them.
    ///
    /// # Errors
    ///
    /// As [`from_der`](Self::from_der), and [`WicIssueError::Key`].
    pub fn from_pem(
        origin: &Origin,
        certificates: impl AsRef<[u8]>,
        key: impl AsRef<[u8]>,
    ) -> Result<Self, WicIssueError> {
        let malformed = WicIssueError::Ca(super::CaCertificateError::Encoding);
        let chain = pem::certificates(certificates.as_ref()).ok_or(malformed.clone())?;
        let first = chain.first().ok_or(malformed.clone())?;
        let fields = Fields::read(first).map_err(|_| malformed)?;
        let key = signing_key(&fields.spki, key.as_ref())?;
        Self::from_der(origin, chain, key)
    }

    /// Issues a certificate. What a verifier would refuse is not issued.
    ///
    /// # Errors
    ///
    /// A [`WicIssueError`], such as [`WicIssueError::OutlivesCa`] or [`WicIssueError::OtherOrigin`].
    pub fn issue(&self, template: &WicTemplate) -> Result<WorkloadIdentityCertificate, WicIssueError> {
        if !self.origin.contains(&template.identifier) {
            return Err(WicIssueError::OtherOrigin);
        }
        self.check(template.validity, template.key.thumbprint())?;
        let spki = template.key.to_spki_der();
        let contents = build::Contents {
            subject: Name::default(),
            issuer: self.certificate.fields.subject.clone(),
            spki: &spki,
            validity: template.validity,
            extensions: extensions::workload(template, &spki, &self.key_id()?)?,
        };
        let leaf = build::certificate(&contents, &self.key)?;
        let chain = [leaf.into()].into_iter().chain(self.between.iter().cloned()).collect();
        let policy = WicPolicy::default().identifiers(permissive());
        WorkloadIdentityCertificate::read(chain, &policy).map_err(WicIssueError::Refused)
    }

    /// The trust domain whose workloads it vouches for.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Its certificate: what relying parties configure, if it is a root.
    #[must_use]
    pub fn certificate(&self) -> &CaCertificate {
        &self.certificate
    }

    /// The private key. Keep it secret.
    #[must_use]
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// Its certificate and those of the CAs above it but the root, in PEM: what [`from_pem`](Self::from_pem) reads.
    #[must_use]
    pub fn to_pem(&self) -> String {
        if self.between.is_empty() { self.certificate.to_pem() } else { pem::encode(&self.between) }
    }

    fn check(&self, validity: Validity, key: Thumbprint) -> Result<(), WicIssueError> {
        // WIT-9.4.1: bounded by the lifetime of what vouches for it.
        if validity.end() > self.certificate.validity().end() {
            return Err(WicIssueError::OutlivesCa);
        }
        if key == self.key.public_key().thumbprint() { Err(WicIssueError::IssuerKey) } else { Ok(()) }
    }

    /// What the certificate says it is, since others compare the two.
    fn key_id(&self) -> Result<Vec<u8>, WicIssueError> {
        match &self.certificate.fields.key_id {
            Some(key_id) => Ok(key_id.to_vec()),
            None => extensions::key_id(&self.certificate.fields.spki),
        }
    }
}

/// Reads a PEM PKCS#8 key for the algorithm that a certificate has for it.
pub(super) fn signing_key(spki: &[u8], pem: &[u8]) -> Result<SigningKey, WicIssueError> {
    let algorithm = algorithms::public_key(spki).map_err(WicIssueError::Key)?.algorithm();
    let key = PrivatePkcs8KeyDer::from_pem_slice(pem)
        .map_err(|_| WicIssueError::Key(crate::key::KeyError::Encoding))?;
    import::signing_key(algorithm, key.secret_pkcs8_der()).map_err(|error| match error {
        crate::key::KeyError::AlgorithmMismatch => WicIssueError::KeyMismatch,
        error => WicIssueError::Key(error),
    })
}

/// Whether a URI SAN of a CA is this trust domain, or a name in it (X509-SVID 3.2 wants no path, and some have one).
fn names(uri: &str, origin: &Origin) -> bool {
    let rest = uri.strip_prefix(origin.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The identifier has been parsed by the policy of whoever made it.
fn permissive() -> IdentifierPolicy {
    IdentifierPolicy::baseline()
}

/// A distinguished name that tells CAs apart for people. Nothing is decided by it.
fn subject(origin: &Origin, place: &str) -> Result<Name, WicIssueError> {
    let plain = |text: &str| -> String {
        // What is special in RFC 4514 is replaced, and RFC 5280 allows 64 characters.
        let keep = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
        text.chars().take(64).map(keep).collect()
    };
    let (scheme, domain) = (plain(origin.scheme()), plain(origin.trust_domain().as_str()));
    Name::from_str(&format!("CN={domain},OU={place},O={scheme}")).map_err(|_| WicIssueError::Encoding)
}

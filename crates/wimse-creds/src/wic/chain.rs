//! Certification paths, whatever the certificates are for (RFC 5280 6).
//!
//! Path building is that of `rustls-webpki`, which is strict and bounded. What it leaves to its caller is added here:
//! limits before any work, the validity of the anchor, and that each issuer's key usage allows signing certificates.
//!
//! - Name constraints on DNS names and IP addresses are honoured. Constraints on URIs are not supported: a certificate
//!   with a URI beneath such a constraint is refused, even if the URI would meet it.
//! - A CA certificate is no end entity, whoever signed it.
//! - Extended key usage is enforced where it is there, in intermediate certificates too.
//! - Revocation lists and OCSP are not consulted (workload-creds 9.4.1).
//!
//! This is no verification of a Workload Identity Certificate: that is [`WicVerifier`](super::WicVerifier).

use super::fields::Fields;
use super::{CaCertificate, CaCertificates, ChainError, signature_algorithms};
use crate::wit::Validity;
use crate::{UnixTime, limits};
use rustls_pki_types::{CertificateDer, ServerName, SignatureVerificationAlgorithm};
use std::cell::Cell;
use std::time::Duration;
use webpki::{EndEntityCert, KeyUsage, VerifiedPath};

/// What a certificate is to be used for: the role of its owner in TLS, which an extended key usage must allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// `id-kp-clientAuth`: it authenticates a TLS client.
    ClientAuth,
    /// `id-kp-serverAuth`: it authenticates a TLS server.
    ServerAuth,
}

/// How a chain is judged.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    purpose: Purpose,
    server_name: Option<&'a ServerName<'a>>,
    algorithms: &'a [&'a dyn SignatureVerificationAlgorithm],
    max_certificates: usize,
    max_bytes: usize,
}

impl<'a> Rules<'a> {
    /// A purpose, any name, the [algorithms](signature_algorithms) of this build, at most 6 certificates of 64 KiB together.
    #[must_use]
    pub fn new(purpose: Purpose) -> Self {
        Self {
            purpose,
            server_name: None,
            algorithms: signature_algorithms(),
            max_certificates: limits::CHAIN_CERTIFICATES,
            max_bytes: limits::CHAIN_BYTES,
        }
    }

    /// Demands a subjectAltName for this DNS name or IP address (RFC 9525 6.3). The common name is never looked at.
    #[must_use]
    pub fn server_name(mut self, name: &'a ServerName<'a>) -> Self {
        self.server_name = Some(name);
        self
    }

    /// Checks signatures with these algorithms.
    #[must_use]
    pub fn algorithms(mut self, algorithms: &'a [&'a dyn SignatureVerificationAlgorithm]) -> Self {
        self.algorithms = algorithms;
        self
    }

    /// Sets how many certificates may be presented, the end entity among them.
    #[must_use]
    pub fn max_certificates(mut self, certificates: usize) -> Self {
        self.max_certificates = certificates;
        self
    }

    /// Sets how many bytes the certificates may have together.
    #[must_use]
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }
}

/// A path that was found.
#[derive(Debug, Clone)]
pub struct Path<'a> {
    anchor: &'a CaCertificate,
    valid_from: UnixTime,
    valid_until: UnixTime,
}

impl<'a> Path<'a> {
    /// The anchor that the path ends at.
    #[must_use]
    pub fn anchor(&self) -> &'a CaCertificate {
        self.anchor
    }

    /// The first second in which all certificates of the path are valid.
    #[must_use]
    pub fn valid_from(&self) -> UnixTime {
        self.valid_from
    }

    /// The first second in which a certificate of the path, the anchor among them, is not valid any more.
    #[must_use]
    pub fn valid_until(&self) -> UnixTime {
        self.valid_until
    }
}

/// Builds and checks a path from the first certificate, through others as needed, to one of the roots.
///
/// # Errors
///
/// A [`ChainError`]: that of the path that came closest.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use wimse_creds::key::{Algorithm, SigningKey};
/// use wimse_creds::wic::chain::{self, Purpose, Rules};
/// use wimse_creds::wic::{CaCertificates, CertificateAuthority, WicTemplate};
/// use wimse_creds::{UnixTime, Validity};
///
/// let now = UnixTime::from_secs(1_745_508_910);
/// let day = Validity::starting(now, Duration::from_secs(24 * 3600));
/// let ca = CertificateAuthority::root(&"wimse://example.com".parse()?, SigningKey::generate(Algorithm::Es256)?, day)?;
/// let key = SigningKey::generate(Algorithm::Es256)?;
/// let hour = Validity::starting(now, Duration::from_secs(3600));
/// let template = WicTemplate::new("wimse://example.com/api".parse()?, key.public_key(), hour).dns_name("api.example.com")?;
/// let wic = ca.issue(&template)?;
///
/// let roots = CaCertificates::new().with(ca.certificate().clone())?;
/// let name = "api.example.com".try_into()?;
/// let rules = Rules::new(Purpose::ServerAuth).server_name(&name);
/// let path = chain::verify(wic.chain(), &roots, &rules, now)?;
/// assert_eq!(path.valid_until(), hour.end());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn verify<'r>(
    chain: &[CertificateDer<'_>],
    roots: &'r CaCertificates,
    rules: &Rules<'_>,
    now: UnixTime,
) -> Result<Path<'r>, ChainError> {
    let (leaf, intermediates) = chain.split_first().ok_or(ChainError::Empty)?;
    check_limits(chain, rules.max_certificates, rules.max_bytes)?;
    let end_entity = EndEntityCert::try_from(leaf).map_err(|error| ChainError::of(&error))?;
    let found = Cell::new(None);
    let accept = |path: &VerifiedPath<'_>| {
        found.set(Some(check_path(path, roots, now)?));
        Ok(())
    };
    end_entity
        .verify_for_usage(
            rules.algorithms,
            roots.anchors(),
            intermediates,
            wall_clock(now),
            rules.purpose.key_usage(),
            None,
            Some(&accept),
        )
        .map_err(|error| ChainError::of(&error))?;
    let path = found.take().ok_or(ChainError::UnknownIssuer)?;
    if let Some(name) = rules.server_name {
        end_entity.verify_is_valid_for_subject_name(name).map_err(|error| ChainError::of(&error))?;
    }
    Ok(path)
}

pub(super) fn check_limits(
    chain: &[CertificateDer<'_>],
    max_certificates: usize,
    max_bytes: usize,
) -> Result<(), ChainError> {
    if chain.len() > max_certificates {
        return Err(ChainError::TooLong { limit: max_certificates });
    }
    let bytes: usize = chain.iter().map(|certificate| certificate.len()).sum();
    if bytes > max_bytes { Err(ChainError::TooLarge { limit: max_bytes }) } else { Ok(()) }
}

/// What path building has not looked at. An error here makes it look for another path.
fn check_path<'r>(
    path: &VerifiedPath<'_>,
    roots: &'r CaCertificates,
    now: UnixTime,
) -> Result<Path<'r>, webpki::Error> {
    let anchor = roots.behind(path.anchor()).ok_or(webpki::Error::UnknownIssuer)?;
    check_validity(anchor.validity(), now)?;
    let leaf = Fields::read(&path.end_entity().der()).map_err(|_| webpki::Error::BadDer)?;
    let mut validities = vec![anchor.validity(), leaf.validity];
    for issuer in path.intermediate_certificates() {
        let fields = Fields::read(&issuer.der()).map_err(|_| webpki::Error::BadDer)?;
        // X509-SVID 4.3; the anchor has been asked when it was configured.
        if !fields.may_sign_certificates() {
            return Err(webpki::Error::EndEntityUsedAsCa);
        }
        validities.push(fields.validity);
    }
    let common = |common: Validity, other: &Validity| {
        Validity::between(common.start().max(other.start()), common.end().min(other.end()))
    };
    let validity = validities.iter().skip(1).fold(anchor.validity(), common);
    Ok(Path { anchor, valid_from: validity.start(), valid_until: validity.end() })
}

fn check_validity(validity: Validity, now: UnixTime) -> Result<(), webpki::Error> {
    let time = wall_clock(now);
    if now < validity.start() {
        return Err(webpki::Error::CertNotValidYet { time, not_before: wall_clock(validity.start()) });
    }
    if now >= validity.end() {
        let not_after = wall_clock(validity.end().minus(Duration::from_secs(1)));
        return Err(webpki::Error::CertExpired { time, not_after });
    }
    Ok(())
}

impl Purpose {
    fn key_usage(self) -> KeyUsage {
        match self {
            Self::ClientAuth => KeyUsage::client_auth(),
            Self::ServerAuth => KeyUsage::server_auth(),
        }
    }
}

/// No certificate is valid before 1970.
fn wall_clock(time: UnixTime) -> rustls_pki_types::UnixTime {
    let seconds = u64::try_from(time.as_secs()).unwrap_or(0);
    rustls_pki_types::UnixTime::since_unix_epoch(Duration::from_secs(seconds))
}

impl std::fmt::Debug for Rules<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rules")
            .field("purpose", &self.purpose)
            .field("server_name", &self.server_name)
            .field("algorithms", &self.algorithms.len())
            .field("max_certificates", &self.max_certificates)
            .field("max_bytes", &self.max_bytes)
            .finish()
    }
}

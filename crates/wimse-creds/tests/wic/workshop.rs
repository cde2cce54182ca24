//! Keys, CAs and verifiers.

use crate::forge::Draft;
use std::time::Duration;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::wic::pki_types::CertificateDer;
use wimse_creds::wic::{
    CaCertificate, CertificateAuthority, Purpose, WicError, WicPolicy, WicVerifier,
    WorkloadIdentityCertificate,
};
use wimse_creds::{UnixTime, Validity, Verified};

pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_745_508_910);
pub(crate) const DOMAIN: &str = "wimse://example.com";
pub(crate) const BILLING: &str = "wimse://example.com/billing";
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

pub(crate) fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

pub(crate) fn at(seconds: i64) -> UnixTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { NOW.minus(distance) } else { NOW.plus(distance) }
}

pub(crate) fn hours(count: u32) -> Validity {
    Validity::starting(NOW, HOUR * count)
}

pub(crate) fn root(origin: &str) -> CertificateAuthority {
    CertificateAuthority::root(&origin.parse().unwrap(), key(), hours(24)).unwrap()
}

pub(crate) fn domain(origin: &str, ca: CaCertificate) -> DomainAnchors {
    DomainAnchors::new(origin.parse().unwrap()).with_ca_certificate(ca).unwrap()
}

pub(crate) fn verifier(domains: impl IntoIterator<Item = DomainAnchors>) -> WicVerifier {
    let none = TrustAnchors::none();
    let anchors = domains.into_iter().fold(none, |anchors, domain| anchors.with(domain).unwrap());
    WicVerifier::new(anchors, WicPolicy::default())
}

pub(crate) fn code(
    result: Result<Verified<WorkloadIdentityCertificate>, WicError>,
) -> Result<String, &'static str> {
    result.map(|wic| wic.identifier().to_string()).map_err(|error| error.code())
}

/// A CA whose key is at hand, called "ca" and trusted for `DOMAIN`.
pub(crate) struct Forger {
    pub(crate) key: SigningKey,
    pub(crate) verifier: WicVerifier,
}

impl Forger {
    pub(crate) fn new() -> Self {
        Self::with(&Draft::ca("ca", NOW))
    }

    pub(crate) fn with(ca: &Draft) -> Self {
        let key = key();
        let certificate = CaCertificate::from_der(ca.sign(&key, &key)).unwrap();
        Self { verifier: verifier([domain(DOMAIN, certificate)]), key }
    }

    /// The decision about a certificate that the CA signs.
    pub(crate) fn judge(&self, draft: &Draft) -> Result<String, &'static str> {
        self.judge_chain(&[draft.sign(&key(), &self.key)])
    }

    pub(crate) fn judge_chain(&self, chain: &[CertificateDer<'_>]) -> Result<String, &'static str> {
        code(self.verifier.verify(chain, Purpose::ClientAuth, NOW))
    }
}

pub(crate) fn good() -> Draft {
    Draft::workload("ca", BILLING, NOW)
}

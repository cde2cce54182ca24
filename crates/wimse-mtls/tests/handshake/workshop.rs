//! A clock, CAs, identities and anchors.

use crate::forge::Draft;
use rustls::pki_types::{CertificateDer, UnixTime as TlsTime};
use rustls::time_provider::TimeProvider;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::pop::PeerPolicy;
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::wic::{CaCertificate, CertificateAuthority, WicCredential, WicTemplate};
use wimse_creds::{UnixTime, Validity};
use wimse_mtls::{ExpectedServer, MtlsClient, MtlsServer, TlsEnvironment, TlsIdentity, rustls};

pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_745_508_910);
pub(crate) const HOUR: Duration = Duration::from_secs(3600);
pub(crate) const DOMAIN: &str = "wimse://example.com";
pub(crate) const BILLING: &str = "wimse://example.com/billing";
pub(crate) const ORDERS: &str = "wimse://example.com/orders";
pub(crate) const HOST: &str = "orders.example.com";

/// A clock that stands still until it is set.
#[derive(Debug)]
pub(crate) struct Clock(AtomicU64);

impl Clock {
    pub(crate) fn at(now: UnixTime) -> Arc<Self> {
        Arc::new(Self(AtomicU64::new(seconds(now))))
    }

    pub(crate) fn set(&self, now: UnixTime) {
        self.0.store(seconds(now), Ordering::SeqCst);
    }
}

fn seconds(time: UnixTime) -> u64 {
    u64::try_from(time.as_secs()).unwrap()
}

impl TimeProvider for Clock {
    fn current_time(&self) -> Option<TlsTime> {
        Some(TlsTime::since_unix_epoch(Duration::from_secs(self.0.load(Ordering::SeqCst))))
    }
}

pub(crate) fn environment_at(clock: &Arc<Clock>) -> TlsEnvironment {
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    TlsEnvironment::new(Arc::new(provider), Arc::clone(clock) as _)
}

pub(crate) fn environment() -> TlsEnvironment {
    environment_at(&Clock::at(NOW))
}

pub(crate) fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

pub(crate) fn root(origin: &str) -> CertificateAuthority {
    let day = Validity::starting(NOW, HOUR * 24);
    CertificateAuthority::root(&origin.parse().unwrap(), key(), day).unwrap()
}

/// A WIC and its key by our CA, for an hour, with the host name of orders.
pub(crate) fn credential(ca: &CertificateAuthority, identifier: &str) -> WicCredential {
    credential_for(ca, identifier, HOUR)
}

pub(crate) fn credential_for(
    ca: &CertificateAuthority,
    identifier: &str,
    lifetime: Duration,
) -> WicCredential {
    let key = key();
    let validity = Validity::starting(NOW, lifetime);
    let template = WicTemplate::new(identifier.parse().unwrap(), key.public_key(), validity);
    WicCredential::new(ca.issue(&template.dns_name(HOST).unwrap()).unwrap(), key).unwrap()
}

pub(crate) fn identity(ca: &CertificateAuthority, identifier: &str) -> TlsIdentity {
    TlsIdentity::new(&environment(), &credential(ca, identifier), NOW).unwrap()
}

pub(crate) fn anchors<'a>(domains: impl IntoIterator<Item = (&'a str, CaCertificate)>) -> TrustAnchors {
    domains.into_iter().fold(TrustAnchors::none(), |anchors, (origin, ca)| {
        let domain = DomainAnchors::new(origin.parse().unwrap()).with_ca_certificate(ca).unwrap();
        anchors.with(domain).unwrap()
    })
}

pub(crate) fn trusting(ca: &CertificateAuthority) -> TrustAnchors {
    anchors([(ca.origin().as_str(), ca.certificate().clone())])
}

/// The server "orders", which serves billing.
pub(crate) fn orders(ca: &CertificateAuthority) -> MtlsServer {
    let policy = PeerPolicy::exactly([BILLING.parse().unwrap()]);
    MtlsServer::new(&environment(), identity(ca, ORDERS), trusting(ca), policy).unwrap()
}

/// The client "billing", which calls orders by its host name.
pub(crate) fn billing(ca: &CertificateAuthority) -> MtlsClient {
    let expected = ExpectedServer::Workload(ORDERS.parse().unwrap());
    MtlsClient::new(&environment(), identity(ca, BILLING), trusting(ca), expected).unwrap()
}

/// A CA by the name "ca" that signs anything.
pub(crate) struct Forger {
    key: SigningKey,
    certificate: CaCertificate,
}

impl Forger {
    pub(crate) fn new() -> Self {
        let key = key();
        let certificate = CaCertificate::from_der(Draft::ca("ca", NOW).sign(&key, &key)).unwrap();
        Self { key, certificate }
    }

    pub(crate) fn certificate(&self) -> CaCertificate {
        self.certificate.clone()
    }

    pub(crate) fn anchors(&self) -> TrustAnchors {
        anchors([(DOMAIN, self.certificate.clone())])
    }

    /// A certificate by this CA and its key, in PKCS#8.
    pub(crate) fn sign(&self, draft: &Draft) -> Forged {
        let subject = key();
        Forged { chain: vec![draft.sign(&subject, &self.key)], key: pkcs8(&subject) }
    }
}

/// A chain of any kind, and the key of its first certificate.
pub(crate) struct Forged {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: Vec<u8>,
}

impl Forged {
    /// A certificate that signs itself.
    pub(crate) fn by_itself(draft: &Draft) -> Self {
        let subject = key();
        Self { chain: vec![draft.sign(&subject, &subject)], key: pkcs8(&subject) }
    }
}

pub(crate) fn pkcs8(key: &SigningKey) -> Vec<u8> {
    key.to_pkcs8_der().unwrap().to_vec()
}

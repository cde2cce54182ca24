//! CAs, certificates, and whom everybody believes.

use super::handshake::HOST;
use crate::demo::identity::HOUR;
use crate::demo::workload::{identifier, now};
use crate::demo::world::{DOMAIN, ELSEWHERE, ELSEWHERE_WEB, ORDERS, REPORTS, WEB};
use crate::exit::Failure;
use wimse::creds::key::{Algorithm, SigningKey};
use wimse::creds::pop::PeerPolicy;
use wimse::creds::trust::{DomainAnchors, TrustAnchors};
use wimse::creds::wic::{CertificateAuthority, WicCredential, WicTemplate, WorkloadIdentityCertificate};
use wimse::creds::{UnixTime, Validity};
use wimse::mtls::{ExpectedServer, MtlsClient, MtlsServer, TlsEnvironment, TlsIdentity};

const DOING: &str = "the certificates of the demo cannot be made";

/// What is there before anybody calls.
pub(crate) struct Stage {
    pub(super) environment: TlsEnvironment,
    pub(super) anchors: TrustAnchors,
    /// The CA of the workloads.
    pub(super) ca: CertificateAuthority,
    pub(super) web: WicCredential,
    pub(super) orders: WicCredential,
    pub(super) reports: WicCredential,
    /// By a CA of the same name, which is the thief's.
    pub(super) impostor: WicCredential,
    /// The same for a server.
    pub(super) impostor_server: WicCredential,
    /// Of a trust domain that nobody here trusts.
    pub(super) foreigner: WicCredential,
}

impl Stage {
    pub(crate) fn set() -> Result<Self, Failure> {
        let ca = authority(DOMAIN)?;
        let same_name = authority(DOMAIN)?;
        let domain = DomainAnchors::new(ca.origin().clone());
        let domain = domain.with_ca_certificate(ca.certificate().clone()).map_err(Failure::step(DOING))?;
        let anchors = TrustAnchors::none().with(domain).map_err(Failure::step(DOING))?;
        let start = now();
        Ok(Self {
            environment: TlsEnvironment::aws_lc(),
            anchors,
            web: credential(&ca, WEB, start)?,
            orders: credential(&ca, ORDERS, start)?,
            reports: credential(&ca, REPORTS, start)?,
            impostor: credential(&same_name, WEB, start)?,
            impostor_server: credential(&same_name, ORDERS, start)?,
            foreigner: credential(&authority(ELSEWHERE)?, ELSEWHERE_WEB, start)?,
            ca,
        })
    }

    /// A workload that serves one other.
    pub(super) fn server(&self, own: &WicCredential, caller: &str) -> Result<MtlsServer, Failure> {
        let policy = PeerPolicy::exactly([identifier(caller)?]);
        let server = MtlsServer::new(&self.environment, self.identity(own)?, self.anchors.clone(), policy);
        server.map_err(Failure::step("TLS cannot be set up"))
    }

    /// A workload that means one other.
    pub(super) fn client(&self, own: &WicCredential, callee: &str) -> Result<MtlsClient, Failure> {
        let expected = ExpectedServer::Workload(identifier(callee)?);
        let client = MtlsClient::new(&self.environment, self.identity(own)?, self.anchors.clone(), expected);
        client.map_err(Failure::step("TLS cannot be set up"))
    }

    fn identity(&self, own: &WicCredential) -> Result<TlsIdentity, Failure> {
        TlsIdentity::new(&self.environment, own, now()).map_err(Failure::step(DOING))
    }
}

fn authority(origin: &str) -> Result<CertificateAuthority, Failure> {
    let origin = origin.parse().map_err(Failure::step(DOING))?;
    let key = SigningKey::generate(Algorithm::Ed25519).map_err(Failure::step(DOING))?;
    let validity = Validity::starting(now().minus(24 * HOUR), 48 * HOUR);
    CertificateAuthority::root(&origin, key, validity).map_err(Failure::step(DOING))
}

fn credential(ca: &CertificateAuthority, workload: &str, start: UnixTime) -> Result<WicCredential, Failure> {
    let (wic, key) = issue(ca, workload, start)?;
    WicCredential::new(wic, key).map_err(Failure::step(DOING))
}

/// A WIC and its key, for an hour from then on. All have the same DNS name, so that nothing hangs on that.
pub(super) fn issue(
    ca: &CertificateAuthority,
    workload: &str,
    start: UnixTime,
) -> Result<(WorkloadIdentityCertificate, SigningKey), Failure> {
    let key = SigningKey::generate(Algorithm::Es256).map_err(Failure::step(DOING))?;
    let template = WicTemplate::new(identifier(workload)?, key.public_key(), Validity::starting(start, HOUR));
    let wic = template.dns_name(HOST).and_then(|template| ca.issue(&template));
    Ok((wic.map_err(Failure::step(DOING))?, key))
}

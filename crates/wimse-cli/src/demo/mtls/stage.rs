//! Who shows which certificate, and whom everybody believes.

use crate::demo::identity::{HOST, HOUR, Identity};
use crate::demo::workload::{certificate_anchors, identifier, now};
use crate::demo::world::{DOMAIN, ORDERS, WEB, World};
use crate::exit::Failure;
use std::sync::Arc;
use wimse::creds::key::{Algorithm, SigningKey};
use wimse::creds::pop::PeerPolicy;
use wimse::creds::trust::TrustAnchors;
use wimse::creds::wic::{WicCredential, WicTemplate, WorkloadIdentityCertificate};
use wimse::creds::{UnixTime, Validity};
use wimse::mtls::{ExpectedServer, MtlsClient, MtlsServer, TlsEnvironment, TlsIdentity};

const DOING: &str = "the certificates of the thief cannot be made";

/// What is there before anybody calls.
pub(crate) struct Stage {
    pub(super) environment: TlsEnvironment,
    /// The CAs that the identity server has published.
    pub(super) anchors: TrustAnchors,
    /// The identity server of the workloads. For what nobody is given over HTTP it is asked directly.
    pub(super) identity: Arc<Identity>,
    pub(super) web: TlsIdentity,
    pub(super) orders: TlsIdentity,
    pub(super) reports: TlsIdentity,
    /// By an identity server of the same trust domain, which is the thief's.
    pub(super) impostor: TlsIdentity,
    /// The same for a server.
    pub(super) impostor_server: TlsIdentity,
    /// Of a trust domain that nobody here trusts.
    pub(super) foreigner: TlsIdentity,
}

impl Stage {
    /// The workloads have their certificates from their identity servers; the thief runs one, too.
    pub(crate) async fn set(world: &World) -> Result<Self, Failure> {
        let environment = TlsEnvironment::aws_lc();
        let same_name = Identity::new(world.orders_address(), DOMAIN, &[])?;
        let impostor = |workload: &str| {
            let (wic, key) = issue(&same_name, workload, now())?;
            let credential = WicCredential::new(wic, key).map_err(Failure::step(DOING))?;
            TlsIdentity::new(&environment, &credential, now()).map_err(Failure::step(DOING))
        };
        let certificates = &world.certificates;
        Ok(Self {
            anchors: certificate_anchors(DOMAIN, &world.identity_url()).await?,
            identity: Arc::clone(&world.identity),
            web: certificates.web.clone(),
            orders: certificates.orders.clone(),
            reports: certificates.reports.clone(),
            impostor: impostor(WEB)?,
            impostor_server: impostor(ORDERS)?,
            foreigner: certificates.foreigner.clone(),
            environment,
        })
    }

    /// A workload that serves one other.
    pub(super) fn server(&self, own: &TlsIdentity, caller: &str) -> Result<MtlsServer, Failure> {
        let policy = PeerPolicy::exactly([identifier(caller)?]);
        let server = MtlsServer::new(&self.environment, own.clone(), self.anchors.clone(), policy);
        server.map_err(Failure::step("TLS cannot be set up"))
    }

    /// A workload that means one other.
    pub(super) fn client(&self, own: &TlsIdentity, callee: &str) -> Result<MtlsClient, Failure> {
        let expected = ExpectedServer::Workload(identifier(callee)?);
        let client = MtlsClient::new(&self.environment, own.clone(), self.anchors.clone(), expected);
        client.map_err(Failure::step("TLS cannot be set up"))
    }
}

/// A WIC and its key, for an hour from then on.
pub(super) fn issue(
    identity: &Identity,
    workload: &str,
    start: UnixTime,
) -> Result<(WorkloadIdentityCertificate, SigningKey), Failure> {
    let key = SigningKey::generate(Algorithm::Es256).map_err(Failure::step(DOING))?;
    let template = WicTemplate::new(identifier(workload)?, key.public_key(), Validity::starting(start, HOUR));
    let wic = template.dns_name(HOST).and_then(|template| identity.authority().issue(&template));
    Ok((wic.map_err(Failure::step(DOING))?, key))
}

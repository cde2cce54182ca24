//! Two workloads that meet over TLS in memory, by our configurations and by plain ones of rustls.

use crate::Error;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::pop::PeerPolicy;
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::wic::{
    CertificateAuthority, WicCredential, WicPolicy, WicTemplate, WicVerifier, WorkloadIdentityCertificate,
};
use wimse_creds::{UnixTime, Validity};
use wimse_mtls::rustls::crypto::aws_lc_rs;
use wimse_mtls::rustls::pki_types::{
    self, CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, SignatureVerificationAlgorithm,
};
use wimse_mtls::rustls::server::{ServerSessionMemoryCache, WebPkiClientVerifier};
use wimse_mtls::rustls::{
    ClientConfig, ClientConnection, HandshakeKind, RootCertStore, ServerConfig, ServerConnection, client,
    version,
};
use wimse_mtls::{ExpectedServer, MtlsClient, MtlsServer, TlsEnvironment, TlsIdentity, TlsOptions};

/// What both ends of a connection need.
type Configs = (Arc<ClientConfig>, Arc<ServerConfig>);

/// A caller and a callee of one trust domain.
pub(crate) struct Peers {
    pub(crate) now: UnixTime,
    pub(crate) caller: WorkloadIdentityCertificate,
    pub(crate) roots: RootCertStore,
    anchors: TrustAnchors,
    credentials: [WicCredential; 2],
    keys: [Vec<u8>; 2],
    cached: usize,
}

impl Peers {
    /// With verifiers that cache so many certificates.
    pub(crate) fn new(cached: usize) -> Result<Self, Error> {
        let now = UnixTime::from(SystemTime::now());
        let hour = Validity::starting(now.minus(Duration::from_secs(60)), Duration::from_secs(3600));
        let key = SigningKey::generate(Algorithm::Es256)?;
        let ca = CertificateAuthority::root(&DOMAIN.parse()?, key, hour)?;
        let issue = |name: &str| -> Result<(WicCredential, Vec<u8>), Error> {
            let key = SigningKey::generate(Algorithm::Es256)?;
            let template = WicTemplate::new(format!("{DOMAIN}/{name}").parse()?, key.public_key(), hour);
            let (wic, der) = (ca.issue(&template.dns_name(HOST)?)?, key.to_pkcs8_der()?.to_vec());
            Ok((WicCredential::new(wic, key)?, der))
        };
        let [(caller, caller_key), (callee, callee_key)] = [issue("billing")?, issue("orders")?];
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(ca.certificate().der().to_vec()))?;
        let domain = DomainAnchors::new(DOMAIN.parse()?).with_ca_certificate(ca.certificate().clone())?;
        Ok(Self {
            now,
            caller: caller.wic().clone(),
            roots,
            anchors: TrustAnchors::none().with(domain)?,
            credentials: [caller, callee],
            keys: [caller_key, callee_key],
            cached,
        })
    }

    pub(crate) fn algorithms(&self) -> &'static [&'static dyn SignatureVerificationAlgorithm] {
        aws_lc_rs::default_provider().signature_verification_algorithms.all
    }

    pub(crate) fn wall_clock(&self) -> pki_types::UnixTime {
        pki_types::UnixTime::since_unix_epoch(Duration::from_secs(self.now.as_secs().unsigned_abs()))
    }

    pub(crate) fn verifier(&self) -> Result<WicVerifier, Error> {
        let verifier = WicVerifier::new(self.anchors.clone(), WicPolicy::default());
        Ok(verifier.with_cache_capacity(self.cached).with_signature_algorithms(self.algorithms()))
    }

    /// By our verifiers.
    pub(crate) fn ours(&self) -> Result<Configs, Error> {
        Ok((self.client(&TlsOptions::new())?.config(), self.server()?.config()))
    }

    fn client(&self, options: &TlsOptions) -> Result<MtlsClient, Error> {
        let environment = TlsEnvironment::aws_lc();
        let identity = TlsIdentity::new(&environment, &self.credentials[0], self.now)?;
        let expected = ExpectedServer::Workload(format!("{DOMAIN}/orders").parse()?);
        Ok(MtlsClient::with_verifier(&environment, identity, self.verifier()?, expected, options)?)
    }

    fn server(&self) -> Result<MtlsServer, Error> {
        let environment = TlsEnvironment::aws_lc();
        let identity = TlsIdentity::new(&environment, &self.credentials[1], self.now)?;
        let policy = PeerPolicy::exactly([format!("{DOMAIN}/billing").parse()?]);
        Ok(MtlsServer::with_verifier(&environment, identity, self.verifier()?, policy, &TlsOptions::new())?)
    }

    /// By those of rustls, with the same certificates, keys, sessions and tickets.
    pub(crate) fn plain(&self) -> Result<Configs, Error> {
        let (provider, roots) = (Arc::new(aws_lc_rs::default_provider()), Arc::new(self.roots.clone()));
        let judge =
            WebPkiClientVerifier::builder_with_provider(Arc::clone(&roots), Arc::clone(&provider)).build()?;
        let mut server = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[&version::TLS13])?
            .with_client_cert_verifier(judge)
            .with_single_cert(self.credentials[1].wic().chain().to_vec(), self.key(1))?;
        server.session_storage = ServerSessionMemoryCache::new(256);
        let mut client = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&version::TLS13])?
            .with_root_certificates(roots)
            .with_client_auth_cert(self.caller.chain().to_vec(), self.key(0))?;
        client.resumption = client::Resumption::disabled();
        Ok((Arc::new(client), Arc::new(server)))
    }

    fn key(&self, of: usize) -> PrivateKeyDer<'static> {
        PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.keys[of].clone()))
    }

    /// A server, and a connection of it that was resumed.
    pub(crate) fn resumed(&self) -> Result<(MtlsServer, ServerConnection), Error> {
        let (client, server) = (self.client(&TlsOptions::new().resumption(4))?, self.server()?);
        handshake(&client.config(), &server.config()).ok_or("no handshake")?;
        let (_, connection) = handshake(&client.config(), &server.config()).ok_or("no second handshake")?;
        match connection.handshake_kind() {
            Some(HandshakeKind::Resumed) => Ok((server, connection)),
            _ => Err("the connection was not resumed".into()),
        }
    }
}

/// Both ends of a connection, once all has been said; `None` if either refuses.
pub(crate) fn handshake(
    client: &Arc<ClientConfig>,
    server: &Arc<ServerConfig>,
) -> Option<(ClientConnection, ServerConnection)> {
    let name = ServerName::try_from(HOST).ok()?;
    let mut caller = ClientConnection::new(Arc::clone(client), name).ok()?;
    let mut callee = ServerConnection::new(Arc::clone(server)).ok()?;
    while caller.wants_write() || callee.wants_write() {
        let mut wire = Vec::with_capacity(4096);
        while caller.wants_write() {
            caller.write_tls(&mut wire).ok()?;
        }
        let mut unread = wire.as_slice();
        while !unread.is_empty() {
            callee.read_tls(&mut unread).ok()?;
            callee.process_new_packets().ok()?;
        }
        let mut wire = Vec::with_capacity(4096);
        while callee.wants_write() {
            callee.write_tls(&mut wire).ok()?;
        }
        let mut unread = wire.as_slice();
        while !unread.is_empty() {
            caller.read_tls(&mut unread).ok()?;
            caller.process_new_packets().ok()?;
        }
    }
    (!caller.is_handshaking() && !callee.is_handshaking()).then_some((caller, callee))
}

const DOMAIN: &str = "wimse://example.com";
const HOST: &str = "orders.example.com";

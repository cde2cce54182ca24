//! A CA, certificates, and sessions.

use crate::support::capture;
use crate::support::{BILLING, HOUR, NOW, ORDERS};
use std::sync::Arc;
use std::time::Duration;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::pop::PeerPolicy;
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::wic::{CertificateAuthority, WicCredential, WicTemplate};
use wimse_creds::{UnixTime, Validity};
use wimse_mtls::rustls::pki_types::ServerName;
use wimse_mtls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use wimse_mtls::rustls::time_provider::TimeProvider;
use wimse_mtls::rustls::{ClientConfig, ClientConnection, ServerConnection, crypto, pki_types};
use wimse_mtls::{ExpectedServer, MtlsClient, MtlsServer, TlsEnvironment, TlsIdentity};
use wimse_tower::MtlsSession;

pub(crate) const HOST: &str = "orders.example.com";
pub(crate) const GATEWAY: &str = "wimse://example.com/gateway";

/// Sessions begin half an hour before the present of the tests.
pub(crate) fn earlier() -> UnixTime {
    NOW.minus(HOUR / 2)
}

#[derive(Debug)]
struct Still;

impl TimeProvider for Still {
    fn current_time(&self) -> Option<pki_types::UnixTime> {
        let seconds = u64::try_from(earlier().as_secs()).unwrap();
        Some(pki_types::UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

pub(crate) struct Workshop {
    ca: CertificateAuthority,
    environment: TlsEnvironment,
}

impl Workshop {
    pub(crate) fn new() -> Self {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        capture::key(&key);
        let day = Validity::starting(earlier(), HOUR * 24);
        let ca = CertificateAuthority::root(&"wimse://example.com".parse().unwrap(), key, day).unwrap();
        let provider = crypto::aws_lc_rs::default_provider();
        Self { ca, environment: TlsEnvironment::new(Arc::new(provider), Arc::new(Still)) }
    }

    fn identity(&self, identifier: &str, lifetime: Duration) -> TlsIdentity {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        capture::key(&key);
        let validity = Validity::starting(earlier(), lifetime);
        let template = WicTemplate::new(identifier.parse().unwrap(), key.public_key(), validity);
        let wic = self.ca.issue(&template.dns_name(HOST).unwrap()).unwrap();
        TlsIdentity::new(&self.environment, &WicCredential::new(wic, key).unwrap(), earlier()).unwrap()
    }

    fn anchors(&self) -> TrustAnchors {
        let domain = DomainAnchors::new("wimse://example.com".parse().unwrap());
        TrustAnchors::none().with(domain.with_ca_certificate(self.ca.certificate().clone()).unwrap()).unwrap()
    }

    /// Serves billing and the gateway.
    pub(crate) fn server(&self) -> MtlsServer {
        let policy = PeerPolicy::exactly([BILLING.parse().unwrap(), GATEWAY.parse().unwrap()]);
        let identity = self.identity(ORDERS, HOUR * 2);
        MtlsServer::new(&self.environment, identity, self.anchors(), policy).unwrap()
    }

    /// With a certificate of another CA, which says the same.
    pub(crate) fn client_of(&self, other: &Self, identifier: &str) -> MtlsClient {
        let identity = other.identity(identifier, HOUR * 2);
        let expected = ExpectedServer::Workload(ORDERS.parse().unwrap());
        MtlsClient::new(&self.environment, identity, self.anchors(), expected).unwrap()
    }

    /// A client that shows a good certificate, and signs with another key.
    pub(crate) fn thief(&self, identifier: &str) -> Arc<ClientConfig> {
        let (key, own) = (
            SigningKey::generate(Algorithm::Es256).unwrap(),
            SigningKey::generate(Algorithm::Es256).unwrap(),
        );
        [&key, &own].into_iter().for_each(capture::key);
        let validity = Validity::starting(earlier(), HOUR * 2);
        let template = WicTemplate::new(identifier.parse().unwrap(), key.public_key(), validity);
        let wic = self.ca.issue(&template).unwrap();
        let der = pki_types::PrivateKeyDer::Pkcs8(own.to_pkcs8_der().unwrap().to_vec().into());
        let signing = crypto::aws_lc_rs::sign::any_supported_type(&der).unwrap();
        let shown = CertifiedKey::new(wic.chain().to_vec(), signing);
        let mut config = ClientConfig::clone(&self.client(identifier, HOUR * 2).config());
        config.client_auth_cert_resolver = Arc::new(SingleCertAndKey::from(shown));
        Arc::new(config)
    }

    pub(crate) fn client(&self, identifier: &str, lifetime: Duration) -> MtlsClient {
        let identity = self.identity(identifier, lifetime);
        let expected = ExpectedServer::Workload(ORDERS.parse().unwrap());
        MtlsClient::new(&self.environment, identity, self.anchors(), expected).unwrap()
    }

    /// The session of a client with a certificate of this lifetime.
    pub(crate) fn session(&self, identifier: &str, lifetime: Duration) -> MtlsSession {
        let (server, client) = (self.server(), self.client(identifier, lifetime));
        let name = ServerName::try_from(HOST).unwrap();
        let mut caller = ClientConnection::new(client.config(), name).unwrap();
        let mut callee = ServerConnection::new(server.config()).unwrap();
        assert_eq!(server.session(&callee).unwrap_err().code(), "mtls.handshaking");
        while caller.is_handshaking() || callee.is_handshaking() {
            let mut wire = Vec::new();
            caller.write_tls(&mut wire).unwrap();
            callee.read_tls(&mut wire.as_slice()).unwrap();
            callee.process_new_packets().unwrap();
            let mut wire = Vec::new();
            callee.write_tls(&mut wire).unwrap();
            caller.read_tls(&mut wire.as_slice()).unwrap();
            caller.process_new_packets().unwrap();
        }
        server.session(&callee).unwrap()
    }

    /// Good for the present of the tests.
    pub(crate) fn good(&self, identifier: &str) -> MtlsSession {
        self.session(identifier, HOUR * 2)
    }

    /// Its certificate has expired while the connection was open.
    pub(crate) fn expired(&self, identifier: &str) -> MtlsSession {
        self.session(identifier, HOUR / 6)
    }
}

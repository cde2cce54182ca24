//! The client's side.

use crate::source::Resolver;
use crate::verifier::{JudgedServer, ServerJudge};
use crate::{ExpectedServer, MtlsError, TlsEnvironment, TlsOptions, WicSource, options};
use rustls::client::Resumption;
use rustls::pki_types::{DnsName, ServerName};
use rustls::{ClientConfig, ClientConnection};
use std::sync::Arc;
use wimse_creds::UnixTime;
use wimse_creds::pop::AuthenticatedPeer;
use wimse_creds::trust::TrustAnchorSource;
use wimse_creds::wic::WicVerifier;

/// Connects to servers, shows them our WIC, and accepts the server that is expected.
#[derive(Debug, Clone)]
pub struct MtlsClient {
    config: Arc<ClientConfig>,
    judge: Arc<ServerJudge>,
}

impl MtlsClient {
    /// A client with the default [`TlsOptions`].
    ///
    /// # Errors
    ///
    /// [`MtlsError::Tls`] if the provider does not have TLS 1.3, or DNS names have no anchor.
    pub fn new(
        environment: &TlsEnvironment,
        identity: impl WicSource + 'static,
        anchors: impl TrustAnchorSource + 'static,
        expected: ExpectedServer,
    ) -> Result<Self, MtlsError> {
        let verifier = options::verifier(environment, anchors);
        Self::with_verifier(environment, identity, verifier, expected, &TlsOptions::new())
    }

    /// A client with a verifier of its own, for other limits or a deny-list, and options.
    ///
    /// Give the verifier the [algorithms](WicVerifier::with_signature_algorithms) of the provider, if they are to check
    /// certificates too.
    ///
    /// # Errors
    ///
    /// [`MtlsError::Tls`] if the provider does not have the versions of TLS, or DNS names have no anchor.
    pub fn with_verifier(
        environment: &TlsEnvironment,
        identity: impl WicSource + 'static,
        verifier: impl Into<Arc<WicVerifier>>,
        expected: ExpectedServer,
        options: &TlsOptions,
    ) -> Result<Self, MtlsError> {
        let judge = Arc::new(ServerJudge::new(environment, verifier.into(), expected)?);
        let builder = ClientConfig::builder_with_details(
            Arc::clone(&environment.provider),
            Arc::clone(&environment.time),
        );
        let mut config = options
            .versions(builder)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&judge) as _)
            .with_client_cert_resolver(Arc::new(Resolver(Arc::new(identity))));
        config.alpn_protocols = options.alpn_protocols();
        // Row 40: no early data, and no resumption unless it is asked for.
        config.enable_early_data = false;
        config.resumption = match options.sessions(0) {
            0 => Resumption::disabled(),
            sessions => Resumption::in_memory_sessions(sessions),
        };
        Ok(Self { config: Arc::new(config), judge })
    }

    /// The configuration for rustls, and whatever is built on it.
    #[must_use]
    pub fn config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.config)
    }

    /// Who is at the other end of a connection of this client, now. `name` is what the connection was made by.
    ///
    /// The server's certificate is judged anew: its expiry, the anchors that are in force, the name, and whether it is
    /// the server that is expected. Ask it on every connection that is up, and again where one stays open.
    ///
    /// With TLS 1.3 a server judges our certificate after the client has finished its handshake: a refusal comes with
    /// the first read.
    ///
    /// # Errors
    ///
    /// [`MtlsError::Handshaking`], or what refuses the server in a handshake.
    pub fn peer(
        &self,
        connection: &ClientConnection,
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<ServerIdentity, MtlsError> {
        if connection.is_handshaking() {
            return Err(MtlsError::Handshaking);
        }
        let chain = connection.peer_certificates().ok_or(MtlsError::CertificateMissing)?;
        let judged = self.judge.judge(chain, name, &[], now);
        match judged.map_err(|error| MtlsError::from_handshake(&error))? {
            JudgedServer::Workload(wic) => Ok(ServerIdentity::Workload(wic.with_transport_possession())),
            JudgedServer::Dns(name) => Ok(ServerIdentity::Dns(name)),
        }
    }
}

/// Who a server has proven to be.
#[derive(Debug, Clone)]
pub enum ServerIdentity {
    /// The workload that was expected.
    Workload(AuthenticatedPeer),
    /// The holder of the DNS name that was expected. That says nothing about a workload, whatever is in the certificate.
    Dns(DnsName<'static>),
}

impl ServerIdentity {
    /// The workload, if the server has proven to be one.
    #[must_use]
    pub fn workload(&self) -> Option<&AuthenticatedPeer> {
        match self {
            Self::Workload(peer) => Some(peer),
            Self::Dns(_) => None,
        }
    }
}

//! The server's side.

use crate::source::Resolver;
use crate::verifier::ClientJudge;
use crate::{MtlsError, TlsEnvironment, TlsOptions, WicSource, options};
use rustls::server::{NoServerSessionStorage, ServerSessionMemoryCache};
use rustls::{ServerConfig, ServerConnection};
use std::sync::Arc;
use wimse_creds::UnixTime;
use wimse_creds::pop::{AuthenticatedPeer, PeerPolicy};
use wimse_creds::trust::TrustAnchorSource;
use wimse_creds::wic::WicVerifier;

/// Accepts connections of workloads, which must show a WIC (MTLS-3.2-4) and be permitted by a policy.
///
/// Who fails is refused in the handshake. Ask [`peer`](Self::peer) on every connection that is up, and on a connection
/// that stays open again and again, such as for every request.
#[derive(Debug, Clone)]
pub struct MtlsServer {
    config: Arc<ServerConfig>,
    judge: Arc<ClientJudge>,
}

impl MtlsServer {
    /// A server with the default [`TlsOptions`].
    ///
    /// # Errors
    ///
    /// [`MtlsError::Tls`] if the provider does not have TLS 1.3.
    pub fn new(
        environment: &TlsEnvironment,
        identity: impl WicSource + 'static,
        anchors: impl TrustAnchorSource + 'static,
        policy: PeerPolicy,
    ) -> Result<Self, MtlsError> {
        let verifier = options::verifier(environment, anchors);
        Self::with_verifier(environment, identity, verifier, policy, &TlsOptions::new())
    }

    /// A server with a verifier of its own, for other limits or a deny-list, and options.
    ///
    /// Give the verifier the [algorithms](WicVerifier::with_signature_algorithms) of the provider, if they are to check
    /// certificates too.
    ///
    /// # Errors
    ///
    /// [`MtlsError::Tls`] if the provider does not have the versions of TLS.
    pub fn with_verifier(
        environment: &TlsEnvironment,
        identity: impl WicSource + 'static,
        verifier: impl Into<Arc<WicVerifier>>,
        policy: PeerPolicy,
        options: &TlsOptions,
    ) -> Result<Self, MtlsError> {
        let algorithms = environment.provider.signature_verification_algorithms;
        let judge = Arc::new(ClientJudge { verifier: verifier.into(), policy, algorithms });
        let builder = ServerConfig::builder_with_details(
            Arc::clone(&environment.provider),
            Arc::clone(&environment.time),
        );
        let mut config = options
            .versions(builder)?
            .with_client_cert_verifier(Arc::clone(&judge) as _)
            .with_cert_resolver(Arc::new(Resolver(Arc::new(identity))));
        config.alpn_protocols = options.alpn_protocols();
        // Row 40: no early data.
        config.max_early_data_size = 0;
        match options.sessions(SESSIONS) {
            0 => {
                config.session_storage = Arc::new(NoServerSessionStorage {});
                config.send_tls13_tickets = 0;
            }
            sessions => config.session_storage = ServerSessionMemoryCache::new(sessions),
        }
        Ok(Self { config: Arc::new(config), judge })
    }

    /// The configuration for rustls, and whatever is built on it.
    #[must_use]
    pub fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }

    /// Who is at the other end of a connection of this server, now.
    ///
    /// The client's certificate is judged anew: its expiry, the anchors that are in force, and the policy. That is what
    /// ends long connections and resumed sessions; close a connection that fails here.
    ///
    /// # Errors
    ///
    /// [`MtlsError::Handshaking`], [`MtlsError::CertificateMissing`], [`MtlsError::Wic`] or [`MtlsError::NotExpected`].
    pub fn peer(&self, connection: &ServerConnection, now: UnixTime) -> Result<AuthenticatedPeer, MtlsError> {
        if connection.is_handshaking() {
            return Err(MtlsError::Handshaking);
        }
        let chain = connection.peer_certificates().ok_or(MtlsError::CertificateMissing)?;
        let peer = self.judge.judge(chain, now)?.with_transport_possession();
        self.judge.policy.authorize(&peer).map_err(|_| MtlsError::NotExpected)?;
        Ok(peer)
    }
}

const SESSIONS: usize = 256;

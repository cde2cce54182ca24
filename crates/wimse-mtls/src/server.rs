//! The server's side.

use crate::source::Resolver;
use crate::verifier::ClientJudge;
use crate::{MtlsError, TlsEnvironment, TlsOptions, WicSource, options};
use rustls::pki_types::CertificateDer;
use rustls::server::{NoServerSessionStorage, ServerSessionMemoryCache};
use rustls::{ServerConfig, ServerConnection};
use std::fmt;
use std::sync::{Arc, OnceLock};
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
        let (verifier, refused) = (verifier.into(), OnceLock::new());
        let judge = Arc::new(ClientJudge { verifier, policy, algorithms, refused });
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

    /// Shows this the certificate of each client that is refused in a handshake for what it has shown: because that is not
    /// accepted or not permitted, or because the client has not proven its key. For the log: nothing in it is verified.
    ///
    /// It is called while the handshake is driven, by whoever drives it, and must not block. There is one for a server and its
    /// clones: false if there is one already, which stays.
    pub fn on_refused_certificate(&self, hook: impl Fn(&CertificateDer<'_>) + Send + Sync + 'static) -> bool {
        self.judge.refused.set(Box::new(hook)).is_ok()
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
        self.judge.peer(certificates(connection)?, now)
    }

    /// What to ask for the peer of a connection of this server when the connection itself is out of reach, such as in the
    /// requests that arrive on it.
    ///
    /// # Errors
    ///
    /// [`MtlsError::Handshaking`] or [`MtlsError::CertificateMissing`].
    pub fn session(&self, connection: &ServerConnection) -> Result<MtlsSession, MtlsError> {
        let chain = certificates(connection)?.iter().map(|certificate| certificate.clone().into_owned());
        Ok(MtlsSession { chain: chain.collect(), judge: Arc::clone(&self.judge) })
    }
}

/// A connection whose handshake is finished: the certificates that its client has shown and proven. Cheap to clone.
///
/// It is nobody yet: [`peer`](Self::peer) judges it, each time anew.
#[derive(Clone)]
pub struct MtlsSession {
    chain: Arc<[CertificateDer<'static>]>,
    judge: Arc<ClientJudge>,
}

impl MtlsSession {
    /// As [`MtlsServer::peer`].
    ///
    /// # Errors
    ///
    /// [`MtlsError::Wic`] or [`MtlsError::NotExpected`].
    pub fn peer(&self, now: UnixTime) -> Result<AuthenticatedPeer, MtlsError> {
        self.judge.peer(&self.chain, now)
    }
}

impl fmt::Debug for MtlsSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MtlsSession").field("certificates", &self.chain.len()).finish_non_exhaustive()
    }
}

/// Those of a finished handshake.
fn certificates(connection: &ServerConnection) -> Result<&[CertificateDer<'static>], MtlsError> {
    if connection.is_handshaking() {
        return Err(MtlsError::Handshaking);
    }
    connection.peer_certificates().ok_or(MtlsError::CertificateMissing)
}

const SESSIONS: usize = 256;

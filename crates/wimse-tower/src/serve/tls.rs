//! Handshakes of mutual TLS.

use super::lingering::Lingering;
use std::cell::RefCell;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use wimse_creds::wic::WorkloadIdentityCertificate;
use wimse_mtls::rustls::pki_types::CertificateDer;
use wimse_mtls::{MtlsError, MtlsServer, MtlsSession};

tokio::task_local! {
    /// What the client of the handshake that is driven has shown, if it is refused for that.
    static SHOWN: RefCell<Option<CertificateDer<'static>>>;
}

/// A handshake that has failed.
pub(super) struct Failed<I> {
    pub(super) error: AcceptError,
    /// Nobody has verified it.
    pub(super) shown: Option<CertificateDer<'static>>,
    /// Of a peer that may still be there.
    io: Option<I>,
}

impl<I> Failed<I> {
    fn new(error: AcceptError, io: Option<I>) -> Self {
        Self { error, shown: None, io }
    }

    /// What the client claims to be, if that can be read.
    pub(super) fn claimed(&self) -> Option<WorkloadIdentityCertificate> {
        WorkloadIdentityCertificate::from_der([self.shown.clone()?]).ok()
    }
}

impl<I: AsyncRead + AsyncWrite + Unpin> Failed<I> {
    /// Lets the peer see why.
    pub(super) async fn end(self) -> AcceptError {
        if let Some(io) = self.io {
            // It is refused, however it takes that.
            let _ = Lingering::new(io).shutdown().await;
        }
        self.error
    }
}

/// Makes the handshakes of a server, each with a time limit. [`HttpServer`](super::HttpServer) has one; it is for accept
/// loops of one's own too.
///
/// Put the session into the extensions of every request of the connection: there the layer looks for it.
#[derive(Clone)]
pub struct MtlsAcceptor {
    server: MtlsServer,
    acceptor: TlsAcceptor,
    timeout: Duration,
}

impl MtlsAcceptor {
    /// For the connections of this server.
    #[must_use]
    pub fn new(server: MtlsServer, timeout: Duration) -> Self {
        let acceptor = TlsAcceptor::from(server.config());
        // Where the server shows refused certificates to another already, they are not on record.
        let _ = server.on_refused_certificate(|leaf| {
            let _ = SHOWN.try_with(|shown| shown.replace(Some(leaf.clone().into_owned())));
        });
        Self { server, acceptor, timeout }
    }

    /// Makes a handshake. Call it in a task of its own: a slow client must not keep others waiting.
    ///
    /// A client that is refused is told so, and has up to five seconds to end what it is sending: over TLS 1.3 it may have sent a
    /// request already, and would see a connection that is reset in place of the alert.
    ///
    /// # Errors
    ///
    /// An [`AcceptError`].
    pub async fn accept<I>(&self, io: I) -> Result<(TlsStream<I>, MtlsSession), AcceptError>
    where
        I: AsyncRead + AsyncWrite + Unpin,
    {
        match self.handshake(io).await {
            Ok(accepted) => Ok(accepted),
            Err(failed) => Err(failed.end().await),
        }
    }

    /// The same, with what is left to end.
    pub(super) async fn handshake<I>(&self, io: I) -> Result<(TlsStream<I>, MtlsSession), Failed<I>>
    where
        I: AsyncRead + AsyncWrite + Unpin,
    {
        let shaking = async {
            let shaken = self.shake_hands(io).await;
            shaken.map_err(|failed| Failed { shown: SHOWN.with(RefCell::take), ..failed })
        };
        SHOWN.scope(RefCell::default(), shaking).await
    }

    async fn shake_hands<I>(&self, io: I) -> Result<(TlsStream<I>, MtlsSession), Failed<I>>
    where
        I: AsyncRead + AsyncWrite + Unpin,
    {
        let accepting = self.acceptor.accept(io).into_fallible();
        let stream = match tokio::time::timeout(self.timeout, accepting).await {
            Ok(Ok(stream)) => stream,
            Ok(Err((error, io))) => {
                let error = AcceptError::of(error);
                let is_there = matches!(error, AcceptError::Refused(_));
                return Err(Failed::new(error, is_there.then_some(io)));
            }
            Err(_) => return Err(Failed::new(AcceptError::Timeout, None)),
        };
        match self.server.session(stream.get_ref().1) {
            Ok(session) => Ok((stream, session)),
            Err(error) => Err(Failed::new(AcceptError::Refused(error), Some(stream.into_inner().0))),
        }
    }
}

impl std::fmt::Debug for MtlsAcceptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MtlsAcceptor").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

/// Why a handshake has failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AcceptError {
    /// It took too long.
    #[error("the handshake took too long")]
    Timeout,
    /// The peer is refused, or refuses us.
    #[error("the handshake has failed")]
    Refused(#[source] MtlsError),
    /// The network has failed.
    #[error("the connection has failed")]
    Network(#[source] io::Error),
}

impl AcceptError {
    fn of(error: io::Error) -> Self {
        match MtlsError::from_io(&error) {
            Some(refused) => Self::Refused(refused),
            None => Self::Network(error),
        }
    }

    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Timeout => "tower.handshake_timeout",
            Self::Refused(error) => error.code(),
            Self::Network(_) => "tower.handshake_network",
        }
    }
}

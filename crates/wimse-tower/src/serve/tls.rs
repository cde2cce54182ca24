//! Handshakes of mutual TLS.

use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use wimse_mtls::{MtlsError, MtlsServer, MtlsSession};

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
        Self { server, acceptor, timeout }
    }

    /// Makes a handshake. Call it in a task of its own: a slow client must not keep others waiting.
    ///
    /// # Errors
    ///
    /// An [`AcceptError`].
    pub async fn accept<I>(&self, io: I) -> Result<(TlsStream<I>, MtlsSession), AcceptError>
    where
        I: AsyncRead + AsyncWrite + Unpin,
    {
        let stream = tokio::time::timeout(self.timeout, self.acceptor.accept(io)).await;
        let stream = stream.map_err(|_| AcceptError::Timeout)?.map_err(AcceptError::of)?;
        let session = self.server.session(stream.get_ref().1).map_err(AcceptError::Refused)?;
        Ok((stream, session))
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

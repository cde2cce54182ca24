//! A connection to an address that was looked at.

use super::{AddressPolicy, Endpoint, HttpError};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use wimse_mtls::rustls::ClientConfig;

/// Plain to loopback addresses, else over TLS.
pub(super) enum Connection {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Connection {
    /// Resolves the host, leaves out what may not be connected to, and connects to one of the rest: to that very address,
    /// so that it does not matter what the name means a moment later. No proxy of the environment is used.
    pub(super) async fn open(
        endpoint: &Endpoint,
        tls: &Arc<ClientConfig>,
        policy: &AddressPolicy,
        patience: Duration,
    ) -> Result<Self, HttpError> {
        let resolved = lookup_host((endpoint.host(), endpoint.port())).await.map_err(HttpError::Resolve)?;
        let is_allowed = |address: &SocketAddr| match endpoint.server_name() {
            Some(_) => policy.allows(address.ip()),
            None => address.ip().to_canonical().is_loopback(),
        };
        let allowed: Vec<SocketAddr> = resolved.filter(is_allowed).take(ADDRESSES).collect();
        let stream = connect(&allowed, patience).await?;
        let Some(name) = endpoint.server_name() else { return Ok(Self::Plain(stream)) };
        let connector = TlsConnector::from(Arc::clone(tls));
        let stream = connector.connect(name.clone(), stream).await.map_err(HttpError::Tls)?;
        Ok(Self::Tls(Box::new(stream)))
    }
}

/// One after the other; each gets its share of the time.
async fn connect(addresses: &[SocketAddr], patience: Duration) -> Result<TcpStream, HttpError> {
    let mut failure = HttpError::AddressRefused;
    let share = patience / u32::try_from(addresses.len() + 1).unwrap_or(u32::MAX);
    for address in addresses {
        match timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => failure = HttpError::Connect(error),
            Err(_) => failure = HttpError::Connect(io::ErrorKind::TimedOut.into()),
        }
    }
    Err(failure)
}

impl AsyncRead for Connection {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

/// Addresses of one host that are tried.
const ADDRESSES: usize = 4;

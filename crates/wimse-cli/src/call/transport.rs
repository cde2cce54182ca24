//! How the service is reached.

use crate::exit::Failure;
use crate::live::{CommandClock, read_roots, system_roots};
use crate::refusal::{Refusal, Stop};
use http::Uri;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncRead as _, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use wimse::creds::Clock as _;
use wimse::mtls::rustls::pki_types::ServerName;
use wimse::mtls::rustls::{ClientConfig, Error as TlsError, RootCertStore};
use wimse::mtls::{MtlsClient, MtlsError, TlsEnvironment};

/// Where to connect to, and whom to believe there.
#[derive(Debug, clap::Args)]
pub(super) struct TransportOptions {
    /// Connect to this address; names and audiences stay those of the URL
    #[arg(long, value_name = "ADDRESS")]
    connect: Option<SocketAddr>,
    /// CAs that are believed about web servers [default: those of the system]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["wic", "mtls"])]
    tls_ca: Option<PathBuf>,
}

/// What a connection is secured by.
#[derive(Clone)]
pub(super) enum Security {
    /// Plain HTTP: to this machine only, unless somebody has said that something else secures the channel.
    Plain { to_others: bool },
    /// The server is judged by its DNS name.
    Web(Arc<ClientConfig>, ServerName<'static>),
    /// The server is judged as a workload.
    Mutual(MtlsClient, ServerName<'static>, Arc<CommandClock>),
}

/// A target, taken apart.
#[derive(Clone)]
pub(super) struct Target {
    host: String,
    port: u16,
    connect: Option<SocketAddr>,
    pub(super) is_https: bool,
}

/// A connection that is up.
pub(super) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>, Option<String>),
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectError {
    #[error("no connection can be made")]
    Network(#[source] io::Error),
    /// The URL may have said so, but that is not where the connection leads.
    #[error("the connection is plain http, and leads to {0}, which is no loopback address")]
    PlainHttp(IpAddr),
    /// Of a web server, which is no workload.
    #[error("the certificate of the server is not accepted")]
    Certificate(#[source] TlsError),
    #[error(transparent)]
    Refused(MtlsError),
}

impl TransportOptions {
    /// Takes the URL apart.
    pub(super) fn target(&self, url: &Uri) -> Result<Target, Failure> {
        let wrong = |what: &str| {
            Failure::usage(format!("the URL {what}"))
                .next("give a URL such as https://api.example.com/orders")
        };
        let is_https = match url.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(wrong("is neither http nor https")),
        };
        let authority = url.authority().ok_or_else(|| wrong("names no host"))?;
        if authority.as_str().contains('@') {
            return Err(wrong("has a user name, which is no way to say who calls"));
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = authority.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        Ok(Target { host, port, connect: self.connect, is_https })
    }

    /// For an https URL without a certificate of ours.
    pub(super) fn web(&self, environment: &TlsEnvironment, target: &Target) -> Result<Security, Stop> {
        let roots: RootCertStore = match &self.tls_ca {
            Some(path) => read_roots(path)?,
            None => {
                system_roots().map_err(|failure| failure.next("name a PEM file with CAs: --tls-ca FILE"))?
            }
        };
        let (provider, time) = (Arc::clone(environment.provider()), Arc::clone(environment.time_provider()));
        let config = ClientConfig::builder_with_details(provider, time).with_safe_default_protocol_versions();
        let config = config.map_err(Failure::step("TLS cannot be set up"))?;
        let config = config.with_root_certificates(roots).with_no_client_auth();
        Ok(Security::Web(Arc::new(config), target.name()?))
    }
}

impl Target {
    pub(super) fn name(&self) -> Result<ServerName<'static>, Failure> {
        ServerName::try_from(self.host.clone())
            .map_err(Failure::unusable(format!("{} is no name of a host", self.host)))
    }

    /// Connects, and judges the server.
    pub(super) async fn open(&self, security: &Security) -> Result<Stream, ConnectError> {
        let socket = match self.connect {
            Some(address) => TcpStream::connect(address).await,
            None => TcpStream::connect((self.host.as_str(), self.port)).await,
        };
        let socket = socket.map_err(ConnectError::Network)?;
        // Requests are small: they should not wait for company.
        let _ = socket.set_nodelay(true);
        match security {
            Security::Plain { to_others: true } => Ok(Stream::Plain(socket)),
            Security::Plain { to_others: false } => {
                let address = socket.peer_addr().map_err(ConnectError::Network)?.ip().to_canonical();
                if address.is_loopback() {
                    Ok(Stream::Plain(socket))
                } else {
                    Err(ConnectError::PlainHttp(address))
                }
            }
            Security::Web(config, name) => {
                let stream = TlsConnector::from(Arc::clone(config)).connect(name.clone(), socket).await;
                Ok(Stream::Tls(Box::new(stream.map_err(ConnectError::of_web)?), None))
            }
            Security::Mutual(client, name, clock) => {
                let stream = TlsConnector::from(client.config()).connect(name.clone(), socket).await;
                let mut stream = stream.map_err(ConnectError::of)?;
                verdict(&mut stream).await.map_err(ConnectError::of)?;
                let now = clock.now();
                let server = client.peer(stream.get_ref().1, name, now).map_err(ConnectError::Refused)?;
                let workload = server.workload().map(|peer| peer.identifier().to_string());
                Ok(Stream::Tls(Box::new(stream), workload))
            }
        }
    }
}

/// With TLS 1.3, a server judges our certificate after our side of the handshake. Its refusal is waited for a moment: it
/// can get lost once something is sent to a connection that the server has closed. Who accepts mostly sends a ticket.
async fn verdict(stream: &mut TlsStream<TcpStream>) -> io::Result<()> {
    let _ = tokio::time::timeout(VERDICT, stream.get_ref().0.peek(&mut [0])).await;
    poll_fn(|context| {
        let mut byte = [0];
        let mut byte = ReadBuf::new(&mut byte);
        match Pin::new(&mut *stream).poll_read(context, &mut byte) {
            Poll::Pending => Poll::Ready(Ok(())),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            // Nobody answers before the request.
            Poll::Ready(Ok(())) => Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
        }
    })
    .await
}

const VERDICT: Duration = Duration::from_millis(200);

impl ConnectError {
    fn of_web(error: io::Error) -> Self {
        let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<TlsError>());
        match cause {
            Some(cause @ TlsError::InvalidCertificate(_)) => Self::Certificate(cause.clone()),
            _ => Self::of(error),
        }
    }

    fn of(error: io::Error) -> Self {
        match MtlsError::from_io(&error) {
            Some(refused) => Self::Refused(refused),
            None => Self::Network(error),
        }
    }
}

/// Why a server was refused, or has refused us.
pub(super) fn refused(error: &MtlsError) -> Refusal {
    crate::certificate::refusal(error.code(), error, crate::certificate::Role::Server)
}

//! The accept loop.

use super::{ServerLimits, connection};
use crate::server::BoxError;
use crate::telemetry::connected;
use bytes::Bytes;
use http::{Extensions, Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tower_service::Service;

#[cfg(feature = "mtls")]
use super::{AcceptError, MtlsAcceptor, tls::Failed};
#[cfg(feature = "mtls")]
use crate::audit::{Audit, AuditEvent};
#[cfg(feature = "mtls")]
use wimse_creds::Clock;

/// Serves HTTP/1.1 and HTTP/2 on a listener, in the clear or over mutual TLS, with limits on what a connection may take.
///
/// The service is any tower service of HTTP requests: an axum `Router`, the `Routes` of tonic, or one of your own.
///
/// Whoever is refused while still sending content sees the answer: at the end of a connection the server drops what comes, until
/// the client has ended, has sent nothing for a second, or has had five (RFC 9112, 9.6).
///
/// ```no_run
/// # async fn run(app: axum::Router) -> std::io::Result<()> {
/// use tokio::net::TcpListener;
/// use wimse_tower::HttpServer;
///
/// let listener = TcpListener::bind("127.0.0.1:8080").await?;
/// HttpServer::new().serve(listener, app, std::future::pending()).await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct HttpServer {
    limits: ServerLimits,
    #[cfg(feature = "mtls")]
    tls: Option<wimse_mtls::MtlsServer>,
    #[cfg(feature = "mtls")]
    refused: Option<Arc<Refused>>,
    #[cfg(feature = "mtls")]
    audit: Option<(Audit, Arc<dyn Clock>)>,
}

#[cfg(feature = "mtls")]
type Refused = dyn Fn(SocketAddr, &AcceptError) + Send + Sync;

/// What accepting waits after an error that is not of one connection, such as too many open files.
const RECOVERY: Duration = Duration::from_millis(100);

impl HttpServer {
    /// In the clear, with the default limits.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(mut self, limits: ServerLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Serves over mutual TLS. Each request has the [`MtlsSession`](crate::MtlsSession) of its connection, and a layer that judges
    /// it gives the caller:
    ///
    /// ```
    /// use wimse_tower::creds::pop::{LayerPolicy, PeerPolicy, Replay};
    /// use wimse_tower::mtls::MtlsServer;
    /// use wimse_tower::{AuthenticateLayer, Authenticator, Binding, ConfigError, HttpServer, Policy};
    ///
    /// fn protected(tls: MtlsServer, callers: PeerPolicy) -> Result<(HttpServer, AuthenticateLayer), ConfigError> {
    ///     // Handshakes cannot be replayed.
    ///     let authenticator = Authenticator::new(Replay::Off).mutual_tls();
    ///     let policy = Policy::any_of([Binding::MutualTls], LayerPolicy::Either(callers));
    ///     Ok((HttpServer::new().mutual_tls(tls), AuthenticateLayer::new(authenticator, policy)?))
    /// }
    /// ```
    #[cfg(feature = "mtls")]
    #[must_use]
    pub fn mutual_tls(mut self, server: wimse_mtls::MtlsServer) -> Self {
        self.tls = Some(server);
        self
    }

    /// Tells this why a handshake has failed, for the log: the peer learns no more than an alert. It must not block.
    #[cfg(feature = "mtls")]
    #[must_use]
    pub fn on_refused_connection(
        mut self,
        hook: impl Fn(SocketAddr, &AcceptError) + Send + Sync + 'static,
    ) -> Self {
        self.refused = Some(Arc::new(hook));
        self
    }

    /// Puts every handshake that fails on record, in the stage `handshake`, at the time of this clock: where it comes from,
    /// why it is refused, and as `claimed_*` what the certificate says, if it was shown and can be read. Give it a clone of the
    /// [`Audit`] of the layer.
    ///
    /// A record that fails is counted, and the connection is refused all the same. Nothing is kept but what the sink keeps: with
    /// an [`AuditQueue`](crate::audit::AuditQueue) that is full, events of handshakes are dropped as those of requests are. No more
    /// handshakes go on at once than there may be [connections](ServerLimits::connections).
    ///
    /// The server of [`mutual_tls`](Self::mutual_tls) shows certificates to one hook only: what certificates say is on record
    /// unless that of [`MtlsServer::on_refused_certificate`](wimse_mtls::MtlsServer::on_refused_certificate) is taken.
    #[cfg(feature = "mtls")]
    #[must_use]
    pub fn audit(mut self, audit: Audit, clock: Arc<dyn Clock>) -> Self {
        self.audit = Some((audit, clock));
        self
    }

    /// Serves until `stop` is ready; then it accepts no more, and open requests have a while to end.
    pub async fn serve<S, R>(self, listener: TcpListener, service: S, stop: impl Future<Output = ()>)
    where
        S: Service<Request<Incoming>, Response = Response<R>> + Clone + Send + 'static,
        S::Error: Send,
        S::Future: Send,
        R: Body<Data = Bytes> + Send + 'static,
        R::Error: Into<BoxError>,
    {
        let server = Arc::new(self);
        let grace = server.limits.grace;
        let open = server.places();
        let serve = move |(socket, from), stopped| {
            let (server, service) = (Arc::clone(&server), service.clone());
            async move { server.connection(socket, from, service, stopped).await }
        };
        accept_all(listener, serve, open, grace, stop).await;
    }

    /// The same on a Unix socket, in the clear whatever is set: its file says who may connect.
    #[cfg(unix)]
    pub async fn serve_unix<S, R>(
        self,
        listener: tokio::net::UnixListener,
        service: S,
        stop: impl Future<Output = ()>,
    ) where
        S: Service<Request<Incoming>, Response = Response<R>> + Clone + Send + 'static,
        S::Error: Send,
        S::Future: Send,
        R: Body<Data = Bytes> + Send + 'static,
        R::Error: Into<BoxError>,
    {
        let limits = Arc::new(self.limits.clone());
        let serve = move |socket, stopped| {
            let (limits, service) = (Arc::clone(&limits), service.clone());
            async move {
                connection::serve(socket, service, Extensions::new(), &limits, stopped).await;
            }
        };
        accept_all(listener, serve, self.places(), self.limits.grace, stop).await;
    }

    #[cfg(feature = "mtls")]
    fn note<I>(&self, from: SocketAddr, failed: &Failed<I>) {
        connected(Some(failed.error.code()));
        if let Some((audit, clock)) = &self.audit {
            let claimed = failed.claimed();
            // It is refused, be that on record or not.
            let _ = audit.put(&AuditEvent::of_connection(from, &failed.error, claimed.as_ref(), clock.now()));
        }
        if let Some(hook) = &self.refused {
            hook(from, &failed.error);
        }
    }

    fn places(&self) -> Arc<Semaphore> {
        Arc::new(Semaphore::new(self.limits.connections.min(Semaphore::MAX_PERMITS)))
    }

    async fn connection<S, R>(
        &self,
        socket: TcpStream,
        from: SocketAddr,
        service: S,
        stop: watch::Receiver<bool>,
    ) where
        S: Service<Request<Incoming>, Response = Response<R>> + Clone + Send + 'static,
        S::Error: Send,
        S::Future: Send,
        R: Body<Data = Bytes> + Send + 'static,
        R::Error: Into<BoxError>,
    {
        // Answers are small: they should not wait for company.
        let _ = socket.set_nodelay(true);
        #[cfg(feature = "mtls")]
        if let Some(tls) = &self.tls {
            match MtlsAcceptor::new(tls.clone(), self.limits.handshake).handshake(socket).await {
                Ok((stream, session)) => {
                    connected(None);
                    let mut extensions = Extensions::new();
                    extensions.insert(session);
                    connection::serve(stream, service, extensions, &self.limits, stop).await;
                }
                Err(failed) => {
                    self.note(from, &failed);
                    failed.end().await;
                }
            }
            return;
        }
        let _ = from;
        connected(None);
        connection::serve(socket, service, Extensions::new(), &self.limits, stop).await;
    }
}

/// Where connections come from.
trait Listener {
    type Connection;

    fn accept(&self) -> impl Future<Output = io::Result<Self::Connection>> + Send;
}

impl Listener for TcpListener {
    type Connection = (TcpStream, SocketAddr);

    fn accept(&self) -> impl Future<Output = io::Result<Self::Connection>> + Send {
        Self::accept(self)
    }
}

#[cfg(unix)]
impl Listener for tokio::net::UnixListener {
    type Connection = tokio::net::UnixStream;

    async fn accept(&self) -> io::Result<Self::Connection> {
        Self::accept(self).await.map(|(socket, _)| socket)
    }
}

/// Accepts until `stop` is ready, each connection in a task and a place of its own, and gives those that are open then
/// some time to end.
async fn accept_all<L: Listener, T>(
    listener: L,
    mut serve: impl FnMut(L::Connection, watch::Receiver<bool>) -> T,
    open: Arc<Semaphore>,
    grace: Duration,
    stop: impl Future<Output = ()>,
) where
    T: Future<Output = ()> + Send + 'static,
{
    let (stopping, stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let next = async {
            // First a place, then the connection: who has none waits in the queue of the system.
            let place = Arc::clone(&open).acquire_owned().await.ok()?;
            Some((place, accept(&listener).await))
        };
        let (place, accepted) = tokio::select! {
            () = &mut stop => break,
            next = next => match next {
                Some(next) => next,
                None => break,
            },
        };
        while connections.try_join_next().is_some() {}
        let served = serve(accepted, stopped.clone());
        connections.spawn(async move {
            served.await;
            drop(place);
        });
    }
    drop(listener);
    // Nobody listens where no connection is open.
    let _ = stopping.send(true);
    let ended = async { while connections.join_next().await.is_some() {} };
    // Those that are left end with the set.
    let _ = tokio::time::timeout(grace, ended).await;
}

/// The next connection. Errors of one connection are passed over, others given time.
async fn accept<L: Listener>(listener: &L) -> L::Connection {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_one_connection(&error) => {}
            Err(_) => tokio::time::sleep(RECOVERY).await,
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind as K;
    matches!(error.kind(), K::ConnectionAborted | K::ConnectionRefused | K::ConnectionReset)
}

impl fmt::Debug for HttpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpServer").field("limits", &self.limits).finish_non_exhaustive()
    }
}

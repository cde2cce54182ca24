//! The service, and bytes to and from it.

use crate::support::*;
use axum::Router;
use axum::routing::{get, post};
use bytes::Bytes;
use http::Request;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use wimse_tower::{AuthenticateLayer, ContentLimits, HttpServer, MaybePeer, Peer, ServerLimits};

pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

async fn orders(Peer(caller): Peer, content: String) -> String {
    format!("hello {} {content}", caller.identifier())
}

async fn status(MaybePeer(caller): MaybePeer) -> &'static str {
    if caller.is_some() { "known" } else { "unknown" }
}

pub(crate) fn app(world: &World) -> Router {
    app_with(world, ContentLimits::default().memory(1024).timeout(Duration::from_millis(300)))
}

pub(crate) fn app_with(world: &World, limits: ContentLimits) -> Router {
    let authenticator = Arc::new(world.authenticator().content_limits(limits));
    let closed = AuthenticateLayer::new(authenticator.clone(), either()).unwrap();
    let open = AuthenticateLayer::new(authenticator, either().or_anonymous()).unwrap();
    Router::new()
        .route("/orders", post(orders).get(orders))
        .nest("/nested", Router::new().route("/orders", get(orders)).layer(closed.clone()))
        .route_layer(closed)
        .merge(Router::new().route("/status", get(status)).route("/mine", get(orders)).layer(open))
        .route("/forgotten", get(orders))
}

impl Served {
    pub(crate) async fn start(world: &World) -> Self {
        Self::start_app(app(world)).await
    }

    pub(crate) async fn start_app(app: Router) -> Self {
        let limits = ServerLimits::default()
            .connections(16)
            .head_size(16 * 1024, 50)
            .head_timeout(Duration::from_millis(300))
            .idle_timeout(Duration::from_millis(300));
        Self::start_with(app, limits).await
    }

    pub(crate) async fn start_with(app: Router, limits: ServerLimits) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = HttpServer::new().limits(limits);
        let task = tokio::spawn(server.serve(listener, app, async {
            let _ = stopped.await;
        }));
        Self { address, stop, task }
    }

    pub(crate) async fn stop(self) {
        self.stop.send(()).unwrap();
        self.task.await.unwrap();
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    pub(crate) async fn exchange(&self, bytes: &[u8]) -> String {
        exchange(self.address, bytes).await
    }

    pub(crate) async fn status(&self, request: Request<Bytes>) -> u16 {
        status_of(&self.exchange(&on_the_wire(&request)).await)
    }
}

/// Everything that comes back until the connection is closed.
pub(crate) async fn exchange(address: SocketAddr, bytes: &[u8]) -> String {
    let mut socket = TcpStream::connect(address).await.unwrap();
    // The server may answer, and close, before everything has been sent.
    let _ = socket.write_all(bytes).await;
    heard(&mut socket).await
}

/// What comes until the other side closes.
pub(crate) async fn heard(socket: &mut TcpStream) -> String {
    let mut heard = Vec::new();
    let _ = socket.read_to_end(&mut heard).await;
    let heard = String::from_utf8_lossy(&heard).into_owned();
    capture::wire(&heard);
    heard
}

pub(crate) fn status_of(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

pub(crate) fn head(request: &Request<Bytes>) -> String {
    head_for(request, request.uri().path_and_query().unwrap().as_str(), "internal")
}

pub(crate) fn head_for(request: &Request<Bytes>, target: &str, host: &str) -> String {
    capture::fields(request.headers());
    let mut text = format!("{} {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n", request.method());
    for (name, value) in request.headers() {
        text.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    text
}

pub(crate) fn on_the_wire(request: &Request<Bytes>) -> Vec<u8> {
    with_content(head(request), request)
}

/// The head, its end, and the content.
pub(crate) fn with_content(head: String, request: &Request<Bytes>) -> Vec<u8> {
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", request.body().len()).as_bytes());
    bytes.extend_from_slice(request.body());
    bytes
}

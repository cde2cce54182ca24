//! Our side of the wire: HTTP/1.1 on loopback, with hyper.

use http::{Request, Response, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{client, server};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::time::timeout;

/// A whole exchange takes at most this long.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Bytes of a body, in either direction.
const BODY_BYTES: usize = 64 * 1024;

/// Servers and connections; all of them end when it is dropped.
pub(crate) struct Loopback(Runtime);

impl Loopback {
    pub(crate) fn new() -> Self {
        Self(Runtime::new().unwrap())
    }

    /// Starts a server; its authority.
    pub(crate) fn serve<A>(&self, answer: A) -> String
    where
        A: Fn(Request<Bytes>) -> Response<Bytes> + Send + Sync + 'static,
    {
        let listener = self.0.block_on(TcpListener::bind(("127.0.0.1", 0))).unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let answer = Arc::new(answer);
        self.0.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let answer = Arc::clone(&answer);
                let respond = service_fn(move |request: Request<Incoming>| {
                    let answer = Arc::clone(&answer);
                    async move {
                        let (parts, body) = request.into_parts();
                        let request = Request::from_parts(parts, whole(body).await);
                        Ok::<_, Infallible>(answer(request).map(Full::new))
                    }
                });
                let connection =
                    server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), respond);
                tokio::spawn(timeout(TIMEOUT, connection));
            }
        });
        authority
    }

    /// Starts a server that keeps what it gets.
    pub(crate) fn listen(&self) -> (String, Receiver<Request<Bytes>>) {
        let (sender, requests) = channel();
        let authority = self.serve(move |request| {
            sender.send(request).unwrap();
            Response::default()
        });
        (authority, requests)
    }

    /// Sends a request, in origin-form, to the authority in `Host`.
    pub(crate) fn send(&self, mut request: Request<Bytes>) -> Response<Bytes> {
        *request.uri_mut() = Uri::from(request.uri().path_and_query().unwrap().clone());
        self.0.block_on(async { timeout(TIMEOUT, exchange(request)).await.unwrap() })
    }
}

async fn exchange(request: Request<Bytes>) -> Response<Bytes> {
    let stream = TcpStream::connect(request.headers()["host"].to_str().unwrap()).await.unwrap();
    let (mut sender, connection) = client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    let connection = tokio::spawn(connection);
    let (parts, body) = sender.send_request(request.map(Full::new)).await.unwrap().into_parts();
    let response = Response::from_parts(parts, whole(body).await);
    connection.abort();
    response
}

async fn whole(body: Incoming) -> Bytes {
    Limited::new(body, BODY_BYTES).collect().await.unwrap().to_bytes()
}

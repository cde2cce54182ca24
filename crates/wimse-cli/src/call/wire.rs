//! One request over one connection, or onto paper.

use super::transport::{ConnectError, Security, Stream, Target};
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HOST};
use http::{HeaderValue, Request, Response, Uri, request};
use http_body::Body;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::rt::{Read, Write};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::error::Error;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tower_service::Service;
use wimse_tower::client::ClientBody;

/// Sends requests as they are, each over a connection of its own.
#[derive(Clone)]
pub(super) struct Wire {
    pub(super) target: Target,
    pub(super) security: Security,
    /// Print instead of sending.
    pub(super) is_printed: bool,
    /// Send what was accepted a second time, and give the answer to that.
    pub(super) is_replayed: bool,
    /// Who the connection is with, once it is up.
    pub(super) server: Arc<Mutex<Option<String>>>,
}

/// Why there is no response.
#[derive(Debug, thiserror::Error)]
pub(super) enum WireError {
    #[error(transparent)]
    Connect(ConnectError),
    #[error("the exchange has failed")]
    Exchange(#[source] hyper::Error),
    #[error("the content cannot be read")]
    Content(#[source] Box<dyn Error + Send + Sync>),
    /// It was not meant to be sent.
    #[error("the request is printed")]
    Printed(Vec<u8>),
}

impl Wire {
    /// Sends a request whose URI is absolute, as it is written in HTTP/1.1.
    pub(super) async fn send<B>(&self, request: Request<B>) -> Result<Response<Incoming>, WireError>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let (mut parts, body) = request.into_parts();
        let content = body.collect().await.map_err(|error| WireError::Content(error.into()))?.to_bytes();
        in_origin_form(&mut parts);
        if self.is_printed {
            return Err(WireError::Printed(print(&parts, &content)));
        }
        let request = Request::from_parts(parts, Full::new(content));
        if !self.is_replayed {
            return self.exchange(request).await;
        }
        let first = self.exchange(request.clone()).await?;
        if !first.status().is_success() {
            return Ok(first);
        }
        // To its end, so that it does not matter how the service goes about it.
        let rest = Limited::new(first.into_body(), REPLAYED_BYTES).collect().await;
        rest.map_err(WireError::Content)?;
        self.exchange(request).await
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, WireError> {
        match self.target.open(&self.security).await.map_err(WireError::Connect)? {
            Stream::Plain(stream) => exchange(TokioIo::new(stream), request).await,
            Stream::Tls(stream, server) => {
                *self.server.lock().unwrap_or_else(PoisonError::into_inner) = server;
                exchange(TokioIo::new(*stream), request).await
            }
        }
    }
}

impl Service<Request<ClientBody>> for Wire {
    type Response = Response<Incoming>;
    type Error = WireError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Incoming>, WireError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), WireError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<ClientBody>) -> Self::Future {
        let wire = self.clone();
        Box::pin(async move { wire.send(request).await })
    }
}

async fn exchange<I>(io: I, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, WireError>
where
    I: Read + Write + Unpin + Send + 'static,
{
    let handshake = http1::Builder::new().max_buf_size(HEAD_BYTES).handshake(io);
    let (mut sender, connection) = handshake.await.map_err(WireError::Exchange)?;
    // Ends with the exchange, and what it fails by is told there.
    tokio::spawn(connection);
    sender.send_request(request).await.map_err(WireError::Exchange)
}

/// Bytes of the first response, where the second counts.
const REPLAYED_BYTES: usize = 16 * 1024 * 1024;
/// Bytes before the content of a response.
const HEAD_BYTES: usize = 256 * 1024;

/// Path and query in the request line, the authority in `Host` (RFC 9112 3.2.1).
fn in_origin_form(parts: &mut request::Parts) {
    let host = parts.uri.authority().and_then(|host| HeaderValue::from_str(host.as_str()).ok());
    if let Some(host) = host {
        parts.headers.insert(HOST, host);
    }
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    parts.uri = target.parse().unwrap_or_else(|_: http::uri::InvalidUri| Uri::default());
}

fn print(parts: &request::Parts, content: &[u8]) -> Vec<u8> {
    let mut text = format!("{} {} HTTP/1.1\r\n", parts.method, parts.uri).into_bytes();
    let mut line = |name: &str, value: &[u8]| {
        text.extend_from_slice(name.as_bytes());
        text.extend_from_slice(b": ");
        text.extend_from_slice(value);
        text.extend_from_slice(b"\r\n");
    };
    if let Some(host) = parts.headers.get(HOST) {
        line("host", host.as_bytes());
    }
    for (name, value) in parts.headers.iter().filter(|(name, _)| **name != HOST && **name != CONTENT_LENGTH) {
        line(name.as_str(), value.as_bytes());
    }
    if !content.is_empty() {
        line("content-length", content.len().to_string().as_bytes());
    }
    text.extend_from_slice(b"\r\n");
    text.extend_from_slice(content);
    text
}

/// Content in memory cannot fail.
pub(super) fn never(never: Infallible) -> Box<dyn Error + Send + Sync> {
    match never {}
}

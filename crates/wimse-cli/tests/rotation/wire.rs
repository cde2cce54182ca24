//! One request over a connection of its own, to the service and to nobody else.

use bytes::Bytes;
use http::header::HOST;
use http::{HeaderValue, Request, Response};
use http_body::Body;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper::rt::{Read, Write};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::TcpStream;
use tower_service::Service;
use wimse_tower::client::ClientBody;

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What has not come by then does not come: for hangs, not for speed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Plain connections to one address, whatever the URL says.
#[derive(Clone)]
pub(crate) struct Wire(pub(crate) SocketAddr);

impl Service<Request<ClientBody>> for Wire {
    type Response = Response<Full<Bytes>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<ClientBody>) -> Self::Future {
        let address = self.0;
        Box::pin(async move { exchange(TcpStream::connect(address).await?, request).await })
    }
}

/// Sends a request whose URI is absolute, as it is written in HTTP/1.1, and takes the whole answer.
pub(crate) async fn exchange<I, B>(stream: I, request: Request<B>) -> Result<Response<Full<Bytes>>, BoxError>
where
    I: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    TokioIo<I>: Read + Write,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let (mut parts, body) = request.into_parts();
    let host = parts.uri.authority().ok_or("no host")?.as_str();
    parts.headers.insert(HOST, HeaderValue::from_str(host)?);
    parts.uri = parts.uri.path_and_query().ok_or("no path")?.as_str().parse()?;
    let content = body.collect().await.map_err(Into::into)?.to_bytes();
    let exchanged = async {
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // Ends with the exchange.
        tokio::spawn(connection);
        let (head, content) =
            sender.send_request(Request::from_parts(parts, Full::new(content))).await?.into_parts();
        Ok(Response::from_parts(head, Full::new(content.collect().await?.to_bytes())))
    };
    tokio::time::timeout(PATIENCE, exchanged).await?
}

/// An error with all its causes.
pub(crate) fn whole(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

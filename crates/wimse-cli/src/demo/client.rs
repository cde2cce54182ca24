//! A small HTTP client that sends exactly what it is given: any `Host`, any field twice.

use axum::body::Bytes;
use http::header::{CONTENT_LENGTH, HOST, HeaderValue, TRANSFER_ENCODING};
use http::{Request, Response, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;

/// A whole exchange takes at most this long.
const TIMEOUT: Duration = Duration::from_secs(3);
/// Bytes of a body, in either direction.
pub(crate) const BODY_BYTES: usize = 64 * 1024;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    #[error("the server did not answer in time")]
    Timeout,
    #[error("the connection failed")]
    Connection(#[from] io::Error),
    #[error("the exchange failed")]
    Exchange(#[from] hyper::Error),
    #[error("the address of the request is not of this machine")]
    Address,
    #[error("the body of the answer cannot be read")]
    Body(#[source] Box<dyn Error + Send + Sync>),
}

/// Sends a request to the address in its URI.
pub(crate) async fn send(request: Request<Bytes>) -> Result<Response<Bytes>, ClientError> {
    let authority = request.uri().authority().ok_or(ClientError::Address)?;
    let address = authority.as_str().parse().map_err(|_| ClientError::Address)?;
    send_to(address, request).await
}

/// Sends a request to an address, whatever its URI and its `Host` say.
pub(crate) async fn send_to(
    address: SocketAddr,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, ClientError> {
    let exchange = tokio::time::timeout(TIMEOUT, exchange(address, request));
    exchange.await.map_err(|_| ClientError::Timeout)?
}

async fn exchange(address: SocketAddr, mut request: Request<Bytes>) -> Result<Response<Bytes>, ClientError> {
    if !address.ip().is_loopback() {
        return Err(ClientError::Address);
    }
    to_origin_form(&mut request)?;
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let response = sender.send_request(request.map(Full::new)).await?;
    let (parts, body) = response.into_parts();
    let body = Limited::new(body, BODY_BYTES).collect().await.map_err(ClientError::Body)?.to_bytes();
    connection.abort();
    Ok(Response::from_parts(parts, body))
}

/// `GET /path`, with the authority in `Host` unless there is one already, and with the length of this body.
fn to_origin_form(request: &mut Request<Bytes>) -> Result<(), ClientError> {
    let uri = std::mem::take(request.uri_mut());
    let headers = request.headers_mut();
    if let Some(authority) = uri.authority()
        && !headers.contains_key(HOST)
    {
        let host = HeaderValue::from_str(authority.as_str()).map_err(|_| ClientError::Address)?;
        headers.insert(HOST, host);
    }
    headers.remove(CONTENT_LENGTH);
    headers.remove(TRANSFER_ENCODING);
    *request.uri_mut() = match uri.path_and_query() {
        Some(target) => Uri::from(target.clone()),
        None => Uri::from_static("/"),
    };
    Ok(())
}

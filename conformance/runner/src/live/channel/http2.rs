//! HTTP/2, as a library writes it: what is well-formed.

use std::{error::Error, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http2::handshake;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{net::TcpStream, runtime::Builder, time::timeout as within};
use tokio_rustls::TlsConnector;

use super::tls::refusal;
use crate::live::wire::{MAX_MESSAGE, Message, Reply};

/// A request as it can be sent over HTTP/2; nothing, if only bytes can say what it says.
pub(super) fn request(message: &Message) -> Option<Request<Full<Bytes>>> {
    let (method, target) = message.request_line()?;
    let host = message.field("host")?;
    let mut request = Request::new(Full::from(message.content.clone()));
    *request.method_mut() = method.parse().ok()?;
    *request.uri_mut() = format!("https://{host}{target}").parse().ok()?;
    for (name, value) in &message.fields {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        if name != http::header::HOST {
            request.headers_mut().append(name, HeaderValue::from_bytes(value).ok()?);
        }
    }
    Some(request)
}

/// Sends it on a connection of its own.
pub(super) fn exchange(
    address: &str,
    name: &ServerName<'static>,
    config: Arc<ClientConfig>,
    request: Request<Full<Bytes>>,
    timeout: Duration,
) -> Reply {
    let runtime = match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Reply::Broken(error.to_string()),
    };
    // A timer is of the runtime that it is made in.
    let exchanged = runtime.block_on(async { within(timeout, send(address, name, config, request)).await });
    match exchanged {
        Ok(Ok(message)) => Reply::Response(message),
        Ok(Err(error)) => refusal(&*error).unwrap_or_else(|| Reply::Broken(described(&*error))),
        Err(_) => Reply::Timeout,
    }
}

async fn send(
    address: &str,
    name: &ServerName<'static>,
    config: Arc<ClientConfig>,
    request: Request<Full<Bytes>>,
) -> Result<Message, Box<dyn Error + Send + Sync>> {
    let socket = TcpStream::connect(address).await?;
    socket.set_nodelay(true)?;
    let stream = TlsConnector::from(config).connect(name.clone(), socket).await?;
    let (mut sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await?;
    // It ends with its runtime, and what it fails with is seen by whoever waits for the response.
    tokio::spawn(connection);
    let (parts, body) = sender.send_request(request).await?.into_parts();
    let content = Limited::new(body, MAX_MESSAGE).collect().await?.to_bytes();
    let mut message = Message { start: format!("HTTP/2 {}", parts.status.as_u16()), ..Message::default() };
    for (name, value) in &parts.headers {
        message.add(name.as_str(), value.as_bytes());
    }
    message.content = content.to_vec();
    Ok(message)
}

/// An error with its causes.
fn described(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

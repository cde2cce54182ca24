//! A caller over HTTP/2, where content needs no length.

use crate::asked::{Answer, PATIENCE};
use crate::stage::Stage;
use bytes::Bytes;
use http::Request;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::Body as _;
use hyper::client::conn::http2::handshake;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::convert::Infallible;
use tokio::net::TcpStream;

/// Sends a request of billing to the proxy, with content of no length besides.
pub(crate) fn send(stage: &Stage, options: &[&str], content: Option<&'static str>) -> Answer {
    let printed = stage.print(options);
    let mut lines = printed.lines().take_while(|line| !line.is_empty());
    let method = lines.next().unwrap().split(' ').next().unwrap();
    let mut request = Request::builder().method(method).uri(format!("http://{}/orders", stage.proxy));
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        // HTTP/2 has them elsewhere, or not at all.
        if !["host", "connection", "content-length"].contains(&name) {
            request = request.header(name, value);
        }
    }
    let body = content.map_or_else(|| Empty::new().boxed(), of_no_length);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let exchange = exchange(stage, request.body(body).unwrap());
    runtime.block_on(async { tokio::time::timeout(PATIENCE, exchange).await.unwrap() })
}

fn of_no_length(content: &'static str) -> BoxBody<Bytes, Infallible> {
    let body = Full::from(content).map_frame(|frame| frame).boxed();
    assert_eq!(body.size_hint().exact(), None);
    body
}

async fn exchange(stage: &Stage, request: Request<BoxBody<Bytes, Infallible>>) -> Answer {
    let socket = TcpStream::connect(stage.proxy).await.unwrap();
    let (mut sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(socket)).await.unwrap();
    let driving = tokio::spawn(connection);
    let (head, body) = sender.send_request(request).await.unwrap().into_parts();
    let content = body.collect().await.unwrap().to_bytes();
    driving.abort();
    Answer {
        status: head.status.as_u16(),
        head: String::new(),
        content: String::from_utf8(content.into()).unwrap(),
    }
}

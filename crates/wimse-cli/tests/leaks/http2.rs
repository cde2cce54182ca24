//! Over HTTP/2, whose library has logs of its own.

use crate::seen::Seen;
use http::Request;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::{TokioExecutor, TokioIo};

/// Sends requests that are given as bytes, on one connection.
pub(crate) fn send(seen: &mut Seen, address: &str, requests: &[&str]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let answers = runtime.block_on(async {
        let socket = tokio::net::TcpStream::connect(address).await.unwrap();
        let connecting = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(socket));
        let (mut sender, connection) = connecting.await.unwrap();
        let driving = tokio::spawn(connection);
        let mut answers = Vec::new();
        for request in requests {
            let response = sender.send_request(parsed(request)).await.unwrap();
            let status = response.status().as_u16();
            let content = response.into_body().collect().await.unwrap().to_bytes();
            answers.push((status, String::from_utf8(content.to_vec()).unwrap()));
        }
        drop(sender);
        driving.await.unwrap().unwrap();
        answers
    });
    let statuses: Vec<u16> = answers.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [200, 401, 401]);
    for (status, content) in answers.into_iter().filter(|(status, _)| *status >= 400) {
        seen.add("answers", address, format!("{status} {content}\n"));
    }
}

/// A request without content, in HTTP/1.1.
fn parsed(text: &str) -> Request<Empty<bytes::Bytes>> {
    let mut lines = text.lines().take_while(|line| !line.is_empty());
    let mut start = lines.next().unwrap().split(' ');
    let (method, target) = (start.next().unwrap(), start.next().unwrap());
    let mut request = Request::builder().method(method).uri(format!("http://api.example.com{target}"));
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        // HTTP/2 has them elsewhere, or not at all.
        if !["host", "connection"].contains(&name) {
            request = request.header(name, value);
        }
    }
    request.body(Empty::new()).unwrap()
}

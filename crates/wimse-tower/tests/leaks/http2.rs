//! Over HTTP/2, whose library has logs of its own.

use crate::service::{Served, app};
use crate::support::*;
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

#[tokio::test]
async fn proofs_in_http2() {
    let world = World::new();
    let served = Served::start_app(app(&world)).await;
    let socket = TcpStream::connect(served.address).await.unwrap();
    let connecting = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(socket));
    let (mut sender, connection) = connecting.await.unwrap();
    let driving = tokio::spawn(connection);
    let mut proven = get("/orders");
    world.prove(&mut proven);
    let mut signed = post("/orders", "one order");
    let _ = world.sign(&mut signed);
    // Both again, as somebody who has seen them.
    let requests =
        [(proven.clone(), 200), (signed.clone(), 200), (proven, 401), (signed, 400), (get("/orders"), 401)];
    for (request, expected) in requests {
        capture::fields(request.headers());
        let response = sender.send_request(request.map(Full::new)).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        assert_eq!(head.status, expected);
        capture::response(&http::Response::from_parts(head, body));
    }
    drop(sender);
    driving.await.unwrap().unwrap();
    served.stop().await;
}

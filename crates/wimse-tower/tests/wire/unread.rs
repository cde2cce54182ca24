//! Peers that ask, and do not take the answer.

use crate::service::{Served, app, heard, status_of};
use crate::support::*;
use axum::Router;
use axum::body::Body;
use axum::routing;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;

/// As many as the server has places.
const PLACES: usize = 16;
/// A guard against hanging, and nothing that is measured.
const LONG: Duration = Duration::from_secs(15);
/// More than the system takes for a peer that does not read.
const LARGE: usize = 32 << 20;
static CONTENT: [u8; LARGE] = [0; LARGE];

/// Comes after the server would have had enough of an idle connection, twice.
async fn late() -> Body {
    let piece = || async {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        Ok::<_, std::io::Error>(http_body::Frame::data(Bytes::from_static(b"late")))
    };
    Body::new(http_body_util::StreamBody::new(Once(Some(Box::pin(piece())))))
}

struct Once<F>(Option<std::pin::Pin<Box<F>>>);

impl<F: Future> futures_core::Stream for Once<F> {
    type Item = F::Output;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<F::Output>> {
        let Some(future) = self.0.as_mut() else { return std::task::Poll::Ready(None) };
        let item = std::task::ready!(future.as_mut().poll(context));
        self.0 = None;
        std::task::Poll::Ready(Some(item))
    }
}

async fn serve(world: &World) -> Served {
    let large = || async { Bytes::from_static(&CONTENT) };
    let open = Router::new().route("/large", routing::get(large)).route("/late", routing::get(late));
    Served::start_app(app(world).merge(open)).await
}

async fn is_well(world: &World, served: &Served) {
    let mut request = get("/orders");
    world.prove(&mut request);
    let status = tokio::time::timeout(LONG, served.status(request)).await.ok();
    assert_eq!(status, Some(200), "there is no place");
}

async fn http2(served: &Served, window: u32) -> http2::SendRequest<Full<Bytes>> {
    let io = TokioIo::new(served.connect().await);
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder.initial_stream_window_size(window);
    let (sender, connection) = builder.handshake(io).await.unwrap();
    // It answers pings.
    tokio::spawn(connection);
    sender
}

#[tokio::test]
async fn http2_without_room_for_an_answer() {
    let world = World::new();
    let served = serve(&world).await;
    let mut held = Vec::new();
    for _ in 0..PLACES {
        let mut sender = http2(&served, 0).await;
        let response = sender.send_request(get("/orders").map(Full::new)).await.unwrap();
        assert_eq!(response.status(), 401);
        held.push((sender, response));
    }
    is_well(&world, &served).await;
    for (_, response) in held {
        assert!(response.into_body().collect().await.is_err());
    }
    served.stop().await;
}

#[tokio::test]
async fn http1_answers_that_nobody_reads() {
    let world = World::new();
    let served = serve(&world).await;
    let mut held = Vec::new();
    for _ in 0..PLACES {
        let mut socket = served.connect().await;
        socket.write_all(b"GET /large HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
        held.push(socket);
    }
    is_well(&world, &served).await;
    // One has made place; who reads before its own time is over gets the rest.
    let mut cut = 0;
    for mut socket in held {
        cut += usize::from(heard(&mut socket).await.len() < LARGE);
    }
    assert!(cut > 0);
    served.stop().await;
}

#[tokio::test]
async fn who_reads_slowly_gets_all_of_it() {
    let world = World::new();
    let served = serve(&world).await;
    let mut sender = http2(&served, 64 * 1024).await;
    let response = sender.send_request(get("/large").map(Full::new)).await.unwrap();
    let (mut body, mut read) = (response.into_body(), 0);
    while let Some(frame) = body.frame().await {
        read += frame.unwrap().into_data().unwrap().len();
        // Two seconds for the first part, and the rest at once.
        if read < 1 << 20 {
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }
    assert_eq!(read, LARGE);
    served.stop().await;
}

#[tokio::test]
async fn an_answer_that_the_application_has_not_given_is_waited_for() {
    let world = World::new();
    let served = serve(&world).await;
    let response = http2(&served, 1024).await.send_request(get("/late").map(Full::new)).await.unwrap();
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "late");
    let answer = served.exchange(b"GET /late HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert_eq!(status_of(&answer), 200);
    assert!(answer.contains("late"), "{answer}");
    served.stop().await;
}

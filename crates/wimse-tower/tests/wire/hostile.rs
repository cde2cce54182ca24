//! Hostile clients: the service stays up, and answers others.

use crate::service::{Served, head, heard, on_the_wire, status_of};
use crate::support::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use wimse_httpsig::RequestOptions;

async fn is_well(world: &World, served: &Served) {
    let mut request = post("/orders", "two cones");
    let _ = world.sign(&mut request);
    assert_eq!(served.status(request).await, 200);
}

#[tokio::test]
async fn heads_that_are_huge_or_malformed() {
    let world = World::new();
    let served = Served::start(&world).await;
    let long = "a".repeat(32 * 1024);
    let many: String = (0..80).map(|n| format!("x-{n}: y\r\n")).collect();
    let start = "GET /orders HTTP/1.1\r\nhost: a\r\nconnection: close\r\n";
    for (bytes, statuses) in [
        (format!("{start}x: {long}\r\n\r\n"), &[431, 0][..]),
        (format!("{start}{many}\r\n"), &[431]),
        (format!("GET /{long} HTTP/1.1\r\nhost: a\r\n\r\n"), &[414, 431, 0]),
        (format!("{start}workload-identity-token: \u{1}\r\n\r\n"), &[400]),
        ("\0\0\0\0\r\n\r\n".to_owned(), &[400, 0]),
        (format!("{start}authorization: WPT\r\n\r\n"), &[401]),
        (format!("{start}authorization: WPT a.b.c\r\nworkload-identity-token: a.b.c\r\n\r\n"), &[401]),
        (format!("{start}authorization: WPT a\r\nauthorization: WPT b\r\n\r\n"), &[401]),
        (format!("{start}signature-input: (((\r\nsignature: ???\r\n\r\n"), &[400]),
        (format!("{start}signature-input: a=();tag=\"wimse-workload-to-workload\"\r\n\r\n"), &[400]),
    ] {
        let answer = served.exchange(bytes.as_bytes()).await;
        assert!(statuses.contains(&status_of(&answer)), "{:.60}: {:.60}", bytes, answer);
    }
    is_well(&world, &served).await;
    served.stop().await;
}

#[tokio::test]
async fn slow_heads_and_slow_bodies() {
    let world = World::new();
    let served = Served::start(&world).await;
    // More than there are places; they are all let go of.
    let mut silent = Vec::new();
    for number in 0..40 {
        let mut socket = served.connect().await;
        let start: &[u8] = if number % 2 == 0 { b"" } else { b"GET /orders HT" };
        let _ = socket.write_all(start).await;
        silent.push(socket);
    }
    is_well(&world, &served).await;
    for mut socket in silent {
        assert_ne!(status_of(&heard(&mut socket).await), 200);
    }

    let mut request = post("/orders", "two cones");
    let _ = world.sign(&mut request);
    let slow = format!("{}content-length: 9\r\n\r\ntwo", head(&request));
    assert_eq!(status_of(&served.exchange(slow.as_bytes()).await), 408);
    // It burnt nothing.
    assert_eq!(served.status(request).await, 200);
    served.stop().await;
}

#[tokio::test]
async fn bodies_that_are_too_large_and_requests_that_are_cancelled() {
    let world = World::new();
    let served = Served::start(&world).await;
    let mut request = post("/orders", "two cones");
    let _ = world.sign(&mut request);
    let told = format!("{}content-length: 1000000000\r\n\r\n", head(&request));
    assert_eq!(status_of(&served.exchange(told.as_bytes()).await), 413);
    let untold = format!("{}transfer-encoding: chunked\r\n\r\n", head(&request));
    let chunk = format!("400\r\n{}\r\n", "a".repeat(1024));
    assert_eq!(status_of(&served.exchange(format!("{untold}{chunk}{chunk}").as_bytes()).await), 413);
    for _ in 0..50 {
        let mut socket = served.connect().await;
        let cut = format!("{}content-length: 9\r\n\r\ntwo", head(&request));
        socket.write_all(cut.as_bytes()).await.unwrap();
        drop(socket);
    }
    is_well(&world, &served).await;
    served.stop().await;
}

/// It is not the connection that breaks: they see why, though they look only when all has been sent.
#[tokio::test]
async fn who_is_refused_while_still_sending() {
    let world = World::new();
    let served = Served::start(&world).await;
    let unproven = post("/orders", "");
    let mut signed = post("/orders", "two cones");
    let _ = world.sign(&mut signed);
    // More than the system takes for a server that does not read.
    let content = vec![b'a'; 8 << 20];
    for (request, expected) in [(unproven, 401), (signed, 413)] {
        let mut socket = served.connect().await;
        let head = format!("{}content-length: {}\r\n\r\n", head(&request), content.len());
        socket.write_all(head.as_bytes()).await.unwrap();
        socket.write_all(&content).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        assert_eq!(status_of(&answer), expected);
    }
    is_well(&world, &served).await;
    served.stop().await;
}

#[tokio::test]
async fn content_is_asked_for_only_of_who_may_send_it() {
    let world = World::new();
    let served = Served::start(&world).await;
    let mut request = post("/orders", "two cones");
    let _ = sign(&world.billing, &mut request, RequestOptions::default());
    let expecting = |request: &http::Request<bytes::Bytes>| {
        format!("{}expect: 100-continue\r\ncontent-length: 9\r\n\r\n", head(request))
    };
    let mut changed = request.clone();
    *changed.uri_mut() = format!("{BASE}/orders?all").parse().unwrap();
    let answer = served.exchange(expecting(&changed).as_bytes()).await;
    assert_eq!(status_of(&answer), 400);

    let mut socket = served.connect().await;
    socket.write_all(expecting(&request).as_bytes()).await.unwrap();
    let mut go_on = [0; 25];
    socket.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    socket.write_all(b"two cones").await.unwrap();
    assert_eq!(status_of(&heard(&mut socket).await), 200);
    assert_eq!(status_of(&served.exchange(&on_the_wire(&request)).await), 400);
    served.stop().await;
}

//! A service on a Unix socket.

use axum::Router;
use axum::routing::get;
use std::path::PathBuf;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::oneshot;
use wimse_tower::HttpServer;

/// A path that goes at the end.
struct Socket(PathBuf);

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

async fn ask(mut stream: UnixStream) -> String {
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn it_answers_until_it_is_stopped() {
    let socket = Socket(std::env::temp_dir().join(format!("wimse-tower-wire-{}.sock", std::process::id())));
    let _ = std::fs::remove_file(&socket.0);
    let listener = UnixListener::bind(&socket.0).unwrap();
    let app = Router::new().route("/", get(|| async { "hello" }));
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(HttpServer::new().serve_unix(listener, app, async { drop(stopped.await) }));
    for _ in 0..2 {
        let answer = ask(UnixStream::connect(&socket.0).await.unwrap()).await;
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("hello"), "{answer}");
    }
    drop(stop);
    server.await.unwrap();
    assert!(UnixStream::connect(&socket.0).await.is_err());
}

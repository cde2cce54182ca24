//! Clients that send more than anybody wants.

use crate::service::{head, heard, status_of};
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::convert::Infallible;
use std::net::SocketAddr;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Where it goes, and the head of a good request to begin with.
#[derive(Clone)]
pub(crate) struct Flood {
    address: SocketAddr,
    order: Request<Bytes>,
}

impl Flood {
    pub(crate) fn new(address: SocketAddr, order: &Request<Bytes>) -> Self {
        Self { address, order: order.clone() }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// A socket on which so much of a body has been sent, if the server has read so much.
    async fn body(self, bytes: usize) -> TcpStream {
        const CHUNK: usize = 16 * 1024;
        let mut socket = self.connect().await;
        let head = format!("{}transfer-encoding: chunked\r\n\r\n", head(&self.order));
        let chunk = format!("{CHUNK:x}\r\n{}\r\n", "a".repeat(CHUNK));
        if socket.write_all(head.as_bytes()).await.is_ok() {
            for _ in 0..bytes / CHUNK {
                if socket.write_all(chunk.as_bytes()).await.is_err() {
                    break;
                }
            }
        }
        socket
    }

    /// Bodies that go on until they are refused.
    pub(crate) async fn endless_bodies(&self, count: usize, bytes: usize) {
        let mut clients = JoinSet::new();
        for _ in 0..count {
            let flood = self.clone();
            clients.spawn(async move {
                let mut socket = flood.body(bytes).await;
                let status = status_of(&heard(&mut socket).await);
                // A connection that is closed while it sends may have lost its answer.
                assert!(matches!(status, 0 | 413 | 503), "{status}");
            });
        }
        clients.join_all().await;
    }

    /// Bodies that stop before their end.
    pub(crate) async fn stalled_bodies(&self, count: usize, bytes: usize) -> Vec<TcpStream> {
        let mut clients = JoinSet::new();
        for _ in 0..count {
            clients.spawn(self.clone().body(bytes));
        }
        clients.join_all().await
    }

    /// Heads that stop before their end.
    pub(crate) async fn endless_heads(&self, count: usize, bytes: usize) -> Vec<TcpStream> {
        let start = format!("GET /orders HTTP/1.1\r\nhost: internal\r\nx: {}", "a".repeat(bytes));
        let mut sockets = Vec::new();
        for _ in 0..count {
            let mut socket = self.connect().await;
            let _ = socket.write_all(start.as_bytes()).await;
            sockets.push(socket);
        }
        sockets
    }

    /// Requests on one HTTP/2 connection that begin, with some content, and are given up.
    pub(crate) async fn cancelled_streams(&self, count: usize, bytes: usize) {
        let io = TokioIo::new(self.connect().await);
        let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
        let driving = tokio::spawn(connection);
        for number in 0..count {
            let request = self.order.clone();
            let content = Full::new(Bytes::from(vec![b'a'; bytes])).boxed();
            // Of every other one the content has no end.
            let body = if number % 2 == 0 { content } else { StreamBody::new(Unending).boxed() };
            // The server may have had enough of this connection.
            if sender.ready().await.is_err() {
                break;
            }
            let mut response = Box::pin(sender.send_request(request.map(|_| body)));
            let begun = std::future::poll_fn(|context| {
                let _ = response.as_mut().poll(context);
                std::task::Poll::Ready(())
            });
            begun.await;
            tokio::task::yield_now().await;
        }
        drop(sender);
        driving.abort();
    }
}

struct Unending;

impl futures_core::Stream for Unending {
    type Item = Result<http_body::Frame<Bytes>, Infallible>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Pending
    }
}

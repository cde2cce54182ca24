//! Connections, a bounded number of them, each for one request and a bounded time.

use super::http::Outcome;
use super::server::IdentityServer;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// At once. More wait in the queue of the system.
const CONNECTIONS: usize = 128;
/// For the head of a request.
const HEAD_PATIENCE: Duration = Duration::from_secs(5);
/// For all of a connection.
const PATIENCE: Duration = Duration::from_secs(30);
/// For what is open at the end.
const GRACE: Duration = Duration::from_secs(1);
/// Bytes of a head: a WIT and a proof have room in it.
const HEAD_BYTES: usize = 64 * 1024;

/// Serves until `stop` is ready, and then ends what is open.
pub(crate) async fn serve(
    listener: TcpListener,
    server: Arc<IdentityServer>,
    report: impl Fn(Outcome<'_>) + Clone + Send + Sync + 'static,
    stop: impl Future<Output = ()>,
) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        let accepted = async {
            let permit = Arc::clone(&room).acquire_owned().await;
            (listener.accept().await, permit)
        };
        let (accepted, permit) = tokio::select! {
            () = &mut stop => break,
            accepted = accepted => accepted,
        };
        while connections.try_join_next().is_some() {}
        let Ok((stream, _)) = accepted else {
            // Too many open files, perhaps: that passes.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (server, report) = (Arc::clone(&server), report.clone());
        connections.spawn(async move {
            let _permit = permit;
            // Who is too slow is left alone.
            let _ = tokio::time::timeout(PATIENCE, connection(stream, server, report)).await;
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, async { while connections.join_next().await.is_some() {} }).await;
}

async fn connection(
    stream: TcpStream,
    server: Arc<IdentityServer>,
    report: impl Fn(Outcome<'_>) + Clone + Send + Sync + 'static,
) {
    let service = service_fn(move |request| {
        let (server, report) = (Arc::clone(&server), report.clone());
        async move { Ok::<_, Infallible>(server.answer(request, report).await) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .keep_alive(false)
        .max_buf_size(HEAD_BYTES);
    // What goes wrong on a connection is over with it.
    let _ = http.serve_connection(TokioIo::new(stream), service).await;
}

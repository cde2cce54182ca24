//! Connections: what all of them may take.

use super::http::Outcome;
use super::server::IdentityServer;
use axum::Router;
use axum::extract::Request;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use wimse_tower::{HttpServer, ServerLimits};

/// At once. More wait in the queue of the system.
const CONNECTIONS: usize = 128;
/// For the head of a request, and between requests.
const PATIENCE: Duration = Duration::from_secs(5);
/// For what is open at the end.
const GRACE: Duration = Duration::from_secs(1);

/// Serves until `stop` is ready, and then ends what is open.
pub(super) async fn serve(
    listener: TcpListener,
    server: Arc<IdentityServer>,
    report: impl Fn(Outcome<'_>) + Clone + Send + Sync + 'static,
    stop: impl Future<Output = ()>,
) {
    let limits = ServerLimits::default().connections(CONNECTIONS).stop_grace(GRACE);
    let limits = limits.head_timeout(PATIENCE).idle_timeout(PATIENCE);
    let answer = |request: Request| async move { server.answer(request, report).await };
    HttpServer::new().limits(limits).serve(listener, Router::new().fallback(answer), stop).await;
}

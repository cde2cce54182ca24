//! One connection.

use super::ServerLimits;
use super::activity::{Activity, Answer};
use super::lingering::Lingering;
use crate::server::BoxError;
use bytes::Bytes;
use http::{Extensions, Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tower_service::Service;

/// The service has failed instead of answering: the connection is closed.
#[derive(Debug, thiserror::Error)]
#[error("the service has failed")]
struct Unanswered;

/// How often the other end of an HTTP/2 connection is asked whether it is there.
const PING: Duration = Duration::from_secs(20);

/// Answers the requests of a connection until it ends, is idle or takes nothing of its answers for too long, or the server stops. What `extensions` has is put
/// into each request.
pub(super) async fn serve<I, S, R>(
    io: I,
    service: S,
    extensions: Extensions,
    limits: &ServerLimits,
    mut stop: watch::Receiver<bool>,
) where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = Response<R>> + Clone + Send + 'static,
    S::Error: Send,
    S::Future: Send,
    R: Body<Data = Bytes> + Send + 'static,
    R::Error: Into<BoxError>,
{
    let activity = Arc::new(Activity::default());
    let of_connection = Arc::clone(&activity);
    let service = service_fn(move |mut request: Request<Incoming>| {
        let open = of_connection.begin();
        request.extensions_mut().extend(extensions.clone());
        let mut service = service.clone();
        async move {
            poll_fn(|context| service.poll_ready(context)).await.map_err(|_| Unanswered)?;
            let response = service.call(request).await.map_err(|_| Unanswered)?;
            Ok::<_, Unanswered>(response.map(|body| Answer::new(body, open)))
        }
    });
    let builder = builder(limits);
    let io = TokioIo::new(Lingering::new(io));
    let mut connection = pin!(builder.serve_connection_with_upgrades(io, service));
    let (mut seen, mut patience, mut is_closing) = (activity.seen(), limits.head, false);
    loop {
        tokio::select! {
            // Whatever ended it, there is nobody to tell.
            _ = connection.as_mut() => return,
            _ = stop.changed(), if !is_closing => {
                is_closing = true;
                connection.as_mut().graceful_shutdown();
            }
            () = tokio::time::sleep(patience) => {
                // Whoever asks for answers and does not take them holds a place, and what they hold.
                if activity.is_stuck_since(seen) {
                    return;
                }
                if activity.is_idle_since(seen) {
                    if is_closing {
                        return;
                    }
                    is_closing = true;
                    connection.as_mut().graceful_shutdown();
                }
                seen = activity.seen();
                patience = if is_closing { limits.head } else { limits.idle };
            }
        }
    }
}

fn builder(limits: &ServerLimits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(limits.head_bytes)
        .max_headers(limits.head_fields);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams)
        .max_header_list_size(u32::try_from(limits.head_bytes).unwrap_or(u32::MAX))
        .keep_alive_interval(PING)
        .keep_alive_timeout(limits.head);
    builder
}

//! A hostile proxy: passes everything on, keeps a copy, and changes what it is told to.

use super::client::{self, BODY_BYTES};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use http::header::{CONNECTION, TRANSFER_ENCODING};
use std::collections::VecDeque;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is done to a request on its way.
type Change = Box<dyn FnOnce(&mut http::Request<Bytes>) + Send>;

/// A proxy before one server.
pub(crate) struct Proxy {
    upstream: SocketAddr,
    state: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    records: VecDeque<http::Request<Bytes>>,
    change: Option<Change>,
}

/// Records that are kept; older ones go.
const RECORDS: usize = 64;

impl Proxy {
    pub(crate) fn before(upstream: SocketAddr) -> Arc<Self> {
        Arc::new(Self { upstream, state: Mutex::default() })
    }

    pub(crate) fn router(self: &Arc<Self>) -> Router {
        Router::new().fallback(pass_on).with_state(Arc::clone(self))
    }

    /// Changes the next request on its way. The record keeps it as it came.
    pub(crate) fn change_next(&self, change: impl FnOnce(&mut http::Request<Bytes>) + Send + 'static) {
        self.held().change = Some(Box::new(change));
    }

    /// The last request, as it came.
    pub(crate) fn last_record(&self) -> Option<http::Request<Bytes>> {
        self.held().records.back().cloned()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn record_and_change(&self, request: &mut http::Request<Bytes>) {
        let change = {
            let mut held = self.held();
            if held.records.len() == RECORDS {
                held.records.pop_front();
            }
            held.records.push_back(request.clone());
            held.change.take()
        };
        if let Some(change) = change {
            change(request);
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The records hold proofs (WPT-3.1.5-1).
        f.debug_struct("Proxy").field("upstream", &self.upstream).finish_non_exhaustive()
    }
}

async fn pass_on(State(proxy): State<Arc<Proxy>>, request: Request) -> Response {
    let (mut head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_BYTES).await else { return status(StatusCode::PAYLOAD_TOO_LARGE) };
    // What the server attached to the request is not part of the message.
    head.extensions.clear();
    let mut request = http::Request::from_parts(head, body);
    proxy.record_and_change(&mut request);
    match client::send_to(proxy.upstream, request).await {
        Ok(mut answer) => {
            answer.headers_mut().remove(CONNECTION);
            answer.headers_mut().remove(TRANSFER_ENCODING);
            answer.map(Body::from)
        }
        Err(_) => status(StatusCode::BAD_GATEWAY),
    }
}

fn status(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

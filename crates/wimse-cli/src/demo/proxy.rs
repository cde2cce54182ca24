//! A hostile proxy: passes everything on, keeps a copy, and changes what it is told to.

use super::client::{self, BODY_BYTES};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{self, State};
use http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{Request, Response, StatusCode};
use std::collections::VecDeque;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// What is done to a request on its way.
type Change = Box<dyn FnOnce(&mut Request<Bytes>) + Send>;
/// What is done to the response to a request on its way back.
type AnswerChange = Box<dyn FnOnce(&Request<Bytes>, &mut Response<Bytes>) + Send>;

/// A proxy before one server.
pub(crate) struct Proxy {
    upstream: SocketAddr,
    state: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    records: VecDeque<Request<Bytes>>,
    /// The last response, as it came.
    answer: Option<Response<Bytes>>,
    change: Option<Change>,
    answer_change: Option<AnswerChange>,
    swap: Option<Swap>,
    is_changed: bool,
}

/// Two responses that are to be given to each other's callers.
enum Swap {
    Awaited,
    /// The first is here; its caller waits for the second.
    Half(Response<Bytes>, oneshot::Sender<Response<Bytes>>),
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
    pub(crate) fn change_next(&self, change: impl FnOnce(&mut Request<Bytes>) + Send + 'static) {
        self.held().change = Some(Box::new(change));
    }

    /// Changes the next response on its way. The record keeps it as it came.
    pub(crate) fn change_next_answer(
        &self,
        change: impl FnOnce(&Request<Bytes>, &mut Response<Bytes>) + Send + 'static,
    ) {
        self.held().answer_change = Some(Box::new(change));
    }

    /// Gives each of the next two callers the response for the other.
    pub(crate) fn swap_next_two(&self) {
        self.held().swap = Some(Swap::Awaited);
    }

    /// The last request, as it came.
    pub(crate) fn last_record(&self) -> Option<Request<Bytes>> {
        self.held().records.back().cloned()
    }

    /// The last response, as it came.
    pub(crate) fn last_answer(&self) -> Option<Response<Bytes>> {
        self.held().answer.clone()
    }

    /// Whether anything was changed since the last time: a thief who changes nothing is no attack.
    pub(crate) fn take_changed(&self) -> bool {
        std::mem::take(&mut self.held().is_changed)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn meddle(&self, request: &mut Request<Bytes>) {
        let change = {
            let mut held = self.held();
            if held.records.len() == RECORDS {
                held.records.pop_front();
            }
            held.records.push_back(request.clone());
            held.change.take()
        };
        let Some(change) = change else { return };
        let before = request.clone();
        change(request);
        let is_same = request.method() == before.method()
            && request.uri() == before.uri()
            && request.headers() == before.headers()
            && request.body() == before.body();
        self.held().is_changed |= !is_same;
    }

    fn meddle_with_answer(&self, request: &Request<Bytes>, answer: &mut Response<Bytes>) {
        let change = {
            let mut held = self.held();
            held.answer = Some(answer.clone());
            held.answer_change.take()
        };
        let Some(change) = change else { return };
        let before = answer.clone();
        change(request, answer);
        let is_same = answer.status() == before.status()
            && answer.headers() == before.headers()
            && answer.body() == before.body();
        self.held().is_changed |= !is_same;
    }

    /// The response of the other caller, if two are to be swapped.
    async fn swap(&self, answer: Response<Bytes>) -> Option<Response<Bytes>> {
        let other = {
            let mut held = self.held();
            match held.swap.take() {
                None => return Some(answer),
                Some(Swap::Half(first, caller)) => {
                    held.is_changed |= caller.send(answer).is_ok();
                    return Some(first);
                }
                Some(Swap::Awaited) => {
                    let (caller, other) = oneshot::channel();
                    held.swap = Some(Swap::Half(answer, caller));
                    other
                }
            }
        };
        other.await.ok()
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The records hold proofs (WPT-3.1.5-1).
        f.debug_struct("Proxy").field("upstream", &self.upstream).finish_non_exhaustive()
    }
}

async fn pass_on(State(proxy): State<Arc<Proxy>>, request: extract::Request) -> Response<Body> {
    let (mut head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_BYTES).await else { return status(StatusCode::PAYLOAD_TOO_LARGE) };
    // What the server attached to the request is not part of the message.
    head.extensions.clear();
    let mut request = Request::from_parts(head, body);
    proxy.meddle(&mut request);
    let Ok(mut answer) = client::send_to(proxy.upstream, request.clone()).await else {
        return status(StatusCode::BAD_GATEWAY);
    };
    proxy.meddle_with_answer(&request, &mut answer);
    let Some(mut answer) = proxy.swap(answer).await else { return status(StatusCode::BAD_GATEWAY) };
    // Of this connection, or of a body that may have another length now.
    for name in [CONNECTION, TRANSFER_ENCODING, CONTENT_LENGTH] {
        answer.headers_mut().remove(name);
    }
    answer.map(Body::from)
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

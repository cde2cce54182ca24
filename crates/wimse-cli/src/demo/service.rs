//! The service side of a workload: who calls, may it, and what it gets.

use super::log::{Log, Verdict};
use super::workload::now;
use crate::exit::Failure;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use std::sync::Arc;
use wimse::creds::pop::{Audience, AuthenticatedPeer, MemoryReplayGuard, PeerPolicy};
use wimse::creds::trust::TrustAnchors;
use wimse::creds::{WitPolicy, WitVerifier};
use wimse::identifier::WorkloadIdentifier;
use wimse::wpt::{TXN_TOKEN, Verifier};

/// Lets through what is authenticated and permitted, and nothing else.
#[derive(Debug)]
struct Gate {
    verifier: Verifier,
    replay: MemoryReplayGuard,
    policy: PeerPolicy,
    log: Log,
}

/// Proofs to remember at once: the demo makes some dozens.
const REMEMBERED_PROOFS: usize = 10_000;

/// A service for one caller. `base_url` is how callers see it, from configuration and never from `Host` (WPT-3.1.7-3).
pub(crate) fn router(
    anchors: TrustAnchors,
    base_url: &str,
    caller: WorkloadIdentifier,
    log: Log,
) -> Result<Router, Failure> {
    let wits = Arc::new(WitVerifier::new(anchors, WitPolicy::default()));
    let audience = Audience::base(base_url).map_err(Failure::step("the audience is not valid"))?;
    let gate = Gate {
        verifier: Verifier::new(wits, audience),
        replay: MemoryReplayGuard::new(REMEMBERED_PROOFS),
        policy: PeerPolicy::exactly([caller]),
        log,
    };
    // `layer` and not `route_layer`: an unknown path is for authenticated callers too.
    Ok(Router::new()
        .route("/orders/{id}", get(greet))
        .route("/orders", post(greet))
        .route("/notices", post(greet))
        .layer(from_fn_with_state(Arc::new(gate), authenticate)))
}

async fn greet(Extension(caller): Extension<AuthenticatedPeer>) -> String {
    format!("hello {}", caller.identifier())
}

async fn authenticate(State(gate): State<Arc<Gate>>, mut request: Request, next: Next) -> Response {
    let peer = match gate.verifier.verify(&request, &gate.replay, now()) {
        Ok(peer) => peer,
        Err(error) => {
            gate.log.write(Verdict::Refused(error.code()));
            return error.response().map(Body::from);
        }
    };
    if let Err(error) = gate.policy.authorize(&peer) {
        gate.log.write(Verdict::Refused(error.code()));
        return forbidden();
    }
    let txn_token = peer.covers(TXN_TOKEN.as_str());
    gate.log.write(Verdict::Accepted { caller: peer.identifier().to_string(), txn_token });
    request.extensions_mut().insert(peer);
    next.run(request).await
}

fn forbidden() -> Response {
    let mut response = Response::new(r#"{"type":"about:blank","title":"Forbidden","status":403}"#.into());
    *response.status_mut() = StatusCode::FORBIDDEN;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

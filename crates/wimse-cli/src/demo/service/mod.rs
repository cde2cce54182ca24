//! The service side of a workload: who calls, may it, and what it gets.

mod proven;
mod signed;

use super::log::{Log, Proof, Verdict};
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
use wimse::creds::WitVerifier;
use wimse::creds::pop::{Audience, AuthenticatedPeer, MemoryReplayGuard, PeerPolicy, WitCredential};
use wimse::httpsig::{self, ResponseSigning};
use wimse::identifier::WorkloadIdentifier;
use wimse::wpt::{self, TXN_TOKEN};

/// One service, as it is configured.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) wits: Arc<WitVerifier>,
    /// How callers see it: never taken from `Host` (WPT-3.1.7-3, SIG-3.2-2).
    pub(crate) base_url: String,
    /// Whom it serves.
    pub(crate) caller: WorkloadIdentifier,
    /// What it signs its responses with.
    pub(crate) credential: Arc<WitCredential>,
    pub(crate) log: Log,
}

/// Lets through what is authenticated and permitted, and nothing else.
#[derive(Debug)]
struct Gate {
    proofs: wpt::Verifier,
    signatures: httpsig::Verifier,
    replay: MemoryReplayGuard,
    policy: PeerPolicy,
    credential: Arc<WitCredential>,
    log: Log,
}

/// Proofs to remember at once: the demo makes some dozens.
const REMEMBERED_PROOFS: usize = 10_000;

/// Here a WPT is not enough: what moves money, or is shown to others, must be signed.
const SIGNED: [&str; 2] = ["/refunds/", "/receipts/"];

impl Service {
    pub(crate) fn router(self) -> Result<Router, Failure> {
        let audience = Audience::base(&self.base_url).map_err(Failure::step("the audience is not valid"))?;
        let signatures = httpsig::Verifier::new(Arc::clone(&self.wits), audience.clone());
        let gate = Gate {
            proofs: wpt::Verifier::new(self.wits, audience),
            signatures: signatures.response_signing(ResponseSigning::Always),
            replay: MemoryReplayGuard::new(REMEMBERED_PROOFS),
            policy: PeerPolicy::exactly([self.caller]),
            credential: self.credential,
            log: self.log,
        };
        // `layer` and not `route_layer`: an unknown path is for authenticated callers too.
        Ok(Router::new()
            .route("/orders/{id}", get(greet))
            .route("/orders", post(greet))
            .route("/notices", post(greet))
            .route("/refunds/{id}", get(greet).post(greet))
            .route("/receipts/{id}", get(greet))
            .layer(from_fn_with_state(Arc::new(gate), authenticate)))
    }
}

async fn greet(Extension(caller): Extension<AuthenticatedPeer>) -> String {
    format!("hello {}", caller.identifier())
}

/// The path decides which proof is demanded. If the request did, whoever takes off a signature could choose.
async fn authenticate(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if SIGNED.iter().any(|start| path.starts_with(start)) {
        signed::authenticate(&gate, request, next).await
    } else {
        proven::authenticate(&gate, request, next).await
    }
}

impl Gate {
    /// Whether an authenticated caller may call. Writes the log.
    fn permits(&self, peer: &AuthenticatedPeer, by: Proof) -> bool {
        let (caller, txn_token) = (peer.identifier().to_string(), peer.covers(TXN_TOKEN.as_str()));
        let permitted = self.policy.authorize(peer);
        self.log.write(match permitted {
            Ok(()) => Verdict::Accepted { caller, by, txn_token },
            Err(error) => Verdict::Refused(error.code()),
        });
        permitted.is_ok()
    }
}

fn forbidden() -> Response {
    let body = Body::from(r#"{"type":"about:blank","title":"Forbidden","status":403}"#);
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::FORBIDDEN;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

//! A trust domain, its workloads, a clock, and a service behind the layer.
#![allow(dead_code, reason = "each test program uses its part")]

pub(crate) mod capture;
#[cfg(feature = "metrics")]
pub(crate) mod recorder;
mod requests;

pub(crate) use requests::*;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tower::ServiceExt as _;
use tower_layer::Layer as _;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::pop::{LayerPolicy, MemoryReplayGuard, PeerPolicy, Replay, WitCredential};
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::{Clock, UnixTime, Validity, WitClaims, WitPolicy, WitVerifier};
use wimse_tower::{
    AuthenticateLayer, Authenticated, Authenticator, Binding, Decision, ExternalBase, Policies, Policy,
    ServerBody, Stage,
};

pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_745_508_910);
pub(crate) const HOUR: Duration = Duration::from_secs(3600);
pub(crate) const BASE: &str = "https://api.example.com";
pub(crate) const BILLING: &str = "wimse://example.com/billing";
pub(crate) const ORDERS: &str = "wimse://example.com/orders";

/// A clock that stands still until it is set.
pub(crate) struct TestClock(Mutex<UnixTime>);

impl TestClock {
    pub(crate) fn set(&self, now: UnixTime) {
        *self.0.lock().unwrap() = now;
    }
}

impl Clock for TestClock {
    fn now(&self) -> UnixTime {
        *self.0.lock().unwrap()
    }
}

/// What a decision was, kept.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Noted {
    pub(crate) stage: Stage,
    pub(crate) code: Option<&'static str>,
    pub(crate) status: Option<StatusCode>,
    pub(crate) caller: Option<String>,
    pub(crate) claimed: Option<String>,
    pub(crate) mismatch: Option<(Vec<String>, String)>,
    pub(crate) shown: String,
    pub(crate) line: String,
}

pub(crate) struct World {
    issuer: SigningKey,
    pub(crate) wits: Arc<WitVerifier>,
    pub(crate) billing: Arc<WitCredential>,
    pub(crate) orders: Arc<WitCredential>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) noted: Arc<Mutex<Vec<Noted>>>,
}

impl World {
    pub(crate) fn new() -> Self {
        let issuer = SigningKey::generate(Algorithm::Es256).unwrap().with_key_id("issuer");
        capture::key(&issuer);
        let issue = |name| issue(&issuer, name, NOW);
        Self {
            wits: Arc::new(WitVerifier::new(anchors(&issuer), WitPolicy::default())),
            billing: issue(BILLING),
            orders: issue(ORDERS),
            clock: Arc::new(TestClock(Mutex::new(NOW))),
            noted: Arc::default(),
            issuer,
        }
    }

    /// What the service trusts.
    pub(crate) fn anchors(&self) -> TrustAnchors {
        anchors(&self.issuer)
    }

    /// A credential whose WIT has expired now.
    pub(crate) fn expired(&self, name: &str) -> Arc<WitCredential> {
        issue(&self.issuer, name, NOW.minus(HOUR))
    }

    /// A credential that is valid for an hour from then on.
    pub(crate) fn issued(&self, name: &str, start: UnixTime) -> Arc<WitCredential> {
        issue(&self.issuer, name, start)
    }

    pub(crate) fn token_verifier(&self) -> wimse_wpt::Verifier {
        wimse_wpt::Verifier::new(self.wits.clone(), base().audience())
    }

    pub(crate) fn signature_verifier(&self) -> wimse_httpsig::Verifier {
        wimse_httpsig::Verifier::new(self.wits.clone(), base().audience())
    }

    /// Judges nothing yet, and notes what it decides.
    pub(crate) fn bare(&self, replay: Replay) -> Authenticator {
        let noted = self.noted.clone();
        let authenticator = capture::watched(Authenticator::new(replay));
        authenticator.clock(self.clock.clone()).external_base(base()).on_decision(
            move |decision: &Decision<'_>| {
                if let Some(refusal) = decision.refusal {
                    capture::text(&format!("{refusal} {refusal:?} {:?}", std::error::Error::source(refusal)));
                }
                capture::text(&format!("{decision} {decision:?}"));
                let mismatch = decision.audience_mismatch().map(|mismatch| {
                    (mismatch.expected.into_iter().map(Into::into).collect(), mismatch.received.into())
                });
                noted.lock().unwrap().push(Noted {
                    stage: decision.stage,
                    code: decision.code(),
                    status: decision.status,
                    caller: decision.caller.map(|caller| caller.identifier().to_string()),
                    claimed: decision.claimed_subject().map(|subject| subject.to_string()),
                    mismatch,
                    shown: format!("{decision:?}"),
                    line: decision.to_string(),
                });
            },
        )
    }

    /// Judges both proofs of messages.
    pub(crate) fn authenticator(&self) -> Authenticator {
        self.bare(local()).proof_tokens(self.token_verifier()).signatures(self.signature_verifier())
    }

    /// The last decision, and that it is the only one since the last time.
    pub(crate) fn decided(&self) -> Noted {
        let mut noted = std::mem::take(&mut *self.noted.lock().unwrap());
        assert_eq!(noted.len(), 1, "{noted:?}");
        noted.remove(0)
    }

    pub(crate) fn code(&self) -> Option<&'static str> {
        self.decided().code
    }
}

fn anchors(issuer: &SigningKey) -> TrustAnchors {
    let domain = DomainAnchors::new("wimse://example.com".parse().unwrap());
    let domain = domain.with_key(issuer.public_key().clone()).unwrap();
    TrustAnchors::none().with(domain).unwrap()
}

fn issue(issuer: &SigningKey, name: &str, start: UnixTime) -> Arc<WitCredential> {
    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    capture::key(&key);
    let claims = WitClaims::new(name.parse().unwrap(), key.public_key(), Validity::starting(start, HOUR));
    let credential = WitCredential::new(claims.sign(issuer).unwrap(), key).unwrap();
    capture::token(credential.wit().as_str());
    capture::text(&format!("{credential:?}"));
    Arc::new(credential)
}

pub(crate) fn base() -> ExternalBase {
    ExternalBase::new(BASE).unwrap()
}

pub(crate) fn local() -> Replay {
    Replay::Local(Arc::new(MemoryReplayGuard::new(10_000)))
}

/// Billing, by whatever layer.
pub(crate) fn billing() -> LayerPolicy {
    LayerPolicy::Either(PeerPolicy::exactly([BILLING.parse().unwrap()]))
}

pub(crate) fn either() -> Policy {
    Policy::any_of([Binding::WorkloadProofToken, Binding::HttpSignature], billing())
}

pub(crate) fn token() -> Policy {
    Policy::any_of([Binding::WorkloadProofToken], billing())
}

pub(crate) fn signed() -> Policy {
    Policy::any_of([Binding::HttpSignature], billing())
}

/// A service behind the layer that says who calls, and gives back the content.
#[derive(Clone)]
pub(crate) struct TestService {
    layer: AuthenticateLayer,
    calls: Arc<AtomicUsize>,
}

impl TestService {
    pub(crate) fn new(authenticator: impl Into<Arc<Authenticator>>, policies: impl Into<Policies>) -> Self {
        Self { layer: AuthenticateLayer::new(authenticator, policies).unwrap(), calls: Arc::default() }
    }

    /// How often the application was called since the last time.
    pub(crate) fn calls(&self) -> usize {
        self.calls.swap(0, Ordering::SeqCst)
    }

    pub(crate) async fn call<B>(&self, request: Request<B>) -> Response<Bytes>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let calls = self.calls.clone();
        let app = tower::service_fn(move |request: Request<ServerBody>| {
            calls.fetch_add(1, Ordering::SeqCst);
            greet(request)
        });
        self.call_app(app, request).await
    }

    pub(crate) async fn call_app<A, R, B>(&self, app: A, request: Request<B>) -> Response<Bytes>
    where
        A: tower::Service<Request<ServerBody>, Response = Response<R>, Error = Infallible>
            + Clone
            + Send
            + 'static,
        A::Future: Send,
        R: http_body::Body<Data = Bytes> + Send + 'static,
        R::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let response = self.layer.layer(app).oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let response = Response::from_parts(head, body);
        capture::response(&response);
        response
    }
}

async fn greet(request: Request<ServerBody>) -> Result<Response<Full<Bytes>>, Infallible> {
    let caller = Authenticated::of(request.extensions()).unwrap().caller();
    let caller = caller.map_or_else(|| "nobody".to_owned(), |caller| caller.identifier().to_string());
    let content = request.into_body().collect().await.unwrap().to_bytes();
    let mut answer = caller.into_bytes();
    answer.extend_from_slice(&content);
    Ok(Response::new(Full::from(answer)))
}

pub(crate) fn text(response: &Response<Bytes>) -> &str {
    std::str::from_utf8(response.body()).unwrap()
}

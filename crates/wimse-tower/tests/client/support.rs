//! An issuer, two workloads, and a service that verifies.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tower::ServiceExt as _;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::pop::{Audience, MemoryReplayGuard, Nonce, WitCredential};
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::{UnixTime, Validity, WitClaims, WitPolicy, WitVerifier};
use wimse_httpsig::Verifier;
use wimse_httpsig::message::TargetContext;
use wimse_identifier::WorkloadIdentifier;
use wimse_tower::client::{ClientBody, ClientError, Responses, SignLayer};

pub(crate) const BASE: &str = "https://orders.example.com";

pub(crate) fn id(name: &str) -> WorkloadIdentifier {
    format!("wimse://example.com/{name}").parse().unwrap()
}

pub(crate) fn now() -> UnixTime {
    SystemTime::now().into()
}

pub(crate) struct Issuer(SigningKey);

impl Issuer {
    pub(crate) fn new() -> Self {
        Self(SigningKey::generate(Algorithm::Ed25519).unwrap())
    }

    pub(crate) fn credential(&self, name: &str) -> Arc<WitCredential> {
        self.credential_from(name, now())
    }

    pub(crate) fn credential_from(&self, name: &str, start: UnixTime) -> Arc<WitCredential> {
        let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
        let validity = Validity::starting(start, Duration::from_secs(3600));
        let wit = WitClaims::new(id(name), key.public_key(), validity).sign(&self.0).unwrap();
        Arc::new(WitCredential::new(wit, key).unwrap())
    }

    pub(crate) fn wits(&self) -> Arc<WitVerifier> {
        Arc::new(WitVerifier::new(self.anchors(), WitPolicy::default()))
    }

    pub(crate) fn anchors(&self) -> TrustAnchors {
        let domain = DomainAnchors::new("wimse://example.com".parse().unwrap());
        let domain = domain.with_key(self.0.public_key().clone()).unwrap();
        TrustAnchors::none().with(domain).unwrap()
    }
}

/// What a service does with a signed request: verifies it, and signs its answer.
#[derive(Clone)]
pub(crate) struct Orders {
    verifier: Arc<Verifier>,
    guard: Arc<MemoryReplayGuard>,
    credential: Arc<WitCredential>,
}

impl Orders {
    pub(crate) fn new(issuer: &Issuer, base: &str) -> Self {
        Self {
            verifier: Arc::new(Verifier::new(issuer.wits(), Audience::base(base).unwrap())),
            guard: Arc::new(MemoryReplayGuard::new(100)),
            credential: issuer.credential("orders"),
        }
    }

    /// Names the caller in the content.
    pub(crate) fn answer(&self, parts: &http::request::Parts, content: &[u8]) -> Response<Bytes> {
        let target = TargetContext::of_uri(&parts.uri);
        let head = self.verifier.check_head(parts, &target, now()).unwrap();
        let inbound = head.body(content).unwrap().admit(&*self.guard, now()).unwrap();
        let answer = Bytes::from(format!("hello {}", inbound.peer().identifier()));
        let mut response =
            Response::builder().header(CONTENT_TYPE, "text/plain").body(answer.clone()).unwrap();
        let nonce = Nonce::random().unwrap();
        inbound.sign_response(&mut response, &answer, &self.credential, now(), nonce).unwrap();
        response
    }
}

/// Calls a service that is a function, and reads the answer.
pub(crate) async fn call(
    layer: &SignLayer,
    request: Request<&'static str>,
    service: impl Fn(&http::request::Parts, &[u8]) -> Response<Bytes> + Clone + Send + Sync + 'static,
) -> Result<Response<Bytes>, ClientError> {
    let service = tower::service_fn(move |request: Request<ClientBody>| {
        let service = service.clone();
        async move {
            let (parts, body) = request.into_parts();
            let content = body.collect().await.unwrap().to_bytes();
            Ok::<_, Infallible>(service(&parts, &content).map(http_body_util::Full::new))
        }
    });
    let client = tower::Layer::layer(layer, service);
    let request = request.map(|content| http_body_util::Full::new(Bytes::from_static(content.as_bytes())));
    let response = client.oneshot(request).await?;
    let (parts, body) = response.into_parts();
    Ok(Response::from_parts(parts, body.collect().await.unwrap().to_bytes()))
}

pub(crate) fn responses(issuer: &Issuer, expected: &str) -> Responses {
    Responses::signed(issuer.wits(), id(expected), Arc::new(MemoryReplayGuard::new(100)))
}

pub(crate) fn order() -> Request<&'static str> {
    let request = Request::post(format!("{BASE}/orders?dry-run"));
    request.header(CONTENT_TYPE, "text/plain").body("two cones").unwrap()
}

//! Requests that are sent again. A recipient that has seen a proof refuses it: an attempt with the proof of the one before would
//! fail for good.

use crate::support::{BASE, Issuer, now};
use bytes::Bytes;
use http::{Request, Response, StatusCode, request};
use http_body_util::{BodyExt as _, Full};
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex};
use tower::retry::Policy;
use tower::{ServiceBuilder, ServiceExt as _};
use wimse_creds::pop::{Audience, MemoryReplayGuard};
use wimse_httpsig::message::TargetContext;
use wimse_tower::client::{ClientBody, ClientError, SignLayer};

/// A service that judges every request, and is unavailable at first.
#[derive(Clone)]
struct Moody {
    tokens: Arc<wimse_wpt::Verifier>,
    signatures: Arc<wimse_httpsig::Verifier>,
    guard: Arc<MemoryReplayGuard>,
    answers: Arc<Mutex<Vec<u16>>>,
}

impl Moody {
    fn new(issuer: &Issuer, base: &str) -> Self {
        Self {
            tokens: Arc::new(wimse_wpt::Verifier::new(issuer.wits(), Audience::base(base).unwrap())),
            signatures: Arc::new(wimse_httpsig::Verifier::new(issuer.wits(), Audience::base(base).unwrap())),
            guard: Arc::new(MemoryReplayGuard::new(100)),
            answers: Arc::default(),
        }
    }

    fn is_good(&self, parts: &request::Parts, content: &[u8]) -> bool {
        if parts.headers.contains_key("signature") {
            let head = self.signatures.check_head(parts, &TargetContext::of_uri(&parts.uri), now());
            let checked = head.and_then(|head| head.body(content));
            checked.and_then(|checked| checked.admit(&*self.guard, now())).is_ok()
        } else {
            let checked = self.tokens.check_parts(parts, now());
            checked.is_ok_and(|checked| checked.admit(&*self.guard, now()).is_ok())
        }
    }

    fn answer(&self, parts: &request::Parts, content: &[u8]) -> StatusCode {
        let mut answers = self.answers.lock().unwrap();
        let status = match (self.is_good(parts, content), answers.is_empty()) {
            (false, _) => StatusCode::UNAUTHORIZED,
            (true, true) => StatusCode::SERVICE_UNAVAILABLE,
            (true, false) => StatusCode::OK,
        };
        answers.push(status.as_u16());
        status
    }

    fn taken(&self) -> Vec<u16> {
        std::mem::take(&mut *self.answers.lock().unwrap())
    }
}

fn layers(issuer: &Issuer) -> [SignLayer; 2] {
    [SignLayer::proof_token(issuer.credential("web")), SignLayer::http_signature(issuer.credential("web"))]
}

/// Sends a request once more if the service is unavailable.
#[derive(Clone)]
struct Again(usize);

impl<B: Clone> Policy<Request<B>, Response<ClientBody>, ClientError> for Again {
    type Future = Ready<()>;

    fn retry(
        &mut self,
        _: &mut Request<B>,
        result: &mut Result<Response<ClientBody>, ClientError>,
    ) -> Option<Ready<()>> {
        let unavailable =
            result.as_ref().is_ok_and(|response| response.status() == StatusCode::SERVICE_UNAVAILABLE);
        (unavailable && self.0 > 0).then(|| {
            self.0 -= 1;
            ready(())
        })
    }

    fn clone_request(&mut self, request: &Request<B>) -> Option<Request<B>> {
        Some(request.clone())
    }
}

#[tokio::test]
async fn each_attempt_of_tower_has_a_proof_of_its_own() {
    let issuer = Issuer::new();
    for layer in layers(&issuer) {
        let moody = Moody::new(&issuer, BASE);
        let judge = moody.clone();
        let service = tower::service_fn(move |request: Request<ClientBody>| {
            let judge = judge.clone();
            async move {
                let (parts, body) = request.into_parts();
                let content = body.collect().await.unwrap().to_bytes();
                let response = Response::builder().status(judge.answer(&parts, &content));
                Ok::<_, Infallible>(response.body(Full::new(Bytes::new())).unwrap())
            }
        });
        let client = ServiceBuilder::new().retry(Again(1)).layer(layer).service(service);
        let content = Full::new(Bytes::from_static(b"two cones"));
        let request = Request::post(format!("{BASE}/orders")).header("content-type", "text/plain");
        let answer = client.oneshot(request.body(content).unwrap()).await.unwrap();
        assert_eq!((answer.status(), moody.taken()), (StatusCode::OK, vec![503, 200]));
    }
}

#[cfg(feature = "reqwest")]
mod with_reqwest {
    use super::*;
    use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware, Next};
    use tokio::net::TcpListener;
    use wimse_tower::client::SigningClientBuilder;

    /// As middleware for retries does it.
    struct OnceMore;

    #[async_trait::async_trait]
    impl Middleware for OnceMore {
        async fn handle(
            &self,
            request: reqwest::Request,
            extensions: &mut http::Extensions,
            next: Next<'_>,
        ) -> reqwest_middleware::Result<reqwest::Response> {
            let again = request.try_clone().unwrap();
            let first = next.clone().run(request, extensions).await?;
            if first.status() != StatusCode::SERVICE_UNAVAILABLE {
                return Ok(first);
            }
            next.run(again, extensions).await
        }
    }

    async fn order(client: &ClientWithMiddleware, base: &str) -> u16 {
        let request = client.post(format!("{base}/orders")).header("content-type", "text/plain");
        request.body("two cones").send().await.unwrap().status().as_u16()
    }

    #[tokio::test]
    async fn each_attempt_of_middleware_has_a_proof_of_its_own() {
        let issuer = Issuer::new();
        for layer in layers(&issuer) {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let base = format!("http://{}", listener.local_addr().unwrap());
            let moody = Moody::new(&issuer, &base);
            let judge = moody.clone();
            let judged = move |request: axum::extract::Request| async move {
                let (parts, body) = request.into_parts();
                let content = axum::body::to_bytes(body, 1 << 20).await.unwrap();
                judge.answer(&parts, &content)
            };
            let router = axum::Router::new().fallback(judged);
            tokio::spawn(async move { axum::serve(listener, router).await });

            let builder = || SigningClientBuilder::new(layer.clone(), reqwest::Client::builder()).unwrap();
            let client = builder().with(OnceMore).build();
            assert_eq!((order(&client, &base).await, moody.taken()), (200, vec![503, 200]));
            // Beneath the proof, it sends the same proof twice.
            let wrong = ClientBuilder::from_client(builder().build()).with(OnceMore).build();
            assert_eq!((order(&wrong, &base).await, moody.taken()), (401, vec![503, 401]));
        }
    }
}

//! What is attached to requests.

use crate::support::{BASE, Issuer, Orders, call, id, now, order};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Empty;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex};
use tower::retry::Policy;
use tower::{ServiceBuilder, ServiceExt as _};
use wimse_creds::pop::{Audience, MemoryReplayGuard};
use wimse_tower::client::{ClientBody, ClientError, SignLayer};

fn verifier(issuer: &Issuer) -> wimse_wpt::Verifier {
    wimse_wpt::Verifier::new(issuer.wits(), Audience::base(BASE).unwrap())
}

#[tokio::test]
async fn a_proof_token_goes_with_the_request() {
    let issuer = Issuer::new();
    let (verifier, guard) = (verifier(&issuer), Arc::new(MemoryReplayGuard::new(100)));
    let layer = SignLayer::proof_token(issuer.credential("web"));
    let answer = call(&layer, order(), move |parts, content| {
        assert_eq!(content, b"two cones");
        let peer = verifier.check_parts(parts, now()).unwrap().admit(&*guard, now()).unwrap();
        Response::new(Bytes::from(peer.identifier().to_string()))
    });
    assert_eq!(answer.await.unwrap().body(), id("web").as_str());
}

#[tokio::test]
async fn a_signature_covers_the_content() {
    let issuer = Issuer::new();
    let orders = Orders::new(&issuer, BASE);
    let layer = SignLayer::http_signature(issuer.credential("web"));
    let answer = call(&layer, order(), move |parts, content| {
        assert!(parts.headers.contains_key("content-digest"));
        orders.answer(parts, content)
    });
    assert_eq!(&answer.await.unwrap().body()[..], b"hello wimse://example.com/web");
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
        let unavailable = result.as_ref().is_ok_and(|response| response.status() == StatusCode::SERVICE_UNAVAILABLE);
        (unavailable && self.0 > 0).then(|| {
            self.0 -= 1;
            ready(())
        })
    }

    fn clone_request(&mut self, request: &Request<B>) -> Option<Request<B>> {
        Some(request.clone())
    }
}

/// A recipient that has seen a proof refuses it: an attempt with the proof of the one before would fail for good.
#[tokio::test]
async fn each_attempt_has_a_proof_of_its_own() {
    let issuer = Issuer::new();
    let (verifier, guard) = (verifier(&issuer), Arc::new(MemoryReplayGuard::new(100)));
    let seen = Arc::new(Mutex::new(0));
    let count = Arc::clone(&seen);
    let service = tower::service_fn(move |request: Request<ClientBody>| {
        let admitted = verifier.verify(&request, &*guard, now());
        let mut count = count.lock().unwrap();
        *count += 1;
        let status = match (admitted, *count) {
            (Ok(_), 1) => StatusCode::SERVICE_UNAVAILABLE,
            (Ok(_), _) => StatusCode::OK,
            (Err(_), _) => StatusCode::UNAUTHORIZED,
        };
        ready(Ok::<_, Infallible>(Response::builder().status(status).body(Empty::<Bytes>::new()).unwrap()))
    });
    let layer = SignLayer::proof_token(issuer.credential("web"));
    let client = ServiceBuilder::new().retry(Again(1)).layer(layer).service(service);
    let request = Request::get(format!("{BASE}/orders")).body(Empty::<Bytes>::new()).unwrap();
    let answer = client.oneshot(request).await.unwrap();
    assert_eq!((answer.status(), *seen.lock().unwrap()), (StatusCode::OK, 2));
}

#[tokio::test]
async fn a_renewed_wit_is_used_at_once() {
    use wimse_creds::pop::{WitCredential, WitSource};
    struct Renewed(Mutex<Vec<Arc<WitCredential>>>);
    impl WitSource for Renewed {
        fn current(&self) -> Option<Arc<WitCredential>> {
            self.0.lock().unwrap().pop()
        }
    }
    let issuer = Issuer::new();
    let (old, new) = (issuer.credential("web"), issuer.credential("web"));
    let layer = SignLayer::proof_token(Renewed(Mutex::new(vec![Arc::clone(&new), Arc::clone(&old)])));
    for expected in [&old, &new] {
        let wit = expected.wit().to_field_value().unwrap();
        call(&layer, order(), move |parts, _| {
            assert_eq!(parts.headers["workload-identity-token"], wit);
            Response::new(Bytes::new())
        })
        .await
        .unwrap();
    }
    let refused = call(&layer, order(), |_, _| Response::new(Bytes::new())).await.unwrap_err();
    assert_eq!(refused.code(), "client.credential_missing");
}

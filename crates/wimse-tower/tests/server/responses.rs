//! Signed responses.

use crate::support::*;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use std::convert::Infallible;
use wimse_creds::pop::{
    AuthenticatedPeer, LayerPolicy, NoReplayGuard, NotAuthorized, PeerPolicy, WitCredential, WitSource,
};
use wimse_httpsig::{
    Answer, ExpectedPeer, PendingExchange, RequestOptions, ResponseSigning, ResponseVerifier,
};
use wimse_tower::{Authenticator, Binding, ContentLimits, Policy, ServerBody, Stage};

fn signing(world: &World, when: ResponseSigning) -> Authenticator {
    world.authenticator().sign_responses(when, world.orders.clone())
}

fn demanding(world: &World, mut request: Request<Bytes>) -> (Request<Full<Bytes>>, PendingExchange) {
    let pending = sign(&world.billing, &mut request, RequestOptions::default().require_signed_response());
    (received(request), pending)
}

/// Who has signed the response; `None` for nobody.
fn signer(world: &World, pending: &PendingExchange, response: &Response<Bytes>) -> Option<String> {
    let verifier = ResponseVerifier::new(world.wits.clone()).require_request_wit();
    let expected = ExpectedPeer::Workload(ORDERS.parse().unwrap());
    let answer =
        pending.verify_response(response, response.body(), &verifier, &expected, &NoReplayGuard, NOW);
    match answer.unwrap() {
        Answer::Authenticated(signed) => Some(signed.identifier().to_string()),
        _ => None,
    }
}

async fn answer(status: StatusCode) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::new(Full::new(Bytes::from_static(b"done")));
    *response.status_mut() = status;
    Ok(response)
}

#[tokio::test]
async fn signed_where_it_is_demanded() {
    let world = World::new();
    let service = TestService::new(signing(&world, ResponseSigning::WhenRequired), either());
    let (request, pending) = demanding(&world, post("/orders", "two cones"));
    let response = service.call(request).await;
    assert_eq!(response.status(), 200);
    assert_eq!(signer(&world, &pending, &response).as_deref(), Some(ORDERS));

    let mut request = post("/orders", "two cones");
    let pending = world.sign(&mut request);
    let response = service.call(received(request)).await;
    assert_eq!(signer(&world, &pending, &response), None);
}

#[tokio::test]
async fn signed_by_policy() {
    let world = World::new();
    for (authenticator, policy) in [
        (signing(&world, ResponseSigning::Always), either()),
        (signing(&world, ResponseSigning::WhenRequired), either().signed_responses()),
    ] {
        let service = TestService::new(authenticator, policy);
        let mut request = post("/orders", "two cones");
        let pending = world.sign(&mut request);
        let response = service.call(received(request)).await;
        assert_eq!(signer(&world, &pending, &response).as_deref(), Some(ORDERS));
        // Over the nonce of what failed, nothing is signed; and a WPT has none.
        assert!(!service.call(received(get("/orders"))).await.headers().contains_key("signature"));
        assert!(!service.call(world.proven(get("/orders"))).await.headers().contains_key("signature"));
    }
}

#[tokio::test]
async fn responses_without_content() {
    let world = World::new();
    let service = TestService::new(signing(&world, ResponseSigning::WhenRequired), either());
    for (method, status) in [
        (Method::HEAD, StatusCode::OK),
        (Method::GET, StatusCode::NO_CONTENT),
        (Method::GET, StatusCode::NOT_MODIFIED),
        (Method::OPTIONS, StatusCode::NO_CONTENT),
        (Method::GET, StatusCode::INTERNAL_SERVER_ERROR),
    ] {
        let (request, pending) = demanding(&world, dialled(method.clone(), "/orders", ""));
        let app = tower::service_fn(move |_: Request<ServerBody>| answer(status));
        let response = service.call_app(app, request).await;
        assert_eq!(response.status(), status);
        let has_digest = response.headers().contains_key("content-digest");
        assert_eq!(has_digest, status == StatusCode::INTERNAL_SERVER_ERROR, "{method} {status}");
        // What has no content is sent without.
        let response = if has_digest { response } else { response.map(|_| Bytes::new()) };
        assert_eq!(signer(&world, &pending, &response).as_deref(), Some(ORDERS), "{method} {status}");
    }
}

#[tokio::test]
async fn refusals_of_verified_requests_are_signed() {
    let world = World::new();
    let refusing = |_: &AuthenticatedPeer, _: &http::request::Parts| Err(NotAuthorized);
    let service =
        TestService::new(signing(&world, ResponseSigning::WhenRequired), signed().authorized_by(refusing));
    let (request, pending) = demanding(&world, get("/orders"));
    let response = service.call(request).await;
    assert_eq!(response.status(), 403);
    assert_eq!(signer(&world, &pending, &response).as_deref(), Some(ORDERS));
    assert_eq!(world.code(), Some("authorization.not_permitted"));

    // Who may not call by name is refused before the request has been verified whole.
    let nobody = Policy::any_of([Binding::HttpSignature], LayerPolicy::Either(PeerPolicy::default()));
    let service = TestService::new(signing(&world, ResponseSigning::WhenRequired), nobody);
    let (request, _) = demanding(&world, get("/orders"));
    let response = service.call(request).await;
    assert_eq!((response.status().as_u16(), world.code()), (403, Some("layers.application_not_permitted")));
    assert!(!response.headers().contains_key("signature"));
}

#[tokio::test]
async fn a_service_that_signs_none_says_so_to_verified_requests_only() {
    let world = World::new();
    let service = TestService::new(world.authenticator(), either());
    let (request, _) = demanding(&world, post("/orders", "two cones"));
    let response = service.call(request).await;
    assert_eq!(
        (response.status().as_u16(), world.code()),
        (501, Some("httpsig.signed_response_unsupported"))
    );
    assert!(text(&response).contains("wimse-signed-response-unsupported"));
    let (request, _) = demanding(&world, post("/orders", "two cones"));
    let changed = request.map(|_| Full::new(Bytes::from_static(b"ten cones")));
    assert_eq!(service.call(changed).await.status(), 400);
    assert_eq!(world.code(), Some("httpsig.digest_mismatch"));
    assert_eq!(service.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn responses_that_cannot_be_signed() {
    struct Endless;
    impl http_body::Body for Endless {
        type Data = Bytes;
        type Error = Infallible;
        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Infallible>>> {
            std::task::Poll::Pending
        }
    }
    struct None;
    impl WitSource for None {
        fn current(&self) -> Option<std::sync::Arc<WitCredential>> {
            Option::None
        }
    }
    let world = World::new();
    let is_unavailable = |response: &Response<Bytes>, code| {
        assert_eq!(response.status(), 400);
        assert!(text(response).contains("wimse-signed-response-unavailable"));
        assert!(!response.headers().contains_key("signature"));
        let decided = world.noted.lock().unwrap().pop().unwrap();
        assert_eq!((decided.stage, decided.code), (Stage::Response, Some(code)));
    };
    let limits = ContentLimits::default().memory(8);
    let small =
        TestService::new(signing(&world, ResponseSigning::WhenRequired).content_limits(limits), either());
    let (request, _) = demanding(&world, get("/orders"));
    is_unavailable(&small.call(request).await, "tower.response_too_large");
    let (request, _) = demanding(&world, get("/orders"));
    let app = tower::service_fn(|_: Request<ServerBody>| async { Ok(Response::new(Endless)) });
    is_unavailable(&small.call_app(app, request).await, "tower.response_timeout");

    let none =
        TestService::new(world.authenticator().sign_responses(ResponseSigning::WhenRequired, None), either());
    let (request, _) = demanding(&world, get("/orders"));
    // The application does not see what cannot be answered as demanded.
    is_unavailable(&none.call(request).await, "tower.credential_missing");
    assert_eq!(none.calls(), 0);
    let (mut request, _) = demanding(&world, get("/orders"));
    request.headers_mut().insert("upgrade", HeaderValue::from_static("websocket"));
    small.calls();
    is_unavailable(&small.call(request).await, "tower.response_stream");
    assert_eq!(small.calls(), 0);

    world.noted.lock().unwrap().clear();
    world.clock.set(NOW);
    let service = TestService::new(signing(&world, ResponseSigning::WhenRequired), either());
    let (request, pending) = demanding(&world, get("/orders"));
    let response = service.call(request).await;
    assert_eq!(signer(&world, &pending, &response).as_deref(), Some(ORDERS));
}

#[tokio::test]
async fn what_the_client_asks_for_is_covered_if_it_can_be() {
    let world = World::new();
    let service = TestService::new(signing(&world, ResponseSigning::WhenRequired), either());
    for (wish, label) in [
        (r#"hers=("@status" "cache-control");created;tag="wimse-workload-to-workload""#, "wimse="),
        (r#"hers=("@status");created;tag="wimse-workload-to-workload""#, "hers="),
        ("?", "wimse="),
    ] {
        let (mut request, pending) = demanding(&world, get("/orders"));
        request.headers_mut().insert("accept-signature", HeaderValue::from_static(wish));
        let response = service.call(request).await;
        assert!(response.headers()["signature-input"].to_str().unwrap().starts_with(label), "{wish}");
        assert_eq!(signer(&world, &pending, &response).as_deref(), Some(ORDERS));
    }
}

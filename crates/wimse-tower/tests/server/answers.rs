//! What refused peers are told, and what the log is (decisions 3 and 4).

use crate::support::*;
use http::StatusCode;
use http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use std::sync::Arc;
use wimse_creds::UnixTime;
use wimse_creds::pop::{
    Admissible, LayerPolicy, OnError, PeerPolicy, Replay, ReplayError, ReplayFuture, ReplayKey, ReplayStore,
    SharedReplay,
};
use wimse_tower::{Binding, Policy, Stage};

const UNAUTHORIZED: &str = r#"{"type":"about:blank","title":"Unauthorized","status":401}"#;

#[tokio::test]
async fn a_proof_token_gives_the_caller() {
    let world = World::new();
    let service = TestService::new(world.authenticator(), either());
    let response = service.call(world.proven(get("/orders/7?page=2"))).await;
    assert_eq!((response.status(), text(&response)), (StatusCode::OK, BILLING));
    let decided = world.decided();
    assert_eq!((decided.stage, decided.code), (Stage::Authorization, None));
    assert_eq!(decided.caller.as_deref(), Some(BILLING));
    assert_eq!(service.calls(), 1);
}

#[tokio::test]
async fn a_signature_gives_the_caller_and_the_content() {
    let world = World::new();
    let service = TestService::new(world.authenticator(), either());
    let response = service.call(world.signed(post("/orders", "two cones"))).await;
    assert_eq!(text(&response), format!("{BILLING}two cones"));
    assert_eq!(world.code(), None);
}

#[tokio::test]
async fn nothing_presented() {
    let world = World::new();
    for (policy, status, challenge, wish) in
        [(token(), 401, true, false), (signed(), 400, false, true), (either(), 401, true, true)]
    {
        let service = TestService::new(world.authenticator(), policy);
        let response = service.call(received(get("/orders"))).await;
        assert_eq!(response.status(), status);
        assert_eq!(response.headers().contains_key(WWW_AUTHENTICATE), challenge);
        assert_eq!(response.headers().contains_key("accept-signature"), wish);
        assert_eq!(world.code(), Some("tower.nothing_presented"));
        assert_eq!(service.calls(), 0);
    }
}

#[tokio::test]
async fn refusals_are_alike_whatever_the_cause() {
    let world = World::new();
    let service = TestService::new(world.authenticator(), either());
    let mut causes = Vec::new();
    let mut replayed = get("/orders");
    world.prove(&mut replayed);
    service.call(received(replayed.clone())).await;
    causes.push((replayed, "wpt.replayed"));
    let mut forged = get("/orders");
    world.prove(&mut forged);
    break_token(&mut forged);
    causes.push((forged, "wpt.signature"));
    let mut bearer = get("/orders");
    world.prove(&mut bearer);
    bearer.headers_mut().insert(AUTHORIZATION, HeaderValue::from_static("Bearer abc"));
    causes.push((bearer, "wpt.other_scheme"));
    let mut bare = get("/orders");
    world.prove(&mut bare);
    bare.headers_mut().remove(AUTHORIZATION);
    causes.push((bare, "wpt.authorization_missing"));
    let mut elsewhere = get("/refunds");
    world.prove(&mut elsewhere);
    *elsewhere.uri_mut() = format!("{BASE}/orders").parse().unwrap();
    causes.push((elsewhere, "wpt.audience_mismatch"));
    world.noted.lock().unwrap().clear();
    for (request, code) in causes {
        let response = service.call(received(request)).await;
        assert_eq!(response.status(), 401, "{code}");
        assert_eq!(text(&response), UNAUTHORIZED);
        assert_eq!(response.headers()[WWW_AUTHENTICATE], "WPT");
        assert!(!response.headers().contains_key("accept-signature"));
        let decided = world.decided();
        assert_eq!(decided.code, Some(code));
        assert_eq!(decided.claimed.as_deref(), Some(BILLING));
        assert!(!decided.shown.contains("eyJ") && !decided.line.contains("eyJ"), "{}", decided.shown);
    }
}

#[tokio::test]
async fn with_both_proofs_a_failing_one_refuses_and_burns_nothing() {
    let world = World::new();
    let service = TestService::new(world.authenticator(), either());
    let mut request = post("/orders", "two cones");
    world.prove(&mut request);
    let _ = world.sign(&mut request);
    let mut changed = request.clone();
    *changed.uri_mut() = format!("{BASE}/orders?all").parse().unwrap();
    let response = service.call(received(changed)).await;
    assert_eq!((response.status().as_u16(), world.code()), (400, Some("httpsig.signature")));

    let mut forged = post("/orders", "two cones");
    world.prove(&mut forged);
    break_token(&mut forged);
    let _ = world.sign(&mut forged);
    let response = service.call(received(forged)).await;
    assert_eq!((response.status().as_u16(), world.code()), (400, Some("wpt.signature")));
    assert_eq!(service.calls(), 0);

    let response = service.call(received(request.clone())).await;
    assert_eq!((response.status().as_u16(), world.code()), (200, None));
    let response = service.call(received(request)).await;
    assert_eq!((response.status().as_u16(), world.code()), (400, Some("wpt.replayed")));
    assert_eq!(service.calls(), 1);
}

#[tokio::test]
async fn who_is_not_permitted_gets_403() {
    let world = World::new();
    let others = LayerPolicy::Either(PeerPolicy::exactly([ORDERS.parse().unwrap()]));
    let service =
        TestService::new(world.authenticator(), Policy::any_of([Binding::WorkloadProofToken], others));
    let response = service.call(world.proven(get("/orders"))).await;
    assert_eq!(response.status(), 403);
    let decided = world.decided();
    assert_eq!(decided.code, Some("layers.application_not_permitted"));
    assert_eq!(decided.caller, None);
    assert_eq!(service.calls(), 0);
}

#[tokio::test]
async fn the_application_sees_no_proof_by_accident() {
    let world = World::new();
    let service = TestService::new(world.authenticator(), either());
    let mut request = get("/orders");
    world.prove(&mut request);
    let _ = world.sign(&mut request);
    request.headers_mut().append("x-trace", HeaderValue::from_static("7"));
    let shown = tower::service_fn(|request: http::Request<wimse_tower::ServerBody>| async move {
        let shown = format!("{:?}", request.headers());
        Ok::<_, std::convert::Infallible>(http::Response::new(http_body_util::Full::from(shown)))
    });
    let response = service.call_app(shown, received(request.clone())).await;
    assert_eq!(response.status(), 200);
    for name in ["workload-identity-token", "authorization", "signature"] {
        assert!(text(&response).contains(&format!("\"{name}\": Sensitive")), "{}", text(&response));
        // It is there all the same.
        assert!(request.headers().contains_key(name));
    }
    assert!(text(&response).contains("\"x-trace\": \"7\""));
}

struct Store(ReplayError);

impl ReplayStore for Store {
    fn admit<'a>(&'a self, _: &'a ReplayKey, _: Admissible, _: UnixTime) -> ReplayFuture<'a> {
        let error = self.0;
        Box::pin(async move { Err(error) })
    }
}

#[tokio::test]
async fn a_store_that_is_down_or_full_is_503() {
    let world = World::new();
    for (error, code, of_token, of_signature) in [
        (ReplayError::Unavailable, "replay.unavailable", 503, 503),
        (ReplayError::Full, "replay.full", 503, 503),
        (ReplayError::Replayed, "replayed", 401, 400),
    ] {
        let replay = Replay::Shared(Arc::new(SharedReplay::new(Arc::new(Store(error)), OnError::Deny)));
        let authenticator = world.bare(replay).proof_tokens(world.token_verifier());
        let service = TestService::new(authenticator.signatures(world.signature_verifier()), either());
        for (request, status) in
            [(world.proven(get("/o")), of_token), (world.signed(get("/o")), of_signature)]
        {
            let response = service.call(request).await;
            assert_eq!(response.status(), status);
            assert!(response.headers().get(WWW_AUTHENTICATE).is_none() || status == 401);
            let decided = world.decided();
            assert_eq!(decided.stage, Stage::Admission);
            assert!(decided.code.is_some_and(|given| given.ends_with(code)), "{:?}", decided.code);
        }
        assert_eq!(service.calls(), 0);
    }
}

#[tokio::test]
async fn replay_protection_can_be_off() {
    let world = World::new();
    let service = TestService::new(world.bare(Replay::Off).proof_tokens(world.token_verifier()), token());
    let mut request = get("/orders");
    world.prove(&mut request);
    for _ in 0..2 {
        assert_eq!(service.call(received(request.clone())).await.status(), 200);
    }
}

#[tokio::test]
async fn time_is_read_for_each_request() {
    let world = World::new();
    let service = TestService::new(world.authenticator(), either());
    let (early, late) = (world.proven(get("/a")), world.proven(get("/b")));
    assert_eq!(service.call(early).await.status(), 200);
    world.clock.set(NOW.plus(HOUR / 2));
    world.noted.lock().unwrap().clear();
    assert_eq!(service.call(late).await.status(), 401);
    assert_eq!(world.code(), Some("wpt.expired"));
}

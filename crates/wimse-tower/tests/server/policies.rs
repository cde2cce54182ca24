//! Policies: hooks, anonymous requests, stacked layers, and configurations that cannot be met.

use crate::support::*;
use http::header::{AUTHORIZATION, HeaderValue};
use http::{Method, request};
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tower::ServiceExt as _;
use tower_layer::Layer as _;
use wimse_creds::pop::{AuthenticatedPeer, LayerPolicy, NotAuthorized, PeerPolicy};
use wimse_httpsig::ResponseSigning;
use wimse_tower::{AuthenticateLayer, Binding, Policies, Policy, Stage};

#[tokio::test]
async fn a_hook_is_asked_of_the_peer() {
    let world = World::new();
    let only_reading = |peer: &AuthenticatedPeer, request: &request::Parts| {
        assert_eq!(peer.identifier().as_str(), BILLING);
        if request.method == Method::GET { Ok(()) } else { Err(NotAuthorized) }
    };
    let service = TestService::new(world.authenticator(), token().authorized_by(only_reading));
    assert_eq!(service.call(world.proven(get("/orders"))).await.status(), 200);
    assert_eq!(world.code(), None);
    assert_eq!(service.call(world.proven(post("/orders", ""))).await.status(), 403);
    assert_eq!(world.code(), Some("authorization.not_permitted"));
}

#[tokio::test]
async fn anonymous_requests_where_they_are_allowed() {
    let world = World::new();
    let service = TestService::new(world.authenticator(), either().or_anonymous());
    let response = service.call(received(get("/status"))).await;
    assert_eq!((text(&response), world.code()), ("nobody", None));
    let mut other = received(get("/status"));
    other.headers_mut().insert(AUTHORIZATION, HeaderValue::from_static("Bearer abc"));
    assert_eq!((text(&service.call(other).await), world.code()), ("nobody", None));
    assert_eq!(text(&service.call(world.proven(get("/status"))).await), BILLING);
    world.noted.lock().unwrap().clear();

    // A proof that fails, or a WIT without one, is no anonymous request.
    let mut forged = get("/status");
    world.prove(&mut forged);
    break_token(&mut forged);
    let mut bare = forged.clone();
    bare.headers_mut().remove(AUTHORIZATION);
    for (request, code) in [(forged, "wpt.signature"), (bare.clone(), "wpt.authorization_missing")] {
        assert_eq!(service.call(received(request)).await.status(), 401);
        assert_eq!(world.code(), Some(code));
    }
    let authenticator = world.bare(local()).signatures(world.signature_verifier());
    let service = TestService::new(authenticator, signed().or_anonymous());
    assert_eq!(service.call(received(bare)).await.status(), 400);
    assert_eq!(world.code(), Some("httpsig.unsigned"));
    assert_eq!(text(&service.call(received(get("/status"))).await), "nobody");
}

#[tokio::test]
async fn what_a_route_does_not_name_counts_for_nothing_and_must_be_good() {
    let world = World::new();
    let service = TestService::new(world.authenticator(), signed());
    assert_eq!(service.call(world.proven(get("/orders"))).await.status(), 401);
    assert_eq!(world.code(), Some("tower.proof_missing"));
    let mut both = get("/orders");
    world.prove(&mut both);
    let _ = world.sign(&mut both);
    assert_eq!(service.call(received(both)).await.status(), 200);
}

#[tokio::test]
async fn policies_by_path() {
    let world = World::new();
    let policies = Policies::new(signed()).beneath("/read", token()).at("/status", either().or_anonymous());
    let service = TestService::new(world.authenticator(), policies);
    for (request, status) in [
        (world.proven(get("/read/7")), 200),
        (world.proven(get("/write")), 401),
        (world.signed(get("/write")), 200),
        (received(get("/status")), 200),
        (received(get("/status/")), 200),
        (received(get("/status/x")), 400),
    ] {
        let path = request.uri().to_string();
        assert_eq!(service.call(request).await.status(), status, "{path}");
    }
}

/// Whoever may call `/`, and what is stricter beneath `/admin`, or is open in `/public`, before an application that decodes
/// paths and merges slashes.
#[tokio::test]
async fn another_spelling_of_a_path_is_no_way_around_its_policy() {
    let world = World::new();
    let ops = LayerPolicy::Either(PeerPolicy::exactly([ORDERS.parse().unwrap()]));
    let admin = Policy::any_of([Binding::WorkloadProofToken], ops);
    let policies = Policies::new(token()).beneath("/admin", admin.clone());
    let policies = policies.beneath("/public", token().or_anonymous()).at("/exact", admin);
    let service = TestService::new(world.authenticator(), policies);
    for path in [
        "/",
        "/other",
        "/administrator",
        "/public",
        "/x%20y",
        "/x%40y",
        "/x;v=1",
        "/x%2Fy",
        "//x",
        "/public/x%2Fy",
    ] {
        assert_eq!(service.call(world.proven(get(path))).await.status(), 200, "{path}");
    }
    assert_eq!(service.call(received(get("/public/x"))).await.status(), 200);
    world.noted.lock().unwrap().clear();
    service.calls();
    for path in ["/admin", "/admin/", "/admin/x", "/exact", "/exact/"] {
        assert_eq!(service.call(world.proven(get(path))).await.status(), 403, "{path}");
        assert_eq!(world.code(), Some("layers.application_not_permitted"), "{path}");
    }
    for path in [
        "/%61dmin",
        "/admi%6E",
        "//admin",
        "/./admin",
        "/x/../admin",
        "/x/..;/admin",
        "/public;v=1/x",
        "/public/..;/admin",
        "/public/%2e%2e/admin",
        "/public/..%2fadmin",
        "/;x/admin",
        "/admin;x",
        "/admin;x/y",
        "/%2561dmin",
        "/admin%00",
        "/exact;x",
        "/exac%74",
    ] {
        let response = service.call(world.proven(get(path))).await;
        assert_eq!(response.status(), 400, "{path}");
        assert_eq!(text(&response), r#"{"type":"about:blank","title":"Bad Request","status":400}"#);
        let decided = world.decided();
        assert_eq!((decided.stage, decided.code), (Stage::Head, Some("tower.path_ambiguous")), "{path}");
    }
    assert_eq!(service.calls(), 0);

    // Where one policy is for all, it holds for every spelling.
    let service = TestService::new(world.authenticator(), token());
    for path in ["/%61dmin", "//admin", "/x/..;/admin"] {
        assert_eq!(service.call(received(get(path))).await.status(), 401, "{path}");
        assert_eq!(service.call(world.proven(get(path))).await.status(), 200, "{path}");
    }
}

/// An outer layer for all routes, an inner one that is stricter, and an application.
async fn stacked(
    world: &World,
    outer: AuthenticateLayer,
    inner: AuthenticateLayer,
    request: http::Request<http_body_util::Full<bytes::Bytes>>,
) -> u16 {
    let app = tower::service_fn(|_| async {
        Ok::<_, Infallible>(http::Response::new(http_body_util::Empty::<bytes::Bytes>::new()))
    });
    let response = outer.layer(inner.layer(app)).oneshot(request).await.unwrap();
    world.noted.lock().unwrap().drain(..).for_each(drop);
    response.status().as_u16()
}

#[tokio::test]
async fn stacked_layers_use_proofs_once() {
    let world = World::new();
    let shared = Arc::new(world.authenticator());
    let layer = |policy| AuthenticateLayer::new(shared.clone(), policy).unwrap();
    let (outer, strict) = (layer(either()), layer(signed()));
    assert_eq!(stacked(&world, outer.clone(), layer(either()), world.proven(get("/a"))).await, 200);
    assert_eq!(stacked(&world, outer.clone(), strict.clone(), world.signed(get("/a"))).await, 200);
    assert_eq!(stacked(&world, outer.clone(), strict, world.proven(get("/a"))).await, 401);
    let nobody = Policy::any_of([Binding::WorkloadProofToken], LayerPolicy::Either(PeerPolicy::default()));
    assert_eq!(stacked(&world, outer.clone(), layer(nobody), world.proven(get("/a"))).await, 403);
    // Another authenticator, even of the same kind, judges for itself.
    let other = AuthenticateLayer::new(world.authenticator(), either()).unwrap();
    assert_eq!(stacked(&world, outer, other, world.proven(get("/a"))).await, 200);
}

#[tokio::test]
async fn an_inner_layer_that_demands_a_signed_response() {
    let world = World::new();
    let signing = world.authenticator().sign_responses(ResponseSigning::WhenRequired, world.orders.clone());
    let shared = Arc::new(signing);
    let layer = |policy| AuthenticateLayer::new(shared.clone(), policy).unwrap();
    let (outer, inner) = (layer(either()), layer(signed().signed_responses()));
    let called = Arc::new(AtomicUsize::new(0));
    for (upgrade, status, calls) in [(None, 200, 1), (Some("websocket"), 400, 0)] {
        let mut request = world.signed(get("/a"));
        if let Some(upgrade) = upgrade {
            request.headers_mut().insert("upgrade", HeaderValue::from_static(upgrade));
        }
        let called = called.clone();
        let count = called.clone();
        let app = tower::service_fn(move |_| {
            count.fetch_add(1, Ordering::SeqCst);
            async { Ok::<_, Infallible>(http::Response::new(http_body_util::Empty::<bytes::Bytes>::new())) }
        });
        let response = outer.layer(inner.layer(app)).oneshot(request).await.unwrap();
        assert_eq!((response.status().as_u16(), called.swap(0, Ordering::SeqCst)), (status, calls));
        assert!(response.headers().contains_key("signature"), "{upgrade:?}");
    }
}

#[test]
fn policies_that_cannot_be_met() {
    let world = World::new();
    let only_tokens = || world.bare(local()).proof_tokens(world.token_verifier());
    let refused = |authenticator, policy| AuthenticateLayer::new(authenticator, policy).unwrap_err().code();
    assert_eq!(refused(only_tokens(), Policy::any_of([], billing())), "tower.no_proof");
    let nowhere =
        |path: &str| AuthenticateLayer::new(only_tokens(), Policies::new(token()).at(path, token()));
    assert_eq!(nowhere("/%61dmin").unwrap_err().code(), "tower.policy_path");
    assert!(nowhere("/admin").is_ok());
    assert_eq!(refused(only_tokens(), signed()), "tower.not_configured");
    assert_eq!(refused(only_tokens(), either()), "tower.not_configured");
    let same = LayerPolicy::Same(PeerPolicy::default());
    assert_eq!(refused(only_tokens(), Policy::any_of([Binding::WorkloadProofToken], same)), "tower.layers");
    assert_eq!(refused(world.authenticator(), signed().signed_responses()), "tower.response_credential");
    let signing = world.authenticator().sign_responses(ResponseSigning::WhenRequired, world.orders.clone());
    assert_eq!(refused(signing, token().signed_responses()), "tower.response_credential");
    let signing = world.authenticator().sign_responses(ResponseSigning::WhenRequired, world.orders.clone());
    assert!(AuthenticateLayer::new(signing, signed().signed_responses()).is_ok());
}

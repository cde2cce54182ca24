//! gRPC.

use crate::support::*;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response};
use wimse_httpsig::{RequestOptions, ResponseSigning};

const PLACE: &str = "/orders.Orders/Place";
const WATCH: &str = "/orders.Orders/Watch";
const MESSAGE: &str = "\0\0\0\0\x03abc";

fn call(method: &str, content: &'static str) -> Request<Bytes> {
    let mut request = post(method, content);
    request.headers_mut().insert("content-type", HeaderValue::from_static("application/grpc+proto"));
    request
}

fn status(response: &Response<Bytes>) -> &str {
    assert_eq!(response.status(), 200);
    assert!(response.body().is_empty());
    assert_eq!(response.headers()["content-type"], "application/grpc");
    response.headers()["grpc-status"].to_str().unwrap()
}

#[tokio::test]
async fn refusals_are_trailers_only() {
    let world = World::new();
    let service = TestService::new(world.authenticator(), either());
    let mut replayed = call(PLACE, MESSAGE);
    world.prove(&mut replayed);
    assert_eq!(service.call(received(replayed.clone())).await.body().len(), BILLING.len() + MESSAGE.len());
    let mut stranger = call(PLACE, MESSAGE);
    prove(&world.orders, &mut stranger, wimse_wpt::ProofOptions::default());
    world.noted.lock().unwrap().clear();
    for (request, code, grpc) in [
        (call(PLACE, MESSAGE), "tower.nothing_presented", "16"),
        (replayed, "wpt.replayed", "16"),
        (stranger, "layers.application_not_permitted", "7"),
    ] {
        let response = service.call(received(request)).await;
        assert_eq!(status(&response), grpc, "{code}");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert!(!response.headers().contains_key("www-authenticate"));
        assert_eq!(world.code(), Some(code));
    }
}

#[tokio::test]
async fn only_post_is_answered_as_grpc() {
    let world = World::new();
    let service = TestService::new(world.authenticator(), either());
    for (method, is_grpc) in [(Method::POST, true), (Method::GET, false), (Method::HEAD, false)] {
        let mut request = call(PLACE, "");
        *request.method_mut() = method;
        let response = service.call(received(request)).await;
        assert_eq!(world.code(), Some("tower.nothing_presented"));
        assert_eq!(response.status(), if is_grpc { 200 } else { 401 });
        assert_eq!(response.headers().contains_key("grpc-status"), is_grpc);
        assert_eq!(response.headers()["cache-control"], "no-store");
    }
}

#[tokio::test]
async fn signatures_are_for_unary_calls() {
    let world = World::new();
    let service = TestService::new(world.authenticator().unary_methods([PLACE]), either());
    let response = service.call(world.signed(call(PLACE, MESSAGE))).await;
    assert!(text(&response).starts_with(BILLING));
    world.noted.lock().unwrap().clear();

    let response = service.call(world.signed(call(WATCH, MESSAGE))).await;
    assert_eq!((status(&response), world.code()), ("16", Some("tower.grpc_streaming")));
    // Called unary, and has two messages, or none, or half of one.
    for content in ["\0\0\0\0\x01a\0\0\0\0\x01b", "", "\0\0\0\0\x03ab"] {
        let response = service.call(world.signed(call(PLACE, content))).await;
        assert_eq!((status(&response), world.code()), ("16", Some("tower.grpc_streaming")));
    }
    assert_eq!(service.calls(), 1);
    // A WPT covers no content, and is for streams too.
    assert!(text(&service.call(world.proven(call(WATCH, MESSAGE))).await).starts_with(BILLING));
}

#[tokio::test]
async fn a_signed_response_is_not_to_be_had() {
    let world = World::new();
    let authenticator = world.authenticator().unary_methods([PLACE]);
    let authenticator = authenticator.sign_responses(ResponseSigning::WhenRequired, world.orders.clone());
    let service = TestService::new(authenticator, either());
    let mut request = call(PLACE, MESSAGE);
    let _ = sign(&world.billing, &mut request, RequestOptions::default().require_signed_response());
    let response = service.call(received(request)).await;
    assert_eq!((status(&response), world.code()), ("12", Some("tower.response_stream")));
    assert_eq!(service.calls(), 0);
}

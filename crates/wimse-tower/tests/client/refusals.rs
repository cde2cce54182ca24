//! What is not sent. Beside each, what is, and differs in one thing.

use crate::support::{BASE, Issuer, call, now, order, responses};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Request, Response};
use std::time::Duration;
use wimse_httpsig::RequestOptions;
use wimse_tower::client::SignLayer;
use wimse_wpt::ProofOptions;

/// The code of the refusal, or "sent". Whatever is refused here has not reached the service.
async fn outcome(layer: &SignLayer, request: Request<&'static str>) -> &'static str {
    match call(layer, request, |_, _| Response::new(Bytes::new())).await {
        Ok(_) => "sent",
        Err(error) => {
            assert!(error.is_before_sending(), "{error:?}");
            error.code()
        }
    }
}

fn get(uri: &str) -> Request<&'static str> {
    Request::get(uri).body("").unwrap()
}

#[tokio::test]
async fn plain_http_is_for_loopback() {
    let issuer = Issuer::new();
    for layer in [
        SignLayer::proof_token(issuer.credential("web")),
        SignLayer::http_signature(issuer.credential("web")),
    ] {
        assert_eq!(outcome(&layer, get("http://orders.example.com/a")).await, "client.plain_http");
        assert_eq!(outcome(&layer, get("https://orders.example.com/a")).await, "sent");
        assert_eq!(outcome(&layer, get("http://127.0.0.1:8080/a")).await, "sent");
        let chosen = layer.allow_plain_http();
        assert_eq!(outcome(&chosen, get("http://orders.example.com/a")).await, "sent");
    }
}

/// Where a target without a scheme goes is up to the client beneath. An agreed audience says nothing of that.
#[tokio::test]
async fn a_target_without_a_scheme_does_not_say_that_it_is_secure() {
    let issuer = Issuer::new();
    for audience in [BASE, "urn:example:orders", "http://orders.example.com"] {
        let token = ProofOptions::default().audience(audience);
        let signature = RequestOptions::default().audience(audience);
        for layer in [
            SignLayer::proof_token_with(issuer.credential("web"), token.clone()),
            SignLayer::proof_token_with(issuer.credential("web"), token.channel_is_secure()),
            SignLayer::http_signature_with(issuer.credential("web"), signature.clone()),
            SignLayer::http_signature_with(issuer.credential("web"), signature.channel_is_secure()),
        ] {
            assert_eq!(outcome(&layer, get("/a")).await, "client.scheme_missing", "{audience}");
            assert_eq!(outcome(&layer, get("https://orders.example.com/a")).await, "sent", "{audience}");
            let secure = layer.clone().connects_securely();
            assert_eq!(outcome(&secure, get("/a")).await, "sent", "{audience}");
            assert_eq!(outcome(&secure, get("http://orders.example.com/a")).await, "client.plain_http");
            assert_eq!(outcome(&layer.allow_plain_http(), get("/a")).await, "sent", "{audience}");
        }
    }
}

/// Without an agreed audience there is none: the scheme is part of it.
#[tokio::test]
async fn a_target_without_a_scheme_has_no_audience() {
    let issuer = Issuer::new();
    let token = SignLayer::proof_token(issuer.credential("web"));
    assert_eq!(outcome(&token, get("/a")).await, "client.scheme_missing");
    assert_eq!(outcome(&token.connects_securely(), get("/a")).await, "wpt.target_unknown");
    let signature = SignLayer::http_signature(issuer.credential("web"));
    assert_eq!(outcome(&signature, get("/a")).await, "client.scheme_missing");
    assert_eq!(outcome(&signature.connects_securely(), get("/a")).await, "httpsig.audience_unknown");
}

#[tokio::test]
async fn a_wit_that_has_expired_proves_nothing() {
    let issuer = Issuer::new();
    let hour = Duration::from_secs(3600);
    let expired = issuer.credential_from("web", now().minus(hour));
    assert_eq!(outcome(&SignLayer::proof_token(expired.clone()), order()).await, "credential.expired");
    assert_eq!(outcome(&SignLayer::http_signature(expired), order()).await, "credential.expired");
    let almost = issuer.credential_from("web", now().minus(hour / 2));
    assert_eq!(outcome(&SignLayer::proof_token(almost), order()).await, "sent");
}

/// A response is signed for a signed request. That the option does nothing must not go unnoticed.
#[tokio::test]
async fn responses_to_proof_tokens_cannot_be_verified() {
    let issuer = Issuer::new();
    let tokens = || SignLayer::proof_token(issuer.credential("web"));
    for verified in [responses(&issuer, "orders"), responses(&issuer, "orders").or_unsigned()] {
        let layer = tokens().verify_responses(verified.clone());
        assert_eq!(outcome(&layer, order()).await, "client.responses_unbound");
        let signed = SignLayer::http_signature(issuer.credential("web")).verify_responses(verified);
        let answer = call(&signed, order(), |_, _| Response::new(Bytes::new())).await;
        let sent = answer.map_or_else(|error| !error.is_before_sending(), |_| true);
        assert!(sent);
    }
    assert_eq!(outcome(&tokens(), order()).await, "sent");
}

#[tokio::test]
async fn content_that_is_signed_has_a_limit() {
    let issuer = Issuer::new();
    let layer = |bytes| SignLayer::http_signature(issuer.credential("web")).max_bytes(bytes);
    assert_eq!(outcome(&layer("two cones".len() - 1), order()).await, "client.request_too_large");
    assert_eq!(outcome(&layer("two cones".len()), order()).await, "sent");
    let tokens = SignLayer::proof_token(issuer.credential("web")).max_bytes(1);
    assert_eq!(outcome(&tokens, order()).await, "sent");
}

#[tokio::test]
async fn a_grpc_call_is_not_signed() {
    let issuer = Issuer::new();
    let call = |media_type: &str| {
        Request::post(format!("{BASE}/orders.Orders/Place"))
            .header(CONTENT_TYPE, media_type)
            .body("")
            .unwrap()
    };
    let signed = SignLayer::http_signature(issuer.credential("web"));
    for media_type in ["application/grpc", "Application/gRPC+proto"] {
        assert_eq!(outcome(&signed, call(media_type)).await, "client.streaming");
        let tokens = SignLayer::proof_token(issuer.credential("web"));
        assert_eq!(outcome(&tokens, call(media_type)).await, "sent");
    }
    assert_eq!(outcome(&signed, call("application/json")).await, "sent");
}

/// WPT-2.2-1: another scheme in the same field would make two callers of one request.
#[tokio::test]
async fn a_bearer_token_does_not_go_with_a_proof_token() {
    let issuer = Issuer::new();
    let with_bearer = || {
        let mut request = order();
        request.headers_mut().insert("authorization", "Bearer abc".parse().unwrap());
        request
    };
    assert_eq!(
        outcome(&SignLayer::proof_token(issuer.credential("web")), with_bearer()).await,
        "wpt.authorization_present"
    );
    // A signature covers it.
    assert_eq!(outcome(&SignLayer::http_signature(issuer.credential("web")), with_bearer()).await, "sent");
}

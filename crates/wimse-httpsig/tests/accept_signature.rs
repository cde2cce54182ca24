//! `Accept-Signature` (RFC 9421 5): reading it, making it, and answering it.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

use http::{HeaderMap, HeaderValue, StatusCode};
use wimse_creds::UnixTime;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_httpsig::message::{
    AcceptSignature, Component, RequestMessage, ResponseMessage, SignatureInput, Signatures, TargetContext,
};

fn parse(value: &str) -> Result<Option<AcceptSignature>, &'static str> {
    let mut headers = HeaderMap::new();
    headers.insert("accept-signature", HeaderValue::from_str(value).unwrap());
    AcceptSignature::parse(&headers).map_err(|error| error.code())
}

/// RFC 9421 5.1.
#[test]
fn the_example_of_the_rfc() {
    let value = r#"sig1=("@method" "@target-uri" "@authority" "content-digest" "cache-control");keyid="test-key-rsa-pss";created;tag="app-123""#;
    let accept = parse(value).unwrap().unwrap();
    let wanted = accept.requests().next().unwrap();
    assert_eq!(wanted.label(), "sig1");
    assert_eq!(wanted.components().len(), 5);
    assert!(wanted.wants("created") && !wanted.wants("expires"));
    assert_eq!(wanted.key_id().unwrap().as_deref(), Some("test-key-rsa-pss"));
    assert_eq!(wanted.tag().unwrap().as_deref(), Some("app-123"));
    assert_eq!(accept.to_value(), value);
    // What is asked for is no time.
    assert_eq!(wanted.created().unwrap_err().code(), "httpsig.created_malformed");
}

#[test]
fn malformed_fields_are_refused() {
    for (value, code) in [
        ("", "httpsig.field_malformed"),
        ("a=(", "httpsig.field_malformed"),
        ("a", "httpsig.member_type"),
        ("a=(), a=()", "httpsig.label_repeated"),
        ("a=();created;created", "httpsig.parameter_repeated"),
        ("a=(\"x\" \"x\")", "httpsig.component_repeated"),
    ] {
        assert_eq!(parse(value).unwrap_err(), code, "{value}");
    }
    assert_eq!(AcceptSignature::parse(&HeaderMap::new()), Ok(None));
    assert_eq!(parse("a=(), b=()").unwrap().unwrap().requests().len(), 2);
}

#[test]
fn requests_that_cannot_be_made() {
    let input = |label: &str| SignatureInput::builder(label).component(Component::STATUS).build().unwrap();
    let code = |inputs: Vec<SignatureInput>| AcceptSignature::new(inputs).map_err(|error| error.code());
    assert_eq!(code(vec![]).unwrap_err(), "httpsig.field_malformed");
    assert_eq!(code(vec![input("a"), input("a")]).unwrap_err(), "httpsig.label_in_use");
    let nine = (0..9).map(|index| input(&format!("s{index}"))).collect();
    assert_eq!(code(nine).unwrap_err(), "httpsig.too_many_signatures");
    let long = SignatureInput::builder("a").parameter("x", "x".repeat(8200)).build().unwrap();
    assert_eq!(code(vec![long]).unwrap_err(), "httpsig.field_too_large");
    assert_eq!(code(vec![input("a"), input("b")]).unwrap().to_value(), r#"a=("@status"), b=("@status")"#);
}

#[test]
fn a_request_for_a_signature_is_answered() {
    let accept = parse(r#"s=("@status" "x";tr;bs "@path";req);created;nonce="n";tag="t""#).unwrap().unwrap();
    let wanted = accept.requests().next().unwrap();
    let headers = HeaderMap::new();
    let request = RequestMessage::new("GET", TargetContext::new("/a"), &headers);
    let mut trailers = HeaderMap::new();
    trailers.insert("x", HeaderValue::from_static("1"));
    let mut answer = HeaderMap::new();
    let input = wanted
        .fulfil()
        .created(UnixTime::from_secs(1000))
        .nonce(&wanted.nonce().unwrap().unwrap())
        .tag(&wanted.tag().unwrap().unwrap())
        .build()
        .unwrap();
    assert_eq!(input.to_string(), r#"s=("@status" "x";tr;bs "@path";req);created=1000;nonce="n";tag="t""#);

    let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let signature = {
        let response =
            ResponseMessage::new(StatusCode::OK, &answer).answering(&request).with_trailers(&trailers);
        input.sign(&response, &key).unwrap()
    };
    input.attach(&mut answer, &signature).unwrap();
    let response = ResponseMessage::new(StatusCode::OK, &answer).answering(&request).with_trailers(&trailers);
    let received = Signatures::parse(&answer).unwrap().into_tagged("t").unwrap();
    received.verify(&response, key.public_key()).unwrap();
}

/// What does not apply to the target message cannot be signed (RFC 9421 5.2).
#[test]
fn components_of_another_message() {
    let accept = parse(r#"s=("@status"), n=("@novel";p)"#).unwrap().unwrap();
    let headers = HeaderMap::new();
    let request = RequestMessage::new("GET", TargetContext::new("/a"), &headers);
    let codes: Vec<_> = accept
        .requests()
        .map(|wanted| wanted.fulfil().build().unwrap().base(&request).unwrap_err().code())
        .collect();
    assert_eq!(codes, ["httpsig.component_wrong_message", "httpsig.component_parameter_unknown"]);
}

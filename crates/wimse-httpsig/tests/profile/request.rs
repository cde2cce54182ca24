//! The rules for requests, each accepted and refused: parameters and coverage.

use crate::exchange::{GET, NOW, TAG, at, forge, get, post, sign, sign_with, usual, verdict, verifier};
use http::{HeaderValue, Method, Request};
use wimse_creds::pop::binding::Binding;
use wimse_httpsig::message::{Component, ParameterValue, SignatureInputBuilder, TargetContext};
use wimse_httpsig::{RequestOptions, Verifier};

#[test]
fn a_signed_request_tells_who_calls() {
    for request in [get(), post(r#"{"cones":2}"#)] {
        let (request, pending) = sign(request);
        let inbound = verdict(&verifier(), &request).unwrap();
        assert_eq!(inbound.peer().identifier().as_str(), "wimse://example.com/billing");
        assert_eq!(inbound.peer().binding(), Binding::HttpSignature);
        assert_eq!(inbound.nonce(), pending.nonce());
        assert!(!inbound.response_required());
        for covered in ["@method", "@path", "@query", "workload-identity-token"] {
            assert!(inbound.peer().covers(covered), "{covered}");
        }
        assert_eq!(inbound.peer().covers("content-digest"), !request.body().is_empty());
        assert!(!inbound.peer().covers("accept"));
    }
}

/// Whether there is a signature is known before it is verified, and what cannot be read is one that is refused.
#[test]
fn what_is_presented_is_verified_afterwards() {
    let (verifier, (signed, _)) = (verifier(), sign(get()));
    let head = |request: &Request<Vec<u8>>| {
        let presented = verifier.presented(request.headers());
        assert_eq!(verifier.is_presented(request.headers()), presented.is_some());
        let target = TargetContext::of_uri(request.uri());
        presented.map(|found| found.check_head(request.method(), &target, NOW).map_err(|error| error.code()))
    };
    let sender = head(&signed).unwrap().unwrap().sender().clone();
    assert_eq!(sender.as_str(), "wimse://example.com/billing");

    assert!(head(&get()).is_none());
    // Without the tag it is none of the profile.
    let untagged: Say = |builder| {
        let audience = "https://api.example.com/orders/7";
        builder.created(NOW).expires(at(60)).nonce("AAAAAAAAAAA").parameter("wimse-aud", audience)
    };
    assert!(head(&forge(get(), &GET, untagged)).is_none());
    assert!(head(&forge(get(), &GET, move |builder| untagged(builder).tag(TAG))).unwrap().is_ok());
    let changed = |change: fn(&mut Request<Vec<u8>>)| {
        let mut request = signed.clone();
        change(&mut request);
        head(&request).unwrap().map(|_| ())
    };
    assert_eq!(changed(|_| {}), Ok(()));
    assert_eq!(changed(|request| *request.method_mut() = Method::PUT), Err("httpsig.signature"));
    assert_eq!(
        changed(|request| drop(request.headers_mut().remove("signature"))),
        Err("httpsig.signature_missing")
    );
}

type SayAnything = Box<dyn FnOnce(SignatureInputBuilder) -> SignatureInputBuilder>;
type Say = fn(SignatureInputBuilder) -> SignatureInputBuilder;

/// Every parameter by itself: what is refused is well signed.
#[test]
fn parameters() {
    let common = |builder: SignatureInputBuilder| builder.created(NOW).expires(at(60)).tag(TAG);
    let rest: Say =
        |builder| builder.nonce("AAAAAAAAAAA").parameter("wimse-aud", "https://api.example.com/orders/7");
    let cases: Vec<(Result<bool, &str>, Say)> = vec![
        (Ok(false), usual),
        (Ok(true), |b| usual(b).parameter("wimse-sign-response", true)),
        (Ok(false), |b| usual(b).parameter("wimse-sign-response", false)),
        (Ok(false), |b| usual(b).parameter("unknown", 7)),
        (Err("httpsig.keyid_forbidden"), |b| usual(b).key_id("svc-a-key")),
        (Err("httpsig.keyid_forbidden"), |b| usual(b).parameter("keyid", 7)),
        (Err("httpsig.alg_forbidden"), |b| usual(b).algorithm_name("ed25519")),
        (Err("httpsig.wimse_req_nonce_forbidden"), |b| usual(b).parameter("wimse-req-nonce", "AAAAAAAAAAA")),
        (Err("httpsig.wimse_sign_response_malformed"), |b| usual(b).parameter("wimse-sign-response", "true")),
        (Err("httpsig.wimse_sign_response_malformed"), |b| usual(b).parameter("wimse-sign-response", 1)),
    ];
    for (expected, say) in cases {
        let request = forge(get(), &GET, say);
        let inbound = verdict(&verifier(), &request);
        assert_eq!(inbound.map(|inbound| inbound.response_required()), expected, "{request:?}");
    }

    let token = |text: &'static str| ParameterValue::Token(text.into());
    let aud = "https://api.example.com/orders/7";
    let cases: Vec<(&str, SayAnything)> = vec![
        ("httpsig.created_missing", Box::new(move |b| rest(b.expires(at(60)).tag(TAG)))),
        ("httpsig.expires_missing", Box::new(move |b| rest(b.created(NOW).tag(TAG)))),
        ("httpsig.nonce_missing", Box::new(move |b| common(b).parameter("wimse-aud", aud))),
        ("httpsig.wimse_aud_missing", Box::new(move |b| common(b).nonce("AAAAAAAAAAA"))),
        ("httpsig.unsigned", Box::new(move |b| rest(b.created(NOW).expires(at(60))))),
        ("httpsig.unsigned", Box::new(move |b| rest(b.created(NOW).expires(at(60)).tag("WIMSE")))),
        (
            "httpsig.created_malformed",
            Box::new(move |b| rest(b.parameter("created", "0").expires(NOW).tag(TAG))),
        ),
        (
            "httpsig.created_malformed",
            Box::new(move |b| rest(b.parameter("created", -1).expires(NOW).tag(TAG))),
        ),
        (
            "httpsig.created_malformed",
            Box::new(move |b| rest(b.parameter("created", 999_999_999_999_999).expires(NOW).tag(TAG))),
        ),
        (
            "httpsig.created_malformed",
            Box::new(move |b| rest(b.parameter("created", true).expires(NOW).tag(TAG))),
        ),
        (
            "httpsig.expires_malformed",
            Box::new(move |b| rest(b.created(NOW).parameter("expires", "x").tag(TAG))),
        ),
        (
            "httpsig.nonce_malformed",
            Box::new(move |b| common(b).parameter("wimse-aud", aud).parameter("nonce", token("AAAAAAAAAAA"))),
        ),
        ("httpsig.nonce_malformed", Box::new(move |b| common(b).parameter("wimse-aud", aud).nonce(""))),
        (
            "httpsig.nonce_malformed",
            Box::new(move |b| common(b).parameter("wimse-aud", aud).parameter("nonce", 7)),
        ),
        (
            "httpsig.wimse_aud_malformed",
            Box::new(move |b| common(b).nonce("AAAAAAAAAAA").parameter("wimse-aud", token("a"))),
        ),
        (
            "httpsig.wimse_aud_malformed",
            Box::new(move |b| common(b).nonce("AAAAAAAAAAA").parameter("wimse-aud", "")),
        ),
        (
            "httpsig.tag_malformed",
            Box::new(move |b| rest(b.created(NOW).expires(at(60))).parameter("tag", token(TAG))),
        ),
    ];
    for (code, say) in cases {
        let request = forge(get(), &GET, say);
        assert_eq!(verdict(&verifier(), &request).unwrap_err(), code, "{request:?}");
    }
}

/// SIG-3-1 to SIG-3-8, decision 22: each by itself, in whatever order.
#[test]
fn coverage() {
    let full = || {
        let mut request = post("{}");
        for (name, value) in [
            ("authorization", "Bearer user-token"),
            ("txn-token", "a.b.c"),
            ("content-digest", "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:"),
            ("accept", "*/*"),
        ] {
            request.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        request
    };
    let all = [
        "txn-token",
        "authorization",
        "content-digest",
        "content-type",
        "workload-identity-token",
        "@query",
        "@path",
        "@method",
    ];
    assert!(verdict(&verifier(), &forge(full(), &all, usual)).is_ok());
    for missing in all {
        let fewer: Vec<&str> = all.into_iter().filter(|name| *name != missing).collect();
        assert_eq!(
            verdict(&verifier(), &forge(full(), &fewer, usual)).unwrap_err(),
            "httpsig.not_covered",
            "{missing}"
        );
        // The field that is not there need not be covered.
        if !missing.starts_with('@') && missing != "workload-identity-token" {
            let mut request = full();
            request.headers_mut().remove(missing);
            let verdict = verdict(&verifier(), &forge(request, &fewer, usual));
            let expected = if missing == "content-digest" { Err("httpsig.digest_missing") } else { Ok(()) };
            assert_eq!(verdict.map(|_| ()), expected, "{missing}");
        }
    }
    for (name, form) in [
        ("content-type", "content-type;bs"),
        ("content-digest", "content-digest;sf"),
        ("authorization", "authorization;bs"),
        ("txn-token", "txn-token;bs"),
        ("workload-identity-token", "workload-identity-token;bs"),
    ] {
        let other: Vec<&str> =
            all.into_iter().map(|plain| if plain == name { form } else { plain }).collect();
        assert_eq!(
            verdict(&verifier(), &forge(full(), &other, usual)).unwrap_err(),
            "httpsig.not_covered",
            "{form}"
        );
        let both: Vec<&str> = all.into_iter().chain([form]).collect();
        assert!(verdict(&verifier(), &forge(full(), &both, usual)).is_ok(), "{form}");
    }
    // More is welcome, where it can be derived.
    for extra in ["accept", "@authority", "@target-uri", "@scheme"] {
        let more: Vec<&str> = all.into_iter().chain([extra]).collect();
        let inbound = verdict(&verifier(), &forge(full(), &more, usual)).unwrap();
        assert!(inbound.peer().covers(extra), "{extra}");
    }
}

/// Decision 19.
#[test]
fn single_fields_are_single() {
    for name in ["content-type", "authorization", "txn-token", "workload-identity-token"] {
        let mut request = get();
        request.headers_mut().insert(name, HeaderValue::from_static("a"));
        if name == "workload-identity-token" {
            request.headers_mut().remove(name);
        }
        let (mut request, _) = sign(request);
        assert!(verdict(&verifier(), &request).is_ok(), "{name}");
        let again = request.headers()[name].clone();
        request.headers_mut().append(name, again);
        let code = verdict(&verifier(), &request).unwrap_err();
        let expected = if name.starts_with('w') {
            // The value that is covered is another one now, but that is not how far it gets.
            "wit.field_repeated"
        } else {
            "httpsig.field_repeated"
        };
        assert_eq!(code, expected, "{name}");
    }
}

/// Decision 28: check both, then admit both.
#[test]
fn authorization_is_covered_and_never_authenticates() {
    let mut request = get();
    request.headers_mut().insert("authorization", HeaderValue::from_static("WPT eyJ.eyJ.AAAA"));
    let (mut request, _) = sign(request);
    let inbound = verdict(&verifier(), &request).unwrap();
    assert!(inbound.peer().covers("authorization"));
    request.headers_mut().insert("authorization", HeaderValue::from_static("WPT eyJ.eyJ.AAAB"));
    assert_eq!(verdict(&verifier(), &request).unwrap_err(), "httpsig.signature");
    request.headers_mut().remove("authorization");
    assert_eq!(verdict(&verifier(), &request).unwrap_err(), "httpsig.component_missing");
}

#[test]
fn a_verifier_takes_what_options_add() {
    let options = RequestOptions::default()
        .covering([Component::AUTHORITY, Component::field("idempotency-key").unwrap(), Component::METHOD])
        .label("mine");
    let mut request = post("{}");
    request.headers_mut().insert("idempotency-key", HeaderValue::from_static("7"));
    let (request, _) = sign_with(request, options);
    let text = request.headers()["signature-input"].to_str().unwrap();
    assert!(text.starts_with(r#"mine=("@method" "@path" "@query" "workload-identity-token" "content-type" "content-digest" "@authority" "idempotency-key");"#), "{text}");
    let verifier: Verifier = verifier();
    assert!(verdict(&verifier, &request).unwrap().peer().covers("idempotency-key"));
}

//! The sender: what is attached, when nothing is, and other signatures.

use crate::exchange::{
    NOW, at, billing, get, key, nonce, orders, post, response, sign, sign_with, verdict, verifier,
    verifier_for,
};
use http::{HeaderMap, Method, Request};
use std::time::Duration;
use wimse_creds::key::Algorithm;
use wimse_creds::pop::{Audience, Nonce};
use wimse_httpsig::message::{Component, RequestMessage, SignatureInput, Signatures, TargetContext};
use wimse_httpsig::{RemoteSigner, RequestOptions, ResponseOptions, ResponseSigner, Signer};

pub(crate) fn options() -> RequestOptions {
    RequestOptions::default()
}

/// The headers, order and sensitivity included.
pub(crate) fn state(headers: &HeaderMap) -> Vec<(String, Vec<u8>, bool)> {
    let fields = headers.iter();
    fields.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec(), value.is_sensitive())).collect()
}

pub(crate) fn insert(request: &mut Request<Vec<u8>>, name: &'static str, value: &'static str) {
    request.headers_mut().append(name, value.parse().unwrap());
}

/// Decision 46.
#[test]
fn what_must_not_be_logged_is_marked() {
    let mut request = get();
    insert(&mut request, "authorization", "Bearer secret");
    insert(&mut request, "txn-token", "a.b.c");
    let (request, pending) = sign(request);
    for name in ["authorization", "txn-token", "workload-identity-token", "signature"] {
        assert!(request.headers()[name].is_sensitive(), "{name}");
    }
    let wit = request.headers()["workload-identity-token"].to_str().unwrap();
    let inbound = verdict(&verifier(), &request).unwrap();
    for shown in [format!("{request:?}"), format!("{pending:?}"), format!("{inbound:?}")] {
        assert!(!shown.contains(wit) && !shown.contains("secret"), "{shown}");
    }
}

type AnyChange = Box<dyn Fn(&mut Request<Vec<u8>>)>;
pub(crate) type Change = fn(&mut Request<Vec<u8>>);

#[test]
fn an_error_leaves_the_request_as_it_was() {
    let target =
        |uri: &'static str| move |request: &mut Request<Vec<u8>>| *request.uri_mut() = uri.parse().unwrap();
    let cases: Vec<(&str, RequestOptions, AnyChange, u64)> = vec![
        ("httpsig.insecure_channel", options(), Box::new(target("http://api.example.com/orders")), 0),
        (
            "httpsig.insecure_channel",
            options().audience("HTTP://api.example.com/"),
            Box::new(target("/orders")),
            0,
        ),
        ("httpsig.audience_unknown", options(), Box::new(target("/orders")), 0),
        ("httpsig.audience_unknown", options(), Box::new(target("https://user@api.example.com/orders")), 0),
        (
            "httpsig.audience_unknown",
            options(),
            Box::new(|r| {
                *r.method_mut() = Method::CONNECT;
                *r.uri_mut() = "api.example.com:443".parse().unwrap();
            }),
            0,
        ),
        ("httpsig.audience_empty", options().audience(""), Box::new(|_| {}), 0),
        ("httpsig.parameter", options().audience("\u{e9}"), Box::new(|_| {}), 0),
        ("httpsig.lifetime", options().lifetime(Duration::ZERO), Box::new(|_| {}), 0),
        ("httpsig.lifetime", options().lifetime(Duration::from_millis(999)), Box::new(|_| {}), 0),
        ("httpsig.lifetime", options().lifetime(Duration::from_secs(301)), Box::new(|_| {}), 0),
        ("httpsig.wit_present", options(), Box::new(|r| insert(r, "workload-identity-token", "a.b.c")), 0),
        (
            "httpsig.field_repeated",
            options(),
            Box::new(|r| {
                insert(r, "content-type", "a/b");
                insert(r, "content-type", "a/b");
            }),
            0,
        ),
        (
            "httpsig.digest_mismatch",
            options(),
            Box::new(|r| {
                insert(r, "content-digest", "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:");
            }),
            0,
        ),
        (
            "httpsig.field_malformed",
            options(),
            Box::new(|r| {
                insert(r, "signature-input", "sig1=(");
                insert(r, "signature", "sig1=:AAAA:");
            }),
            0,
        ),
        (
            "httpsig.already_signed",
            options(),
            Box::new(|r| {
                insert(r, "signature-input", r#"sig1=("@method");tag="wimse-workload-to-workload""#);
                insert(r, "signature", "sig1=:AAAA:");
            }),
            0,
        ),
        (
            "httpsig.label_in_use",
            options().label("sig1"),
            Box::new(|r| {
                insert(r, "signature-input", r#"sig1=("@method");tag="cdn""#);
                insert(r, "signature", "sig1=:AAAA:");
            }),
            0,
        ),
        ("httpsig.label", options().label("Sig 1"), Box::new(|_| {}), 0),
        (
            "httpsig.component_missing",
            options().covering([Component::field("idempotency-key").unwrap()]),
            Box::new(|_| {}),
            0,
        ),
        ("httpsig.component_wrong_message", options().covering([Component::STATUS]), Box::new(|_| {}), 0),
        (
            "httpsig.component_req_on_request",
            options().covering([Component::PATH.req()]),
            Box::new(|_| {}),
            0,
        ),
        ("httpsig.target_unknown", options().covering([Component::REQUEST_TARGET]), Box::new(|_| {}), 0),
        (
            "httpsig.target_no_path",
            options().audience("urn:example:a"),
            Box::new(|r| {
                *r.method_mut() = Method::OPTIONS;
                *r.uri_mut() = "*".parse().unwrap();
            }),
            0,
        ),
        ("credential.expired", options(), Box::new(|_| {}), 3600),
    ];
    let credential = billing();
    for (code, options, change, after) in cases {
        let mut request = get();
        insert(&mut request, "x-other", "kept");
        change(&mut request);
        let before = state(request.headers());
        let signer = Signer::with_options(&credential, options.clone());
        let error = signer.sign(&mut request, b"", at(after), nonce(1)).unwrap_err();
        assert_eq!(error.code(), code);
        assert_eq!(state(request.headers()), before, "{code}");
        let remote = RemoteSigner::new(credential.wit(), options).unwrap();
        assert_eq!(remote.prepare(&request, b"", at(after), nonce(1)).unwrap_err().code(), code);
    }
    // The twin, in the last second of the WIT.
    let mut request = get();
    insert(&mut request, "x-other", "kept");
    assert!(Signer::new(&credential).sign(&mut request, b"", at(3599), nonce(1)).is_ok());
}

/// SIG8-3-4.
#[test]
fn a_nonce_that_is_sent_has_64_bits() {
    let credential = billing();
    let sign = |text: &str| {
        let nonce = Nonce::from_text(text).unwrap();
        Signer::new(&credential).sign(&mut get(), b"", NOW, nonce).map(|_| ()).map_err(|error| error.code())
    };
    assert_eq!(sign("abcdefghijk"), Ok(()));
    assert_eq!(sign("abcdefghij"), Err("httpsig.nonce_too_short"));
    assert_eq!(sign("abcd1111"), Err("httpsig.nonce_too_short"));
}

/// SIG-3.2-1, decision 7: the target URI as the sender knows it, in one spelling.
#[test]
fn the_usual_audience() {
    for (uri, audience) in [
        ("https://api.example.com/orders?page=2", "https://api.example.com/orders"),
        ("HTTPS://API.example.com:443", "https://api.example.com/"),
        ("https://api.example.com:8443/a%2Fb", "https://api.example.com:8443/a%2Fb"),
        ("https://[2001:DB8::1]/x/", "https://[2001:db8::1]/x/"),
        ("http://localhost:80/a", "http://localhost/a"),
    ] {
        let request = Request::get(uri).body(Vec::new()).unwrap();
        let (request, _) = sign_with(request, options().channel_is_secure());
        let text = request.headers()["signature-input"].to_str().unwrap();
        assert!(text.ends_with(&format!(";wimse-aud=\"{audience}\"")), "{text}");
        let base = audience.split('/').take(3).collect::<Vec<_>>().join("/");
        assert!(verdict(&verifier_for(Audience::base(&base).unwrap()), &request).is_ok(), "{uri}");
    }
}

/// SIG-3-31, SIG-5.2-1, SIG-5.2-2: another signature stays, and ours is good beside it, whatever the labels.
#[test]
fn signatures_side_by_side() {
    let foreign = |request: &mut Request<Vec<u8>>, label: &str| {
        let cdn = key(Algorithm::Ed25519, 8);
        let input =
            SignatureInput::builder(label).component(Component::METHOD).tag("cdn").key_id("cdn").build();
        let (input, uri) = (input.unwrap(), request.uri().clone());
        let message = RequestMessage::of(request, TargetContext::of_uri(&uri));
        let signature = input.sign(&message, &cdn).unwrap();
        input.attach(request.headers_mut(), &signature).unwrap();
    };
    let labels = |request: &Request<Vec<u8>>| {
        let signatures = Signatures::parse(request.headers()).unwrap();
        signatures.iter().map(|one| one.input().label().to_owned()).collect::<Vec<_>>()
    };
    // Theirs first.
    for (taken, ours) in [("sig1", "wimse"), ("wimse", "wimse-2")] {
        let mut request = post("{}");
        foreign(&mut request, taken);
        let (request, _) = sign(request);
        assert_eq!(labels(&request), [taken, ours]);
        assert!(verdict(&verifier(), &request).is_ok());
        let message = RequestMessage::of(&request, TargetContext::of_uri(request.uri()));
        let cdn = Signatures::parse(request.headers()).unwrap().into_tagged("cdn").unwrap();
        assert_eq!(cdn.verify(&message, key(Algorithm::Ed25519, 8).public_key()), Ok(()));
    }
    // Ours first.
    let (mut request, _) = sign(post("{}"));
    foreign(&mut request, "cdn");
    assert_eq!(labels(&request), ["wimse", "cdn"]);
    assert!(verdict(&verifier(), &request).is_ok());
    // A relabelled one is the same signature: the label is not signed.
    for name in ["signature-input", "signature"] {
        let lines: Vec<_> = request.headers().get_all(name).iter().cloned().collect();
        request.headers_mut().remove(name);
        for line in lines {
            let text = line.to_str().unwrap().replacen("wimse=", "anything=", 1);
            request.headers_mut().append(name, text.parse().unwrap());
        }
    }
    assert_eq!(labels(&request), ["anything", "cdn"]);
    assert!(verdict(&verifier(), &request).is_ok());
}

/// What our own verifier would refuse for its size is not sent.
#[test]
fn too_many_or_too_long() {
    let crowded = |count: usize, padding: usize| {
        let mut request = get();
        for number in 0..count {
            let member = format!(r#"s{number}=("@method");x="{}""#, "x".repeat(padding));
            request.headers_mut().append("signature-input", member.parse().unwrap());
            request.headers_mut().append("signature", format!("s{number}=:AAAA:").parse().unwrap());
        }
        let signed = Signer::new(&billing()).sign(&mut request, b"", NOW, nonce(1));
        signed.map(|_| request).map_err(|error| error.code())
    };
    assert!(verdict(&verifier(), &crowded(7, 0).unwrap()).is_ok());
    assert_eq!(crowded(8, 0).unwrap_err(), "httpsig.too_many_signatures");
    assert!(verdict(&verifier(), &crowded(7, 1000).unwrap()).is_ok());
    assert_eq!(crowded(7, 1130).unwrap_err(), "httpsig.field_too_large");
}

/// The same of the signatures themselves: beside one that is as long as it may be, ours has no room.
#[test]
fn signatures_too_long_together() {
    let beside = |characters: usize| {
        let mut request = get();
        request.headers_mut().insert("signature-input", r#"cdn=("@method")"#.parse().unwrap());
        let value = format!("cdn=:{}:", "A".repeat(characters));
        request.headers_mut().insert("signature", value.parse().unwrap());
        request
    };
    let (good, crowded) = (beside(16_280), beside(16_284));
    assert_eq!(verdict(&verifier(), &sign(good.clone()).0).map(|_| ()), Ok(()));
    let (credential, before) = (billing(), state(crowded.headers()));

    let mut request = crowded.clone();
    let refused = Signer::new(&credential).sign(&mut request, b"", NOW, nonce(1)).unwrap_err();
    assert_eq!(refused.code(), "httpsig.field_too_large");
    assert_eq!(state(request.headers()), before);

    let remote = RemoteSigner::new(credential.wit(), options()).unwrap();
    for (mut request, expected) in [(good, Ok(())), (crowded, Err("httpsig.field_too_large"))] {
        let before = state(request.headers());
        let prepared = remote.prepare(&request, b"", NOW, nonce(1)).unwrap();
        let signature = key(Algorithm::Ed25519, 2).sign(prepared.signing_input()).unwrap();
        let attached = remote.attach(&mut request, prepared, &signature);
        assert_eq!(attached.map(|_| ()).map_err(|error| error.code()), expected);
        assert_eq!(state(request.headers()) == before, expected.is_err());
    }
}

/// Decision 28: a WPT is on the request already, with the same WIT.
#[test]
fn the_same_wit_may_be_there() {
    let credential = billing();
    let mut request = get();
    let wit = credential.wit().as_str().parse().unwrap();
    request.headers_mut().insert("workload-identity-token", wit);
    let (request, _) = sign(request);
    assert_eq!(request.headers().get_all("workload-identity-token").iter().count(), 1);
    assert!(verdict(&verifier(), &request).is_ok());
}

#[test]
fn an_error_leaves_the_response_as_it_was() {
    let (request, _) = sign(post("{}"));
    let inbound = verdict(&verifier(), &request).unwrap();
    let options = ResponseOptions::default;
    let cases: Vec<(&str, ResponseOptions, &str, &str, u64)> = vec![
        ("httpsig.wit_present", options(), "workload-identity-token", "a.b.c", 0),
        (
            "httpsig.digest_mismatch",
            options(),
            "content-digest",
            "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
            0,
        ),
        ("httpsig.input_missing", options(), "signature", "a=:AAAA:", 0),
        ("httpsig.lifetime", options().lifetime(Duration::from_secs(301)), "x-other", "", 0),
        (
            "httpsig.component_missing",
            options().covering([Component::field("etag").unwrap()]),
            "x-other",
            "",
            0,
        ),
        // The signature of the request says nothing of it.
        (
            "httpsig.component_missing",
            options().covering([Component::field("accept").unwrap().req()]),
            "x-other",
            "",
            0,
        ),
        ("credential.expired", options(), "x-other", "", 3600),
    ];
    let credential = orders();
    for (code, options, name, value, after) in cases {
        let mut answered = response(200, "two cones");
        answered.headers_mut().insert(http::HeaderName::try_from(name).unwrap(), value.parse().unwrap());
        let before = state(answered.headers());
        let signer = ResponseSigner::with_options(&credential, options);
        let error = signer.sign(&inbound, &mut answered, b"two cones", at(after), nonce(2)).unwrap_err();
        assert_eq!(error.code(), code);
        assert_eq!(state(answered.headers()), before, "{code}");
    }
    let mut answered = response(200, "two cones");
    let more =
        options().covering([Component::field("content-digest").unwrap().req(), Component::METHOD.req()]);
    let signer = ResponseSigner::with_options(&credential, more.label("mine"));
    assert_eq!(signer.sign(&inbound, &mut answered, b"two cones", NOW, nonce(2)), Ok(()));
    let text = answered.headers()["signature-input"].to_str().unwrap();
    assert!(text.starts_with("mine=(") && text.matches("\"@method\";req").count() == 1, "{text}");
    assert!(text.contains("\"content-digest\";req)"), "{text}");
}

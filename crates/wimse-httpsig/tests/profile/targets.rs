//! Targets and audiences: what a request is for.

use crate::exchange::{
    self, BASE, GET, NOW, TAG, at, forge, get, guard, sign, sign_with, usual, verdict, verifier, verifier_for,
};
use http::{HeaderValue, Method, Request};
use wimse_creds::pop::Audience;
use wimse_httpsig::RequestOptions;
use wimse_httpsig::message::{SignatureInputBuilder, TargetContext};

/// SIG-3-40: what it stands for is covered otherwise.
#[test]
fn the_request_target_does_not_stand_in_for_path_and_query() {
    let mut request = Request::get("/orders/7?page=2").body(Vec::new()).unwrap();
    let components = ["@method", "@request-target", "workload-identity-token"];
    let refused = forge(request.clone(), &components, usual);
    assert_eq!(verdict(&verifier(), &refused).unwrap_err(), "httpsig.not_covered");
    request = forge(request, &[GET.as_slice(), &["@request-target"]].concat(), usual);
    assert!(verdict(&verifier(), &request).is_ok());
}

/// SIG8-3-1, SIG8-3-2, decision 52.
#[test]
fn connect_covers_the_authority() {
    let connect = || Request::connect("Service.example:443").body(Vec::new()).unwrap();
    let say = |builder: SignatureInputBuilder| {
        let builder = builder.created(NOW).expires(at(60)).nonce("AAAAAAAAAAA").tag(TAG);
        builder.parameter("wimse-aud", "https://proxy.example")
    };
    let verifier = verifier_for(Audience::value("https://proxy.example").unwrap());
    let request = forge(connect(), &["@method", "@authority", "workload-identity-token"], say);
    assert!(verdict(&verifier, &request).is_ok());
    assert_eq!(
        verdict(&verifier_for(Audience::base("https://proxy.example").unwrap()), &request).unwrap_err(),
        "httpsig.audience_mismatch",
        "it has no path that a base could be joined with"
    );
    // A listed URI with a path is for that path.
    let say_path = |builder: SignatureInputBuilder| {
        let builder = builder.created(NOW).expires(at(60)).nonce("AAAAAAAAAAA").tag(TAG);
        builder.parameter("wimse-aud", "https://proxy.example/tunnel")
    };
    let with_path = forge(connect(), &["@method", "@authority", "workload-identity-token"], say_path);
    let listed = verifier_for(Audience::value("https://proxy.example/tunnel").unwrap());
    assert_eq!(verdict(&listed, &with_path).unwrap_err(), "httpsig.audience_mismatch");
    let request = forge(connect(), &["@method", "workload-identity-token"], say);
    assert_eq!(verdict(&verifier, &request).unwrap_err(), "httpsig.not_covered");
    let mut elsewhere = forge(connect(), &["@method", "@authority", "workload-identity-token"], say);
    *elsewhere.uri_mut() = "other.example:443".parse().unwrap();
    assert_eq!(verdict(&verifier, &elsewhere).unwrap_err(), "httpsig.signature");

    // A signature that covers path or query of a CONNECT cannot be made from one.
    for excluded in ["@path", "@query"] {
        let components = ["@method", "@authority", "workload-identity-token", excluded];
        let mut request =
            forge(Request::get("https://service.example/").body(Vec::new()).unwrap(), &components, say);
        *request.method_mut() = Method::CONNECT;
        *request.uri_mut() = "service.example:443".parse().unwrap();
        assert_eq!(verdict(&verifier, &request).unwrap_err(), "httpsig.component_forbidden", "{excluded}");
    }

    let signed = sign_with(connect(), RequestOptions::default().audience("https://proxy.example")).0;
    assert!(verdict(&verifier, &signed).unwrap().peer().covers("@authority"));
}

/// SIG8-3.2-1, SIG8-3.2-2, decision 7.
#[test]
fn audiences_are_compared_as_they_are() {
    let said = |audience: &'static str| {
        forge(get(), &GET, move |builder| {
            let builder = builder.created(NOW).expires(at(60)).nonce("AAAAAAAAAAA").tag(TAG);
            builder.parameter("wimse-aud", audience)
        })
    };
    assert!(verdict(&verifier(), &said("https://api.example.com/orders/7")).is_ok());
    for other in [
        "https://api.example.com/orders/7/",
        "https://api.example.com:443/orders/7",
        "HTTPS://api.example.com/orders/7",
        "https://API.example.com/orders/7",
        "https://api.example.com/orders/7?page=2",
        "https://api.example.com/orders/8",
        "https://api.example.com",
        "https://api.example.com/",
        "http://api.example.com/orders/7",
        "https://api.example.com.evil.example/orders/7",
        "/orders/7",
    ] {
        assert_eq!(verdict(&verifier(), &said(other)).unwrap_err(), "httpsig.audience_mismatch", "{other}");
    }
    let agreed = verifier_for(Audience::value("urn:example:orders").unwrap());
    assert!(verdict(&agreed, &said("urn:example:orders")).is_ok());
    assert_eq!(verdict(&agreed, &said("URN:example:orders")).unwrap_err(), "httpsig.audience_mismatch");
    let listed = verifier_for(Audience::value("https://api.example.com/orders/8").unwrap());
    assert_eq!(
        verdict(&listed, &said("https://api.example.com/orders/8")).unwrap_err(),
        "httpsig.audience_mismatch",
        "a listed URI is for its own path"
    );
}

/// SIG-3.2-2.
#[test]
fn request_fields_say_nothing_about_the_audience() {
    let (mut request, _) = sign(get());
    for name in ["host", "forwarded", "x-forwarded-host"] {
        request.headers_mut().insert(name, HeaderValue::from_static("host=other.example"));
    }
    assert!(verdict(&verifier(), &request).is_ok());
    let other = verifier_for(Audience::base("https://other.example").unwrap());
    assert_eq!(verdict(&other, &request).unwrap_err(), "httpsig.audience_mismatch");
}

/// Decision 21: the target is taken as it was received.
#[test]
fn targets_are_raw() {
    let at_target = |raw: &'static str, path: &'static str| {
        let uri: http::Uri = "https://api.example.com/".parse().unwrap();
        let mut request = Request::get(uri).body(Vec::new()).unwrap();
        let credential = exchange::billing();
        let wit = credential.wit().as_str().parse().unwrap();
        request.headers_mut().insert("workload-identity-token", wit);
        let target = TargetContext::new(raw);
        let input = wimse_httpsig::message::SignatureInput::builder("sig1")
            .components(GET.iter().map(|name| exchange::component(name)))
            .created(NOW)
            .expires(at(60))
            .nonce("AAAAAAAAAAA")
            .tag(TAG)
            .parameter("wimse-aud", format!("{BASE}{path}"))
            .build()
            .unwrap();
        let message = wimse_httpsig::message::RequestMessage::of(&request, target);
        let base = input.base(&message).unwrap();
        let signature = credential.sign(base.as_bytes(), NOW).unwrap();
        input.attach(request.headers_mut(), &signature).unwrap();
        request
    };
    let verdict = |request: &Request<Vec<u8>>, raw: &'static str| {
        let guard = guard();
        verifier()
            .verify(request, &TargetContext::new(raw), &guard, NOW)
            .map(|_| ())
            .map_err(|error| error.code())
    };
    for (raw, path) in [
        ("/", "/"),
        ("//orders", "//orders"),
        ("/orders//7", "/orders//7"),
        ("/orders%2F7", "/orders%2F7"),
        ("/orders/../7", "/orders/../7"),
        ("/orders/?", "/orders/"),
        ("https://api.example.com", "/"),
        ("https://api.example.com/orders", "/orders"),
        ("https://api.example.com?page=2", "/"),
    ] {
        assert_eq!(verdict(&at_target(raw, path), raw), Ok(()), "{raw}");
    }
    for (signed, path, received, code) in [
        ("/orders%2F7", "/orders%2F7", "/orders/7", "httpsig.audience_mismatch"),
        ("/orders%2f7", "/orders%2f7", "/orders%2F7", "httpsig.audience_mismatch"),
        ("/a?x", "/a", "/a?y", "httpsig.signature"),
        ("/a", "/a", "/a?x", "httpsig.signature"),
        ("/a", "/a", "*", "httpsig.audience_mismatch"),
        ("/a", "/a", "", "httpsig.audience_mismatch"),
        ("/a", "/a", "/a b", "httpsig.audience_mismatch"),
    ] {
        assert_eq!(verdict(&at_target(signed, path), received), Err(code), "{received}");
    }
}

#[test]
fn asterisk_form_has_no_path_to_cover() {
    let agreed = verifier_for(Audience::value("urn:example:orders").unwrap());
    let (mut request, _) = sign_with(get(), RequestOptions::default().audience("urn:example:orders"));
    *request.method_mut() = Method::OPTIONS;
    let refused = agreed.verify(&request, &TargetContext::new("*"), &guard(), NOW).unwrap_err();
    assert_eq!(refused.code(), "httpsig.target_no_path");
}

/// Where scheme and authority are given, a target in absolute form is theirs, whatever the signature covers.
#[test]
fn an_absolute_target_agrees_with_what_is_given() {
    let (request, _) = sign(get());
    let verify = |raw: &'static str| {
        let target = TargetContext::new(raw).scheme("https").authority("api.example.com");
        verifier().verify(&request, &target, &guard(), NOW).map(|_| ()).map_err(|error| error.code())
    };
    assert_eq!(verify("https://api.example.com:443/orders/7?page=2"), Ok(()));
    assert!(verify("https://evil.example/orders/7?page=2").is_err());
    assert!(verify("http://api.example.com/orders/7?page=2").is_err());
}

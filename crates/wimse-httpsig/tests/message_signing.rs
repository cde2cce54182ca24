//! Signing and verifying with keys, several signatures side by side, and the fields of RFC 9421 2.4.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

use http::{HeaderMap, Request, StatusCode};
use wimse_creds::UnixTime;
use wimse_creds::key::{Algorithm, PublicKey, SigningKey};
use wimse_httpsig::message::{
    Component, Fields, ParameterValue, RequestMessage, ResponseMessage, SignatureInput,
    SignatureInputBuilder, Signatures, TargetContext,
};

fn request() -> Request<()> {
    Request::post("https://api.example.com/orders?page=2")
        .header("content-type", "application/json")
        .body(())
        .unwrap()
}

fn input(label: &str) -> SignatureInputBuilder {
    SignatureInput::builder(label).components([Component::METHOD, Component::PATH]).nonce("n-1").tag(label)
}

fn key(algorithm: Algorithm) -> SigningKey {
    SigningKey::generate(algorithm).unwrap()
}

fn message(request: &Request<()>) -> RequestMessage<'_> {
    RequestMessage::of(request, TargetContext::of_uri(request.uri()))
}

fn sign(request: &mut Request<()>, input: &SignatureInput, key: &SigningKey) {
    let signature = input.sign(&message(request), key).unwrap();
    input.attach(request.headers_mut(), &signature).unwrap();
}

fn verify(request: &Request<()>, tag: &str, key: &PublicKey) -> Result<(), &'static str> {
    let received = Signatures::parse(request.headers()).unwrap().into_tagged(tag).unwrap();
    received.verify(&message(request), key).map_err(|error| error.code())
}

#[test]
fn every_algorithm_signs_and_verifies() {
    for (algorithm, name) in [
        (Algorithm::Es256, "ecdsa-p256-sha256"),
        (Algorithm::Ed25519, "ed25519"),
        (Algorithm::EdDsa, "ed25519"),
    ] {
        let (key, other) = (key(algorithm), key(algorithm));
        for named in [false, true] {
            let builder = if named { input("a").algorithm_name(name) } else { input("a") };
            let mut request = request();
            sign(&mut request, &builder.build().unwrap(), &key);
            assert_eq!(verify(&request, "a", key.public_key()), Ok(()));
            assert_eq!(verify(&request, "a", other.public_key()), Err("httpsig.signature"));
        }
    }
}

/// RFC 9421 3.2 step 6 and 3.3.7: `alg` is compared, never obeyed, and has no names of JOSE.
#[test]
fn another_algorithm_than_that_of_the_key() {
    let key = key(Algorithm::Ed25519);
    for name in ["ecdsa-p256-sha256", "Ed25519", "ES256", "EdDSA", "hmac-sha256", ""] {
        let input = input("a").algorithm_name(name).build().unwrap();
        let mut request = request();
        assert_eq!(input.sign(&message(&request), &key).unwrap_err().code(), "httpsig.alg_mismatch");
        let signature = key.sign(input.base(&message(&request)).unwrap().as_bytes()).unwrap();
        input.attach(request.headers_mut(), &signature).unwrap();
        assert_eq!(verify(&request, "a", key.public_key()), Err("httpsig.alg_mismatch"), "{name}");
    }
    let token = input("a").parameter("alg", ParameterValue::Token("ed25519".into())).build().unwrap();
    let mut request = request();
    let signature = key.sign(token.base(&message(&request)).unwrap().as_bytes()).unwrap();
    token.attach(request.headers_mut(), &signature).unwrap();
    assert_eq!(verify(&request, "a", key.public_key()), Err("httpsig.alg_malformed"));
}

#[test]
fn signatures_of_a_wrong_length() {
    for algorithm in [Algorithm::Es256, Algorithm::Ed25519] {
        let key = key(algorithm);
        let input = input("a").build().unwrap();
        let good = input.sign(&message(&request()), &key).unwrap();
        let (short, long) = (&good[..63], [&good[..], &[0]].concat());
        for (signature, expected) in [
            (&good[..], Ok(())),
            (short, Err("httpsig.signature_length")),
            (&long, Err("httpsig.signature_length")),
            (&[], Err("httpsig.signature_length")),
        ] {
            let mut request = request();
            input.attach(request.headers_mut(), signature).unwrap();
            assert_eq!(verify(&request, "a", key.public_key()), expected);
        }
    }
}

/// RFC 9421 7.2.1: a signature over nothing would be good for every message.
#[test]
fn a_signature_that_covers_nothing() {
    let key = key(Algorithm::Ed25519);
    let input = SignatureInput::builder("a").nonce("n-1").tag("a").build().unwrap();
    let mut request = request();
    assert_eq!(
        input.base(&message(&request)).unwrap().as_str(),
        r#""@signature-params": ();nonce="n-1";tag="a""#
    );
    assert_eq!(input.sign(&message(&request), &key).unwrap_err().code(), "httpsig.nothing_covered");
    let signature = key.sign(input.base(&message(&request)).unwrap().as_bytes()).unwrap();
    input.attach(request.headers_mut(), &signature).unwrap();
    assert_eq!(verify(&request, "a", key.public_key()), Err("httpsig.nothing_covered"));
}

/// RFC 9421 4.3. What one signature has is no concern of another.
#[test]
fn several_signatures_side_by_side() {
    let (first, second) = (key(Algorithm::Ed25519), key(Algorithm::Es256));
    let mut request = request();
    request.headers_mut().append("signature-input", r#"novel=("@novel";p);q=tok"#.parse().unwrap());
    request.headers_mut().append("signature", "novel=:AAAA:".parse().unwrap());
    sign(&mut request, &input("a").build().unwrap(), &first);
    sign(&mut request, &input("b").build().unwrap(), &second);
    assert_eq!(Signatures::parse(request.headers()).unwrap().len(), 3);
    assert_eq!(verify(&request, "a", first.public_key()), Ok(()));
    assert_eq!(verify(&request, "b", second.public_key()), Ok(()));
    assert_eq!(verify(&request, "b", first.public_key()), Err("httpsig.signature"));

    // The label is not signed: another one changes nothing, and the same one is refused.
    let again = input("a").build().unwrap();
    let signature = again.sign(&message(&request), &first).unwrap();
    let before = request.headers().clone();
    assert_eq!(again.attach(request.headers_mut(), &signature).unwrap_err().code(), "httpsig.label_in_use");
    assert_eq!(*request.headers(), before);
}

#[test]
fn no_more_than_would_be_accepted() {
    let key = key(Algorithm::Ed25519);
    let mut request = request();
    for index in 0..8 {
        sign(&mut request, &input(&format!("s{index}")).build().unwrap(), &key);
    }
    let ninth = input("s8").build().unwrap();
    assert_eq!(ninth.attach(request.headers_mut(), &[0]).unwrap_err().code(), "httpsig.too_many_signatures");

    let mut headers = HeaderMap::new();
    let long = input("a").parameter("long", "x".repeat(5000)).build().unwrap();
    long.attach(&mut headers, &[0]).unwrap();
    let long = input("b").parameter("long", "x".repeat(5000)).build().unwrap();
    assert_eq!(long.attach(&mut headers, &[0]).unwrap_err().code(), "httpsig.field_too_large");
    headers.insert("signature", "a".parse().unwrap());
    assert_eq!(
        input("b").build().unwrap().attach(&mut headers, &[0]).unwrap_err().code(),
        "httpsig.member_type"
    );
}

#[test]
fn inputs_that_cannot_be_made() {
    let made = |builder: SignatureInputBuilder| {
        builder.build().map(|input| input.to_string()).map_err(|error| error.code())
    };
    let empty = || SignatureInput::builder("a");
    let field = |name: &'static str| Component::field(name).unwrap();
    for (builder, expected) in [
        (SignatureInput::builder(""), Err("httpsig.label")),
        (SignatureInput::builder("A"), Err("httpsig.label")),
        (SignatureInput::builder("a b"), Err("httpsig.label")),
        (SignatureInput::builder("a=()\r\n"), Err("httpsig.label")),
        (SignatureInput::builder("*a-1"), Ok("*a-1=()")),
        (empty().component(Component::PATH).component(Component::PATH), Err("httpsig.component_repeated")),
        (
            empty().component(Component::PATH).component(Component::PATH.req()),
            Ok(r#"a=("@path" "@path";req)"#),
        ),
        (empty().component(field("x").key("k\u{e9}")), Err("httpsig.component_name")),
        (empty().component(field("x").key("k\"\\")), Ok(r#"a=("x";key="k\"\\")"#)),
        (empty().component(Component::query_param("\n")), Err("httpsig.component_name")),
        (empty().nonce("n\n"), Err("httpsig.parameter")),
        (empty().tag("caf\u{e9}"), Err("httpsig.parameter")),
        (empty().nonce("1").nonce("2"), Err("httpsig.parameter_repeated")),
        (empty().parameter("X", true), Err("httpsig.parameter")),
        (empty().parameter("x", 1_000_000_000_000_000), Err("httpsig.parameter")),
        (empty().parameter("x", 999_999_999_999_999), Ok("a=();x=999999999999999")),
        (empty().parameter("x", ParameterValue::Token("a b".into())), Err("httpsig.parameter")),
        (empty().parameter("x", ParameterValue::Decimal(1500)), Ok("a=();x=1.5")),
        (empty().parameter("x", ParameterValue::Date(7)), Ok("a=();x=@7")),
        (
            empty().parameter("x", ParameterValue::DisplayString("\u{e9}\n".into())),
            Ok(r#"a=();x=%"%c3%a9%0a""#),
        ),
        (empty().parameter("x", ParameterValue::ByteSequence(vec![0].into())), Ok("a=();x=:AA==:")),
        (empty().parameter("x", true).parameter("y", false), Ok("a=();x;y=?0")),
        (
            empty().expires(UnixTime::from_secs(20)).created(UnixTime::from_secs(10)).key_id("k"),
            Ok(r#"a=();expires=20;created=10;keyid="k""#),
        ),
    ] {
        assert_eq!(made(builder.clone()).as_deref().map_err(|code| *code), expected, "{builder:?}");
    }
    for name in ["", "Date", "x y", "x:", "\u{e9}", "@method"] {
        assert_eq!(Component::field(name).unwrap_err().code(), "httpsig.component_name", "{name}");
    }
}

#[test]
fn signatures_are_not_logged() {
    let key = key(Algorithm::Ed25519);
    let input = input("a").build().unwrap();
    let mut request = request();
    sign(&mut request, &input, &key);
    assert!(request.headers()["signature"].is_sensitive());
    let received = Signatures::parse(request.headers()).unwrap();
    assert!(!format!("{received:?}").contains(&format!("{:?}", received.iter().next().unwrap().signature())));
}

/// RFC 9421 2.4: a response that covers parts of its request, with `test-key-ecc-p256` (B.1.3).
#[test]
fn the_response_of_section_2_4() {
    let key = PublicKey::from_jwk(
        r#"{"kty":"EC","crv":"P-256","alg":"ES256","x":"qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA","y":"Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0"}"#,
    )
    .unwrap();
    let digest =
        b"sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
    let request: [(&str, &[u8]); 5] = [
        ("Host", b"example.com"),
        ("Date", b"Tue, 20 Apr 2021 02:07:55 GMT"),
        ("Content-Digest", digest),
        ("Content-Type", b"application/json"),
        ("Content-Length", b"18"),
    ];
    let response: [(&str, &[u8]); 6] = [
        ("Date", b"Tue, 20 Apr 2021 02:07:56 GMT"),
        ("Content-Type", b"application/json"),
        ("Content-Length", b"62"),
        (
            "Content-Digest",
            b"sha-512=:0Y6iCBzGg5rZtoXS95Ijz03mslf6KAMCloESHObfwnHJDbkkWWQz6PhhU9kxsTbARtY2PTBOzq24uJFpHsMuAg==:",
        ),
        (
            "Signature-Input",
            br#"reqres=("@status" "content-digest" "content-type" "@authority";req "@method";req "@path";req "content-digest";req);created=1618884479;keyid="test-key-ecc-p256""#,
        ),
        (
            "Signature",
            b"reqres=:dMT/A/76ehrdBTD/2Xx8QuKV6FoyzEP/I9hdzKN8LQJLNgzU4W767HK05rx1i8meNQQgQPgQp8wq2ive3tV5Ag==:",
        ),
    ];
    let target = |raw| TargetContext::new(raw).scheme("https").authority("example.com");
    let verify = |raw_target, status| {
        let request = RequestMessage::new("POST", target(raw_target), Fields::raw(&request));
        let fields = Fields::raw(&response);
        let message = ResponseMessage::new(status, fields).answering(&request);
        let signatures = Signatures::parse(fields).unwrap();
        signatures.labelled("reqres").unwrap().verify(&message, &key).map_err(|error| error.code())
    };
    let busy = StatusCode::SERVICE_UNAVAILABLE;
    assert_eq!(verify("/foo?param=Value&Pet=dog", busy), Ok(()));
    assert_eq!(verify("/foo", busy), Ok(()), "the query is not covered");
    assert_eq!(verify("/bar?param=Value&Pet=dog", busy), Err("httpsig.signature"));
    assert_eq!(verify("/foo?param=Value&Pet=dog", StatusCode::OK), Err("httpsig.signature"));
}

/// How much one base looks into a long query is bounded, however many components ask.
#[test]
fn what_is_searched_for_one_base_is_bounded() {
    let names: Vec<String> = (0..20).map(|number| format!("a{number}")).collect();
    let request = |padding: usize| {
        let query = format!("{}&{}", names.join("&"), "b".repeat(padding));
        Request::get(format!("https://api.example.com/?{query}")).body(()).unwrap()
    };
    let components = names.iter().map(|name| Component::query_param(name.clone()));
    let input = SignatureInput::builder("sig").components(components).build().unwrap();
    let base = |request: &Request<()>| {
        let message = RequestMessage::of(request, TargetContext::of_uri(request.uri()));
        input.base(&message).map(|_| ()).map_err(|error| error.code())
    };
    assert_eq!(base(&request(1000)), Ok(()));
    assert_eq!(base(&request(2000)), Err("httpsig.query_too_large"));
}

/// There are tokens in a base.
#[test]
fn a_base_is_not_printed() {
    let request =
        Request::get("https://api.example.com/").header("authorization", "secret").body(()).unwrap();
    let input =
        SignatureInput::builder("sig").component(Component::field("authorization").unwrap()).build().unwrap();
    let base = input.base(&RequestMessage::of(&request, TargetContext::of_uri(request.uri()))).unwrap();
    assert!(base.as_str().contains("secret") && !format!("{base:?}").contains("secret"));
}

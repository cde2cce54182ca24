//! The examples of the drafts: bases are equal, message signatures verify, and signing again gives the same bytes where
//! the algorithm is deterministic.
//!
//! `data/http-signature-07-*.http` are Figures 2, 4, 6 and 7 of draft-ietf-wimse-http-signature (editor's copy of
//! 22 September 2026), the keys Figures 1, 3 and 5; the bases beside them are derived. The key of the issuer is not
//! printed, so the WITs cannot be verified: the whole exchanges are made again with WITs of our own.
//! `data/tunnels-signatures-connect.http` is the signed CONNECT of draft-rosomakho-httpbis-tunnels-signatures (editor's
//! copy of October 2026, an individual draft), with its keys.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod exchange;

use exchange::{guard, issuer, wits};
use http::{HeaderName, HeaderValue, Request, Response};
use std::sync::Arc;
use std::time::Duration;
use wimse_creds::key::{Algorithm, PublicKey, SigningKey};
use wimse_creds::pop::{Audience, Nonce, WitCredential};
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::{UnixTime, Validity, WitClaims, WitPolicy, WitVerifier};
use wimse_httpsig::message::{RequestMessage, ResponseMessage, Signatures, TargetContext};
use wimse_httpsig::{
    Answer, ExpectedPeer, RequestOptions, ResponseOptions, ResponseSigner, ResponseVerifier, Signer, Verifier,
};

const SVC_A: &str = r#"{"alg":"Ed25519","crv":"Ed25519","d":"fNVx2xkvU-jbsowg3cHMGLPzODvkM8Rd1UClQxv_VP0","kid":"svc-a-key",
    "kty":"OKP","x":"QDYLWc32T8hljQoolDi0ukqXtvNB1h-qNbpfuwZkZDg"}"#;
const SVC_B: &str = r#"{"alg":"Ed25519","crv":"Ed25519","d":"uJf73cksN9k54kJtgrc0nBc3_WzkcJovRXWjEIYyESE","kid":"svc-b-key",
    "kty":"OKP","x":"WUZzabuwlwS9xlhndvLRMWQdkyjdOqVySiwqqd6brLM"}"#;
const SVC_C: &str = r#"{"alg":"ES256","crv":"P-256","d":"RuJQPzrHlQrRllszMFQQw3e8bSdArcYeXjhnXRXclHs","kid":"svc-c-key",
    "kty":"EC","x":"dquxM0LHBbWlYCDxcNRHe9kb41lrnL0h_9ntNXKxzxw","y":"HPqRls-EZoPrHY9gNRcZGq5pkypeovfnzLSfsYP2L6o"}"#;

/// `created` of all of them.
const CREATED: UnixTime = UnixTime::from_secs(1_789_405_135);
const TAG: &str = "wimse-workload-to-workload";

struct Example {
    caller: (&'static str, &'static str),
    callee: (&'static str, &'static str),
    audience: &'static str,
    request: (&'static str, &'static str),
    response: (&'static str, &'static str),
}

const EXAMPLES: [Example; 2] = [
    Example {
        caller: ("svcA", SVC_A),
        callee: ("svcB", SVC_B),
        audience: "https://svcb.example.com",
        request: (
            include_str!("data/http-signature-07-req-a-b.http"),
            include_str!("data/http-signature-07-req-a-b.base"),
        ),
        response: (
            include_str!("data/http-signature-07-resp-b-a.http"),
            include_str!("data/http-signature-07-resp-b-a.base"),
        ),
    },
    Example {
        caller: ("svcB", SVC_B),
        callee: ("svcC", SVC_C),
        audience: "https://svcc.example.com",
        request: (
            include_str!("data/http-signature-07-req-b-c.http"),
            include_str!("data/http-signature-07-req-b-c.base"),
        ),
        response: (
            include_str!("data/http-signature-07-resp-c-b.http"),
            include_str!("data/http-signature-07-resp-c-b.base"),
        ),
    },
];

#[test]
fn requests_verify_and_are_signed_again() {
    for Example { caller, request: (text, base), .. } in EXAMPLES {
        let (request, key) = (request(text), SigningKey::from_jwk(caller.1).unwrap());
        let message = RequestMessage::of(&request, TargetContext::of_uri(request.uri()));
        let received = Signatures::parse(request.headers()).unwrap().into_tagged(TAG).unwrap();
        assert_eq!(received.input().base(&message).unwrap().as_str(), base);
        received.verify(&message, key.public_key()).unwrap();
        // Ed25519.
        assert_eq!(received.input().sign(&message, &key).unwrap(), received.signature());
    }
}

#[test]
fn responses_verify_and_are_signed_again() {
    for Example { callee, request: (request_text, _), response: (text, base), .. } in EXAMPLES {
        let (request, response) = (request(request_text), response(text));
        let asked = RequestMessage::of(&request, TargetContext::of_uri(request.uri()));
        let message = ResponseMessage::of(&response).answering(&asked);
        let key = SigningKey::from_jwk(callee.1).unwrap();
        let received = Signatures::parse(response.headers()).unwrap().into_tagged(TAG).unwrap();
        assert_eq!(received.input().base(&message).unwrap().as_str(), base);
        received.verify(&message, key.public_key()).unwrap();
        if key.algorithm() == Algorithm::Ed25519 {
            assert_eq!(received.input().sign(&message, &key).unwrap(), received.signature());
        }
    }
}

/// The same messages with WITs of our own issuer: what we write differs from the draft in WIT, nonces, label, lifetime
/// and signature only, and what we verify is what the draft shows.
#[test]
fn whole_exchanges_with_wits_of_our_own() {
    for example in EXAMPLES {
        let (asked, answered) = (request(example.request.0), response(example.response.0));
        let caller = credential(example.caller);
        let callee = credential(example.callee);

        let uri = format!("{}{}", example.audience, asked.uri());
        let mut request = unsigned(Request::builder().method(asked.method()).uri(uri), &asked);
        let options = RequestOptions::default().require_signed_response().label("sig1");
        let content = request.body().clone();
        let signer = Signer::with_options(&caller, options.lifetime(Duration::from_secs(300)));
        let pending = signer.sign(&mut request, &content, CREATED, nonce("1")).unwrap();
        assert_eq!(without_secrets(request.headers()), without_secrets(asked.headers()));

        let verifier = Verifier::new(wits(), Audience::base(example.audience).unwrap());
        let target = TargetContext::new(asked.uri().to_string());
        let inbound = verifier.verify(&request, &target, &guard(), CREATED).unwrap();
        assert_eq!(inbound.peer().identifier().as_str(), format!("wimse://example.com/{}", example.caller.0));
        assert!(inbound.response_required());

        let mut response =
            Response::builder().status(answered.status()).body(answered.body().clone()).unwrap();
        response.headers_mut().clone_from(answered.headers());
        for name in ["signature", "signature-input", "workload-identity-token"] {
            response.headers_mut().remove(name);
        }
        let options = ResponseOptions::default().label("sig1").lifetime(Duration::from_secs(300));
        let signer = ResponseSigner::with_options(&callee, options);
        signer.sign(&inbound, &mut response, answered.body(), CREATED, nonce("2")).unwrap();
        assert_eq!(without_secrets(response.headers()), without_secrets(answered.headers()));

        let callee = format!("wimse://example.com/{}", example.callee.0);
        let expected = ExpectedPeer::Workload(callee.parse().unwrap());
        let responses = ResponseVerifier::new(wits());
        let answer =
            pending.verify_response(&response, answered.body(), &responses, &expected, &guard(), CREATED);
        let Answer::Authenticated(peer) = answer.unwrap() else { panic!("unsigned") };
        assert_eq!(peer.identifier().as_str(), callee);
    }
}

/// Everything but WIT verification, by the rules of the profile: the examples are good, and only their WITs cannot be
/// judged.
#[test]
fn the_examples_fail_by_their_wits_only() {
    for example in EXAMPLES {
        let request = request(example.request.0);
        let verifier = Verifier::new(wits(), Audience::base(example.audience).unwrap());
        let target = TargetContext::of_uri(request.uri());
        let refused = verifier.verify(&request, &target, &guard(), CREATED).unwrap_err();
        assert_eq!(refused.code(), "wit.kid_unknown");
        let late = CREATED.plus(Duration::from_secs(400));
        assert_eq!(verifier.verify(&request, &target, &guard(), late).unwrap_err().code(), "httpsig.expired");
    }
}

#[test]
fn a_signed_connect_verifies() {
    let text = include_str!("data/tunnels-signatures-connect.http");
    let request = request(text);
    let target = TargetContext::of_uri(request.uri());
    let message = RequestMessage::of(&request, target.clone());
    let received = Signatures::parse(request.headers()).unwrap().into_tagged(TAG).unwrap();
    let base = include_str!("data/tunnels-signatures-connect.base");
    assert_eq!(received.input().base(&message).unwrap().as_str(), base);

    let issuer = r#"{"kty":"OKP","crv":"Ed25519","x":"uJqIC9mMU6Dl3roQZqy6CIrseaodOv_hjPGhel1Q3mk","alg":"Ed25519",
        "kid":"issuer-key"}"#;
    let domain = DomainAnchors::new("wimse://example.com".parse().unwrap());
    let domain = domain.with_key(PublicKey::from_jwk(issuer).unwrap()).unwrap();
    let anchors = TrustAnchors::none().with(domain).unwrap();
    let wits = Arc::new(WitVerifier::new(anchors, WitPolicy::default()));
    let audience = Audience::value("https://proxy.example").unwrap();
    let verifier = Verifier::new(wits, audience);
    let now = UnixTime::from_secs(1_791_244_800);
    let inbound = verifier.verify(&request, &target, &guard(), now).unwrap();
    assert_eq!(inbound.peer().identifier().as_str(), "wimse://example.com/workload-a");
    assert!(inbound.peer().covers("@authority"));

    let late = now.plus(Duration::from_secs(91));
    assert_eq!(verifier.verify(&request, &target, &guard(), late).unwrap_err().code(), "httpsig.expired");
}

fn credential((name, key): (&str, &str)) -> WitCredential {
    let subject = format!("wimse://example.com/{name}").parse().unwrap();
    let key = SigningKey::from_jwk(key).unwrap();
    let validity = Validity::starting(CREATED, Duration::from_secs(600));
    let wit = WitClaims::new(subject, key.public_key(), validity).sign(&issuer()).unwrap();
    WitCredential::new(wit, key).unwrap()
}

fn nonce(end: &str) -> Nonce {
    Nonce::from_text(&format!("AAAAAAAAAAA{end}")).unwrap()
}

/// The fields but for signature and WIT, with what is random or long-lived taken out of the input.
fn without_secrets(headers: &http::HeaderMap) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for (name, value) in headers {
        let mut value = value.to_str().unwrap().to_owned();
        match name.as_str() {
            "signature" | "workload-identity-token" => continue,
            "signature-input" => {
                let cut = |part: &str| match part.split_once('=') {
                    Some((key @ ("nonce" | "wimse-req-nonce" | "expires"), _)) => key.to_owned(),
                    _ => part.to_owned(),
                };
                value = value.split(';').map(cut).collect::<Vec<_>>().join(";");
            }
            _ => {}
        }
        fields.push((name.to_string(), value));
    }
    fields.sort();
    fields
}

/// The fields of an example that are there before it is signed.
fn unsigned(builder: http::request::Builder, example: &Request<Vec<u8>>) -> Request<Vec<u8>> {
    let mut request = builder.body(example.body().clone()).unwrap();
    request.headers_mut().clone_from(example.headers());
    for name in ["signature", "signature-input", "workload-identity-token", "content-digest"] {
        request.headers_mut().remove(name);
    }
    request
}

fn request(text: &str) -> Request<Vec<u8>> {
    let (start, fields, body) = split(text);
    let mut start = start.split(' ');
    let mut request = Request::builder().method(start.next().unwrap()).uri(start.next().unwrap());
    for (name, value) in fields {
        request = request.header(name, value);
    }
    request.body(body).unwrap()
}

fn response(text: &str) -> Response<Vec<u8>> {
    let (start, fields, body) = split(text);
    let mut response = Response::builder().status(start.split(' ').nth(1).unwrap());
    for (name, value) in fields {
        response = response.header(name, value);
    }
    response.body(body).unwrap()
}

type Split<'a> = (&'a str, Vec<(HeaderName, HeaderValue)>, Vec<u8>);

fn split(text: &str) -> Split<'_> {
    let (head, body) = text.split_once("\n\n").unwrap();
    let (start, fields) = head.split_once('\n').unwrap();
    let fields = fields.lines().map(|line| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.parse().unwrap(), value.parse().unwrap())
    });
    (start, fields.collect(), body.into())
}

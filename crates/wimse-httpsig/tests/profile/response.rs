//! The rules for responses, each accepted and refused.

use crate::exchange::{
    self, NOW, agrees, at, expected, get, guard, nonce, orders, post, response, response_verifier, sign_with,
    usual, verifier,
};
use http::{Request, Response};
use wimse_creds::pop::NoReplayGuard;
use wimse_httpsig::message::{
    Component, ResponseMessage, SignatureInput, SignatureInputBuilder, TargetContext,
};
use wimse_httpsig::{Answer, Inbound, PendingExchange, RequestOptions, ResponseError, ResponseVerifier};

/// A request that has arrived.
pub(crate) fn arrived(request: Request<Vec<u8>>, options: RequestOptions) -> (PendingExchange, Inbound) {
    let (request, pending) = sign_with(request, options);
    let target = TargetContext::of_uri(request.uri());
    (pending, verifier().verify(&request, &target, &NoReplayGuard, NOW).unwrap())
}

pub(crate) fn required() -> RequestOptions {
    RequestOptions::default().require_signed_response()
}

pub(crate) fn signed(inbound: &Inbound, mut response: Response<Vec<u8>>) -> Response<Vec<u8>> {
    let content = response.body().clone();
    inbound.sign_response(&mut response, &content, &orders(), NOW, nonce(2)).unwrap();
    response
}

pub(crate) fn answer(
    pending: &PendingExchange,
    response: &Response<Vec<u8>>,
    verifier: &ResponseVerifier,
) -> Result<Answer, ResponseError> {
    let (body, expected, guard) = (response.body(), expected(), &NoReplayGuard);
    let answer = pending.verify_response(response, body, verifier, &expected, guard, NOW);
    let explanation = pending.explain_response(response, body, verifier, &expected, guard, NOW);
    agrees(&explanation, answer.as_ref().err().map(|error| error.code()), response.headers());
    answer
}

pub(crate) fn code(pending: &PendingExchange, response: &Response<Vec<u8>>) -> Result<bool, &'static str> {
    let answer = answer(pending, response, &response_verifier()).map_err(|error| error.code())?;
    Ok(answer.peer().is_some())
}

#[test]
fn a_signed_response_tells_who_answers() {
    for request in [get(), post("{}")] {
        let (pending, inbound) = arrived(request, required());
        assert!(inbound.response_required());
        for body in ["two cones", ""] {
            let response = signed(&inbound, response(200, body));
            let Ok(Answer::Authenticated(peer)) = answer(&pending, &response, &response_verifier()) else {
                panic!()
            };
            assert_eq!(peer.identifier().as_str(), "wimse://example.com/orders");
            assert!(peer.covers("@status") && peer.covers("content-type"));
            assert_eq!(peer.covers("content-digest"), !body.is_empty());
        }
    }
}

/// SIG-3-9 to SIG-3-15: in what order, too.
#[test]
fn what_it_covers_and_says() {
    let (_, inbound) = arrived(post("{}"), required());
    let response = signed(&inbound, response(200, "two cones"));
    let text = response.headers()["signature-input"].to_str().unwrap();
    let expected = concat!(
        r#"wimse=("@status" "workload-identity-token" "content-type" "content-digest" "@method";req "@path";req "#,
        r#""@query";req);created=1789405135;expires=1789405195;nonce="AgICAgICAgICAgICAgICAg";"#,
        r#"tag="wimse-workload-to-workload";wimse-req-nonce="AQEBAQEBAQEBAQEBAQEBAQ""#
    );
    assert_eq!(text, expected);
}

/// SIG-3.5-4, SIG-3.5-5, SIG-3-41, decision 43.
#[test]
fn unsigned_responses() {
    let (demanding, _) = arrived(get(), required());
    let (lenient, _) = arrived(get(), RequestOptions::default());
    for status in [200, 204, 400, 401, 500, 501] {
        let response = response(status, "");
        assert_eq!(code(&lenient, &response), Ok(false));
        let refused = answer(&demanding, &response, &response_verifier()).unwrap_err();
        assert_eq!(refused.code(), "httpsig.response_unsigned");
        assert_eq!(refused.untrusted_status().unwrap(), status);
    }
    // Another's signature is none of the profile.
    let mut foreign = response(200, "");
    foreign.headers_mut().insert("signature-input", r#"cdn=("@status");tag="cdn""#.parse().unwrap());
    foreign.headers_mut().insert("signature", "cdn=:AAAA:".parse().unwrap());
    assert_eq!(code(&lenient, &foreign), Ok(false));
    assert_eq!(code(&demanding, &foreign), Err("httpsig.response_unsigned"));
    // SIG-3.5-7: what is there must be good, wanted or not.
    foreign.headers_mut().insert("signature-input", "cdn=(".parse().unwrap());
    assert_eq!(code(&lenient, &foreign), Err("httpsig.field_malformed"));
}

#[test]
fn nothing_in_it_can_be_changed() {
    let (pending, inbound) = arrived(get(), required());
    let good = signed(&inbound, response(200, "two cones"));
    assert_eq!(code(&pending, &good), Ok(true));
    type Change = fn(&mut Response<Vec<u8>>);
    let changes: [(&str, Change); 9] = [
        ("httpsig.signature", |response| *response.status_mut() = http::StatusCode::CREATED),
        ("httpsig.signature", |response| set(response, "content-type", "text/html")),
        ("httpsig.component_missing", |response| drop(response.headers_mut().remove("content-type"))),
        ("httpsig.digest_mismatch", |response| response.body_mut().push(b'!')),
        ("httpsig.digest_mismatch", |response| response.body_mut().clear()),
        ("httpsig.signature", |response| {
            set(response, "content-digest", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
        }),
        ("httpsig.field_repeated", |response| {
            response.headers_mut().append("content-type", "text/html".parse().unwrap());
        }),
        ("httpsig.not_covered", |response| {
            exchange::replace(response.headers_mut(), "signature-input", |text| {
                text.replace("\"workload-identity-token\"", "\"workload-identity-token\";bs")
            });
        }),
        ("wit.field_missing", |response| {
            response.headers_mut().remove("workload-identity-token");
        }),
    ];
    for (expected, change) in changes {
        let mut response = good.clone();
        change(&mut response);
        assert_eq!(code(&pending, &response), Err(expected));
    }
}

pub(crate) fn set(response: &mut Response<Vec<u8>>, name: &'static str, value: &'static str) {
    response.headers_mut().insert(name, value.parse().unwrap());
}

/// A response with a signature that says and covers what the test wants, well signed.
fn forge(
    pending_request: &Request<Vec<u8>>,
    components: Vec<Component<'static>>,
    say: impl FnOnce(SignatureInputBuilder) -> SignatureInputBuilder,
) -> Response<Vec<u8>> {
    let mut response = response(200, "");
    let credential = orders();
    response.headers_mut().insert("workload-identity-token", credential.wit().as_str().parse().unwrap());
    let input = say(SignatureInput::builder("sig1").components(components)).build().unwrap();
    let request = wimse_httpsig::message::RequestMessage::of(
        pending_request,
        TargetContext::of_uri(pending_request.uri()),
    );
    let message = ResponseMessage::new(response.status(), response.headers()).answering(&request);
    let signature = credential.sign(input.base(&message).unwrap().as_bytes(), NOW).unwrap();
    input.attach(response.headers_mut(), &signature).unwrap();
    response
}

const COVERED: [&str; 6] =
    ["@status", "workload-identity-token", "content-type", "@method;req", "@path;req", "@query;req"];

fn of_response(builder: SignatureInputBuilder) -> SignatureInputBuilder {
    let builder = builder.created(NOW).expires(at(60)).nonce("AAAAAAAAAAA").tag(exchange::TAG);
    builder.parameter("wimse-req-nonce", "AQEBAQEBAQEBAQEBAQEBAQ")
}

#[test]
fn coverage() {
    let (request, pending) = sign_with(get(), required());
    let components = |names: &[&str]| names.iter().map(|name| exchange::component(name)).collect::<Vec<_>>();
    assert_eq!(code(&pending, &forge(&request, components(&COVERED), of_response)), Ok(true));
    for missing in COVERED {
        let fewer: Vec<&str> = COVERED.into_iter().filter(|name| *name != missing).collect();
        let response = forge(&request, components(&fewer), of_response);
        assert_eq!(code(&pending, &response), Err("httpsig.not_covered"), "{missing}");
        // Decision 22: the request's does not stand in for the response's.
        let name = missing.split(';').next().unwrap();
        if name == "workload-identity-token" {
            let instead: Vec<&str> = fewer.into_iter().chain(["workload-identity-token;req"]).collect();
            let response = forge(&request, components(&instead), of_response);
            assert_eq!(code(&pending, &response), Err("httpsig.not_covered"), "{missing}");
        }
    }
    // More of either is welcome, where it can be derived.
    let more: Vec<&str> =
        COVERED.into_iter().chain(["@authority;req", "workload-identity-token;req"]).collect();
    assert_eq!(code(&pending, &forge(&request, components(&more), of_response)), Ok(true));
}

#[test]
fn parameters() {
    let (request, pending) = sign_with(get(), required());
    let components = || COVERED.iter().map(|name| exchange::component(name)).collect::<Vec<_>>();
    type Say = fn(SignatureInputBuilder) -> SignatureInputBuilder;
    let without_nonce: Say = |b| b.created(NOW).expires(at(60)).nonce("AAAAAAAAAAA").tag(exchange::TAG);
    let cases: [(Result<bool, &str>, Say); 9] = [
        (Ok(true), of_response),
        (Ok(true), |b| of_response(b).parameter("unknown", "x")),
        (Err("httpsig.wimse_req_nonce_missing"), without_nonce),
        (Err("httpsig.wimse_aud_forbidden"), |b| {
            of_response(b).parameter("wimse-aud", "https://api.example.com")
        }),
        (Err("httpsig.wimse_sign_response_forbidden"), |b| {
            of_response(b).parameter("wimse-sign-response", true)
        }),
        (Err("httpsig.keyid_forbidden"), |b| of_response(b).key_id("svc-b-key")),
        (Err("httpsig.alg_forbidden"), |b| of_response(b).algorithm_name("ecdsa-p256-sha256")),
        (Err("httpsig.wimse_aud_forbidden"), usual),
        (Err("httpsig.expired"), |b| {
            let b =
                b.created(NOW.minus(exchange::HOUR)).expires(NOW.minus(exchange::HOUR)).nonce("AAAAAAAAAAA");
            b.tag(exchange::TAG).parameter("wimse-req-nonce", "AQEBAQEBAQEBAQEBAQEBAQ")
        }),
    ];
    for (expected, say) in cases {
        assert_eq!(code(&pending, &forge(&request, components(), say)), expected);
    }
    let say = |b: SignatureInputBuilder| {
        let b = b.created(NOW).expires(at(60)).nonce("AAAAAAAAAAA").tag(exchange::TAG);
        b.parameter("wimse-req-nonce", true)
    };
    let malformed = forge(&request, components(), say);
    assert_eq!(code(&pending, &malformed), Err("httpsig.wimse_req_nonce_malformed"));
}

/// SIG8-3-3.
#[test]
fn a_response_to_connect_covers_the_authority() {
    let audience = "https://proxy.example";
    let connect = Request::connect("service.example:443").body(Vec::new()).unwrap();
    let (request, pending) = sign_with(connect, required().audience(audience));
    let proxy = exchange::verifier_for(wimse_creds::pop::Audience::value(audience).unwrap());
    let inbound = proxy.verify(&request, &TargetContext::of_uri(request.uri()), &guard(), NOW).unwrap();
    let response = signed(&inbound, response(200, ""));
    let text = response.headers()["signature-input"].to_str().unwrap();
    assert!(text.contains(r#""@method";req "@authority";req)"#), "{text}");
    assert_eq!(code(&pending, &response), Ok(true));

    let components = |names: &[&str]| names.iter().map(|name| exchange::component(name)).collect::<Vec<_>>();
    let own = ["@status", "workload-identity-token", "content-type", "@method;req"];
    let forged = forge(&request, components(&[&own[..], &["@authority;req"]].concat()), of_response);
    assert_eq!(code(&pending, &forged), Ok(true));
    let forged = forge(&request, components(&own), of_response);
    assert_eq!(code(&pending, &forged), Err("httpsig.not_covered"));
    let mut forged =
        forge(&get(), components(&[&own[..], &["@authority;req", "@path;req"]].concat()), of_response);
    assert_eq!(code(&pending, &forged), Err("httpsig.component_forbidden"));
    forged.headers_mut().clear();
    assert_eq!(code(&pending, &forged), Err("httpsig.response_unsigned"));
}

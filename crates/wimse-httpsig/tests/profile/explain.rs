//! Explanations: all that is wrong, in the words and the order of the verifier. That they agree with it is checked with
//! every other case, by the helpers.

use crate::exchange::{
    NOW, agrees, at, billing, expected, get, guard, nonce, post, response, response_verifier, sign,
    sign_with, verdict_at, verifier,
};
use crate::response::{arrived, required, signed};
use http::Request;
use std::collections::BTreeSet;
use wimse_creds::pop::NoReplayGuard;
use wimse_httpsig::explain::{Explanation, RULES, State, find, rule_of};
use wimse_httpsig::message::TargetContext;
use wimse_httpsig::{ExpectedPeer, RequestOptions, ResponseSigning, Signer};

fn explained(request: &Request<Vec<u8>>, now: wimse_creds::UnixTime) -> Explanation {
    let target = TargetContext::of_uri(request.uri());
    let explanation = verifier().explain(request, &target, &NoReplayGuard, now);
    agrees(&explanation, verdict_at(&verifier(), request, now).err(), request.headers());
    explanation
}

fn refused(explanation: &Explanation) -> Vec<&'static str> {
    explanation.refusals().filter_map(|finding| finding.code()).collect()
}

fn names(explanation: &Explanation) -> Vec<&'static str> {
    let own = explanation.iter().map(|finding| finding.rule().name());
    own.filter(|name| name.starts_with("httpsig.")).collect()
}

/// Every rule of the table is judged, in its order, of a request or of a response.
#[test]
fn good_messages_meet_every_rule() {
    let order = |judged: &[&'static str]| {
        let table: Vec<_> =
            RULES.iter().map(|rule| rule.name()).filter(|name| judged.contains(name)).collect();
        assert_eq!(judged, table);
    };
    let of_request = explained(&sign(post("{}")).0, NOW);
    assert!(of_request.iter().all(|finding| finding.is_met()));
    order(&names(&of_request));

    let (pending, inbound) = arrived(post("{}"), required());
    let answered = signed(&inbound, response(200, "two cones"));
    let verifier = response_verifier();
    let of_response =
        pending.explain_response(&answered, answered.body(), &verifier, &expected(), &NoReplayGuard, NOW);
    assert!(of_response.is_accepted(), "{of_response:#?}");
    order(&names(&of_response));

    let judged: BTreeSet<_> = names(&of_request).into_iter().chain(names(&of_response)).collect();
    assert_eq!(judged.len(), RULES.len());
}

#[test]
fn everything_that_is_wrong_is_shown() {
    let mut request = Request::post("https://api.example.com/orders").body(b"{}".to_vec()).unwrap();
    let credential = billing();
    let signer = Signer::new(&credential);
    let _ = signer.sign(&mut request, b"{}", at(3595), nonce(1)).unwrap();
    *request.uri_mut() = "https://api.example.com/v2/orders".parse().unwrap();
    request.headers_mut().insert("txn-token", "a.b.c".parse().unwrap());
    request.body_mut().push(b' ');
    let explanation = explained(&request, at(3690));
    assert_eq!(
        refused(&explanation),
        [
            "httpsig.not_covered",
            "httpsig.audience_mismatch",
            "httpsig.expired",
            "wit.expired",
            "httpsig.signature",
            "httpsig.digest_mismatch"
        ]
    );
    let texts = |code: &str| {
        let finding = explanation.finding(rule_of(code).unwrap().0).unwrap();
        (finding.expected().unwrap_or_default().to_owned(), finding.received().unwrap_or_default().to_owned())
    };
    let audience = texts("httpsig.audience_mismatch");
    assert_eq!(audience.0, r#"https://api.example.com followed by "/v2/orders""#);
    assert_eq!(audience.1, r#""https://api.example.com/orders""#);
    let coverage = texts("httpsig.not_covered");
    assert!(coverage.0.ends_with(r#""content-digest", "txn-token""#), "{coverage:?}");
    assert!(coverage.1.ends_with(r#""content-digest" are covered"#), "{coverage:?}");
    assert!(texts("httpsig.expired").1.ends_with(", 35 s ago"), "{:?}", texts("httpsig.expired"));
    assert!(texts("httpsig.signature").0.contains("that the refused WIT claims"));
    assert!(texts("httpsig.digest_mismatch").1.starts_with("3 bytes with sha-256=:"));
    let replay = explanation.finding(rule_of("httpsig.replayed").unwrap().0).unwrap();
    assert_eq!(replay.state(), &State::NotReached);
}

#[test]
fn without_a_signature_the_wit_is_still_judged() {
    let mut request = get();
    request.headers_mut().insert("workload-identity-token", billing().wit().as_str().parse().unwrap());
    let explanation = explained(&request, NOW);
    assert_eq!(refused(&explanation), ["httpsig.unsigned"]);
    let state = |code: &str| explanation.finding(rule_of(code).unwrap().0).unwrap().state().clone();
    assert_eq!(state("wit.signature"), State::Met);
    assert_eq!(state("httpsig.signature"), State::NotReached);
    assert_eq!(explanation.first_refusal().unwrap().received(), Some("no signature"));
}

/// The guard is asked once, and only when all else is well.
#[test]
fn an_accepted_request_is_admitted() {
    let (guard, request) = (guard(), sign(get()).0);
    let target = TargetContext::of_uri(request.uri());
    let explain = |request: &Request<Vec<u8>>| verifier().explain(request, &target, &guard, NOW);
    let mut changed = request.clone();
    *changed.method_mut() = http::Method::DELETE;
    assert_eq!(refused(&explain(&changed)), ["httpsig.signature"]);
    assert!(guard.is_empty());
    assert!(explain(&request).is_accepted());
    assert_eq!(refused(&explain(&request)), ["httpsig.replayed"]);

    let (request, _) = sign_with(get(), RequestOptions::default().require_signed_response());
    let deaf = verifier().response_signing(ResponseSigning::Unsupported);
    let explanation = deaf.explain(&request, &target, &NoReplayGuard, NOW);
    assert_eq!(refused(&explanation), ["httpsig.signed_response_unsupported"]);
}

#[test]
fn responses() {
    let (pending, _) = arrived(get(), required());
    let explain = |answered: &http::Response<Vec<u8>>, expected: &ExpectedPeer| {
        let verifier = response_verifier().require_request_wit();
        let body = answered.body();
        let explanation = pending.explain_response(answered, body, &verifier, expected, &NoReplayGuard, NOW);
        let verdict = pending.verify_response(answered, body, &verifier, expected, &NoReplayGuard, NOW);
        agrees(&explanation, verdict.err().map(|error| error.code()), answered.headers());
        explanation
    };
    let unsigned = explain(&response(200, "two cones"), &expected());
    assert_eq!(refused(&unsigned), ["httpsig.response_unsigned"]);
    assert_eq!(unsigned.iter().count(), 1);

    // Another workload answers another request, and its content is changed on the way.
    let (_, other) =
        arrived(Request::get("https://api.example.com/other").body(Vec::new()).unwrap(), required());
    let mut answered = response(200, "two cones");
    other.sign_response(&mut answered, b"two cones", &billing(), NOW, nonce(3)).unwrap();
    *answered.body_mut() = b"three cones".to_vec();
    let explanation = explain(&answered, &expected());
    assert_eq!(
        refused(&explanation),
        [
            "httpsig.request_not_covered",
            "httpsig.peer_unexpected",
            "httpsig.signature",
            "httpsig.digest_mismatch"
        ]
    );
    let peer = explanation.finding(rule_of("httpsig.peer_unexpected").unwrap().0).unwrap();
    assert_eq!(peer.expected(), Some("wimse://example.com/orders"));
    assert_eq!(peer.received(), Some(r#""wimse://example.com/billing""#));
    assert_eq!(peer.requirement(), "WIT-9.2-1");
}

/// Where a signed response is not demanded, an unsigned one is accepted, and nobody is authenticated.
#[test]
fn an_unsigned_response_that_may_be_so() {
    let (pending, _) = arrived(get(), RequestOptions::default());
    let answered = response(200, "two cones");
    let explanation = pending.explain_response(
        &answered,
        b"two cones",
        &response_verifier(),
        &expected(),
        &NoReplayGuard,
        NOW,
    );
    assert!(explanation.is_accepted());
    let finding = explanation.iter().next().unwrap();
    let text = "an unsigned response with status 200, for which nobody vouches";
    assert_eq!(finding.received(), Some(text));
}

/// Each code that a verification can give belongs to one rule.
#[test]
fn every_code_has_its_rule() {
    let sources = [
        include_str!("../../src/error.rs"),
        include_str!("../../src/message/error/component.rs"),
        include_str!("../../src/message/error/field.rs"),
        include_str!("../../src/message/error/signature.rs"),
        include_str!("../../src/message/target/error.rs"),
        include_str!("../../src/digest/field.rs"),
    ];
    // Of signing, of plain RFC 9421, and what the profile says in other words.
    let others = [
        "absent",
        "tag_not_found",
        "keyid_malformed",
        "parameter_malformed",
        "created_range",
        "expires_range",
        "nothing_covered",
        "alg_mismatch",
        "alg_malformed",
        "signature_length",
        "label",
        "parameter",
        "label_in_use",
    ];
    let mut checked = 0;
    for code in sources.into_iter().flat_map(codes) {
        let rules = RULES.iter().filter(|rule| rule.refusal(code).is_some()).count();
        let is_other = others.iter().any(|other| code.strip_prefix("httpsig.") == Some(*other));
        assert_eq!(rules, usize::from(!is_other), "{code}");
        checked += 1;
    }
    assert!(checked > 70, "{checked}");
    assert!(find(RULES, "httpsig.absent").is_none());
    for rule in RULES {
        for refusal in rule.refusals() {
            assert!(
                !refusal.fix().is_empty() && refusal.fix().starts_with(char::is_lowercase),
                "{}",
                refusal.code()
            );
        }
    }
}

fn codes(source: &'static str) -> impl Iterator<Item = &'static str> {
    let parts = source.split('"').filter(|part| part.starts_with("httpsig."));
    parts.filter(|part| part.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'.' | b'_')))
}

//! Explanations of requests: all that is wrong, in the words and the order of the verifier.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod signed;

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use http::{Request, Uri};
use proptest::prelude::*;
use signed::{NOW, TARGET, at, credential, nonce, request, signed, signed_by, verifier, wits};
use std::collections::BTreeSet;
use wimse_creds::jose::JoseError;
use wimse_creds::key::AlgorithmError;
use wimse_creds::pop::{AdmitError, Audience, MemoryReplayGuard, NoReplayGuard, ReplayError};
use wimse_creds::{UnixTime, WORKLOAD_IDENTITY_TOKEN};
use wimse_wpt::explain::{Explanation, RULES, State, rule_of};
use wimse_wpt::{Message, ProofOptions, Prover, TXN_TOKEN, Verifier, WptError, authorization};

const USER: HeaderName = HeaderName::from_static("x-user");

fn refused(explanation: &Explanation) -> Vec<&'static str> {
    explanation.refusals().filter_map(|finding| finding.code()).collect()
}

fn state(explanation: &Explanation, code: &str) -> Option<State> {
    explanation.finding(rule_of(code).unwrap().0).map(|finding| finding.state().clone())
}

/// The explanation, which says what verification says.
fn explained(verifier: &Verifier, request: &Request<()>, now: UnixTime) -> Explanation {
    let explanation = verifier.explain(request, &NoReplayGuard, now);
    let verdict = verifier.verify(request, &NoReplayGuard, now).map(drop).map_err(|error| error.code());
    assert_eq!(explanation.is_accepted(), verdict.is_ok(), "{explanation:#?}");
    assert_eq!(explanation.first_refusal().and_then(|finding| finding.code()), verdict.err());
    explanation
}

fn with(mut request: Request<()>, name: HeaderName, value: &str) -> Request<()> {
    request.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
    request
}

#[test]
fn a_good_request_meets_every_rule() {
    let explanation = explained(&verifier(), &signed(), NOW);
    assert!(explanation.iter().all(|finding| finding.is_met()));
    let judged: BTreeSet<_> = explanation.iter().map(|finding| finding.rule().name()).collect();
    let missing: Vec<_> =
        RULES.iter().map(|rule| rule.name()).filter(|name| !judged.contains(name)).collect();
    assert_eq!(missing, [""; 0]);
    let last = explanation.iter().last().map(|finding| finding.rule().name());
    assert_eq!(last, Some("wpt.replay"));
}

#[test]
fn an_expired_wit_and_a_wrong_audience_are_both_shown() {
    let elsewhere = || Request::get("https://evil.example/orders").body(()).unwrap();
    let mut request = elsewhere();
    // Made while the WIT was valid.
    Prover::new(&credential()).attach(&mut request, at(3595), nonce(1)).unwrap();
    let explanation = explained(&verifier(), &request, at(3640));
    assert_eq!(refused(&explanation), ["wit.expired", "wpt.audience_mismatch"]);

    let audience = explanation.refusals().nth(1).unwrap();
    assert_eq!(audience.expected(), Some(r#"https://api.example.com followed by "/orders""#));
    assert_eq!(audience.received(), Some(r#""https://evil.example/orders""#));
    assert_eq!((audience.requirement(), audience.section()), ("WPT-2-19", "wpt 2"));

    // The proof is judged by the key that the WIT claims, and the text says so.
    let signature = explanation.finding(rule_of("wpt.signature").unwrap().0).unwrap();
    assert!(signature.is_met());
    assert!(
        signature.expected().unwrap().starts_with("by the key that the refused WIT claims, of thumbprint ")
    );
    assert_eq!(state(&explanation, "wpt.replayed"), Some(State::NotReached));

    // Each of the two alone.
    let explanation =
        explained(&verifier(), &signed_by(&credential(), ProofOptions::default(), elsewhere()), NOW);
    assert_eq!(refused(&explanation), ["wpt.audience_mismatch"]);
    let mut late = request_at(3595);
    assert_eq!(refused(&explained(&verifier(), &late, at(3640))), ["wit.expired"]);
    late = request_at(3555);
    assert_eq!(refused(&explained(&verifier(), &late, at(3600))), [""; 0]);
}

fn request_at(seconds: u64) -> Request<()> {
    let mut request = request();
    Prover::new(&credential()).attach(&mut request, at(seconds), nonce(1)).unwrap();
    request
}

#[test]
fn without_a_proof_the_wit_is_still_judged() {
    let mut request = signed();
    request.headers_mut().remove(AUTHORIZATION);
    let explanation = explained(&verifier(), &request, NOW);
    assert_eq!(refused(&explanation), ["wpt.authorization_missing"]);
    assert_eq!(state(&explanation, "wit.signature"), Some(State::Met));
    assert_eq!(state(&explanation, "wpt.signature"), Some(State::NotReached));

    let mut request = signed();
    request.headers_mut().remove(WORKLOAD_IDENTITY_TOKEN);
    let explanation = explained(&verifier(), &request, NOW);
    assert_eq!(refused(&explanation), ["wit.field_missing"]);
    assert_eq!(state(&explanation, "wit.signature"), Some(State::NotReached));
    assert_eq!(state(&explanation, "wpt.expired"), Some(State::Met));
    assert_eq!(state(&explanation, "wpt.signature"), Some(State::NotReached));
    assert_eq!(state(&explanation, "wpt.wth_mismatch"), Some(State::NotReached));
}

#[test]
fn credentials_of_other_schemes_are_not_shown() {
    let scheme = |value: &str| {
        let request = with(signed(), AUTHORIZATION, value);
        let explanation = explained(&verifier(), &request, NOW);
        assert_eq!(refused(&explanation), ["wpt.other_scheme"], "{value}");
        let scheme = explanation.first_refusal().unwrap();
        assert!(!format!("{explanation:?}").contains("c2VjcmV0"), "{value}");
        scheme.received().unwrap().to_owned()
    };
    assert_eq!(scheme("Basic c2VjcmV0c2VjcmV0"), "\"Basic\"");
    assert_eq!(scheme("c2VjcmV0c2VjcmV0"), "16 bytes, not shown");
    assert_eq!(scheme("c2VjcmV0c2VjcmV0c2VjcmV0 x"), "24 bytes, not shown");

    let mut request = signed();
    let value = HeaderValue::from_bytes(b"Basic c2VjcmV0\xff").unwrap();
    request.headers_mut().insert(AUTHORIZATION, value);
    let explanation = explained(&verifier(), &request, NOW);
    assert_eq!(refused(&explanation), ["wpt.credentials"]);
    assert_eq!(state(&explanation, "wpt.other_scheme"), Some(State::NotReached));
}

#[test]
fn a_token_in_the_wrong_place_is_not_shown() {
    let proof = authorization(signed().headers()).unwrap().to_owned();
    let options = ProofOptions::default().audience(proof.clone());
    let explanation = explained(&verifier(), &signed_by(&credential(), options, request()), NOW);
    assert_eq!(refused(&explanation), ["wpt.audience_mismatch"]);
    let audience = explanation.first_refusal().unwrap();
    assert_eq!(audience.received(), Some(&*format!("\"<{} bytes of a token>\"", proof.len())));
    assert!(!format!("{explanation:?}").contains(proof.split('.').next().unwrap()));
}

#[test]
fn context_is_judged_entry_by_entry() {
    let configured = || verifier().context_fields([USER]);
    let options = |fields: &[&'static str]| {
        ProofOptions::default().context_fields(fields.iter().map(|name| HeaderName::from_static(name)))
    };
    let full = || with(with(request(), USER, "alice"), HeaderName::from_static("x-team"), "red");

    let good = signed_by(&credential(), options(&["x-user"]), full());
    assert!(explained(&configured(), &good, NOW).is_accepted());
    assert_eq!(refused(&explained(&configured(), &with(good, USER, "bob"), NOW)), ["wpt.oth_mismatch"]);

    // "x-team" comes first in the proof, and its code is the verifier's.
    let both = with(signed_by(&credential(), options(&["x-team", "x-user"]), full()), USER, "bob");
    let explanation = explained(&configured(), &both, NOW);
    assert_eq!(refused(&explanation), ["wpt.oth_unknown", "wpt.oth_mismatch"]);
    let unknown = explanation.first_refusal().unwrap();
    assert_eq!(unknown.expected(), Some(r#"only fields that are configured here: "x-user""#));
    assert_eq!(unknown.received(), Some(r#"oth names "x-team", "x-user""#));

    let uncovered = signed_by(&credential(), options(&[]), full());
    assert_eq!(refused(&explained(&configured(), &uncovered, NOW)), ["wpt.oth_missing"]);

    let mut repeated = signed_by(&credential(), options(&["x-user"]), full());
    repeated.headers_mut().append(USER, HeaderValue::from_static("bob"));
    let explanation = explained(&configured(), &with(repeated, TXN_TOKEN, "token"), NOW);
    assert_eq!(refused(&explanation), ["wpt.context_repeated"]);
    assert_eq!(state(&explanation, "wpt.oth_mismatch"), Some(State::NotReached));
    assert_eq!(state(&explanation, "wpt.signature"), Some(State::Met));

    let added = with(signed(), TXN_TOKEN, "token");
    assert_eq!(refused(&explained(&verifier(), &added, NOW)), ["wpt.tth_missing"]);
}

#[test]
fn the_guard_is_asked_about_what_is_good_otherwise() {
    let (verifier, guard) = (verifier(), MemoryReplayGuard::new(10));
    let elsewhere = Request::get("https://evil.example/orders").body(()).unwrap();
    let refused_before = signed_by(&credential(), ProofOptions::default(), elsewhere);
    assert!(!verifier.explain(&refused_before, &guard, NOW).is_accepted());
    assert_eq!(guard.len(), 0);

    assert!(verifier.explain(&signed(), &guard, NOW).is_accepted());
    assert_eq!(guard.len(), 1);
    let again = verifier.explain(&signed(), &guard, NOW);
    assert_eq!(refused(&again), ["wpt.replayed"]);
    assert_eq!(again.first_refusal().unwrap().requirement(), "WPT-2-23");
    assert_eq!(verifier.verify(&signed(), &guard, NOW).unwrap_err().code(), "wpt.replayed");
}

#[test]
fn parts_and_messages_are_explained_too() {
    let verifier = verifier();
    let (parts, ()) = signed().into_parts();
    assert!(verifier.explain_parts(&parts, &NoReplayGuard, NOW).is_accepted());
    assert_eq!(refused(&verifier.explain_parts(&parts, &NoReplayGuard, at(100))), ["wpt.expired"]);

    let request = signed();
    let path = TARGET.parse::<Uri>().unwrap().path().to_owned();
    let credential = credential();
    let message = Message {
        wit: credential.wit().as_str(),
        proof: authorization(request.headers()).unwrap(),
        path: Some(&path),
        txn_token: None,
        context: Vec::new(),
    };
    assert!(verifier.explain_message(&message, &NoReplayGuard, NOW).is_accepted());

    let elsewhere = Message { path: None, ..message.clone() };
    let explanation = verifier.explain_message(&elsewhere, &NoReplayGuard, NOW);
    assert_eq!(refused(&explanation), ["wpt.audience_mismatch"]);
    let audience = explanation.first_refusal().unwrap();
    assert_eq!(audience.expected(), Some("https://api.example.com and a path, which the message has not"));

    let twice = Message { context: vec![("a", b"1"), ("a", b"2")], ..message };
    let explanation = verifier.explain_message(&twice, &NoReplayGuard, NOW);
    assert_eq!(refused(&explanation), ["wpt.context_repeated", "wpt.oth_missing"]);
    let verdict = verifier.check_message(&twice, NOW).unwrap_err();
    assert_eq!(verdict.code(), "wpt.context_repeated");
}

#[test]
fn every_value_of_the_audience_is_shown() {
    let audience = Audience::base("https://a.example").unwrap().or_value("urn:example:b").unwrap();
    let verifier = Verifier::new(wits(), audience);
    let explanation = explained(&verifier, &signed(), NOW);
    let shown = explanation.first_refusal().unwrap().expected();
    assert_eq!(shown, Some(r#"https://a.example followed by "/orders" or "urn:example:b""#));
}

fn wpt_errors() -> Vec<WptError> {
    let text = || "x".to_owned();
    let excerpt = || wimse_wpt::Excerpt::new("x");
    let algorithms = [
        AlgorithmError::None,
        AlgorithmError::Symmetric,
        AlgorithmError::Encryption,
        AlgorithmError::Unsupported,
    ];
    let jose = [
        JoseError::TooLarge { limit: 1 },
        JoseError::Malformed,
        JoseError::Base64,
        JoseError::Json,
        JoseError::TooManyMembers,
        JoseError::DuplicateMember,
        JoseError::TooDeep,
        JoseError::HeaderParameter("alg"),
        JoseError::Critical,
        JoseError::TypMissing,
        JoseError::TypMismatch,
        JoseError::AlgMissing,
        JoseError::AlgorithmMismatch,
        JoseError::Signature,
    ];
    let replay = [
        ReplayError::Replayed,
        ReplayError::Full,
        ReplayError::SenderShare,
        ReplayError::Window,
        ReplayError::Forgotten,
        ReplayError::Fenced,
        ReplayError::Clock,
        ReplayError::Unavailable,
    ];
    let mut errors = vec![
        WptError::AuthorizationMissing,
        WptError::AuthorizationRepeated,
        WptError::OtherScheme,
        WptError::Credentials,
        WptError::ContextRepeated(text()),
        WptError::Expired,
        WptError::NotYetValid,
        WptError::AudienceMismatch { received: excerpt() },
        WptError::Signature,
        WptError::LifetimeTooLong { limit: 1 },
        WptError::WitHashMismatch,
        WptError::TxnTokenNotCovered,
        WptError::TxnTokenMissing,
        WptError::TxnTokenMismatch,
        WptError::ContextUnknown(excerpt()),
        WptError::ContextMissing(text()),
        WptError::ContextMismatch(text()),
        WptError::ContextNotCovered(text()),
        WptError::Admit(AdmitError::Expired),
    ];
    errors.extend(jose.into_iter().chain(algorithms.map(JoseError::Algorithm)).map(WptError::Token));
    errors.extend(["aud", "exp", "jti", "wth"].map(WptError::ClaimMissing));
    errors.extend(["aud", "exp", "nbf", "jti", "wth", "tth", "oth"].map(WptError::Claim));
    errors.extend(replay.map(|error| WptError::Admit(AdmitError::Replay(error))));
    errors
}

#[test]
fn each_code_has_one_rule() {
    let given: BTreeSet<&str> = wpt_errors().iter().map(WptError::code).collect();
    let known: Vec<&str> =
        RULES.iter().flat_map(|rule| rule.refusals()).map(|refusal| refusal.code()).collect();
    assert_eq!(known.len(), known.iter().collect::<BTreeSet<_>>().len(), "a code stands twice");
    assert_eq!(known.into_iter().collect::<BTreeSet<_>>(), given);
    assert_eq!(rule_of("wit.expired").map(|(rule, _)| rule.name()), Some("wit.expiry"));
    assert_eq!(rule_of("identifier.port").map(|(rule, _)| rule.name()), Some("identifier.port"));
}

proptest! {
    /// Any changed character of the proof or the WIT, any path and any time.
    #[test]
    fn explanations_say_what_the_verifier_says(
        field in prop_oneof![Just(AUTHORIZATION), Just(WORKLOAD_IDENTITY_TOKEN)],
        at_byte in 0..700_usize,
        character in "[A-Za-z0-9_.= -]?",
        path in prop_oneof![Just("/orders"), Just("/other")],
        seconds in 0..4000_u64,
    ) {
        let mut request = signed();
        let mut value = request.headers()[&field].to_str().unwrap().to_owned();
        let place = at_byte % value.len();
        value.replace_range(place..=place, &character);
        request = with(request, field, &value);
        *request.uri_mut() = path.parse().unwrap();
        explained(&verifier(), &request, at(seconds));
    }
}

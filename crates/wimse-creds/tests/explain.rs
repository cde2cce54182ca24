//! Explanations of WITs: all that is wrong, in the words and the order of the verifier.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod issued;

use http::{HeaderMap, HeaderValue};
use issued::{HOUR, NOW, at, claims, domain, issuer_key, key, token, verifier};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use wimse_creds::explain::{Explanation, RULES, State, rule_of};
use wimse_creds::jose::JoseError;
use wimse_creds::key::{Algorithm, AlgorithmError, KeyError};
use wimse_creds::pop::NotAuthorized;
use wimse_creds::trust::{KeySelectionError, TrustAnchors};
use wimse_creds::{
    UnixTime, Verified, WORKLOAD_IDENTITY_TOKEN, WitDenyList, WitError, WitPolicy, WitVerifier,
    WorkloadIdentityToken,
};
use wimse_identifier::IdentifierError;

fn refused(explanation: &Explanation) -> Vec<&'static str> {
    explanation.refusals().filter_map(|finding| finding.code()).collect()
}

fn state(explanation: &Explanation, code: &str) -> Option<State> {
    explanation.finding(rule_of(code).unwrap().0).map(|finding| finding.state().clone())
}

/// The explanation, which says what verification says.
fn explained(verifier: &WitVerifier, wit: &str, now: UnixTime) -> Explanation {
    let explanation = verifier.explain(wit, now);
    let verdict = verifier.verify(wit, now).map(drop).map_err(|error| error.code());
    assert_eq!(explanation.is_accepted(), verdict.is_ok(), "{explanation:#?}");
    assert_eq!(explanation.first_refusal().and_then(|finding| finding.code()), verdict.err());
    explanation
}

fn issued() -> String {
    claims().sign(&issuer_key(Algorithm::Es256)).unwrap().as_str().to_owned()
}

#[test]
fn every_fault_is_shown() {
    let issuer = issuer_key(Algorithm::Es256);
    let verifier = verifier(&issuer);
    let jwk = key(Algorithm::Ed25519, 2).public_key().to_jwk();
    let header = r#"{"alg":"ES256","kid":"issuer-1","typ":"wit+jwt"}"#;
    let good =
        format!(r#"{{"cnf":{{"jwk":{jwk}}},"exp":{},"sub":"wimse://example.com/billing"}}"#, NOW.plus(HOUR));
    assert!(explained(&verifier, &token(header, &good, &issuer), NOW).is_accepted());

    let private = jwk.replace(r#""alg":"Ed25519","#, r#""alg":"none","d":"AAAA","#);
    for (header, claims, codes) in [
        (header, good.replace("/billing", "/billing/?x"), &["wit.sub_not_an_identifier"][..]),
        (
            &header.replace("wit+jwt", "jwt"),
            good.replace(r#""exp""#, r#""aud":"a","exp""#),
            &["wit.typ_mismatch", "wit.aud_present"],
        ),
        (
            &header.replace("issuer-1", "issuer-2"),
            good.replace(&jwk, &private),
            &["wit.kid_unknown", "wit.cnf_private_member", "wit.cnf_alg_none"],
        ),
        (
            &header.replace("ES256", "none"),
            good.replace("example.com", "example.org").replace(r#""exp""#, r#""iat":"x","expires""#),
            &["wit.alg_none", "wit.exp_missing", "wit.iat_malformed", "wit.trust_domain_unknown"],
        ),
        (
            r#"{"alg":7,"crit":[],"typ":"wit+jwt"}"#,
            good.replace("cnf", "confirmation"),
            &["wit.crit", "wit.header_parameter", "wit.cnf_missing"],
        ),
        ("[]", good.clone(), &["wit.json"]),
        (header, format!(r#"{good} "#).replace('}', ""), &["wit.json"]),
    ] {
        let explanation = explained(&verifier, &token(header, &claims, &issuer), NOW);
        assert_eq!(refused(&explanation), codes, "{header} {claims}");
    }
}

#[test]
fn an_expired_token_is_judged_to_the_end() {
    let verifier = verifier(&issuer_key(Algorithm::Es256));
    let explanation = explained(&verifier, &issued(), at(3600 + 30));
    assert_eq!(refused(&explanation), ["wit.expired"]);
    assert!(explanation.iter().all(|finding| *finding.state() != State::NotReached));
    let expiry = explanation.first_refusal().unwrap();
    assert_eq!(expiry.received(), Some("2025-04-24T16:35:10Z (1745512510), 30 s ago"));
    assert_eq!(
        expiry.expected(),
        Some("after 2025-04-24T16:35:10Z (1745512510), which is now less 30 s for clocks that differ")
    );
    assert!(explained(&verifier, &issued(), at(3600 + 29)).is_accepted());
}

#[test]
fn what_is_no_token_reaches_no_rule() {
    let verifier = verifier(&issuer_key(Algorithm::Es256));
    for (text, code) in [("", "wit.malformed"), ("a.b", "wit.malformed"), ("~.b.c", "wit.base64")] {
        let explanation = explained(&verifier, text, NOW);
        assert_eq!(explanation.first_refusal().unwrap().code(), Some(code), "{text}");
        assert_eq!(state(&explanation, "wit.too_large"), Some(State::Met));
        assert_eq!(state(&explanation, "wit.signature"), Some(State::NotReached));
    }
    let explanation = explained(&verifier, &"a".repeat(20_000), NOW);
    assert_eq!(refused(&explanation), ["wit.too_large"]);
    assert_eq!(state(&explanation, "wit.malformed"), Some(State::NotReached));
}

#[test]
fn the_subject_is_explained_in_the_words_of_its_rules() {
    let issuer = issuer_key(Algorithm::Es256);
    let claims = r#"{"sub":"wimse://Example.com/a/"}"#;
    let wit = token(r#"{"alg":"ES256","typ":"wit+jwt"}"#, claims, &issuer);
    let explanation = explained(&verifier(&issuer), &wit, NOW);
    let subject = explanation.first_refusal().unwrap();
    assert_eq!(subject.received(), Some("\"wimse://Example.com/a/\""));
    assert_eq!(
        subject.expected(),
        Some(
            "a Workload Identifier, so that every character of the trust domain is allowed by its scheme \
             (IDP-4.4-2) and the path does not end with a slash (IDP-4.4-6)"
        )
    );
}

#[test]
fn rules_that_nobody_asked_for_are_left_out() {
    let issuer = issuer_key(Algorithm::Es256);
    let plain = verifier(&issuer).explain(&issued(), NOW);
    for code in ["wit.profile_typ", "wit.jti_missing", "wit.denied", "wit.field_missing"] {
        assert_eq!(state(&plain, code), None, "{code}");
    }
    let anchors = TrustAnchors::none().with(domain("wimse://example.com", &issuer)).unwrap();
    let strict = WitVerifier::new(anchors, WitPolicy::wit_svid().require_token_id());
    let explanation = explained(&strict, &issued(), NOW);
    assert_eq!(refused(&explanation), ["wit.profile_sub", "wit.profile_cnf_alg"]);
    assert_eq!(state(&explanation, "wit.jti_missing"), Some(State::Met));
}

/// Denies the token with the id "1", and counts the questions.
#[derive(Clone, Default)]
struct Counting(Arc<AtomicUsize>);

impl WitDenyList for Counting {
    fn is_denied(&self, token_id: &str, _: &Verified<WorkloadIdentityToken>) -> bool {
        self.0.fetch_add(1, Ordering::SeqCst);
        token_id == "1"
    }
}

#[test]
fn the_deny_list_is_asked_about_what_verifies() {
    let list = Counting::default();
    let verifier = verifier(&issuer_key(Algorithm::Es256)).with_deny_list(list.clone());
    assert_eq!(refused(&verifier.explain(&issued(), NOW)), ["wit.denied"]);
    assert_eq!(list.0.load(Ordering::SeqCst), 1);

    let late = verifier.explain(&issued(), at(7200));
    assert_eq!(refused(&late), ["wit.expired"]);
    assert_eq!(state(&late, "wit.denied"), Some(State::NotReached));
    assert_eq!(list.0.load(Ordering::SeqCst), 1);

    let other = claims().token_id("2").sign(&issuer_key(Algorithm::Es256)).unwrap();
    assert!(explained(&verifier, other.as_str(), NOW).is_accepted());
}

#[test]
fn the_cache_is_left_alone() {
    let verifier = verifier(&issuer_key(Algorithm::Es256));
    assert!(verifier.explain(&issued(), NOW).is_accepted());
    assert!(format!("{verifier:?}").contains("len: 0"));
    verifier.verify(&issued(), NOW).unwrap();
    assert!(format!("{verifier:?}").contains("len: 1"));
}

#[test]
fn the_field_comes_first() {
    let verifier = verifier(&issuer_key(Algorithm::Es256));
    let value = HeaderValue::from_str(&issued()).unwrap();
    let mut headers = HeaderMap::new();
    let missing = verifier.explain_field(&headers, NOW);
    assert_eq!(refused(&missing), ["wit.field_missing"]);
    assert_eq!(state(&missing, "wit.signature"), Some(State::NotReached));

    headers.append(WORKLOAD_IDENTITY_TOKEN, value.clone());
    let explanation = verifier.explain_field(&headers, NOW);
    assert!(explanation.is_accepted());
    assert_eq!(explanation.iter().next().map(|finding| finding.rule().name()), Some("wit.field"));

    headers.append(WORKLOAD_IDENTITY_TOKEN, value);
    let repeated = verifier.explain_field(&headers, NOW);
    assert_eq!(refused(&repeated), ["wit.field_repeated"]);
    assert_eq!(repeated.first_refusal().unwrap().received(), Some("2 of them"));

    headers.insert(WORKLOAD_IDENTITY_TOKEN, HeaderValue::from_bytes(b"\xff").unwrap());
    assert_eq!(refused(&verifier.explain_field(&headers, NOW)), ["wit.malformed"]);
}

fn jose_errors() -> Vec<JoseError> {
    let algorithms = [
        AlgorithmError::None,
        AlgorithmError::Symmetric,
        AlgorithmError::Encryption,
        AlgorithmError::Unsupported,
    ];
    let mut errors = vec![
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
    errors.extend(algorithms.map(JoseError::Algorithm));
    errors
}

fn key_errors() -> Vec<KeyError> {
    let mut errors = vec![
        KeyError::Json(JoseError::Json),
        KeyError::Encoding,
        KeyError::MemberMissing("alg"),
        KeyError::MemberMissing("kty"),
        KeyError::Member("x"),
        KeyError::Symmetric,
        KeyError::Unsupported,
        KeyError::PrivateMember,
        KeyError::AlgorithmMismatch,
        KeyError::NotOnCurve,
        KeyError::WeakKey,
        KeyError::Usage,
        KeyError::Secret,
        KeyError::PairMismatch,
        KeyError::Random,
        KeyError::NoBackend,
    ];
    let algorithms = jose_errors().into_iter().filter_map(|error| match error {
        JoseError::Algorithm(error) => Some(KeyError::Algorithm(error)),
        _ => None,
    });
    errors.extend(algorithms);
    errors
}

fn wit_errors() -> Vec<WitError> {
    let mut errors = vec![
        WitError::FieldMissing,
        WitError::FieldRepeated,
        WitError::SubjectMissing,
        WitError::Subject(IdentifierError::Empty),
        WitError::ExpiryMissing,
        WitError::Expired,
        WitError::UntrustedDomain("wimse://example.com".parse().unwrap()),
        WitError::IssuerNotAllowed,
        WitError::IssuerMissing,
        WitError::Signature,
        WitError::NotYetValid,
        WitError::LifetimeTooLong { limit: 1 },
        WitError::AudiencePresent,
        WitError::ConfirmationMissing,
        WitError::ConfirmationKeyMissing,
        WitError::ConfirmationAlgorithm,
        WitError::TokenIdMissing,
        WitError::Denied,
    ];
    let selection = [
        KeySelectionError::AlgorithmNotAllowed,
        KeySelectionError::UnknownKeyId,
        KeySelectionError::AlgorithmMismatch,
        KeySelectionError::NoKey,
        KeySelectionError::Ambiguous,
    ];
    errors.extend(selection.map(WitError::Key));
    errors.extend(["sub", "exp", "nbf", "iat", "iss", "jti", "other"].map(WitError::Claim));
    errors.extend(["typ", "alg", "kid", "sub", "cnf.jwk.alg"].map(WitError::Profile));
    errors.extend(jose_errors().into_iter().map(WitError::Token));
    errors.extend(key_errors().into_iter().map(WitError::ConfirmationKey));
    errors
}

#[test]
fn each_code_has_one_rule() {
    let mut given: BTreeSet<&str> = wit_errors().iter().map(WitError::code).collect();
    given.insert(NotAuthorized.code());
    let known: Vec<&str> =
        RULES.iter().flat_map(|rule| rule.refusals()).map(|refusal| refusal.code()).collect();
    assert_eq!(known.len(), known.iter().collect::<BTreeSet<_>>().len(), "a code stands twice");
    assert_eq!(known.into_iter().collect::<BTreeSet<_>>(), given);
    let (rule, _) = rule_of("identifier.port").unwrap();
    assert_eq!(rule.name(), "identifier.port", "those of identifiers are found too");
}

proptest! {
    /// Any changed character, and any time.
    #[test]
    fn explanations_say_what_the_verifier_says(at_byte in 0..600_usize, with in "[A-Za-z0-9_.=-]?", seconds in -90_i64..90_000) {
        let verifier = verifier(&issuer_key(Algorithm::Es256)).with_cache_capacity(0);
        let mut wit = issued();
        let place = at_byte % wit.len();
        wit.replace_range(place..=place, &with);
        explained(&verifier, &wit, at(seconds));
    }
}

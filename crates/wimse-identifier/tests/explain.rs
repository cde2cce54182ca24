//! Explanations of identifiers: all that is wrong, and in the words of the parser.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

use proptest::prelude::*;
use wimse_identifier::explain::{Explanation, State, find, rule_of};
use wimse_identifier::{IdentifierError, IdentifierPolicy, SchemeRules, explain};

fn policies() -> [IdentifierPolicy; 4] {
    let generic = IdentifierPolicy::default()
        .with(SchemeRules::generic("workload").unwrap())
        .with(SchemeRules::wimse().allow_ip_trust_domain());
    [IdentifierPolicy::default(), IdentifierPolicy::baseline(), IdentifierPolicy::none(), generic]
}

fn refused(explanation: &Explanation) -> Vec<&'static str> {
    explanation.refusals().filter_map(|finding| finding.code()).collect()
}

fn explained(uri: &str) -> Vec<&'static str> {
    refused(&IdentifierPolicy::default().explain(uri))
}

#[test]
fn every_fault_is_shown() {
    for (uri, codes) in [
        ("wimse://example.com/service", &[][..]),
        ("spiffe://example.com/service", &[]),
        ("wimse://Example.com/a//b", &["identifier.trust_domain_character", "identifier.path_empty_segment"]),
        (
            "wimse://user@example.com:8443/a/?q#f",
            &[
                "identifier.fragment",
                "identifier.query",
                "identifier.userinfo",
                "identifier.port",
                "identifier.path_trailing_slash",
            ],
        ),
        (
            "https://example.com:443?q",
            &["identifier.scheme_unsupported", "identifier.query", "identifier.port"],
        ),
        ("wimse:example.com#f", &["identifier.authority_missing", "identifier.fragment"]),
        ("wimse://10.0.0.1/%61", &["identifier.ip_address", "identifier.path_percent_encoding"]),
        ("wimse://[::1]:80/", &["identifier.port", "identifier.ip_address", "identifier.path_empty"]),
        ("wimse://:80", &["identifier.port", "identifier.authority_empty", "identifier.path_empty"]),
        ("wimse:// example.com/a", &["identifier.not_ascii", "identifier.trust_domain_character"]),
        ("", &["identifier.empty"]),
        ("service", &["identifier.scheme_missing"]),
    ] {
        assert_eq!(explained(uri), codes, "{uri}");
    }
    let long = format!("wimse://example.com/{}?q", "a".repeat(2048));
    assert_eq!(explained(&long), ["identifier.too_long"], "what is too long is not looked into");
}

#[test]
fn rules_that_cannot_be_judged_are_not_reached() {
    let explanation = IdentifierPolicy::default().explain("https://example.com/a");
    let state = |code| explanation.finding(rule_of(code).unwrap().0).map(|finding| finding.state().clone());
    assert_eq!(state("identifier.query"), Some(State::Met));
    assert_eq!(state("identifier.authority_empty"), Some(State::Met));
    assert_eq!(state("identifier.trust_domain_character"), Some(State::NotReached));
    assert_eq!(state("identifier.path_character"), Some(State::NotReached));
    assert_eq!(state("identifier.path_not_allowed"), None, "a rule for origins only");
}

#[test]
fn texts_say_what_was_expected_and_received() {
    let explanation = IdentifierPolicy::default().explain("WIMSE://example.com\u{202e}/a");
    let scheme = explanation.finding(rule_of("identifier.scheme_unsupported").unwrap().0).unwrap();
    assert_eq!((scheme.expected(), scheme.received()), (Some("wimse or spiffe"), Some("\"WIMSE\"")));
    assert_eq!(scheme.message(), Some("the uri scheme is not one of the accepted ones"));
    let authority = explanation.finding(rule_of("identifier.authority_missing").unwrap().0).unwrap();
    assert_eq!(authority.received(), Some("\"example.com\\u{202e}\""));
}

const ERRORS: [IdentifierError; 25] = [
    IdentifierError::Empty,
    IdentifierError::TooLong,
    IdentifierError::NotAscii,
    IdentifierError::Character,
    IdentifierError::SchemeMissing,
    IdentifierError::SchemeUnsupported,
    IdentifierError::SchemeInvalid,
    IdentifierError::AuthorityMissing,
    IdentifierError::Fragment,
    IdentifierError::Query,
    IdentifierError::UserInfo,
    IdentifierError::Port,
    IdentifierError::AuthorityEmpty,
    IdentifierError::IpAddress,
    IdentifierError::TrustDomainTooLong,
    IdentifierError::TrustDomainCharacter,
    IdentifierError::TrustDomainPercentEncoding,
    IdentifierError::TrustDomainTrailingDot,
    IdentifierError::PathEmpty,
    IdentifierError::PathNotAllowed,
    IdentifierError::PathTrailingSlash,
    IdentifierError::PathEmptySegment,
    IdentifierError::PathDotSegment,
    IdentifierError::PathPercentEncoding,
    IdentifierError::PathCharacter,
];

#[test]
fn each_code_has_one_rule_with_the_requirement_of_the_error() {
    for error in ERRORS {
        let (rule, refusal) = rule_of(error.code()).unwrap();
        assert_eq!(refusal.requirement().unwrap_or(rule.requirement()), error.requirement(), "{error:?}");
        let rules = explain::RULES.iter().filter(|rule| rule.refusal(error.code()).is_some());
        assert_eq!(rules.count(), 1, "{error:?}");
    }
    let codes: usize = explain::RULES.iter().map(|rule| rule.refusals().len()).sum();
    assert_eq!(codes, ERRORS.len());
    assert_eq!(find(&[], "identifier.empty"), None);
}

proptest! {
    #[test]
    fn explanations_say_what_the_parser_says(
        scheme in "(wimse|spiffe|workload|WIMSE|https|)(:|)(//|/|)",
        authority in "([a-zA-Z0-9.%~_-]{0,12}|[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-fv:.]{0,9}\\]|.{0,6}|a{250,260})(@|)(:[0-9]{0,4}|)",
        path in "(/([a-z.%~:@ -]|%[0-9a-fA-F]{2}|[.]{1,2}|\\PC){0,5}){0,4}",
        rest in "(\\?[a-z]{0,2}|)(#|)",
    ) {
        let uri = format!("{scheme}{authority}{path}{rest}");
        for policy in policies() {
            let explanation = policy.explain(&uri);
            let parsed = policy.parse(&uri).map(drop).map_err(|error| error.code());
            prop_assert_eq!(explanation.is_accepted(), parsed.is_ok(), "{}", &uri);
            let first = explanation.first_refusal().and_then(|finding| finding.code());
            prop_assert_eq!(first, parsed.err(), "{}", &uri);
        }
    }
}

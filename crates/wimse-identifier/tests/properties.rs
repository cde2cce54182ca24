//! Properties over many texts, with two other URI parsers as oracles.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

use iri_string::types::UriAbsoluteStr;
use proptest::prelude::*;
use proptest::sample::select;
use wimse_identifier::{IdentifierPolicy, Origin, SchemeRules, WorkloadIdentifier};

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parse_then_display_is_the_identity(text in nearly_uri()) {
        for policy in policies() {
            if let Ok(identifier) = policy.parse(&text) {
                prop_assert_eq!(identifier.to_string(), text.clone());
                prop_assert_eq!(format!("{}{}", identifier.origin(), identifier.path()), text.clone());
                prop_assert_eq!(policy.parse_origin(identifier.origin_str()), Ok(identifier.origin()));
            }
        }
    }

    #[test]
    fn different_texts_are_different_identifiers((a, b) in two_spellings()) {
        for policy in policies() {
            if let (Ok(first), Ok(second)) = (policy.parse(&a), policy.parse(&b)) {
                prop_assert_eq!(first == second, a == b);
                prop_assert_eq!(first.cmp(&second), a.cmp(&b));
            }
        }
    }

    /// IDP-4.1-3: of all spellings that RFC 3986 takes for one, the strict policies accept at most one.
    #[test]
    fn accepted_identifiers_have_one_spelling((a, b) in two_spellings()) {
        for policy in [IdentifierPolicy::default(), generic_policy()] {
            if policy.parse(&a).is_ok() && policy.parse(&b).is_ok() {
                prop_assert_eq!(normalised(&a) == normalised(&b), a == b);
            }
        }
    }

    #[test]
    fn accepted_identifiers_are_their_own_normal_form(text in nearly_uri()) {
        for policy in [IdentifierPolicy::default(), generic_policy()] {
            if policy.parse(&text).is_ok() {
                prop_assert_eq!(normalised(&text), text.clone());
            }
        }
    }

    /// ID-7.1-1: what is accepted is an absolute URI with an authority to other parsers too, in the same parts.
    #[test]
    fn other_parsers_agree_with_what_is_accepted(text in nearly_uri()) {
        for policy in policies() {
            if let Ok(identifier) = policy.parse(&text) {
                assert_oracles_agree(&identifier);
            }
        }
    }

    /// ID-4.1-10: no policy accepts what section 4.1 refuses.
    #[test]
    fn other_parsers_find_no_forbidden_component(text in nearly_uri()) {
        for policy in policies() {
            if policy.parse(&text).is_ok() {
                let uri = fluent_uri::Uri::parse(text.as_str()).unwrap();
                let authority = uri.authority().unwrap();
                prop_assert!(!authority.host().is_empty());
                prop_assert!(!authority.has_userinfo() && !authority.has_port());
                prop_assert!(!uri.has_query() && !uri.has_fragment());
                prop_assert!(!matches!(uri.path().as_str(), "" | "/"));
                prop_assert!(text.len() <= WorkloadIdentifier::MAX_LENGTH);
            }
        }
    }

    #[test]
    fn valid_components_make_an_identifier(valid in valid_parts()) {
        let (policy, scheme, host, path) = valid;
        let uri = format!("{scheme}://{host}{path}");
        let identifier = policy.parse(&uri);
        prop_assert!(identifier.is_ok(), "{}: {:?}", uri, identifier);
        let identifier = identifier.unwrap();
        prop_assert_eq!(identifier.scheme(), scheme);
        prop_assert_eq!(identifier.trust_domain().to_string(), host);
        prop_assert_eq!(identifier.path(), path);
        assert_oracles_agree(&identifier);
    }

    #[test]
    fn forbidden_components_are_refused_with_their_code(
        valid in valid_parts(),
        extra in "[a-zA-Z0-9._~/-]{0,8}",
        user in "[a-z:]{0,8}",
        port in "[0-9]{0,5}",
    ) {
        let (policy, scheme, host, path) = valid;
        for (uri, code) in [
            (format!("{scheme}://{host}{path}?{extra}"), "identifier.query"),
            (format!("{scheme}://{host}{path}#{extra}"), "identifier.fragment"),
            (format!("{scheme}://{host}{path}?{extra}#{extra}"), "identifier.fragment"),
            (format!("{scheme}://{user}@{host}{path}"), "identifier.userinfo"),
            (format!("{scheme}://{host}:{port}{path}"), "identifier.port"),
            (format!("{scheme}://{path}"), "identifier.authority_empty"),
            (format!("{scheme}:{host}{path}"), "identifier.authority_missing"),
            (format!("//{host}{path}"), "identifier.scheme_missing"),
            (format!("{scheme}://{host}"), "identifier.path_empty"),
            (format!("{scheme}://{host}/"), "identifier.path_empty"),
            (format!("{scheme}://{host}{path}/"), "identifier.path_trailing_slash"),
            (format!("{}://{host}{path}", scheme.to_uppercase()), "identifier.scheme_unsupported"),
        ] {
            prop_assert_eq!(policy.parse(&uri).map_err(|error| error.code()), Err(code), "{}", uri);
        }
        let path_of_origin = policy.parse_origin(&format!("{scheme}://{host}{path}"));
        prop_assert_eq!(path_of_origin.map_err(|error| error.code()), Err("identifier.path_not_allowed"));
    }

    #[test]
    fn no_text_panics(text in any::<String>(), prefix in select(vec!["", "wimse:", "wimse://", "spiffe://e/"])) {
        parse_everything(&format!("{prefix}{text}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// ID-7.1-3
    #[test]
    fn no_long_text_panics(unit in "[ -~é]{1,9}", length in 0..=64 * 1024_usize) {
        parse_everything(&unit.chars().cycle().take(length).collect::<String>());
    }
}

/// Texts close to an identifier: a likely beginning, then tokens of URI syntax of which few are wrong.
fn nearly_uri() -> impl Strategy<Value = String> {
    let beginning = prop_oneof![
        12 => select(vec!["wimse://e/", "x-corp://e/", "spiffe://e/", "wimse://example.com/"]),
        4 => select(vec!["wimse://", "spiffe://", "x-corp://", "wimse://10.0.0.1/", "x-corp://[::1]/"]),
        1 => select(vec!["WIMSE://e/", "wimse:/", "//e/", "wimse://e:1/", "wimse://u@e/", ""]),
    ];
    let token = prop_oneof![
        20 => select(vec!["a", "Z", "7", "-", ".", "_", "example.com", "/ns/db", "e/s"]),
        4 => select(vec!["~", "!", "$", "&'()*+,;=", ":", "@", "%2F", "%C3%A9", "/..x", "/"]),
        2 => select(vec!["//", "/./", "/..", "%61", "%2f", "[::1]", "10.0.0.1"]),
        1 => select(vec!["?", "#", "[", "]", "%", "%GG", "|", " ", "\u{e9}"]),
    ];
    (beginning, proptest::collection::vec(token, 0..8))
        .prop_map(|(start, tokens)| start.to_owned() + &tokens.concat())
}

/// Two texts of the same tokens, each token perhaps in another spelling.
fn two_spellings() -> impl Strategy<Value = (String, String)> {
    let token = select(vec![
        ["a", "a", "%61"],
        ["b", "b", "B"],
        ["/c", "/c", "/./c"],
        ["/d", "/d", "//d"],
        ["/d", "/d", "/x/../d"],
        ["%2F", "%2F", "%2f"],
        ["%C3%A9", "%C3%A9", "%c3%A9"],
        ["~", "~", "%7E"],
    ]);
    let one_of_three = || select(vec![0_usize, 1, 2]);
    let beginning = select(vec!["wimse://e/s", "spiffe://e/s", "x-corp://e/s", "wimse://e", "x-corp://e"]);
    (beginning, proptest::collection::vec((token, one_of_three(), one_of_three()), 0..4)).prop_map(
        |(start, tokens)| {
            let spell = |text: String, token: &str| text + token;
            let first = tokens.iter().map(|(token, first, _)| token[*first]).fold(start.to_owned(), spell);
            let second = tokens.iter().map(|(token, _, second)| token[*second]).fold(start.to_owned(), spell);
            (first, second)
        },
    )
}

/// A policy with scheme, trust domain and path that it has to accept.
fn valid_parts() -> impl Strategy<Value = (IdentifierPolicy, &'static str, String, String)> {
    // Outside spiffe each host starts with a letter, so that none is an address.
    let canonical =
        ("[a-z][a-z0-9._-]{0,30}[a-z0-9_-]", "(/\\.{0,2}[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,12}){1,6}")
            .prop_map(|(host, path)| (IdentifierPolicy::default(), "wimse", host, path));
    let spiffe = ("[a-z0-9._-]{1,255}", "(/\\.{0,2}[A-Za-z0-9_-][A-Za-z0-9._-]{0,12}){1,6}")
        .prop_map(|(host, path)| (IdentifierPolicy::default(), "spiffe", host, path));
    let generic = (
        "[a-z]([a-z0-9._~!$&'()*+,;=-]|%C3%A9|%2F){0,12}",
        "(/[A-Za-z0-9]([A-Za-z0-9._~!$&'()*+,;=:@-]|%2F|%00){0,8}){1,6}",
    )
        .prop_map(|(host, path)| (generic_policy(), "x-corp", host, path));
    let baseline = (
        "[a-zA-Z]([a-zA-Z0-9._~!$&'()*+,;=-]|%[0-9a-fA-F]{2}){0,12}",
        "(/([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9a-fA-F]{2}){0,5}){0,6}/[a-z.]{1,3}",
    )
        .prop_map(|(host, path)| (IdentifierPolicy::baseline(), "wimse", host, path));
    prop_oneof![canonical, spiffe, generic, baseline]
}

fn generic_policy() -> IdentifierPolicy {
    IdentifierPolicy::default().with(SchemeRules::generic("x-corp").unwrap())
}

fn policies() -> [IdentifierPolicy; 5] {
    let legacy = IdentifierPolicy::none()
        .with(SchemeRules::wimse().allow_ip_trust_domain())
        .with(SchemeRules::spiffe())
        .with(SchemeRules::generic("x-corp").unwrap().allow_ip_trust_domain());
    let loosest = legacy.clone().with(SchemeRules::wimse_baseline().allow_ip_trust_domain());
    [IdentifierPolicy::default(), IdentifierPolicy::baseline(), generic_policy(), legacy, loosest]
}

fn assert_oracles_agree(identifier: &WorkloadIdentifier) {
    let text = identifier.as_str();
    let trust_domain = identifier.trust_domain();

    let fluent = fluent_uri::Uri::parse(text).unwrap();
    assert_eq!(fluent.scheme().as_str(), identifier.scheme());
    assert_eq!(fluent.authority().unwrap().host(), trust_domain.as_str());
    assert_eq!(fluent.path().as_str(), identifier.path());

    let iri = UriAbsoluteStr::new(text).unwrap();
    assert_eq!(iri.scheme_str(), identifier.scheme());
    assert_eq!(iri.authority_components().unwrap().host(), trust_domain.as_str());
    assert_eq!(iri.path_str(), identifier.path());
}

fn normalised(uri: &str) -> String {
    fluent_uri::Uri::parse(uri).unwrap().normalize().to_string()
}

fn parse_everything(text: &str) {
    for policy in policies() {
        let _ = policy.parse(text);
        let _ = policy.parse_origin(text);
    }
    let _ = Origin::parse(text);
    let _ = wimse_identifier::TrustDomain::parse(text);
    let _ = wimse_identifier::ExternalHandle::dns_name(text);
    let _ = wimse_identifier::ExternalHandle::url(text);
    let _ = SchemeRules::generic(text);
}

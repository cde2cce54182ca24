//! What each scheme adds to section 4.1, and the policies made of them.

mod twins;

use twins::{Twin, assert_twins};
use wimse_identifier::{IdentifierError, IdentifierPolicy, SchemeRules};

#[test]
fn canonical_wimse() {
    assert_twins(
        &IdentifierPolicy::default(),
        &[
            // IDP-4.4-2
            ("identifier.trust_domain_character", "wimse://Example.com/s", "wimse://example.com/s"),
            ("identifier.trust_domain_character", "wimse://ex~ample.com/s", "wimse://ex_ample.com/s"),
            ("identifier.trust_domain_character", "wimse://ex!ample.com/s", "wimse://ex-ample.com/s"),
            ("identifier.trust_domain_character", "wimse://[example.com/s", "wimse://example.com/s"),
            // IDP-4.4-3
            ("identifier.trust_domain_percent_encoding", "wimse://%65xample.com/s", "wimse://example.com/s"),
            ("identifier.trust_domain_percent_encoding", "wimse://example%2Ecom/s", "wimse://example.com/s"),
            ("identifier.trust_domain_percent_encoding", "wimse://example%/s", "wimse://example/s"),
            ("identifier.trust_domain_trailing_dot", "wimse://example.com./s", "wimse://example.com/s"),
            ("identifier.trust_domain_trailing_dot", "wimse://./s", "wimse://a/s"),
            // IDP-4.4-5
            ("identifier.path_character", "wimse://example.com/a:b", "wimse://example.com/a-b"),
            ("identifier.path_character", "wimse://example.com/a@b", "wimse://example.com/a_b"),
            ("identifier.path_character", "wimse://example.com/a*", "wimse://example.com/a~"),
            ("identifier.path_character", "wimse://example.com/[a]", "wimse://example.com/a"),
            // IDP-4.4-6
            ("identifier.path_empty_segment", "wimse://example.com//s", "wimse://example.com/s"),
            ("identifier.path_empty_segment", "wimse://example.com/a//b", "wimse://example.com/a/b"),
            ("identifier.path_dot_segment", "wimse://example.com/.", "wimse://example.com/..."),
            ("identifier.path_dot_segment", "wimse://example.com/./a", "wimse://example.com/.a"),
            ("identifier.path_dot_segment", "wimse://example.com/a/..", "wimse://example.com/a.."),
            ("identifier.path_dot_segment", "wimse://example.com/a/../b", "wimse://example.com/a/..b"),
            ("identifier.path_percent_encoding", "wimse://example.com/%70ay", "wimse://example.com/pay"),
            ("identifier.path_percent_encoding", "wimse://example.com/a%2Fb", "wimse://example.com/a/b"),
            ("identifier.path_percent_encoding", "wimse://example.com/a%", "wimse://example.com/a"),
            ("identifier.path_trailing_slash", "wimse://example.com/a/", "wimse://example.com/a"),
            ("identifier.path_trailing_slash", "wimse://example.com//", "wimse://example.com/a"),
        ],
    );
}

#[test]
fn spiffe() {
    assert_twins(
        &IdentifierPolicy::default(),
        &[
            ("identifier.trust_domain_character", "spiffe://Example.org/s", "spiffe://example.org/s"),
            ("identifier.trust_domain_character", "spiffe://ex~ample.org/s", "spiffe://ex_ample.org/s"),
            ("identifier.trust_domain_character", "spiffe://[::1]/s", "spiffe://1/s"),
            (
                "identifier.trust_domain_percent_encoding",
                "spiffe://%65xample.org/s",
                "spiffe://example.org/s",
            ),
            ("identifier.path_character", "spiffe://example.org/a~b", "spiffe://example.org/a_b"),
            ("identifier.path_character", "spiffe://example.org/a:b", "spiffe://example.org/a.b"),
            ("identifier.path_percent_encoding", "spiffe://example.org/%61", "spiffe://example.org/a"),
            ("identifier.path_empty_segment", "spiffe://example.org//a", "spiffe://example.org/a"),
            ("identifier.path_dot_segment", "spiffe://example.org/a/..", "spiffe://example.org/a/..."),
            ("identifier.path_trailing_slash", "spiffe://example.org/a/", "spiffe://example.org/a"),
        ],
    );
}

#[test]
fn spiffe_trust_domain_has_at_most_255_bytes() {
    let parse = |length| IdentifierPolicy::default().parse(&format!("spiffe://{}/s", "a".repeat(length)));
    assert!(parse(255).is_ok());
    assert_eq!(parse(256).unwrap_err().code(), "identifier.trust_domain_too_long");
}

#[test]
fn spiffe_treats_names_that_look_like_addresses_as_names() {
    // SPIFFE-ID 2.1
    for uri in ["spiffe://10.0.0.1/s", "spiffe://10.0.0.256/s", "spiffe://example.org./s"] {
        assert_eq!(IdentifierPolicy::default().parse(uri).unwrap().as_str(), uri);
    }
}

#[test]
fn ip_addresses_are_refused_unless_the_legacy_option_allows_them() -> Result<(), IdentifierError> {
    // ID-4.3-2: by the dec-octet grammar of RFC 3986, else it is a name
    let refused: &[Twin] = &[
        ("identifier.ip_address", "wimse://10.0.0.1/s", "wimse://10.0.0.1.example/s"),
        ("identifier.ip_address", "wimse://255.255.255.255/s", "wimse://255.255.255.256/s"),
        ("identifier.ip_address", "wimse://0.0.0.0/s", "wimse://00.0.0.0/s"),
        ("identifier.ip_address", "wimse://127.0.0.1/s", "wimse://127.0.1/s"),
        ("identifier.ip_address", "wimse://[::1]/s", "wimse://1/s"),
        ("identifier.ip_address", "wimse://[v1.a]/s", "wimse://v1.a/s"),
        ("identifier.ip_address", "wimse://[]/s", "wimse://a/s"),
    ];
    assert_twins(&IdentifierPolicy::default(), refused);
    assert_twins(&IdentifierPolicy::baseline(), refused);

    let canonical = IdentifierPolicy::none().with(SchemeRules::wimse().allow_ip_trust_domain());
    assert_twins(
        &canonical,
        &[
            // IDP-4.4-2 has no brackets
            ("identifier.trust_domain_character", "wimse://[::1]/s", "wimse://10.0.0.1/s"),
            ("identifier.trust_domain_trailing_dot", "wimse://10.0.0.1./s", "wimse://10.0.0.1/s"),
        ],
    );

    let baseline = IdentifierPolicy::none().with(SchemeRules::wimse_baseline().allow_ip_trust_domain());
    assert_twins(
        &baseline,
        &[
            ("identifier.trust_domain_character", "wimse://[::g]/s", "wimse://[::A]/s"),
            ("identifier.trust_domain_character", "wimse://[]/s", "wimse://[::]/s"),
            ("identifier.trust_domain_character", "wimse://[1::2::3]/s", "wimse://[1::2:3]/s"),
            ("identifier.trust_domain_character", "wimse://[fe80::1%25eth0]/s", "wimse://[fe80::1]/s"),
            ("identifier.trust_domain_character", "wimse://[::1]a/s", "wimse://[::ffff:10.0.0.1]/s"),
            ("identifier.trust_domain_character", "wimse://[v.a]/s", "wimse://[vF.a:b]/s"),
            ("identifier.trust_domain_character", "wimse://[v1.]/s", "wimse://[v1.a]/s"),
            ("identifier.port", "wimse://[::1]:80/s", "wimse://[::1]/s"),
            ("identifier.port", "wimse://[::1/s", "wimse://[::1]/s"),
        ],
    );

    let generic = IdentifierPolicy::none().with(SchemeRules::generic("x")?.allow_ip_trust_domain());
    assert_twins(
        &generic,
        &[
            ("identifier.trust_domain_character", "x://[::A]/s", "x://[::a]/s"),
            ("identifier.trust_domain_character", "x://[V1.a]/s", "x://[v1.a]/s"),
        ],
    );
    assert_eq!(canonical.parse("wimse://10.0.0.1/s")?.trust_domain().as_str(), "10.0.0.1");
    Ok(())
}

#[test]
fn baseline_is_section_4_1_and_rfc_3986() -> Result<(), IdentifierError> {
    assert_twins(
        &IdentifierPolicy::baseline(),
        &[
            // What the canonical rules refuse is on the right here.
            (
                "identifier.trust_domain_percent_encoding",
                "wimse://ex%6gmple.com/s",
                "wimse://ex%61mple.com/s",
            ),
            ("identifier.trust_domain_character", "wimse://ex[mple.com/s", "wimse://Ex!mple.COM./s"),
            ("identifier.path_percent_encoding", "wimse://example.com/a%2", "wimse://example.com/a%2f"),
            ("identifier.path_percent_encoding", "wimse://example.com/%%61", "wimse://example.com/%61"),
            ("identifier.path_character", "wimse://example.com/[a]", "wimse://example.com/a:@!$&'()*+,;=~"),
            ("identifier.path_trailing_slash", "wimse://example.com/a/", "wimse://example.com/a//b"),
            ("identifier.path_trailing_slash", "wimse://example.com/./", "wimse://example.com/./a/.."),
            ("identifier.path_trailing_slash", "wimse://example.com//", "wimse://example.com//a"),
            ("identifier.path_empty", "wimse://example.com/", "wimse://example.com/."),
            ("identifier.scheme_unsupported", "Wimse://example.com/s", "wimse://example.com/s"),
            ("identifier.path_percent_encoding", "spiffe://example.com/%61", "spiffe://example.com/a"),
        ],
    );
    // Different spellings are different identifiers.
    let baseline = IdentifierPolicy::baseline();
    assert_ne!(baseline.parse("wimse://example.com/pay")?, baseline.parse("wimse://example.com/%70ay")?);
    assert_ne!(baseline.parse("wimse://example.com/a")?, baseline.parse("wimse://EXAMPLE.com/a")?);
    Ok(())
}

#[test]
fn generic_schemes_have_one_spelling() -> Result<(), IdentifierError> {
    let policy = IdentifierPolicy::default().with(SchemeRules::generic("x-corp+1.0")?);
    assert_twins(
        &policy,
        &[
            ("identifier.scheme_unsupported", "X-corp+1.0://example.com/s", "x-corp+1.0://example.com/s"),
            (
                "identifier.trust_domain_character",
                "x-corp+1.0://Example.com/s",
                "x-corp+1.0://ex!mple~.com/s",
            ),
            ("identifier.trust_domain_percent_encoding", "x-corp+1.0://e%c3%a9/s", "x-corp+1.0://e%C3%A9/s"),
            ("identifier.trust_domain_percent_encoding", "x-corp+1.0://%61/s", "x-corp+1.0://a/s"),
            ("identifier.path_percent_encoding", "x-corp+1.0://e/a%2fb", "x-corp+1.0://e/a%2Fb"),
            ("identifier.path_percent_encoding", "x-corp+1.0://e/%7Eb", "x-corp+1.0://e/~b"),
            ("identifier.path_percent_encoding", "x-corp+1.0://e/b%", "x-corp+1.0://e/b"),
            ("identifier.path_character", "x-corp+1.0://e/[b]", "x-corp+1.0://e/(b):@*"),
            ("identifier.path_empty_segment", "x-corp+1.0://e/a//b", "x-corp+1.0://e/a/b"),
            ("identifier.path_dot_segment", "x-corp+1.0://e/a/../b", "x-corp+1.0://e/a/...b"),
            ("identifier.path_trailing_slash", "x-corp+1.0://e/a/", "x-corp+1.0://e/a"),
            ("identifier.ip_address", "x-corp+1.0://10.0.0.1/a", "x-corp+1.0://10.0.0.1x/a"),
            ("identifier.query", "x-corp+1.0://e/a?", "x-corp+1.0://e/a"),
        ],
    );
    Ok(())
}

#[test]
fn generic_scheme_names() {
    assert_eq!(SchemeRules::generic("workload").unwrap().scheme(), "workload");
    for refused in ["", "wimse", "spiffe", "Workload", "1workload", "work_load", "work:", "wörk", "+a"] {
        assert_eq!(
            SchemeRules::generic(refused).unwrap_err().code(),
            "identifier.scheme_invalid",
            "{refused}"
        );
    }
}

#[test]
fn rules_of_the_same_scheme_are_replaced() -> Result<(), IdentifierError> {
    let uri = "wimse://EXAMPLE.com/s";
    let relaxed = IdentifierPolicy::default().with(SchemeRules::wimse_baseline());
    assert!(relaxed.parse(uri).is_ok());
    assert!(relaxed.parse("spiffe://example.com/s").is_ok());
    let strict = relaxed.with(SchemeRules::wimse());
    assert_eq!(strict.parse(uri).unwrap_err().code(), "identifier.trust_domain_character");
    Ok(())
}

#[test]
fn no_policy_accepts_nothing() {
    let error = IdentifierPolicy::none().parse("wimse://example.com/s").unwrap_err();
    assert_eq!(error.code(), "identifier.scheme_unsupported");
    assert!(IdentifierPolicy::none().with(SchemeRules::wimse()).parse("wimse://example.com/s").is_ok());
}

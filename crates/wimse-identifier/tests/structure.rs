//! Section 4.1: what holds for every scheme.

mod twins;

use twins::assert_twins;
use wimse_identifier::{IdentifierError, IdentifierPolicy, WorkloadIdentifier};

#[test]
fn examples_of_the_draft_parse() -> Result<(), IdentifierError> {
    // ID-4.2-1 to ID-4.2-4: sections 4.1, 4.2 and 4.4
    for (uri, scheme, trust_domain, path) in [
        (
            "spiffe://incubation.example.org/ns/experimental/analytics/ingest",
            "spiffe",
            "incubation.example.org",
            "/ns/experimental/analytics/ingest",
        ),
        (
            "wimse://trust.corp.example.com/workload/af3e86cb-7013-4e33-b717-11c4edd25679",
            "wimse",
            "trust.corp.example.com",
            "/workload/af3e86cb-7013-4e33-b717-11c4edd25679",
        ),
        (
            "spiffe://prod.trust.domain/89a6ec51-f877-44c0-9501-b213597f2d1d",
            "spiffe",
            "prod.trust.domain",
            "/89a6ec51-f877-44c0-9501-b213597f2d1d",
        ),
        (
            "spiffe://prod.trust.domain/ns/prod-01/sa/foo-service/iid-1f814646-87b5-4e26-bb55-1d13caccdd8d",
            "spiffe",
            "prod.trust.domain",
            "/ns/prod-01/sa/foo-service/iid-1f814646-87b5-4e26-bb55-1d13caccdd8d",
        ),
        (
            "wimse://trust.example.com/service/payment/instance/1234",
            "wimse",
            "trust.example.com",
            "/service/payment/instance/1234",
        ),
    ] {
        let identifier = WorkloadIdentifier::parse(uri)?;
        assert_eq!(identifier.as_str(), uri);
        assert_eq!(identifier.scheme(), scheme);
        assert_eq!(identifier.trust_domain().as_str(), trust_domain);
        assert_eq!(identifier.origin_str(), format!("{scheme}://{trust_domain}"));
        assert_eq!(identifier.path(), path);
        assert!(identifier.segments().eq(path[1..].split('/')));
    }
    Ok(())
}

#[test]
fn structure() {
    assert_twins(
        &IdentifierPolicy::default(),
        &[
            // ID-4.1-1
            ("identifier.empty", "", "wimse://e/s"),
            ("identifier.scheme_missing", "//example.com/s", "wimse://example.com/s"),
            ("identifier.scheme_missing", "://example.com/s", "wimse://example.com/s"),
            ("identifier.scheme_missing", "wimse//example.com/s", "wimse://example.com/s"),
            ("identifier.scheme_missing", "/wimse://example.com/s", "wimse://example.com/s"),
            ("identifier.scheme_missing", "1wimse://example.com/s", "wimse://example.com/s"),
            ("identifier.scheme_missing", "?wimse://example.com/s", "wimse://example.com/s"),
            ("identifier.scheme_missing", "service", "wimse://example.com/service"),
            ("identifier.scheme_unsupported", "https://example.com/s", "spiffe://example.com/s"),
            ("identifier.scheme_unsupported", "wimse2://example.com/s", "wimse://example.com/s"),
            ("identifier.scheme_unsupported", "wims://example.com/s", "wimse://example.com/s"),
            // IDP-4.4-1
            ("identifier.scheme_unsupported", "WIMSE://example.com/s", "wimse://example.com/s"),
            ("identifier.scheme_unsupported", "Spiffe://example.com/s", "spiffe://example.com/s"),
            // ID-4.1-2
            ("identifier.authority_missing", "wimse:example.com/s", "wimse://example.com/s"),
            ("identifier.authority_missing", "wimse:/example.com/s", "wimse://example.com/s"),
            ("identifier.authority_missing", "wimse:", "wimse://example.com/s"),
            ("identifier.authority_empty", "wimse:///s", "wimse://e/s"),
            ("identifier.authority_empty", "wimse://", "wimse://e/s"),
            // ID-4.1-3
            ("identifier.path_empty", "wimse://example.com", "wimse://example.com/s"),
            ("identifier.path_empty", "wimse://example.com/", "wimse://example.com/s"),
            ("identifier.path_empty", "spiffe://example.com/", "spiffe://example.com/s"),
            // ID-4.1-4
            ("identifier.query", "wimse://example.com/s?", "wimse://example.com/s"),
            ("identifier.query", "wimse://example.com/s?a=b", "wimse://example.com/s"),
            ("identifier.query", "wimse://example.com?/s", "wimse://example.com/s"),
            // ID-4.1-5
            ("identifier.fragment", "wimse://example.com/s#", "wimse://example.com/s"),
            ("identifier.fragment", "wimse://example.com/s#top", "wimse://example.com/s"),
            ("identifier.fragment", "wimse://#example.com/s", "wimse://example.com/s"),
            // ID-4.1-6
            ("identifier.userinfo", "wimse://user@example.com/s", "wimse://example.com/s"),
            ("identifier.userinfo", "wimse://@example.com/s", "wimse://example.com/s"),
            ("identifier.userinfo", "wimse://user:secret@example.com/s", "wimse://example.com/s"),
            ("identifier.userinfo", "wimse://@/s", "wimse://e/s"),
            // ID-4.1-7
            ("identifier.port", "wimse://example.com:443/s", "wimse://example.com/s"),
            ("identifier.port", "wimse://example.com:/s", "wimse://example.com/s"),
            ("identifier.port", "wimse://:443/s", "wimse://e/s"),
            ("identifier.port", "wimse://[::1]:443/s", "wimse://e/s"),
            ("identifier.port", "wimse://::1/s", "wimse://e/s"),
            // ID-7.1-1
            ("identifier.not_ascii", "wimse://example.com/sérvice", "wimse://example.com/service"),
            ("identifier.not_ascii", "wimse://example.com/ser vice", "wimse://example.com/service"),
            ("identifier.not_ascii", " wimse://example.com/s", "wimse://example.com/s"),
            ("identifier.not_ascii", "wimse://example.com/s\n", "wimse://example.com/s"),
            ("identifier.not_ascii", "wimse://example.com/s\0", "wimse://example.com/s"),
            ("identifier.not_ascii", "wimse://example.com/s\u{7f}", "wimse://example.com/s"),
            ("identifier.character", "wimse://example.com/s|t", "wimse://example.com/s/t"),
            ("identifier.character", "wimse://example.com\\s", "wimse://example.com/s"),
            ("identifier.character", "<wimse://example.com/s>", "wimse://example.com/s"),
            ("identifier.character", "wimse://{tenant}/s", "wimse://tenant/s"),
        ],
    );
}

#[test]
fn the_first_fault_is_reported() {
    let code = |uri| WorkloadIdentifier::parse(uri).map_err(|error| error.code());
    assert_eq!(code("wimse://u@e:1/a?q#f|\u{e9}"), Err("identifier.not_ascii"));
    assert_eq!(code("wimse://u@e:1/a?q#f|"), Err("identifier.character"));
    assert_eq!(code("other://u@e:1/a?q#f"), Err("identifier.scheme_unsupported"));
    assert_eq!(code("wimse:/u@e:1/a?q#f"), Err("identifier.authority_missing"));
    assert_eq!(code("wimse://u@e:1/a?q#f"), Err("identifier.fragment"));
    assert_eq!(code("wimse://u@e:1/a?q"), Err("identifier.query"));
    assert_eq!(code("wimse://u@e:1/%61"), Err("identifier.userinfo"));
    assert_eq!(code("wimse://E.:1/%61"), Err("identifier.port"));
    assert_eq!(code("wimse://E%41./%61"), Err("identifier.trust_domain_character"));
    assert_eq!(code("wimse://e%41./%61"), Err("identifier.trust_domain_percent_encoding"));
    assert_eq!(code("wimse://e./%61"), Err("identifier.trust_domain_trailing_dot"));
    assert_eq!(code("wimse://e/./*/%61//b/"), Err("identifier.path_trailing_slash"));
    assert_eq!(code("wimse://e/./*/%61//b"), Err("identifier.path_empty_segment"));
    assert_eq!(code("wimse://e/./*/%61/b"), Err("identifier.path_dot_segment"));
    assert_eq!(code("wimse://e/*/%61/b"), Err("identifier.path_percent_encoding"));
    assert_eq!(code("wimse://e/*/b"), Err("identifier.path_character"));
}

#[test]
fn length_limit_is_2048_bytes() {
    // ID-7.1-4, ID-7.1-5, IDP-4.1-5
    let of_length = |prefix: &str, length: usize| format!("{prefix}{}", "a".repeat(length - prefix.len()));
    for prefix in ["wimse://example.com/", "spiffe://example.com/"] {
        assert!(WorkloadIdentifier::parse(&of_length(prefix, 2047)).is_ok());
        let longest = WorkloadIdentifier::parse(&of_length(prefix, 2048)).unwrap();
        assert_eq!(longest.as_str().len(), WorkloadIdentifier::MAX_LENGTH);
        let refused = WorkloadIdentifier::parse(&of_length(prefix, 2049)).unwrap_err();
        assert_eq!(refused.code(), "identifier.too_long");
    }
}

#[test]
fn long_trust_domains_of_wimse_are_accepted() {
    // ID-7.1-4: no rule but the total length bounds the trust domain of wimse.
    let uri = format!("wimse://{}/s", "a".repeat(2048 - "wimse:///s".len()));
    assert_eq!(WorkloadIdentifier::parse(&uri).unwrap().trust_domain().as_str().len(), 2038);
}

#[test]
fn only_complete_uris_compare() {
    // ID-4.3-3, IDP-4.4-7
    let parse = |uri: &str| WorkloadIdentifier::parse(uri).unwrap();
    assert_eq!(parse("wimse://example.com/s"), parse("wimse://example.com/s"));
    assert_ne!(parse("wimse://example.com/s"), parse("wimse://example.com/S"));
    assert_ne!(parse("wimse://example.com/s"), parse("wimse://example.org/s"));
    assert_ne!(parse("wimse://example.com/s"), parse("spiffe://example.com/s"));
    assert!(parse("wimse://example.com/a") < parse("wimse://example.com/b"));
}

#[test]
fn errors_are_safe_to_log() {
    let secret = "wimse://hunter2@example.com/s";
    let error = WorkloadIdentifier::parse(secret).unwrap_err();
    assert!(!error.to_string().contains("hunter2"));
    assert_eq!(error.requirement(), "ID-4.1-6");
    assert!(std::error::Error::source(&error).is_none());
}

#[test]
fn display_and_debug() {
    let identifier = WorkloadIdentifier::parse("wimse://example.com/s").unwrap();
    assert_eq!(identifier.to_string(), "wimse://example.com/s");
    assert_eq!(format!("{identifier:?}"), r#"WorkloadIdentifier("wimse://example.com/s")"#);
    assert_eq!(format!("{:?}", identifier.trust_domain()), r#"TrustDomain("example.com")"#);
    assert_eq!(WorkloadIdentifier::try_from("wimse://example.com/s"), Ok(identifier.clone()));
    assert_eq!(identifier.as_ref(), "wimse://example.com/s");
}

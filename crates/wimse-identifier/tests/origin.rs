//! Origins and trust domains (sections 4.3 and 4.6).

use std::collections::{BTreeMap, HashMap};

use wimse_identifier::{IdentifierError, IdentifierPolicy, Origin, TrustDomain, WorkloadIdentifier};

#[test]
fn examples_of_the_draft_parse() -> Result<(), IdentifierError> {
    for (text, scheme, trust_domain) in [
        ("spiffe://prod.trust.domain", "spiffe", "prod.trust.domain"),
        ("wimse://trust.corp.example.com", "wimse", "trust.corp.example.com"),
    ] {
        let origin: Origin = text.parse()?;
        assert_eq!(origin.to_string(), text);
        assert_eq!(origin.scheme(), scheme);
        assert_eq!(origin.trust_domain(), TrustDomain::parse(trust_domain)?);
        assert_eq!(Origin::new(scheme, &origin.trust_domain())?, origin);
        assert_eq!(format!("{origin:?}"), format!("Origin({text:?})"));
    }
    Ok(())
}

#[test]
fn an_origin_has_no_path() {
    for (code, refused, accepted) in [
        ("identifier.path_not_allowed", "wimse://example.com/", "wimse://example.com"),
        ("identifier.path_not_allowed", "wimse://example.com/s", "wimse://example.com"),
        ("identifier.path_not_allowed", "wimse://example.com//", "wimse://example.com"),
        ("identifier.query", "wimse://example.com?", "wimse://example.com"),
        ("identifier.fragment", "wimse://example.com#", "wimse://example.com"),
        ("identifier.userinfo", "wimse://@example.com", "wimse://example.com"),
        ("identifier.port", "wimse://example.com:", "wimse://example.com"),
        ("identifier.authority_empty", "wimse://", "wimse://e"),
        ("identifier.authority_missing", "wimse:example.com", "wimse://example.com"),
        ("identifier.empty", "", "wimse://e"),
        ("identifier.ip_address", "wimse://10.0.0.1", "spiffe://10.0.0.1"),
        ("identifier.trust_domain_character", "wimse://Example.com", "wimse://example.com"),
        ("identifier.scheme_unsupported", "https://example.com", "wimse://example.com"),
    ] {
        assert_eq!(Origin::parse(refused).unwrap_err().code(), code, "{refused}");
        assert_eq!(Origin::parse(accepted).unwrap().as_str(), accepted);
        // Section 4.6: what is an origin is no identifier.
        assert_eq!(WorkloadIdentifier::parse(accepted).unwrap_err().code(), "identifier.path_empty");
    }
}

#[test]
fn parts_are_joined_safely() -> Result<(), IdentifierError> {
    let domain = TrustDomain::parse("example.com")?;
    assert!(Origin::new("wimse", &domain).is_ok());
    for (scheme, code) in [
        ("", "identifier.scheme_missing"),
        ("wimse://evil.example/x", "identifier.scheme_missing"),
        ("wimse:", "identifier.scheme_missing"),
        ("WIMSE", "identifier.scheme_unsupported"),
        ("https", "identifier.scheme_unsupported"),
    ] {
        assert_eq!(Origin::new(scheme, &domain).unwrap_err().code(), code, "{scheme}");
    }
    // A trust domain of another policy is judged again.
    let loose = IdentifierPolicy::baseline().parse("wimse://EXAMPLE.com/s")?;
    assert_eq!(Origin::new("wimse", &loose.trust_domain()), Err(IdentifierError::TrustDomainCharacter));
    assert_eq!(loose.origin().as_str(), "wimse://EXAMPLE.com");
    Ok(())
}

#[test]
fn contains_compares_scheme_and_whole_trust_domain() -> Result<(), IdentifierError> {
    let origin = Origin::parse("wimse://example.com")?;
    assert!(origin.contains(&"wimse://example.com/s".parse()?));
    for outside in [
        "spiffe://example.com/s",
        "wimse://example.org/s",
        "wimse://example.co/m",
        "wimse://example.com.evil.example/s",
        "wimse://sub.example.com/s",
    ] {
        assert!(!origin.contains(&outside.parse()?), "{outside}");
    }
    Ok(())
}

#[test]
fn an_origin_that_shares_text_equals_one_that_does_not() -> Result<(), IdentifierError> {
    let shared = WorkloadIdentifier::parse("wimse://example.com/s")?.origin();
    let own = Origin::parse("wimse://example.com")?;
    assert_eq!(shared, own);
    assert_eq!(shared.cmp(&own), std::cmp::Ordering::Equal);
    // `Borrow<str>`: hash and order agree with those of the text.
    let hashed = HashMap::from([(shared.clone(), 1)]);
    assert_eq!(hashed.get("wimse://example.com"), Some(&1));
    assert_eq!(hashed.get(&own), Some(&1));
    assert_eq!(hashed.get("wimse://example.com/s"), None);
    let sorted = BTreeMap::from([(shared, 1)]);
    assert_eq!(sorted.get("wimse://example.com"), Some(&1));
    assert_eq!(sorted.get("spiffe://example.com"), None);
    Ok(())
}

#[test]
fn trust_domains() -> Result<(), IdentifierError> {
    for (code, refused, accepted) in [
        ("identifier.authority_empty", "", "e"),
        ("identifier.not_ascii", "exämple.com", "example.com"),
        ("identifier.not_ascii", "example.com\n", "example.com"),
        ("identifier.character", "ex|mple.com", "ex_mple.com"),
        ("identifier.userinfo", "user@example.com", "example.com"),
        ("identifier.port", "example.com:443", "example.com"),
        ("identifier.ip_address", "10.0.0.1", "10.0.0.1a"),
        ("identifier.ip_address", "[::1]", "1"),
        ("identifier.trust_domain_character", "Example.com", "example.com"),
        ("identifier.trust_domain_character", "example.com/s", "example.com"),
        ("identifier.trust_domain_character", "example.com?", "example.com"),
        ("identifier.trust_domain_character", "wimse//example.com", "wimse.example.com"),
        ("identifier.trust_domain_percent_encoding", "ex%61mple.com", "example.com"),
        ("identifier.trust_domain_trailing_dot", "example.com.", "example.com"),
    ] {
        assert_eq!(TrustDomain::parse(refused).unwrap_err().code(), code, "{refused}");
        assert_eq!(TrustDomain::parse(accepted)?.to_string(), accepted);
    }
    assert!(TrustDomain::parse(&"a".repeat(2048)).is_ok());
    assert_eq!(TrustDomain::parse(&"a".repeat(2049)), Err(IdentifierError::TooLong));
    assert!(TrustDomain::parse("a")? < TrustDomain::parse("b")?);
    Ok(())
}

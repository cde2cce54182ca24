//! Serde as strings, through the strict parser.
#![cfg(feature = "serde")]

use wimse_identifier::{Origin, TrustDomain, WorkloadIdentifier};

#[test]
fn strings_both_ways() -> Result<(), serde_json::Error> {
    let text = r#""wimse://example.com/s""#;
    let identifier: WorkloadIdentifier = serde_json::from_str(text)?;
    assert_eq!(serde_json::to_string(&identifier)?, text);
    assert_eq!(serde_json::to_string(&identifier.origin())?, r#""wimse://example.com""#);
    assert_eq!(serde_json::to_string(&identifier.trust_domain())?, r#""example.com""#);
    assert_eq!(serde_json::from_str::<Origin>(r#""wimse://example.com""#)?, identifier.origin());
    assert_eq!(serde_json::from_str::<TrustDomain>(r#""example.com""#)?, identifier.trust_domain());
    // An escape in JSON is not percent-encoding.
    assert_eq!(serde_json::from_str::<WorkloadIdentifier>(r#""wimse:\/\/example.com\/\u0073""#)?, identifier);
    Ok(())
}

#[test]
fn what_does_not_parse_does_not_deserialise() {
    let refused = |text| serde_json::from_str::<WorkloadIdentifier>(text).unwrap_err().to_string();
    assert!(refused(r#""wimse://example.com/s?""#).starts_with("there is a query component"));
    assert!(refused(r#""wimse://example.com""#).starts_with("the path is empty"));
    assert!(refused("7").contains("expected a string"));
    assert!(serde_json::from_str::<Origin>(r#""wimse://example.com/""#).is_err());
    assert!(serde_json::from_str::<TrustDomain>(r#""Example.com""#).is_err());
}

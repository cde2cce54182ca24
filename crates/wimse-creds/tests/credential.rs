//! The credential of a workload: a WIT and its own key, and what neither shows.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod issued;

use issued::{DOMAIN, NOW, at, claims, issuer_key, key, token, verifier, workload_key};
use wimse_creds::WorkloadIdentityToken;
use wimse_creds::key::Algorithm;
use wimse_creds::pop::WitCredential;

#[test]
fn a_credential_is_a_wit_and_its_own_key() {
    let issuer = issuer_key(Algorithm::Es256);
    let workload = workload_key(Algorithm::Ed25519);
    let wit = || claims().sign(&issuer).unwrap();
    let code = |key| WitCredential::new(wit(), key).map(drop).map_err(|error| error.code());
    assert_eq!(code(workload_key(Algorithm::Ed25519)), Ok(()));
    // Another key, the issuer's, another curve, and the right numbers under the other name.
    for other in [
        key(Algorithm::Ed25519, 3),
        issuer_key(Algorithm::Es256),
        workload_key(Algorithm::Es256),
        workload_key(Algorithm::EdDsa),
    ] {
        assert_eq!(code(other), Err("credential.key_mismatch"));
    }
    // A key id is a label.
    assert_eq!(code(workload_key(Algorithm::Ed25519).with_key_id("label")), Ok(()));

    let header = r#"{"alg":"ES256","kid":"issuer-1","typ":"wit+jwt"}"#;
    for (cnf, expected) in [
        (String::new(), "wit.cnf_missing"),
        (r#","cnf":{}"#.to_owned(), "wit.cnf_jwk_missing"),
        (r#","cnf":{"jkt":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"}"#.to_owned(), "wit.cnf_jwk_missing"),
        (format!(r#","cnf":{{"jwk":{}}}"#, *workload.to_private_jwk()), "wit.cnf_private_member"),
    ] {
        let text = token(header, &format!(r#"{{"sub":"{DOMAIN}/billing","exp":1745512510{cnf}}}"#), &issuer);
        let wit = WorkloadIdentityToken::parse(&text).unwrap();
        let refused = WitCredential::new(wit, workload_key(Algorithm::Ed25519));
        assert_eq!(refused.unwrap_err().code(), expected);
        assert_eq!(verifier(&issuer).verify(&text, NOW).unwrap_err().code(), expected);
    }
}

/// WIT-9.5-3: not in the very second of `exp`, and without leeway.
#[test]
fn a_credential_signs_until_it_expires() {
    let wit = claims().sign(&issuer_key(Algorithm::Es256)).unwrap();
    let credential = WitCredential::new(wit, workload_key(Algorithm::Ed25519)).unwrap();
    let signature = credential.sign(b"message", at(3599)).unwrap();
    assert!(credential.public_key().verify(b"message", &signature).is_ok());
    for late in [3600, 3601, 1_000_000] {
        assert_eq!(credential.sign(b"message", at(late)).unwrap_err().code(), "credential.expired");
    }
    let shown = format!("{credential:?}");
    assert!(shown.contains("/billing") && !shown.contains(credential.wit().as_str()), "{shown}");
    assert!(!shown.contains("eyJ"), "{shown}");
}

#[test]
fn debug_shows_subject_and_expiry_only() {
    let issuer = issuer_key(Algorithm::Es256);
    let verifier = verifier(&issuer);
    let wit = claims().claim("example.com/secret", "hunter2").unwrap().sign(&issuer).unwrap();
    let verified = verifier.verify(wit.as_str(), NOW).unwrap();
    for shown in [format!("{wit:?}"), format!("{verified:?}"), format!("{verifier:?}")] {
        assert!(!shown.contains("eyJ") && !shown.contains("hunter2"), "{shown}");
    }
    assert!(format!("{verified:?}").contains("1745512510"));
}

//! WIT-SVIDs (SPIFFE WIT-SVID): bundles with keys of every algorithm that the profile allows.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod issued;

use issued::{HOUR, NOW, key};
use serde_json::{Value, json};
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::{Validity, WitClaims, WitError, WitPolicy, WitVerifier, WorkloadIdentityToken};

/// A bundle as SPIFFE servers write it, with `alg` or without, beside keys for other uses.
fn bundle(issuer: &SigningKey, with_alg: bool) -> Vec<u8> {
    let mut jwk: Value = serde_json::from_str(&issuer.public_key().to_jwk()).unwrap();
    jwk["use"] = json!("wit-svid");
    if !with_alg {
        jwk.as_object_mut().unwrap().remove("alg");
    }
    let mut other = jwk.clone();
    other["use"] = json!("jwt-svid");
    json!({"keys": [other, jwk], "spiffe_sequence": 7, "spiffe_refresh_hint": 300}).to_string().into_bytes()
}

fn token(issuer: &SigningKey, workload: &SigningKey) -> Result<WorkloadIdentityToken, &'static str> {
    let claims = WitClaims::new(
        "spiffe://example.org/billing".parse().unwrap(),
        workload.public_key(),
        Validity::starting(NOW, HOUR),
    );
    claims.sign_under(&WitPolicy::wit_svid(), issuer).map_err(|error| error.code())
}

fn verify(bundle: &[u8], token: &str) -> Result<String, WitError> {
    let domain = DomainAnchors::new("spiffe://example.org".parse().unwrap());
    let domain = domain.with_spiffe_bundle(bundle).unwrap();
    let verifier = WitVerifier::new(TrustAnchors::none().with(domain).unwrap(), WitPolicy::wit_svid());
    verifier.verify(token, NOW).map(|verified| verified.subject().to_string())
}

#[test]
fn keys_of_spiffe_bundles() {
    let workload = key(Algorithm::Es256, 2);
    for algorithm in Algorithm::all().filter(|algorithm| algorithm.allowed_in_wit_svid()) {
        let issuer = key(algorithm, 1).with_key_id("authority-1");
        let wit = token(&issuer, &workload).unwrap();
        for with_alg in [true, false] {
            let accepted = verify(&bundle(&issuer, with_alg), wit.as_str());
            assert_eq!(accepted.unwrap(), "spiffe://example.org/billing", "{algorithm}");
        }
        // Another key of the same kind under the same id.
        let other = key(algorithm, 3).with_key_id("authority-1");
        let refused = verify(&bundle(&other, true), wit.as_str()).unwrap_err();
        assert_eq!(refused.code(), "wit.signature", "{algorithm}");
    }
}

/// An RSA key says by its `alg` which of six algorithms it is for, and without `alg` it is for each.
#[test]
fn an_rsa_key_with_alg_is_for_that_alone() {
    let workload = key(Algorithm::Es256, 2);
    let of_rsa = || Algorithm::all().filter(|algorithm| algorithm.signature_bytes().is_none());
    for (named, used) in of_rsa().flat_map(|named| of_rsa().map(move |used| (named, used))) {
        let with_id = |algorithm| key(algorithm, 1).with_key_id("authority-1");
        let wit = token(&with_id(used), &workload).unwrap();
        let verdict = verify(&bundle(&with_id(named), true), wit.as_str()).map_err(|error| error.code());
        assert_eq!(verdict.is_ok(), named == used, "{named}, {used}: {verdict:?}");
        assert!(verdict.is_ok() || verdict == Err("wit.alg_mismatch"), "{verdict:?}");
        assert!(verify(&bundle(&with_id(named), false), wit.as_str()).is_ok());
    }
}

/// WIT-SVID 2.3 and 3.2: RS, ES and PS for issuers and workloads.
#[test]
fn workloads_may_have_the_same_algorithms() {
    let issuer = key(Algorithm::Es256, 1).with_key_id("authority-1");
    for algorithm in Algorithm::all() {
        let wit = token(&issuer, &key(algorithm, 2));
        match algorithm {
            Algorithm::Ed25519 | Algorithm::EdDsa => assert_eq!(wit.unwrap_err(), "wit.profile_cnf_alg"),
            _ => assert!(verify(&bundle(&issuer, true), wit.unwrap().as_str()).is_ok(), "{algorithm}"),
        }
    }
}

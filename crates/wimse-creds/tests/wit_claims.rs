//! Issuing: what a verifier under the same policy would refuse is not issued.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod issued;

use issued::{DOMAIN, HOUR, NOW, claims, claims_for, issuer_key, key, verifier, workload_key};
use std::collections::BTreeMap;
use std::time::Duration;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::{ClaimError, Validity, WitClaims, WitIssueError, WitPolicy};
use wimse_identifier::{IdentifierPolicy, SchemeRules};

fn code<T>(result: Result<T, WitIssueError>) -> Result<(), &'static str> {
    result.map(drop).map_err(|error| error.code())
}

fn lasting(lifetime: Duration) -> WitClaims {
    let subject = format!("{DOMAIN}/billing").parse().unwrap();
    WitClaims::new(subject, workload_key(Algorithm::Ed25519).public_key(), Validity::starting(NOW, lifetime))
}

#[test]
fn names_of_extra_claims() {
    for reserved in ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf"] {
        let refused = claims().private_claim(reserved, 1).unwrap_err();
        assert_eq!((refused.code(), refused), ("claim.reserved", ClaimError::Reserved(reserved.into())));
        assert_eq!(claims().claim(reserved, 1).unwrap_err().code(), "claim.private");
    }
    for private in ["team", "", "a b", "Sub"] {
        assert_eq!(claims().claim(private, 1).unwrap_err().code(), "claim.private");
        assert!(claims().private_claim(private, 1).is_ok());
    }
    for name in ["example.com/team", "https://example.com/team", "urn:team"] {
        assert!(claims().claim(name, 1).is_ok(), "{name}");
    }
    let no_json = BTreeMap::from([(vec![1], 1)]);
    assert_eq!(claims().claim("example.com/team", no_json).unwrap_err().code(), "claim.value");
}

#[test]
fn extra_claims_come_out_as_they_went_in() {
    let issuer = issuer_key(Algorithm::Es256);
    let wit = claims().claim("example.com/team", "payments").unwrap().private_claim("tier", 3).unwrap();
    let wit = wit.sign(&issuer).unwrap();
    let verified = verifier(&issuer).verify(wit.as_str(), NOW).unwrap();
    assert_eq!(verified.claim("example.com/team"), Ok(Some("payments".to_owned())));
    assert_eq!(verified.claim("tier"), Ok(Some(3)));
    assert_eq!(verified.claim::<String>("other"), Ok(None));
    assert_eq!(verified.claim::<String>("tier").unwrap_err().code(), "claim.type");
    assert_eq!(verified.extra_claims(), ["example.com/team", "tier"]);
}

#[test]
fn texts_and_validity() {
    let issuer = issuer_key(Algorithm::Ed25519);
    let text = |length| "a".repeat(length);
    assert_eq!(code(claims().token_id(text(1024)).sign(&issuer)), Ok(()));
    assert_eq!(code(claims().token_id(text(1025)).sign(&issuer)), Err("wit.issue_text"));
    assert_eq!(code(claims().token_id("").sign(&issuer)), Err("wit.issue_text"));
    assert_eq!(code(claims().issuer("https://id.example.com").sign(&issuer)), Ok(()));
    assert_eq!(code(claims().issuer(format!("urn:{}", text(1021))).sign(&issuer)), Err("wit.issue_text"));
    for issuer_name in ["", "id.example.com", "https://a b"] {
        assert_eq!(code(claims().issuer(issuer_name).sign(&issuer)), Err("wit.issue_iss"), "{issuer_name}");
    }
    for (id, expected) in
        [(text(1024), Ok(())), (text(1025), Err("wit.issue_text")), (text(0), Err("wit.issue_text"))]
    {
        assert_eq!(code(claims().sign(&key(Algorithm::Ed25519, 1).with_key_id(id))), expected);
    }
    assert_eq!(code(lasting(Duration::ZERO).sign(&issuer)), Err("wit.issue_validity"));
    assert_eq!(code(lasting(Duration::from_millis(999)).sign(&issuer)), Err("wit.issue_validity"));
    assert_eq!(code(lasting(Duration::from_secs(1)).sign(&issuer)), Ok(()));
    assert_eq!(code(lasting(24 * HOUR).sign(&issuer)), Ok(()));
    let day = Duration::from_secs(24 * 3600 + 1);
    assert_eq!(code(lasting(day).sign(&issuer)), Err("wit.lifetime_too_long"));
    assert_eq!(code(lasting(Duration::MAX).sign(&issuer)), Err("wit.exp_malformed"));
}

/// Row 45: every credential has a key of its own, and none the issuer's.
#[test]
fn the_issuer_does_not_vouch_for_its_own_key() {
    let refused = |workload: &SigningKey| code(claims_for(workload).sign(&issuer_key(Algorithm::Ed25519)));
    assert_eq!(refused(&key(Algorithm::Ed25519, 1)), Err("wit.issue_issuer_key"));
    assert_eq!(refused(&key(Algorithm::EdDsa, 1)), Err("wit.issue_issuer_key"));
    assert_eq!(refused(&key(Algorithm::Ed25519, 2)), Ok(()));
    assert_eq!(refused(&key(Algorithm::Es256, 1)), Ok(()));
}

#[test]
fn what_a_verifier_would_refuse() {
    let issuer = issuer_key(Algorithm::Es256);
    let deep = |depth: usize| {
        serde_json::from_str::<serde_json::Value>(&format!("{}{}", "[".repeat(depth), "]".repeat(depth)))
    };
    let deep = |depth| claims().claim("example.com/deep", deep(depth).unwrap());
    assert_eq!(code(deep(7).unwrap().sign(&issuer)), Ok(()));
    assert_eq!(deep(8).unwrap_err().code(), "claim.value");
    let long = |length| claims().claim("example.com/long", "a".repeat(length)).unwrap();
    assert_eq!(code(long(11_000).sign(&issuer)), Ok(()));
    assert_eq!(code(long(13_000).sign(&issuer)), Err("wit.too_large"));
    let raw = serde_json::value::RawValue::from_string(r#"{"a":1,"a":2}"#.to_owned()).unwrap();
    assert_eq!(claims().claim("example.com/raw", raw).unwrap_err().code(), "claim.value");

    // A subject of a scheme that the policy of the verifier does not know.
    let generic = IdentifierPolicy::default().with(SchemeRules::generic("example").unwrap());
    let subject = generic.parse("example://example.com/billing").unwrap();
    let key = workload_key(Algorithm::Ed25519);
    let other = WitClaims::new(subject, key.public_key(), Validity::starting(NOW, HOUR));
    assert_eq!(code(other.sign(&issuer)), Err("wit.sub_not_an_identifier"));
    assert_eq!(code(other.sign_under(&WitPolicy::default().identifiers(generic), &issuer)), Ok(()));
}

#[test]
fn policies() {
    let issuer = issuer_key(Algorithm::Es256);
    let plain = || {
        WitClaims::new(
            format!("{DOMAIN}/a").parse().unwrap(),
            workload_key(Algorithm::EdDsa).public_key(),
            Validity::starting(NOW, HOUR),
        )
    };
    let under = |policy: WitPolicy, claims: WitClaims| code(claims.sign_under(&policy, &issuer));
    let policy = WitPolicy::default;
    assert_eq!(under(policy().require_issuer(), plain()), Err("wit.iss_missing"));
    assert_eq!(under(policy().require_issuer(), plain().issuer("urn:a")), Ok(()));
    assert_eq!(under(policy().require_token_id(), plain()), Err("wit.jti_missing"));
    assert_eq!(under(policy().require_token_id(), plain().random_token_id()), Ok(()));
    assert_eq!(under(policy().refuse_eddsa_name(), plain()), Err("wit.cnf_alg_not_allowed"));
    assert_eq!(under(policy().proof_algorithms([Algorithm::Es256]), plain()), Err("wit.cnf_alg_not_allowed"));
    assert_eq!(under(policy().proof_algorithms([Algorithm::EdDsa]), plain()), Ok(()));
    assert_eq!(under(policy().max_lifetime(HOUR), plain()), Ok(()));
    let short = policy().max_lifetime(Duration::from_secs(3599));
    assert_eq!(under(short, plain()), Err("wit.lifetime_too_long"));
    let signed = plain().sign_under(&policy().refuse_eddsa_name(), &issuer_key(Algorithm::EdDsa));
    assert_eq!(code(signed), Err("wit.alg_not_allowed"));
}

/// WIT-SVID 2 and 3.
#[test]
fn the_wit_svid_profile() {
    let svid = |subject: &str, workload: Algorithm, issuer: &SigningKey| {
        let key = workload_key(workload);
        let claims =
            WitClaims::new(subject.parse().unwrap(), key.public_key(), Validity::starting(NOW, HOUR));
        code(claims.sign_under(&WitPolicy::wit_svid(), issuer))
    };
    let (spiffe, issuer) = ("spiffe://example.com/a", issuer_key(Algorithm::Es256));
    assert_eq!(svid(spiffe, Algorithm::Es256, &issuer), Ok(()));
    assert_eq!(svid("wimse://example.com/a", Algorithm::Es256, &issuer), Err("wit.profile_sub"));
    assert_eq!(svid(spiffe, Algorithm::Ed25519, &issuer), Err("wit.profile_cnf_alg"));
    assert_eq!(svid(spiffe, Algorithm::Es256, &issuer_key(Algorithm::Ed25519)), Err("wit.profile_alg"));
    assert_eq!(svid(spiffe, Algorithm::Es256, &key(Algorithm::Es256, 1)), Err("wit.profile_kid"));
}

/// WIT-4-2: however deep it stands, and whichever of the named policies would read it.
#[test]
fn a_second_workload_identifier() {
    let code =
        |value: serde_json::Value| claims().claim("example.com/x", value).map(|_| ()).map_err(|e| e.code());
    assert_eq!(code(serde_json::json!({"id": ["example.com/b"]})), Ok(()));
    for second in ["wimse://example.com/b", "spiffe://example.com/b", "wimse://example.com/queue:b"] {
        for value in
            [serde_json::json!(second), serde_json::json!([[second]]), serde_json::json!({"id": [second]})]
        {
            assert_eq!(code(value), Err("claim.second_identifier"), "{second}");
        }
    }
    let issuer = issuer_key(Algorithm::Ed25519);
    let with_id = |id| claims().token_id(id).sign(&issuer).map(|_| ()).map_err(|error| error.code());
    assert_eq!(with_id("example.com/b"), Ok(()));
    assert_eq!(with_id("wimse://example.com/b"), Err("wit.issue_text"));
}

#[test]
fn a_claim_is_added_once() {
    let once = claims().claim("example.com/x", 1).unwrap();
    assert!(once.clone().claim("example.com/y", 2).is_ok());
    assert_eq!(once.claim("example.com/x", 2).unwrap_err().code(), "claim.duplicate");
}

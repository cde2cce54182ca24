//! Private RSA keys: numbers that do not belong together, and those on which libraries would spend too much.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod issued;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use issued::key;
use serde_json::{Value, json};
use wimse_creds::key::{Algorithm, SigningKey};

fn is_in_this_build() -> bool {
    Algorithm::all().any(|algorithm| algorithm == Algorithm::Rs256)
}

fn jwk(number: u8) -> Value {
    serde_json::from_str(&key(Algorithm::Rs256, number).to_private_jwk()).unwrap()
}

fn refusal(jwk: &Value) -> &'static str {
    SigningKey::from_jwk(&jwk.to_string()).unwrap_err().code()
}

fn with(jwk: &Value, member: &str, value: &[u8]) -> Value {
    let mut changed = jwk.clone();
    changed[member] = json!(URL_SAFE_NO_PAD.encode(value));
    changed
}

#[test]
fn numbers_that_do_not_belong_together() {
    if !is_in_this_build() {
        return;
    }
    let (good, other) = (jwk(1), jwk(2));
    assert!(SigningKey::from_jwk(&good.to_string()).is_ok());
    for member in ["n", "d", "p", "q", "dp", "dq", "qi"] {
        let mut changed = good.clone();
        changed[member] = other[member].clone();
        assert_eq!(refusal(&changed), "key.secret", "{member}");
        changed.as_object_mut().unwrap().remove(member);
        assert_eq!(refusal(&changed), "key.member_missing", "{member}");
    }
    let mut swapped = good.clone();
    (swapped["p"], swapped["q"]) = (good["q"].clone(), good["p"].clone());
    assert_eq!(refusal(&swapped), "key.secret");
    let mut of_three = good;
    of_three["oth"] = json!([]);
    assert_eq!(refusal(&of_three), "key.unsupported");
}

/// RFC 8017 3.2. Libraries would look into numbers of any size, for minutes.
#[test]
fn numbers_out_of_range() {
    if !is_in_this_build() {
        return;
    }
    let good = jwk(1);
    for member in ["d", "p", "q", "dp", "dq", "qi"] {
        let bytes = URL_SAFE_NO_PAD.decode(good[member].as_str().unwrap()).unwrap();
        for (value, code) in [
            ([&[1], &bytes[..], &[0; 300]].concat(), "key.secret"),
            (vec![0xff; 100_000], "key.secret"),
            ([&[0], &bytes[..]].concat(), "key.member"),
            (Vec::new(), "key.member"),
        ] {
            assert_eq!(refusal(&with(&good, member, &value)), code, "{member} of {} bytes", value.len());
        }
        assert!(SigningKey::from_jwk(&with(&good, member, &bytes).to_string()).is_ok());
    }
    for member in ["p", "q"] {
        assert_eq!(refusal(&with(&good, member, &[3])), "key.secret");
    }
}

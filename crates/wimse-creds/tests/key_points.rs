//! Points: on the curve, in their one spelling, of large order.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
mod jwks;

use jwks::{private_jwks, public_jwks, with};
use wimse_creds::key::{PublicKey, SigningKey};

/// The code of the refusal.
fn refusal(jwk: &Value) -> &'static str {
    PublicKey::from_jwk(&jwk.to_string()).unwrap_err().code()
}

#[test]
fn points_that_are_not_on_the_curve() {
    let [ec, okp] = public_jwks();
    let (x, y) = (ec["x"].clone(), ec["y"].clone());
    assert_eq!(refusal(&with(&with(&ec, "x", y), "y", x.clone())), "key.not_on_curve");
    assert_eq!(refusal(&with(&ec, "y", x)), "key.not_on_curve");
    let number = |bytes: [u8; 32]| URL_SAFE_NO_PAD.encode(bytes);
    assert_eq!(refusal(&with(&with(&ec, "x", number([0; 32])), "y", number([0; 32]))), "key.not_on_curve");
    // x is no field element: the prime of P-256 itself, and all ones.
    let p = *b"\xff\xff\xff\xff\x00\x00\x00\x01\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";
    assert_eq!(refusal(&with(&ec, "x", number(p))), "key.not_on_curve");
    assert_eq!(refusal(&with(&ec, "x", number([0xff; 32]))), "key.not_on_curve");
    // y = 2 is on no point of edwards25519, y = 3 is.
    let small = |y: u8| std::array::from_fn(|place| if place == 0 { y } else { 0 });
    assert_eq!(refusal(&with(&okp, "x", number(small(2)))), "key.not_on_curve");
    assert!(PublicKey::from_jwk(&with(&okp, "x", number(small(3))).to_string()).is_ok());
}

#[test]
fn small_order_and_non_canonical_ed25519_keys() {
    let [_, okp] = public_jwks();
    let ones = |first: u8, last: u8| {
        let mut y = [0xff; 32];
        (y[0], y[31]) = (first, last);
        y
    };
    let small = |y: u8| std::array::from_fn(|place| if place == 0 { y } else { 0 });
    let order_8 = *b"\x26\xe8\x95\x8f\xc2\xb2\x27\xb0\x45\xc3\xf4\x89\xf2\xef\x98\xf0\xd5\xdf\xac\x05\xd3\xc6\x33\x39\xb1\x38\x02\x88\x6d\x53\xfc\x05";
    let other_8 = *b"\xc7\x17\x6a\x70\x3d\x4d\xd8\x4f\xba\x3c\x0b\x76\x0d\x10\x67\x0f\x2a\x20\x53\xfa\x2c\x39\xcc\xc6\x4e\xc7\xfd\x77\x92\xac\x03\x7a";
    // Orders 4, 1, 2, 8 and 8; then y = p, p + 1 (small in another spelling), p + 3 and 2^255 - 1.
    let mut weak = vec![small(0), small(1), ones(0xec, 0x7f), order_8, other_8];
    weak.extend([ones(0xed, 0x7f), ones(0xee, 0x7f), ones(0xf0, 0x7f), ones(0xff, 0x7f)]);
    for mut y in weak {
        for sign in [0, 0x80] {
            y[31] = (y[31] & 0x7f) | sign;
            for algorithm in ["Ed25519", "EdDSA"] {
                let jwk = with(&with(&okp, "x", URL_SAFE_NO_PAD.encode(y)), "alg", algorithm);
                assert_eq!(refusal(&jwk), "key.weak", "{y:02x?}");
            }
        }
    }
}

/// S was computed so that R, the neutral element, fits: plain verification accepts the signature, the strict rule not.
#[test]
fn a_small_order_r_is_refused() {
    let [_, jwk] = private_jwks();
    let key = SigningKey::from_jwk(&jwk.to_string()).unwrap();
    let s = *b"\x7f\x26\x2b\x82\xee\xa8\xd6\x19\x7c\x16\x3d\x09\x56\xca\xde\x16\xe0\xd7\x20\x3c\x1a\x5b\x12\x89\xe2\xdd\x9d\x54\x8d\xb4\x81\x0e";
    let mut signature = [0; 64];
    signature[0] = 1;
    signature[32..].copy_from_slice(&s);

    let x = URL_SAFE_NO_PAD.decode(jwk["x"].as_str().unwrap()).unwrap();
    let plain = ed25519_dalek::VerifyingKey::from_bytes(x.as_slice().try_into().unwrap()).unwrap();
    let parsed = ed25519_dalek::Signature::from_bytes(&signature);
    assert!(ed25519_dalek::Verifier::verify(&plain, b"wimse", &parsed).is_ok());
    assert!(key.public_key().verify(b"wimse", &signature).is_err());
    assert!(key.public_key().verify(b"wimse", &key.sign(b"wimse").unwrap()).is_ok());
}

//! JWKs (RFC 7517, 7518 6, 8037 2): round trips, and what is refused for which reason.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
mod jwks;

use jwks::{private_jwks, public_jwks, with, without};
use wimse_creds::key::{Algorithm, AnchorKey, Backend, KeyError, PublicKey, SigningKey};

/// The code of the refusal, the same for a key and for an anchor.
fn refusal(jwk: &Value) -> &'static str {
    let code = PublicKey::from_jwk(&jwk.to_string()).unwrap_err().code();
    assert_eq!(AnchorKey::from_jwk(&jwk.to_string()).unwrap_err().code(), code, "{jwk}");
    code
}

fn private_refusal(jwk: &Value) -> &'static str {
    SigningKey::from_jwk(&jwk.to_string()).unwrap_err().code()
}

#[test]
fn out_and_in_again_is_the_same_key() {
    for algorithm in Algorithm::all() {
        for key_id in [None, Some("2026-11"), Some(""), Some(r#"","kty":"oct","kid":"é\"#)] {
            let key = SigningKey::generate(algorithm).unwrap();
            let key = if let Some(key_id) = key_id { key.with_key_id(key_id) } else { key };
            let public = PublicKey::from_jwk(&key.public_key().to_jwk()).unwrap();
            assert_eq!(public, *key.public_key());
            assert_eq!(public.key_id(), key_id);
            assert_eq!(public.to_jwk(), key.public_key().to_jwk());

            let private = SigningKey::from_jwk(&key.to_private_jwk()).unwrap();
            assert_eq!(private.public_key(), key.public_key());
            assert_eq!(private.public_key().key_id(), key_id);
            assert_eq!(*private.to_private_jwk(), *key.to_private_jwk());
            if key.backend() == Backend::Pure {
                assert_eq!(private.sign(b"message"), key.sign(b"message"));
            }
            public.verify(b"message", &private.sign(b"message").unwrap()).unwrap();
            assert_eq!(
                public.verify(b"Message", &private.sign(b"message").unwrap()).unwrap_err().code(),
                "key.signature"
            );
        }
    }
}

#[test]
fn rsa_keys_are_made_in_three_sizes() {
    let code = |made: Result<SigningKey, KeyError>| made.map(|_| ()).map_err(|error| error.code());
    for (algorithm, bits, expected) in [
        (Algorithm::Rs256, 1024, "key.unsupported"),
        (Algorithm::Rs256, 2047, "key.unsupported"),
        (Algorithm::Ps512, 8192, "key.unsupported"),
        (Algorithm::Es256, 2048, "key.alg_mismatch"),
    ] {
        assert_eq!(code(SigningKey::generate_rsa(algorithm, bits)), Err(expected), "{algorithm} {bits}");
    }
    for bits in [2048, 3072, 4096] {
        let made = SigningKey::generate_rsa(Algorithm::Ps256, bits);
        if Algorithm::all().any(|algorithm| algorithm == Algorithm::Ps256) {
            assert_eq!(made.unwrap().public_key().signature_bytes() * 8, bits as usize);
        } else {
            assert_eq!(code(made), Err("key.no_backend"));
        }
    }
}

#[test]
fn what_we_write_is_in_lexicographic_order() {
    for (jwk, names) in private_jwks()
        .iter()
        .zip([vec!["alg", "crv", "d", "kid", "kty", "x", "y"], vec!["alg", "crv", "d", "kid", "kty", "x"]])
    {
        let key = SigningKey::from_jwk(&jwk.to_string()).unwrap().with_key_id("1");
        let text = key.to_private_jwk();
        let places: Vec<_> = names.iter().map(|name| text.find(&format!("\"{name}\":")).unwrap()).collect();
        assert!(places.is_sorted(), "{places:?}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), with(jwk, "kid", "1"));
    }
}

#[test]
fn public_keys_carry_nothing_private() {
    for jwk in public_jwks() {
        assert!(PublicKey::from_jwk(&jwk.to_string()).is_ok());
        assert!(PublicKey::from_jwk(&with(&jwk, "e", "AQAB").to_string()).is_ok());
        for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] {
            for value in [json!("AQAB"), json!(""), json!(null)] {
                assert_eq!(refusal(&with(&jwk, member, value)), "key.private_member", "{member}");
            }
        }
    }
}

#[test]
fn other_kinds_of_key() {
    let [ec, okp] = public_jwks();
    let oct = json!({"kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T", "alg": "HS256"});
    assert_eq!(refusal(&oct), "key.symmetric");
    assert_eq!(private_refusal(&oct), "key.symmetric");
    // What is known and not in this build is refused like what is unknown.
    let has = |name: &str| Algorithm::all().any(|algorithm| algorithm.name() == name);
    let if_has = |name, known, unknown| if has(name) { known } else { unknown };
    let rsa = json!({"kty": "RSA", "n": "AQAB", "e": "AQAB", "alg": "RS256"});
    assert_eq!(refusal(&rsa), if_has("RS256", "key.weak", "key.unsupported"));
    for (crv, alg) in [("P-384", "ES384"), ("P-521", "ES512")] {
        assert_eq!(refusal(&with(&ec, "crv", crv)), if_has(alg, "key.alg_mismatch", "key.unsupported"));
        assert_eq!(refusal(&with(&ec, "alg", alg)), if_has(alg, "key.alg_mismatch", "key.alg_unsupported"));
    }
    for (jwk, member, value, code) in [
        (&ec, "kty", "ec", "key.unsupported"),
        (&ec, "kty", "OKP", "key.alg_mismatch"),
        (&okp, "kty", "EC", "key.alg_mismatch"),
        (&ec, "crv", "secp256k1", "key.unsupported"),
        (&ec, "crv", "p-256", "key.unsupported"),
        (&okp, "crv", "Ed448", "key.unsupported"),
        (&okp, "crv", "X25519", "key.unsupported"),
        (&ec, "alg", "Ed25519", "key.alg_mismatch"),
        (&okp, "alg", "ES256", "key.alg_mismatch"),
        (&ec, "alg", "ES256K", "key.alg_unsupported"),
        (&ec, "alg", "es256", "key.alg_unsupported"),
        (&ec, "alg", "none", "key.alg_none"),
        (&ec, "alg", "HS256", "key.alg_symmetric"),
        (&ec, "alg", "ECDH-ES", "key.alg_encryption"),
        (&okp, "alg", "ECDH-ES+A256KW", "key.alg_encryption"),
        (&ec, "use", "enc", "key.usage"),
        (&okp, "use", "wit-svid", "key.usage"),
    ] {
        assert_eq!(refusal(&with(jwk, member, value)), code, "{member} {value}");
    }
}

#[test]
fn members_that_are_missing_or_of_another_type() {
    for jwk in public_jwks() {
        for member in ["kty", "crv", "x"] {
            assert_eq!(refusal(&without(&jwk, member)), "key.member_missing", "{member}");
        }
        for member in ["kty", "crv", "alg", "x", "kid", "use", "key_ops"] {
            for value in [json!(7), json!(null), json!({}), json!([7])] {
                assert_eq!(refusal(&with(&jwk, member, value)), "key.member", "{member}");
            }
        }
        // A key has one algorithm; an anchor may be wider.
        let bare = without(&jwk, "alg").to_string();
        assert_eq!(PublicKey::from_jwk(&bare).unwrap_err().code(), "key.alg_missing");
        assert!(AnchorKey::from_jwk(&bare).is_ok());
    }
    let [ec, okp] = public_jwks();
    assert_eq!(refusal(&without(&ec, "y")), "key.member_missing");
    let algorithms = |jwk: &Value| {
        AnchorKey::from_jwk(&jwk.to_string()).unwrap().algorithms().map(Algorithm::name).collect::<Vec<_>>()
    };
    assert_eq!(algorithms(&without(&ec, "alg")), ["ES256"]);
    assert_eq!(algorithms(&without(&okp, "alg")), ["Ed25519", "EdDSA"]);
    assert_eq!(algorithms(&okp), ["Ed25519"]);
}

#[test]
fn the_algorithm_asked_for_is_the_one_of_the_key() {
    for (jwk, algorithm, others) in [
        (&private_jwks()[0], Algorithm::Es256, [Algorithm::Ed25519, Algorithm::EdDsa]),
        (&private_jwks()[1], Algorithm::Ed25519, [Algorithm::Es256, Algorithm::EdDsa]),
    ] {
        for jwk in [jwk.clone(), without(jwk, "alg")] {
            let (private, public) = (jwk.to_string(), without(&jwk, "d").to_string());
            assert!(PublicKey::from_jwk_as(algorithm, &public).is_ok());
            assert!(SigningKey::from_jwk_as(algorithm, &private).is_ok());
            for other in
                others.into_iter().filter(|other| jwk["alg"].is_string() || *other != Algorithm::EdDsa)
            {
                let code = |error: KeyError| error.code();
                assert_eq!(
                    PublicKey::from_jwk_as(other, &public).map_err(code).unwrap_err(),
                    "key.alg_mismatch"
                );
                assert_eq!(
                    SigningKey::from_jwk_as(other, &private).map_err(code).unwrap_err(),
                    "key.alg_mismatch"
                );
            }
        }
    }
}

#[test]
fn use_and_key_ops() {
    for (private, public) in private_jwks().iter().zip(public_jwks()) {
        let both = |member: &str, value: Value| {
            let code = |error: KeyError| error.code();
            let verifies = PublicKey::from_jwk(&with(&public, member, value.clone()).to_string());
            let signs = SigningKey::from_jwk(&with(private, member, value).to_string());
            (verifies.map(drop).map_err(code), signs.map(drop).map_err(code))
        };
        let no = Err("key.usage");
        assert_eq!(both("use", json!("sig")), (Ok(()), Ok(())));
        assert_eq!(both("use", json!("enc")), (no, no));
        assert_eq!(both("use", json!("Sig")), (no, no));
        assert_eq!(both("key_ops", json!(["sign", "verify"])), (Ok(()), Ok(())));
        assert_eq!(both("key_ops", json!(["verify"])), (Ok(()), no));
        assert_eq!(both("key_ops", json!(["sign"])), (no, Ok(())));
        assert_eq!(both("key_ops", json!(["deriveKey"])), (no, no));
        assert_eq!(both("key_ops", json!([])), (no, no));
    }
}

/// RFC 7515 2, RFC 7518 6.2.1.2: exactly the bytes of the field, in exactly one spelling.
#[test]
fn coordinates_have_one_spelling() {
    for jwk in public_jwks() {
        for member in ["x", "y"] {
            let Some(text) = jwk[member].as_str() else { continue };
            let bytes = URL_SAFE_NO_PAD.decode(text).unwrap();
            // The last of 43 characters has two bits beyond the 32 bytes.
            let mut trailing_bit = text.to_owned();
            let last = trailing_bit.pop().unwrap();
            trailing_bit.push(char::from(last as u8 + 1));
            for value in [
                URL_SAFE_NO_PAD.encode(&bytes[..31]),
                URL_SAFE_NO_PAD.encode([&[0], &bytes[..]].concat()),
                URL_SAFE_NO_PAD.encode([&bytes[..], &[0]].concat()),
                format!("{text}="),
                trailing_bit,
                format!(" {text}"),
                format!("{}\n{}", &text[..20], &text[20..]),
                format!("+{}", &text[1..]),
                String::new(),
            ] {
                assert_eq!(refusal(&with(&jwk, member, value.clone())), "key.member", "{member} {value}");
            }
            assert!(PublicKey::from_jwk(&with(&jwk, member, text).to_string()).is_ok());
        }
    }
}

#[test]
fn private_halves() {
    let [ec, okp] = private_jwks();
    let scalar = |hex: &str| {
        let bytes: Vec<u8> =
            (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
        URL_SAFE_NO_PAD.encode(bytes)
    };
    let zero = "00".repeat(32);
    let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let last = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550";
    for (jwk, d, code) in [
        (&ec, scalar(&zero), "key.secret"),
        (&ec, scalar(order), "key.secret"),
        (&ec, scalar(&"ff".repeat(32)), "key.secret"),
        (&ec, scalar(&"01".repeat(31)), "key.secret"),
        (&ec, scalar(&"01".repeat(33)), "key.secret"),
        (&okp, scalar(&"01".repeat(31)), "key.secret"),
        (&okp, scalar(&"01".repeat(64)), "key.secret"),
        (&okp, String::new(), "key.secret"),
        // Valid by themselves, and another key than x and y.
        (&ec, scalar(last), "key.pair_mismatch"),
        (&okp, scalar(&zero), "key.pair_mismatch"),
        (&ec, format!("{}=", ec["d"].as_str().unwrap()), "key.member"),
        (&okp, format!("{}=", okp["d"].as_str().unwrap()), "key.member"),
    ] {
        assert_eq!(private_refusal(&with(jwk, "d", d.clone())), code, "{d}");
        assert!(SigningKey::from_jwk(&jwk.to_string()).is_ok());
    }
    for jwk in [&ec, &okp] {
        assert_eq!(private_refusal(&without(jwk, "d")), "key.member_missing");
        assert_eq!(private_refusal(&without(jwk, "alg")), "key.alg_missing");
    }
    assert_eq!(private_refusal(&with(&ec, "y", okp["x"].clone())), "key.pair_mismatch");
}

#[test]
fn only_strict_json() {
    let [jwk, _] = public_jwks();
    let text = jwk.to_string();
    assert!(PublicKey::from_jwk(&text).is_ok());
    assert!(PublicKey::from_jwk(&format!(" {text}\n")).is_ok());
    let inside = &text[1..text.len() - 1];
    for refused in [
        format!("{{{inside},\"crv\":\"P-256\"}}"),
        format!("{{{inside},\"\\u0078\":\"\"}}"),
        format!("{{{inside},\"ext\":{{\"a\":1,\"a\":1}}}}"),
        format!("{{{inside},}}"),
        format!("[{text}]"),
        format!("{text}{text}"),
        format!("\u{feff}{text}"),
        String::new(),
    ] {
        assert_eq!(PublicKey::from_jwk(&refused).unwrap_err().code(), "key.json", "{refused}");
    }
}

/// WIT-9.5-1.
#[test]
fn debug_shows_nothing_private() {
    for jwk in private_jwks() {
        let key = SigningKey::from_jwk(&jwk.to_string()).unwrap().with_key_id("2026-11");
        let secret = URL_SAFE_NO_PAD.decode(jwk["d"].as_str().unwrap()).unwrap();
        let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        for shown in [format!("{key:?}"), format!("{key:#?}")] {
            assert!(shown.contains("2026-11") && shown.contains(&key.public_key().thumbprint().to_string()));
            for private in [jwk["d"].as_str().unwrap(), &hex, &hex.to_uppercase(), &format!("{secret:?}")] {
                assert!(!shown.contains(private), "{shown}");
            }
            assert!(!shown.contains(&format!("{}, {}", secret[0], secret[1])), "{shown}");
        }
    }
}

/// RFC 7517 4.3 has eight operations; pairs of very many would be compared for minutes.
#[test]
fn at_most_sixteen_operations() {
    let [jwk, _] = public_jwks();
    let operations = |count: usize| {
        let mut names: Vec<String> = (1..count).map(|number| number.to_string()).collect();
        names.push("verify".into());
        with(&jwk, "key_ops", json!(names))
    };
    assert!(PublicKey::from_jwk(&operations(16).to_string()).is_ok());
    assert_eq!(refusal(&operations(17)), "key.member");
    assert_eq!(refusal(&operations(120_000)), "key.member");
}

//! Making a JWS with one given key: the header that a verifier will read.

use serde_json::{Value, json};

use super::super::{
    Cases,
    rsa::{ISSUER_PS256, ISSUER_RS256},
    tokens::{ISSUER_ED25519, ISSUER_ES256, ISSUER_ES384, KeyPair},
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let mut vectors = Vec::new();
    for (name, key, algorithm) in [
        ("es256", ISSUER_ES256, "ES256"),
        ("ed25519", ISSUER_ED25519, "Ed25519"),
        ("es384", ISSUER_ES384, "ES384"),
        ("rs256", ISSUER_RS256, "RS256"),
        ("ps256", ISSUER_PS256, "PS256"),
    ] {
        let header = json!({"alg": algorithm, "kid": "June 5", "typ": "wit+jwt"});
        let plain = made(&format!("jws-sign-{name}"), key, "The header has the algorithm of the key.")
            .output("header", json!({"alg": algorithm}));
        let named = made(&format!("jws-sign-{name}-named"), key, "A header with type and key id.")
            .config("header", header.clone())
            .output("header", header);
        let refused = headers(name, &named);
        vectors.extend([plain, named]);
        vectors.extend(refused);
    }
    let no_text = made("jws-sign-bytes", ISSUER_ES256, "A payload that is no text.");
    vectors.push(no_text.input_bytes("payload", [0, 0xff, 10]));
    Ok(vectors)
}

fn made(id: &str, key: KeyPair, comment: &str) -> Vector {
    Vector::accepted(id, "jws.sign", comment)
        .requires(&["WIT-5.1-1", "WIT-5.1-2", "WIT-5.1-4", "WIT-5.1-17"])
        .input_bytes("payload", br#"{"a":1}"#)
        .config("key", serde_json::from_str::<Value>(key.private_jwk()).unwrap_or_default())
        .output("signature_valid", true)
}

/// Headers that no verifier of these drafts accepts are not made.
fn headers(name: &str, twin: &Vector) -> Vec<Vector> {
    let other = if name == "es256" { "Ed25519" } else { "ES256" };
    let wrong_type = "A parameter of the wrong type.";
    let rows = [
        (
            "other-alg",
            "jws.alg_mismatch",
            json!({"alg": other}),
            "the algorithm of another key",
            "What the header says would not be what was done.",
        ),
        ("none", "jws.alg_none", json!({"alg": "none"}), "alg is none", "A signature that says it is none."),
        (
            "hs256",
            "jws.alg_symmetric",
            json!({"alg": "HS256"}),
            "alg is HS256",
            "A private key is no secret to share.",
        ),
        (
            "ecdh-es",
            "jws.alg_encryption",
            json!({"alg": "ECDH-ES"}),
            "alg is ECDH-ES",
            "Nothing is encrypted.",
        ),
        (
            "unknown",
            "jws.alg_unsupported",
            json!({"alg": "XX256"}),
            "alg is XX256",
            "An algorithm that is not registered.",
        ),
        ("number", "jws.header_parameter", json!({"alg": 256}), "alg is a number", wrong_type),
        ("typ-number", "jws.header_parameter", json!({"typ": 1}), "typ is a number", wrong_type),
        ("kid-null", "jws.header_parameter", json!({"kid": null}), "kid is null", wrong_type),
        (
            "crit",
            "jws.crit",
            json!({"crit": ["exp"], "exp": 1}),
            "a critical parameter",
            "An extension that no recipient understands.",
        ),
    ];
    let rows = rows.into_iter().map(|(end, code, header, differs, comment)| {
        let requirements: &[&str] = match end {
            "none" => &["WIT-5.1-2", "WIT-5.1-3"],
            "crit" | "typ-number" | "kid-null" => &["WIT-5.1-1"],
            _ => &["WIT-5.1-2"],
        };
        let refused = twin.refused(&format!("jws-sign-{name}-{end}"), &[code], differs, comment);
        refused.requires(requirements).config("header", header)
    });
    rows.collect()
}

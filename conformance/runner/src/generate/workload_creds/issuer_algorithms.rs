//! Issuers that sign with ES384, RS256 and PS256.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{
    super::{
        Cases,
        rsa::{
            ISSUER_PS256, ISSUER_RS256, PS256, PS256_KEY_RS256, PS256_MASK_SHA1, PS256_NO_SALT,
            PS256_SALT_20, PS256_WITH_PKCS1, RS256, RS256_KEY_PS256, RS256_WITH_PSS, RS256_WITH_SHA512,
            header, token,
        },
        tokens::{
            ISSUER_ES256, ISSUER_ES384, KeyPair, ORIGIN, OTHER_ISSUER_ES384, WORKLOAD_ES256, base64url,
            domain, sign, wit_claims,
        },
    },
    Refused, accept, refuse,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    Ok([of_rs256(), of_ps256(), of_es384()?].concat())
}

/// An accepted token of an issuer who has this key beside the usual one.
fn accepted(id: &str, key: KeyPair, token: &str, comment: &str) -> Vector {
    let keys = [ISSUER_ES256.public_jwk(), key.public_jwk()];
    accept(id, token, REQUIREMENTS, comment).config("anchors", json!([domain(ORIGIN, &keys)]))
}

fn of_rs256() -> Vec<Vector> {
    let named = header("RS256", "issuer-rs256");
    let twin = accepted("wit-issuer-rs256", ISSUER_RS256, &token(&named, RS256), "An issuer with RS256.");
    let mut vectors = vec![twin.clone()];
    vectors.extend(refuse(
        &twin,
        SIGNATURE,
        "wit.signature",
        [
            (
                "wit-issuer-rs256-sha512",
                token(&named, RS256_WITH_SHA512),
                "SHA-512 in the signature",
                "The hash is of the algorithm: a verifier that reads it from the signature lets the signer choose.",
            ),
            (
                "wit-issuer-rs256-pss",
                token(&named, RS256_WITH_PSS),
                "a signature with PSS",
                "The other way to sign with the same key is another algorithm.",
            ),
        ],
    ));
    vectors.extend(refuse(
        &twin,
        KEY,
        "wit.alg_mismatch",
        [(
            "wit-issuer-rs256-key-ps256",
            token(&header("PS256", "issuer-rs256"), RS256_KEY_PS256),
            "alg is PS256, and so is the signature",
            "The alg of the key in the anchors decides, not the token.",
        )],
    ));
    vectors.extend(altered("rs256", &twin, &named.text(), RS256));
    vectors.push(not_allowed("wit-issuer-rs256-not-allowed", &twin));
    vectors
}

fn of_ps256() -> Vec<Vector> {
    let named = header("PS256", "issuer-ps256");
    let twin = accepted("wit-issuer-ps256", ISSUER_PS256, &token(&named, PS256), "An issuer with PS256.");
    let salt = "The salt is as long as the hash (RFC 7518 section 3.5).";
    let mut vectors = vec![twin.clone()];
    vectors.extend(refuse(
        &twin,
        SIGNATURE,
        "wit.signature",
        [
            ("wit-issuer-ps256-salt-20", token(&named, PS256_SALT_20), "a salt of 20 bytes", salt),
            ("wit-issuer-ps256-no-salt", token(&named, PS256_NO_SALT), "no salt", salt),
            (
                "wit-issuer-ps256-mask-sha1",
                token(&named, PS256_MASK_SHA1),
                "SHA-1 for the mask",
                "The hash of the mask is that of the message (RFC 7518 section 3.5).",
            ),
            (
                "wit-issuer-ps256-pkcs1",
                token(&named, PS256_WITH_PKCS1),
                "a signature with PKCS #1 v1.5",
                "The other way to sign with the same key is another algorithm.",
            ),
        ],
    ));
    vectors.extend(refuse(
        &twin,
        KEY,
        "wit.alg_mismatch",
        [(
            "wit-issuer-ps256-key-rs256",
            token(&header("RS256", "issuer-ps256"), PS256_KEY_RS256),
            "alg is RS256, and so is the signature",
            "The alg of the key in the anchors decides, not the token.",
        )],
    ));
    vectors.extend(altered("ps256", &twin, &named.text(), PS256));
    vectors.push(not_allowed("wit-issuer-ps256-not-allowed", &twin));
    vectors
}

fn of_es384() -> Cases {
    let named = header("ES384", "issuer-es384");
    let claims = wit_claims(WORKLOAD_ES256).text();
    let by = |key: KeyPair, header: &str| sign(key, header, &claims);
    let good = by(ISSUER_ES384, &named.text())?;
    let twin = accepted("wit-issuer-es384", ISSUER_ES384, &good, "An issuer with ES384.");
    let signature = good.rsplit_once('.').map_or("", |(_, signature)| signature);
    let mut vectors = vec![twin.clone()];
    vectors.extend(refuse(
        &twin,
        SIGNATURE,
        "wit.signature",
        [
            (
                "wit-issuer-es384-other-issuer",
                by(OTHER_ISSUER_ES384, &named.text())?,
                "signed by another issuer under the same kid",
                "A key id is not a secret.",
            ),
            (
                "wit-issuer-es384-by-es256",
                by(ISSUER_ES256, &named.text())?,
                "signed with the ES256 key of the issuer",
                "The right issuer with the wrong key, whose signature is shorter, too.",
            ),
        ],
    ));
    vectors.extend(refuse(
        &twin,
        KEY,
        "wit.alg_mismatch",
        [(
            "wit-issuer-es384-key-es256",
            by(ISSUER_ES256, &header("ES256", "issuer-es384").text())?,
            "alg is ES256, under the kid of the ES384 key",
            "The key decides on the algorithm, not the token.",
        )],
    ));
    vectors.extend(altered("es384", &twin, &named.text(), signature));
    vectors.push(not_allowed("wit-issuer-es384-not-allowed", &twin));
    Ok(vectors)
}

/// What no algorithm accepts.
fn altered(name: &str, twin: &Vector, header: &str, signature: &str) -> Vec<Vector> {
    let claims = wit_claims(WORKLOAD_ES256);
    let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    let with = |claims: &str, signature: &[u8]| {
        format!("{}.{}.{}", base64url(header), base64url(claims), base64url(signature))
    };
    let last_bit = |mut bytes: Vec<u8>| {
        if let Some(last) = bytes.last_mut() {
            *last ^= 1;
        }
        bytes
    };
    let zeros = vec![0; bytes.len()];
    let usual = claims.text();
    let other = claims.string("sub", "wimse://example.com/admin").text();
    let short = bytes.get(1..).unwrap_or_default();
    let rows: [(&str, String, &str, &str); 7] = [
        (
            "flipped",
            with(&usual, &last_bit(bytes.clone())),
            "a bit of the signature",
            "A signature of something else.",
        ),
        ("short", with(&usual, short), "a byte of the signature is missing", "A signature that was cut off."),
        (
            "long",
            with(&usual, &[&[0], &bytes[..]].concat()),
            "a zero byte before the signature",
            "The same number in more bytes: a second form of one token.",
        ),
        ("zero", with(&usual, &zeros), "a signature of zeros", "It verifies under broken arithmetic."),
        (
            "one",
            with(&usual, &last_bit(zeros.clone())),
            "the number one for a signature",
            "Its power is itself, whatever the key.",
        ),
        ("empty", with(&usual, &[]), "no signature", "A token that nobody has signed."),
        ("other-subject", with(&other, &bytes), "another sub", "Claims that were changed after signing."),
    ];
    let ids: Vec<_> = rows.iter().map(|(end, ..)| format!("wit-issuer-{name}-{end}")).collect();
    let rows = rows.into_iter().zip(&ids);
    let rows: Vec<Refused<'_>> =
        rows.map(|((_, token, differs, comment), id)| (id.as_str(), token, differs, comment)).collect();
    let refused = refuse(twin, SIGNATURE, "wit.signature", rows).into_iter();
    // Whether an empty part is no signature or no token is a matter of taste.
    let or_malformed =
        |vector: Vector| if vector.id.ends_with("-empty") { vector.or_code("wit.malformed") } else { vector };
    refused.map(or_malformed).collect()
}

/// The key is there, and the trust domain does not accept its algorithm.
fn not_allowed(id: &str, twin: &Vector) -> Vector {
    let mut anchors = twin.config.get("anchors").cloned().unwrap_or_default();
    if let Some(entry) = anchors.get_mut(0).and_then(Value::as_object_mut) {
        entry.insert("algorithms".to_owned(), json!(["ES256"]));
    }
    let comment = "What a key can do is not what a trust domain accepts.";
    twin.refused(id, &["wit.alg_not_allowed"], "the trust domain accepts only ES256", comment)
        .requires(KEY)
        .config("anchors", anchors)
}

const REQUIREMENTS: &[&str] = &["WIT-5.1-2", "WIT-5.1.4-4", "WIT-5.1.4-8"];
const SIGNATURE: &[&str] = &["WIT-5.1.4-4", "WIT-5.1.4-7"];
const KEY: &[&str] = &["WIT-5.1-2", "WIT-5.1.4-8"];

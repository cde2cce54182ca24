//! Trust anchors as documents: JWK Sets and SPIFFE bundles.

use serde_json::json;

use super::super::{
    Cases,
    tokens::{ISSUER_ES256, KeyPair, Members, NEXT_ISSUER_ES256, OTHER_ISSUER_ES256},
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let mut vectors = jwk_set();
    vectors.extend(skipped());
    vectors.extend(spiffe_bundle());
    Ok(vectors)
}

const REQUIREMENTS: [&str; 3] = ["WIT-3-1", "WIT-3-4", "WIT-5.1.4-8"];

fn parse(id: &str, form: &str, document: &str, keys: usize, comment: &str) -> Vector {
    Vector::accepted(id, "bundle.parse", comment)
        .requires(&REQUIREMENTS)
        .input_bytes("document", document)
        .config("form", form)
        .output("keys", keys)
}

fn set(keys: &[String]) -> String {
    format!(r#"{{"keys":[{}]}}"#, keys.join(","))
}

fn text(key: KeyPair) -> String {
    key.public().text()
}

/// A refused document: id, code, the document, what differs, the attack or the mistake.
type Refused<'a> = (&'a str, &'a str, String, &'a str, &'a str);

fn refuse<'a>(twin: &Vector, rows: impl IntoIterator<Item = Refused<'a>>) -> Vec<Vector> {
    let refused = |(id, code, document, differs, comment): Refused<'_>| {
        twin.refused(id, &[code], differs, comment)
            .requires(&["WIT-3-1", "WIT-5.1.4-8"])
            .input_bytes("document", document)
    };
    rows.into_iter().map(refused).collect()
}

fn jwk_set() -> Vec<Vector> {
    let twin = parse(
        "bundle-two-keys",
        "jwk_set",
        &set(&[text(ISSUER_ES256), text(NEXT_ISSUER_ES256)]),
        2,
        "Two keys, to rotate from one to the other.",
    )
    .output("kids", json!(["issuer-es256", "next-es256"]))
    .output("skipped", json!([]));
    let with = |change: fn(Members) -> Members| {
        set(&[text(ISSUER_ES256), change(NEXT_ISSUER_ES256.public()).text()])
    };
    let broken = refuse(
        &twin,
        [
            (
                "bundle-off-curve",
                "trust.key_not_on_curve",
                with(|k| k.string("y", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
                "y of a key is zero",
                "A point that is not on the curve.",
            ),
            (
                "bundle-short-x",
                "trust.key_member",
                with(|k| k.string("x", "AAAA")),
                "x of a key has three bytes",
                "A key that was cut off.",
            ),
            (
                "bundle-alg-none",
                "trust.key_alg_none",
                with(|k| k.string("alg", "none")),
                "alg of a key is none",
                "A key without an algorithm makes every token right.",
            ),
            (
                "bundle-alg-mismatch",
                "trust.key_alg_mismatch",
                with(|k| k.string("alg", "Ed25519")),
                "alg of a P-256 key is Ed25519",
                "The algorithm of another type of key.",
            ),
            (
                "bundle-kid-number",
                "trust.key_member",
                with(|k| k.set("kid", "5")),
                "kid of a key is a number",
                "A member of the wrong type.",
            ),
        ],
    );
    let mut vectors = vec![
        twin.clone(),
        parse(
            "bundle-one-key",
            "jwk_set",
            &set(&[ISSUER_ES256.public().without("kid").without("alg").text()]),
            1,
            "One key needs neither kid nor alg.",
        )
        .output("kids", json!([null])),
        parse("bundle-empty", "jwk_set", &set(&[]), 0, "A domain without keys: nothing of it verifies."),
        parse("bundle-most-keys", "jwk_set", &many(256), 256, "256 keys are within the limit."),
    ];
    vectors.extend(refuse(
        &twin,
        [
            (
                "bundle-kid-twice",
                "trust.duplicate_kid",
                with(|k| k.string("kid", "issuer-es256")),
                "both keys have one kid",
                "Which key a token names would depend on the order.",
            ),
            (
                "bundle-private",
                "trust.key_private_member",
                set(&[text(ISSUER_ES256), NEXT_ISSUER_ES256.private_jwk().to_owned()]),
                "a key has d",
                "The private key of an issuer at every verifier.",
            ),
            (
                "bundle-twice-in-key",
                "trust.duplicate_member",
                with(|k| k.add("kid", "\"b\"")),
                "kid is there twice in a key",
                "One parser takes the first and another the last.",
            ),
            (
                "bundle-keys-twice",
                "trust.duplicate_member",
                format!(r#"{{"keys":[{}],"keys":[]}}"#, text(ISSUER_ES256)),
                "keys is there twice",
                "One parser takes the first and another the last.",
            ),
            ("bundle-no-keys", "trust.keys", "{}".to_owned(), "no keys", "Not a set of keys."),
            (
                "bundle-one-jwk",
                "trust.keys",
                text(ISSUER_ES256),
                "a key instead of a set",
                "Not a set of keys.",
            ),
            (
                "bundle-keys-object",
                "trust.keys",
                format!(r#"{{"keys":{}}}"#, text(ISSUER_ES256)),
                "keys is an object",
                "Not a set of keys.",
            ),
            (
                "bundle-key-string",
                "trust.keys",
                r#"{"keys":["a"]}"#.to_owned(),
                "a key is a string",
                "Not a set of keys.",
            ),
            (
                "bundle-array",
                "trust.json",
                format!("[{}]", text(ISSUER_ES256)),
                "an array",
                "Not a set of keys.",
            ),
            (
                "bundle-html",
                "trust.json",
                "<html></html>".to_owned(),
                "a page instead of a set",
                "What a server sends instead of an error.",
            ),
            (
                "bundle-deep",
                "trust.too_deep",
                format!(r#"{{"keys":[],"x":{}{}}}"#, "[".repeat(8), "]".repeat(8)),
                "nine levels",
                "Work before anything is known.",
            ),
            (
                "bundle-too-many-keys",
                "trust.too_many_keys",
                many(257),
                "257 keys",
                "Work for each token without a kid.",
            ),
        ],
    ));
    // RFC 7517 section 5 recommends to pass such a key over, as some do; its set is refused here, which is louder.
    vectors.extend(broken.into_iter().map(Vector::left_open));
    vectors
}

/// A set of so many keys: the same numbers under different key ids.
fn many(keys: usize) -> String {
    let key = |number: usize| ISSUER_ES256.public().without("alg").string("kid", &number.to_string()).text();
    set(&(0..keys).map(key).collect::<Vec<_>>())
}

/// RFC 7517 5: what is for something else does not spoil the set.
fn skipped() -> Vec<Vector> {
    let rows: [(&str, String, &str); 7] = [
        ("type", r#"{"alg":"XX256","kty":"XX"}"#.to_owned(), "A key of a type that is not known."),
        ("no-kty", r#"{"kid":"a"}"#.to_owned(), "An entry without a type."),
        (
            "symmetric",
            r#"{"alg":"HS256","k":"AAAA","kty":"oct"}"#.to_owned(),
            "A symmetric key vouches for nothing.",
        ),
        ("curve", ISSUER_ES256.public().string("crv", "P-257").text(), "A key of a curve that is not known."),
        ("enc", NEXT_ISSUER_ES256.public().string("use", "enc").text(), "A key for encryption."),
        (
            "algorithm",
            NEXT_ISSUER_ES256.public().string("alg", "XX256").text(),
            "A key for an algorithm that is not known.",
        ),
        ("ecdh", NEXT_ISSUER_ES256.public().string("alg", "ECDH-ES").text(), "A key for key agreement."),
    ];
    let vector = |(id, entry, comment): (&str, String, &str)| {
        parse(&format!("bundle-skips-{id}"), "jwk_set", &set(&[entry, text(ISSUER_ES256)]), 1, comment)
            .output("kids", json!(["issuer-es256"]))
            .output("skipped", json!([0]))
    };
    rows.into_iter().map(vector).collect()
}

fn spiffe_bundle() -> Vec<Vector> {
    let entry = |key: KeyPair, purpose: &str| key.public().string("use", purpose).text();
    let bundle = |keys: &[String]| {
        format!(r#"{{"keys":[{}],"spiffe_refresh_hint":300,"spiffe_sequence":7}}"#, keys.join(","))
    };
    let twin = parse(
        "bundle-spiffe",
        "spiffe_bundle",
        &bundle(&[
            entry(ISSUER_ES256, "wit-svid"),
            entry(NEXT_ISSUER_ES256, "jwt-svid"),
            text(OTHER_ISSUER_ES256),
        ]),
        1,
        "Of a SPIFFE bundle only the keys for WIT-SVIDs.",
    )
    .output("kids", json!(["issuer-es256"]))
    .output("skipped", json!([1, 2]))
    .output("refresh_hint", 300)
    .output("sequence", 7);
    let mut vectors = vec![twin.clone()];
    vectors.extend(refuse(
        &twin,
        [
            (
                "bundle-spiffe-no-kid",
                "trust.kid_missing",
                bundle(&[ISSUER_ES256.public().without("kid").string("use", "wit-svid").text()]),
                "no kid",
                "A key that no WIT-SVID can name.",
            ),
            (
                "bundle-spiffe-kid-twice",
                "trust.duplicate_kid",
                bundle(&[
                    entry(ISSUER_ES256, "wit-svid"),
                    NEXT_ISSUER_ES256.public().string("kid", "issuer-es256").string("use", "wit-svid").text(),
                ]),
                "two keys of one kid",
                "Which key a token names would depend on the order.",
            ),
            (
                "bundle-spiffe-private",
                "trust.key_private_member",
                bundle(&[ISSUER_ES256.public().string("use", "wit-svid").string("d", "AAAA").text()]),
                "a key has d",
                "The private key of an issuer at every verifier.",
            ),
        ],
    ));
    vectors
}

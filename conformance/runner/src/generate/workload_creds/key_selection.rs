//! Which key of a trust domain a token is checked with.

use serde_json::{Value, json};

use super::{
    super::{
        Cases,
        tokens::{ISSUER_ED25519, ISSUER_ES256, KeyPair, NEXT_ISSUER_ES256, ORIGIN, domain},
    },
    accept, header, header_signed, plain, refuse,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let requirements = ["WIT-3-4", "WIT-5.1.4-4", "WIT-5.1.4-8"];
    let twin = plain("wit-key", &requirements, "The key of that kid.")?
        .config("anchors", keys(&[ISSUER_ES256, NEXT_ISSUER_ES256, ISSUER_ED25519]));
    let mut vectors = vec![twin.clone()];
    vectors.extend(accepted()?);
    vectors.extend(by_kid(&twin)?);
    vectors.extend(without_kid()?);
    vectors.extend(algorithms()?);
    Ok(vectors)
}

fn keys(keys: &[KeyPair]) -> Value {
    let keys: Vec<_> = keys.iter().map(|key| key.public_jwk()).collect();
    json!([domain(ORIGIN, &keys)])
}

/// The usual key under other members.
fn anchor(change: impl FnOnce(&mut Value)) -> Value {
    let mut key = ISSUER_ES256.public_jwk();
    change(&mut key);
    json!([domain(ORIGIN, &[key])])
}

fn accepted() -> Cases {
    let requirements = ["WIT-3-4", "WIT-5.1.4-8"];
    let rotated = header_signed(NEXT_ISSUER_ES256, |h| h.string("kid", "next-es256"))?;
    let edwards =
        header_signed(ISSUER_ED25519, |h| h.string("alg", "Ed25519").string("kid", "issuer-ed25519"))?;
    let spaces = header(|h| h.string("kid", "June 5"))?;
    let escaped = header(|h| h.set("kid", r#""J\u0075ne 5""#))?;
    let case = |id: &str, token: &str, comment: &str| {
        accept(&format!("wit-key-{id}"), token, &requirements, comment)
    };
    Ok(vec![
        case("rotated", &rotated, "The next key of the issuer, beside the old one.")
            .config("anchors", keys(&[ISSUER_ES256, NEXT_ISSUER_ES256])),
        case("ed25519", &edwards, "An issuer with keys of two types.")
            .needs("Ed25519")
            .config("anchors", keys(&[ISSUER_ES256, ISSUER_ED25519])),
        case("kid-space", &spaces, "A key id is any text.")
            .config("anchors", anchor(|key| key["kid"] = json!("June 5"))),
        case("kid-escaped", &escaped, "A JSON escape is another spelling of the same string.")
            .config("anchors", anchor(|key| key["kid"] = json!("June 5"))),
        case("no-alg", &header(|h| h)?, "An anchor without alg is for the algorithms of its curve.")
            .config("anchors", anchor(|key| drop(key.as_object_mut().map(|key| key.remove("alg"))))),
        case("no-kid-one-key", &header(|h| h.without("kid"))?, "Without kid, one key is unambiguous.")
            .config("anchors", keys(&[ISSUER_ES256])),
        case(
            "no-kid-one-key-of-algorithm",
            &header(|h| h.without("kid"))?,
            "Without kid, one key of the algorithm is unambiguous.",
        )
        .config("anchors", keys(&[ISSUER_ES256, ISSUER_ED25519])),
    ])
}

fn by_kid(twin: &Vector) -> Cases {
    let requirements = ["WIT-5.1.4-8"];
    let mut vectors = refuse(
        twin,
        &requirements,
        "wit.kid_unknown",
        [
            (
                "wit-key-kid-unknown",
                header(|h| h.string("kid", "June 5"))?,
                "an unknown kid",
                "Falling back to another key undoes a revocation.",
            ),
            (
                "wit-key-kid-case",
                header(|h| h.string("kid", "Issuer-ES256"))?,
                "capital letters in kid",
                "Key ids are case-sensitive.",
            ),
            (
                "wit-key-kid-space-after",
                header(|h| h.string("kid", "issuer-es256 "))?,
                "a space after kid",
                "Key ids are compared as they are.",
            ),
            (
                "wit-key-kid-empty",
                header(|h| h.string("kid", ""))?,
                "kid is empty",
                "An empty key id is no absent one.",
            ),
        ],
    );
    vectors.extend(refuse(
        twin,
        &["WIT-5.1.4-4", "WIT-5.1.4-8"],
        "wit.signature",
        [
            (
                "wit-key-kid-of-other-key",
                header(|h| h.string("kid", "next-es256"))?,
                "the kid of another key",
                "Trying all keys would accept it.",
            ),
            (
                "wit-key-other-key",
                header_signed(NEXT_ISSUER_ES256, |h| h)?,
                "signed with another key of the issuer",
                "Trying all keys would accept it.",
            ),
        ],
    ));
    vectors.extend(refuse(
        twin,
        &["WIT-5.1-2", "WIT-5.1.4-8"],
        "wit.alg_mismatch",
        [
            (
                "wit-key-other-algorithm",
                header(|h| h.string("alg", "Ed25519"))?,
                "alg is Ed25519, with the kid of an ES256 key",
                "The key decides on the algorithm, not the token.",
            ),
            (
                "wit-key-other-type",
                header(|h| h.string("kid", "issuer-ed25519"))?,
                "the kid of an Ed25519 key",
                "The key decides on the algorithm, not the token.",
            ),
            (
                "wit-key-eddsa",
                header_signed(ISSUER_ED25519, |h| h.string("alg", "EdDSA").string("kid", "issuer-ed25519"))?,
                "alg is EdDSA, with a key whose alg is Ed25519",
                "Two names are two algorithms.",
            ),
        ],
    ));
    let removed = "the key has been taken out of the anchors";
    vectors.push(
        twin.refused(
            "wit-key-removed",
            &["wit.kid_unknown"],
            removed,
            "A token under a key that is not trusted any more.",
        )
        .requires(&["WIT-3-1", "WIT-5.1.4-4", "WIT-5.1.4-8"])
        .config("anchors", keys(&[NEXT_ISSUER_ES256, ISSUER_ED25519])),
    );
    Ok(vectors)
}

fn without_kid() -> Cases {
    let requirements = ["WIT-5.1.4-8"];
    let token = header(|h| h.without("kid"))?;
    let twin = accept("wit-key-no-kid", &token, &requirements, "Without kid, one key is unambiguous.")
        .config("anchors", keys(&[ISSUER_ES256]));
    let ambiguous = twin
        .refused(
            "wit-key-ambiguous",
            &["wit.key_ambiguous"],
            "two keys of the algorithm",
            "Trying both makes the token choose.",
        )
        .config("anchors", keys(&[ISSUER_ES256, NEXT_ISSUER_ES256]));
    let none = twin
        .refused("wit-key-none", &["wit.key_missing"], "only a key of another algorithm", "No key fits.")
        .config("anchors", keys(&[ISSUER_ED25519]));
    let other = twin
        .refused(
            "wit-key-no-kid-other-key",
            &["wit.signature"],
            "only another key",
            "A token under a key that is not trusted.",
        )
        .config("anchors", keys(&[NEXT_ISSUER_ES256]));
    Ok(vec![twin, ambiguous, none, other])
}

/// A trust domain may accept less than its keys can do.
fn algorithms() -> Cases {
    let requirements = ["WIT-5.1-2", "WIT-5.1.4-8"];
    let allowed = |names: &[&str]| {
        let mut anchors = keys(&[ISSUER_ES256, ISSUER_ED25519]);
        anchors[0]["algorithms"] = json!(names);
        anchors
    };
    let twin = plain("wit-key-algorithm-allowed", &requirements, "The trust domain accepts this algorithm.")?
        .config("anchors", allowed(&["ES256"]));
    let mut vectors = vec![twin.clone()];
    vectors.extend(refuse(
        &twin,
        &requirements,
        "wit.alg_not_allowed",
        [(
            "wit-key-algorithm-of-other-key",
            header_signed(ISSUER_ED25519, |h| h.string("alg", "Ed25519").string("kid", "issuer-ed25519"))?,
            "signed with the Ed25519 key",
            "A key in the anchors whose algorithm the trust domain does not accept.",
        )],
    ));
    vectors.push(
        twin.refused(
            "wit-key-algorithm-not-allowed",
            &["wit.alg_not_allowed"],
            "the trust domain accepts only Ed25519",
            "An algorithm that the trust domain does not accept.",
        )
        .config("anchors", allowed(&["Ed25519"])),
    );
    vectors.push(
        twin.refused(
            "wit-key-no-algorithm-allowed",
            &["wit.alg_not_allowed"],
            "the trust domain accepts no algorithm",
            "An empty list is no absent one.",
        )
        .config("anchors", allowed(&[])),
    );
    Ok(vectors)
}

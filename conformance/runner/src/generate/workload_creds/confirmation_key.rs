//! The numbers of the key in `cnf`: one encoding of one point of the right curve.

use super::{
    super::{
        Cases,
        tokens::{Members, OTHER_WORKLOAD_ES256, WORKLOAD_ED25519, confirmation},
    },
    Refused,
    confirmation::{cnf, jwk},
    refuse,
};
use crate::vector::Vector;

pub(super) fn refused_es256(twin: &Vector) -> Cases {
    let requirements = ["WIT-5.1-9", "WIT-5.1.4-5"];
    let member: Vec<Refused<'_>> = vec![
        (
            "wit-confirmation-x-number",
            jwk(|jwk| jwk.set("x", "7"))?,
            "x is a number",
            "A member of the wrong type.",
        ),
        (
            "wit-confirmation-x-short",
            jwk(|jwk| jwk.string("x", "89jgNoIkxyG9c99iDHyaK-RFsRsPy-Sibof-gCwbkA"))?,
            "x has 31 bytes",
            "Coordinates have a fixed length.",
        ),
        (
            "wit-confirmation-x-long",
            jwk(|jwk| jwk.string("x", "AHHz2OA2giTHIb1z32IMfJor5EWxGw_L5KJuh_6ALBuQ"))?,
            "x has a zero byte before it",
            "A second encoding of one key.",
        ),
        (
            "wit-confirmation-x-padded",
            jwk(|jwk| jwk.string("x", "cfPY4DaCJMchvXPfYgx8mivkRbEbD8vkom6H_oAsG5A="))?,
            "x is padded",
            "A second encoding of one key.",
        ),
        (
            "wit-confirmation-x-trailing-bits",
            jwk(|jwk| jwk.string("x", "cfPY4DaCJMchvXPfYgx8mivkRbEbD8vkom6H_oAsG5B"))?,
            "bits after the last byte of x",
            "A second encoding of one key.",
        ),
        (
            "wit-confirmation-x-standard-alphabet",
            jwk(|jwk| jwk.string("x", "cfPY4DaCJMchvXPfYgx8mivkRbEbD8vkom6H/oAsG5A"))?,
            "x in the alphabet of plain base64",
            "A second encoding of one key.",
        ),
        (
            "wit-confirmation-x-space",
            jwk(|jwk| jwk.string("x", "cfPY4DaCJMchvXPfYgx8mivkRbEbD8vkom6H_oAsG5A "))?,
            "a space after x",
            "A second encoding of one key.",
        ),
        (
            "wit-confirmation-key-ops-string",
            jwk(|jwk| jwk.string("key_ops", "verify"))?,
            "key_ops is a string",
            "A member of the wrong type.",
        ),
    ];
    let mut vectors = refuse(twin, &requirements, "wit.cnf_member", member);
    vectors.extend(refuse(
        twin,
        &requirements,
        "wit.cnf_member_missing",
        [
            (
                "wit-confirmation-kty-missing",
                jwk(|jwk| jwk.without("kty"))?,
                "the key has no kty",
                "A key of an unknown type.",
            ),
            (
                "wit-confirmation-crv-missing",
                jwk(|jwk| jwk.without("crv"))?,
                "the key has no crv",
                "A point of an unknown curve.",
            ),
            ("wit-confirmation-x-missing", jwk(|jwk| jwk.without("x"))?, "the key has no x", "Half a point."),
            ("wit-confirmation-y-missing", jwk(|jwk| jwk.without("y"))?, "the key has no y", "Half a point."),
        ],
    ));
    let other_y = OTHER_WORKLOAD_ES256.public_jwk()["y"].to_string();
    vectors.extend(refuse(
        twin,
        &requirements,
        "wit.cnf_not_on_curve",
        [
            (
                "wit-confirmation-off-curve",
                jwk(|jwk| jwk.set("y", other_y))?,
                "y is that of another point",
                "A point that is not on the curve: the start of an invalid-curve attack.",
            ),
            (
                "wit-confirmation-infinity",
                jwk(|jwk| jwk.string("x", ZERO).string("y", ZERO))?,
                "x and y are zero",
                "The point at infinity in disguise.",
            ),
            (
                "wit-confirmation-x-not-reduced",
                jwk(|jwk| jwk.string("x", P256_P).string("y", Y_OF_ZERO))?,
                "x is p instead of zero",
                "A second encoding of one key.",
            ),
        ],
    ));
    vectors.extend(refuse(
        twin,
        &requirements,
        "wit.cnf_unsupported",
        [
            (
                "wit-confirmation-unknown-curve",
                jwk(|jwk| jwk.string("crv", "P-257"))?,
                "crv is P-257",
                "A curve that does not exist.",
            ),
            (
                "wit-confirmation-unknown-type",
                jwk(|jwk| jwk.string("kty", "XX"))?,
                "kty is XX",
                "A type that does not exist.",
            ),
        ],
    ));
    vectors.extend(refuse(
        twin,
        &requirements,
        "wit.cnf_usage",
        [
            (
                "wit-confirmation-use-enc",
                jwk(|jwk| jwk.string("use", "enc"))?,
                "use is enc",
                "A key for encryption.",
            ),
            (
                "wit-confirmation-key-ops-sign",
                jwk(|jwk| jwk.set("key_ops", r#"["sign"]"#))?,
                "key_ops is sign",
                "A public key that claims to sign.",
            ),
            (
                "wit-confirmation-key-ops-empty",
                jwk(|jwk| jwk.set("key_ops", "[]"))?,
                "key_ops is empty",
                "A key for nothing.",
            ),
        ],
    ));
    Ok(vectors)
}

pub(super) fn refused_ed25519(twin: &Vector) -> Cases {
    let key = |change: fn(Members) -> Members| cnf(&confirmation(&change(WORKLOAD_ED25519.public())));
    let requirements = ["WIT-5.1-9", "WIT-5.1.4-5"];
    let mut vectors = refuse(
        twin,
        &["WIT-5.1-12", "WIT-5.1.4-5"],
        "wit.cnf_alg_mismatch",
        [
            (
                "wit-confirmation-edwards-es256",
                key(|jwk| jwk.string("alg", "ES256"))?,
                "alg of the Ed25519 key is ES256",
                "The algorithm of another type of key.",
            ),
            (
                "wit-confirmation-edwards-kty-ec",
                key(|jwk| jwk.string("kty", "EC"))?,
                "kty of the Ed25519 key is EC",
                "Type and curve do not fit each other.",
            ),
        ],
    );
    vectors.extend(refuse(
        twin,
        &["WIT-5.1-12", "WIT-5.1-14"],
        "wit.cnf_alg_none",
        [(
            "wit-confirmation-edwards-none",
            key(|jwk| jwk.string("alg", "none"))?,
            "alg of the Ed25519 key is none",
            "A key without an algorithm makes every proof right.",
        )],
    ));
    let weak = "wit.cnf_weak";
    vectors.extend(refuse(
        twin,
        &requirements,
        weak,
        [
            (
                "wit-confirmation-edwards-neutral",
                key(|jwk| jwk.string("x", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))?,
                "x is the neutral element",
                "One signature fits every message.",
            ),
            (
                "wit-confirmation-edwards-order-4",
                key(|jwk| jwk.string("x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))?,
                "x is a point of order 4",
                "One signature fits a quarter of all messages.",
            ),
            (
                "wit-confirmation-edwards-order-8",
                key(|jwk| jwk.string("x", "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU"))?,
                "x is a point of order 8",
                "One signature fits an eighth of all messages.",
            ),
            (
                "wit-confirmation-edwards-not-canonical",
                key(|jwk| jwk.string("x", "8P_______________________________________38"))?,
                "x has y = p + 3",
                "A second encoding of a point: one key with two thumbprints.",
            ),
        ],
    ));
    vectors.extend(refuse(
        twin,
        &requirements,
        "wit.cnf_not_on_curve",
        [(
            "wit-confirmation-edwards-off-curve",
            key(|jwk| jwk.string("x", "AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))?,
            "x has y = 2, of which there is no point",
            "A point that is not on the curve.",
        )],
    ));
    vectors.extend(refuse(
        twin,
        &requirements,
        "wit.cnf_unsupported",
        [(
            "wit-confirmation-x25519",
            key(|jwk| jwk.string("crv", "X25519"))?,
            "crv is X25519",
            "A key for key agreement cannot sign.",
        )],
    ));
    vectors.extend(refuse(
        twin,
        &["WIT-9.5-1"],
        "wit.cnf_private_member",
        [(
            "wit-confirmation-edwards-private",
            cnf(&format!(r#"{{"jwk":{}}}"#, WORKLOAD_ED25519.private_jwk()))?,
            "the Ed25519 key has d",
            "The private key travels with the credential.",
        )],
    ));
    Ok(vectors)
}

const ZERO: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
/// The prime of P-256.
const P256_P: &str = "_____wAAAAEAAAAAAAAAAAAAAAD_______________8";
/// A y to x = 0 on P-256.
const Y_OF_ZERO: &str = "ZkhceA4vg9ckM71dhKBrtlQcKvMdrocXKL-FahdPk_Q";

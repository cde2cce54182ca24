//! `alg` of the token: an asymmetric signature algorithm, and that of the key.

use super::{
    super::{
        Cases,
        tokens::{WORKLOAD_ES256, base64url, wit_claims, wit_header},
    },
    header::rows,
    refuse,
};
use crate::vector::Vector;

pub(super) fn refused(twin: &Vector) -> Cases {
    let mut vectors = refuse(
        twin,
        &["WIT-5.1-2", "WIT-5.1-3"],
        "wit.alg_none",
        rows([(
            "wit-alg-none",
            |h| h.string("alg", "none"),
            "alg is none",
            "The token names no algorithm, and has a valid signature.",
        )])?,
    );
    let unsecured = format!(
        "{}.{}.",
        base64url(wit_header().string("alg", "none").text()),
        base64url(wit_claims(WORKLOAD_ES256).text())
    );
    vectors.extend(refuse(
        twin,
        &["WIT-5.1-2", "WIT-5.1-3", "WIT-5.1.4-1"],
        "wit.malformed",
        [(
            "wit-alg-none-unsecured",
            unsecured,
            "alg is none and the signature empty",
            "An Unsecured JWS: anyone can make one.",
        )],
    ));
    vectors.extend(refuse(
        twin,
        &["WIT-5.1-2", "WIT-5.1-3"],
        "wit.alg_unsupported",
        rows([
            (
                "wit-alg-none-mixed-case",
                |h| h.string("alg", "noNE"),
                "alg is noNE",
                "Slips past a comparison with none, and back into one without regard to case.",
            ),
            (
                "wit-alg-none-upper-case",
                |h| h.string("alg", "NONE"),
                "alg is NONE",
                "Another spelling of no algorithm.",
            ),
            ("wit-alg-empty", |h| h.string("alg", ""), "alg is empty", "An empty name for no algorithm."),
        ])?,
    ));
    vectors.extend(refuse(
        twin,
        &["WIT-5.1-2", "WIT-5.1.4-8"],
        "wit.alg_unsupported",
        rows([
            (
                "wit-alg-lower-case",
                |h| h.string("alg", "es256"),
                "alg is es256",
                "Names of algorithms are case-sensitive.",
            ),
            (
                "wit-alg-space",
                |h| h.string("alg", "ES256 "),
                "a space after alg",
                "A name that only trimming makes known.",
            ),
            (
                "wit-alg-unknown",
                |h| h.string("alg", "XX256"),
                "alg is XX256",
                "An algorithm that is not registered.",
            ),
            (
                "wit-alg-ecdsa-name",
                |h| h.string("alg", "ecdsa-p256-sha256"),
                "alg is ecdsa-p256-sha256",
                "The name that HTTP Message Signatures have for the same thing.",
            ),
        ])?,
    ));
    vectors.extend(refuse(
        twin,
        &["WIT-5.1-2", "WIT-5.1.4-7"],
        "wit.alg_symmetric",
        rows([
            ("wit-alg-hs384", |h| h.string("alg", "HS384"), "alg is HS384", "A symmetric algorithm."),
            ("wit-alg-hs512", |h| h.string("alg", "HS512"), "alg is HS512", "A symmetric algorithm."),
        ])?,
    ));
    vectors.push(public_key_as_secret(twin));
    vectors.extend(refuse(
        twin,
        &["WIT-5.1-2"],
        "wit.alg_encryption",
        rows([
            (
                "wit-alg-ecdh-es",
                |h| h.string("alg", "ECDH-ES"),
                "alg is ECDH-ES",
                "An algorithm for encryption, as in a JWE.",
            ),
            (
                "wit-alg-rsa-oaep",
                |h| h.string("alg", "RSA-OAEP-256"),
                "alg is RSA-OAEP-256",
                "An algorithm for encryption.",
            ),
            ("wit-alg-dir", |h| h.string("alg", "dir"), "alg is dir", "Direct use of a shared key."),
        ])?,
    ));
    vectors.extend(refuse(
        twin,
        &["WIT-5.1-1", "WIT-5.1-2"],
        "wit.alg_missing",
        rows([("wit-alg-missing", |h| h.without("alg"), "no alg", "The algorithm is left to be guessed.")])?,
    ));
    vectors.extend(refuse(
        twin,
        &["WIT-5.1-2"],
        "wit.header_parameter",
        rows([
            ("wit-alg-number", |h| h.set("alg", "256"), "alg is a number", "A parameter of the wrong type."),
            ("wit-alg-null", |h| h.set("alg", "null"), "alg is null", "A parameter of the wrong type."),
            (
                "wit-alg-array",
                |h| h.set("alg", r#"["ES256"]"#),
                "alg is an array",
                "Several algorithms to choose from.",
            ),
        ])?,
    ));
    Ok(vectors)
}

/// The HMAC was made by other means, with the PEM form of the issuer's public key.
fn public_key_as_secret(twin: &Vector) -> Vector {
    let token = format!(
        "{}.{}.bw5teEdmEvCDEtl1ACb1VDOXxmouBY71z6yKWsrfIU0",
        base64url(wit_header().string("alg", "HS256").text()),
        base64url(wit_claims(WORKLOAD_ES256).text())
    );
    let comment =
        "Whoever has the public key of the issuer can make this, if the header chooses the algorithm.";
    twin.refused(
        "wit-alg-hs256-public-key",
        &["wit.alg_symmetric"],
        "an HMAC under the public key (PEM)",
        comment,
    )
    .requires(&["WIT-5.1-2", "WIT-5.1.4-4", "WIT-5.1.4-7"])
    .input_bytes("token", token)
}

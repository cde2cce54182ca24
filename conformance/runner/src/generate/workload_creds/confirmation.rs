//! `cnf`: the public key of the workload, and nothing private.

use super::{
    super::{
        Cases,
        tokens::{HOUR, KeyPair, Members, NOW, WORKLOAD_ED25519, WORKLOAD_ES256, confirmation},
    },
    Change, Token, accept, claims, confirmation_algorithm, confirmation_key, plain, refuse,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let requirements = [
        "WIT-5.1-9",
        "WIT-5.1-12",
        "WIT-5.1-14",
        "WIT-5.1-15",
        "WIT-5.1-16",
        "WIT-5.1-17",
        "WIT-5.1.4-5",
        "WIT-9.5-1",
    ];
    let twin = plain("wit-confirmation", &requirements, "The usual token.")?;
    let edwards = with_key("wit-confirmation-ed25519", WORKLOAD_ED25519, |jwk| jwk, "An Ed25519 key.")?
        .needs("Ed25519")
        .output("algorithm", "Ed25519")
        .output("thumbprint", "F7lgkyb02LYxmPBOObWp2q5CbnzLaBJ-K8BCC8w_DFg");
    let older = with_key(
        "wit-confirmation-eddsa",
        WORKLOAD_ED25519,
        |jwk| jwk.string("alg", "EdDSA"),
        "The deprecated name is an algorithm of its own.",
    )?
    .needs("EdDSA")
    .output("algorithm", "EdDSA");
    let mut vectors = vec![twin.clone(), edwards.clone(), older];
    vectors.extend(accepted()?);
    vectors.extend(shape(&twin)?);
    vectors.extend(confirmation_algorithm::refused(&twin)?);
    vectors.extend(confirmation_key::refused_ed25519(&edwards)?);
    vectors.extend(private(&twin)?);
    vectors.extend(confirmation_key::refused_es256(&twin)?);
    Ok(vectors)
}

fn with_key(
    id: &str,
    key: KeyPair,
    change: impl FnOnce(Members) -> Members,
    comment: &str,
) -> Result<Vector, Box<dyn std::error::Error>> {
    let token = claims(|claims| claims.set("cnf", confirmation(&change(key.public()))))?;
    Ok(accept(id, &token, &["WIT-5.1-9", "WIT-5.1-12", "WIT-5.1.4-5"], comment).output("expires", NOW + HOUR))
}

fn accepted() -> Cases {
    let rows: [(&str, Change, &str); 4] = [
        ("kid", |jwk| jwk.string("kid", "a"), "A key id in the key is a label."),
        ("use", |jwk| jwk.string("use", "sig"), "A key that is meant for signatures."),
        ("key-ops", |jwk| jwk.set("key_ops", r#"["verify"]"#), "A key that is meant for verification."),
        ("unknown-member", |jwk| jwk.set("example.com/x", "1"), "An unknown member of the key is ignored."),
    ];
    let mut vectors = Vec::new();
    for (id, change, comment) in rows {
        let id = format!("wit-confirmation-{id}");
        vectors.push(with_key(&id, WORKLOAD_ES256, change, comment)?.output("algorithm", "ES256"));
    }
    let cnf = format!(
        r#"{{"jkt":"{}","jwk":{}}}"#,
        super::WORKLOAD_ES256_THUMBPRINT,
        WORKLOAD_ES256.public().text()
    );
    vectors.push(
        accept(
            "wit-confirmation-beside-jkt",
            &claims(|claims| claims.set("cnf", &cnf))?,
            &["WIT-5.1-9", "WIT-5.1.4-5"],
            "Another member of cnf beside jwk is ignored.",
        )
        .output("thumbprint", super::WORKLOAD_ES256_THUMBPRINT),
    );
    Ok(vectors)
}

/// The usual token with another text for `cnf`.
pub(super) fn cnf(value: &str) -> Token {
    claims(|claims| claims.set("cnf", value))
}

/// The usual token with a change of the key.
pub(super) fn jwk(change: impl FnOnce(Members) -> Members) -> Token {
    cnf(&confirmation(&change(WORKLOAD_ES256.public())))
}

fn shape(twin: &Vector) -> Cases {
    let requirements = ["WIT-5.1-1", "WIT-5.1-9", "WIT-5.1.4-5"];
    let mut vectors = refuse(
        twin,
        &requirements,
        "wit.cnf_missing",
        [(
            "wit-confirmation-missing",
            claims(|c| c.without("cnf"))?,
            "no cnf",
            "A token without a key is a bearer token.",
        )],
    );
    let jkt = format!(r#"{{"jkt":"{}"}}"#, super::WORKLOAD_ES256_THUMBPRINT);
    vectors.extend(refuse(
        twin,
        &requirements,
        "wit.cnf_jwk_missing",
        [
            (
                "wit-confirmation-null",
                cnf("null")?,
                "cnf is null",
                "A token without a key is a bearer token.",
            ),
            ("wit-confirmation-string", cnf("\"jwk\"")?, "cnf is a string", "A claim of the wrong type."),
            (
                "wit-confirmation-array",
                cnf(&format!("[{}]", WORKLOAD_ES256.public().text()))?,
                "cnf is an array",
                "A claim of the wrong type.",
            ),
            (
                "wit-confirmation-empty",
                cnf("{}")?,
                "cnf is empty",
                "A token without a key is a bearer token.",
            ),
            (
                "wit-confirmation-jkt-only",
                cnf(&jkt)?,
                "cnf has a thumbprint instead of a key",
                "The key would have to come from whoever presents the token.",
            ),
            (
                "wit-confirmation-kid-only",
                cnf(r#"{"kid":"a"}"#)?,
                "cnf has a key id instead of a key",
                "The key would have to come from somewhere else.",
            ),
            (
                "wit-confirmation-jku-only",
                cnf(r#"{"jku":"https://evil.example/jwks"}"#)?,
                "cnf has the place of a key instead of a key",
                "The key would have to be fetched.",
            ),
            (
                "wit-confirmation-jwk-null",
                cnf(r#"{"jwk":null}"#)?,
                "jwk is null",
                "A member of the wrong type.",
            ),
            (
                "wit-confirmation-jwk-array",
                cnf(&format!(r#"{{"jwk":[{}]}}"#, WORKLOAD_ES256.public().text()))?,
                "jwk is an array",
                "Several keys to choose from.",
            ),
            (
                "wit-confirmation-jwk-string",
                cnf(r#"{"jwk":"{}"}"#)?,
                "jwk is a string",
                "A member of the wrong type.",
            ),
        ],
    ));
    Ok(vectors)
}

/// WIT-9.5-1: nothing private in the credential; and nothing symmetric.
fn private(twin: &Vector) -> Cases {
    let requirements = ["WIT-5.1-9", "WIT-9.5-1"];
    let mut vectors = refuse(
        twin,
        &requirements,
        "wit.cnf_private_member",
        [
            (
                "wit-confirmation-private",
                cnf(&format!(r#"{{"jwk":{}}}"#, WORKLOAD_ES256.private_jwk()))?,
                "the key has d",
                "The private key travels with the credential.",
            ),
            (
                "wit-confirmation-private-empty",
                jwk(|jwk| jwk.string("d", ""))?,
                "the key has an empty d",
                "A private key with a part removed.",
            ),
            (
                "wit-confirmation-private-k",
                jwk(|jwk| jwk.string("k", "AAAA"))?,
                "the key has k",
                "A secret beside the public numbers.",
            ),
        ],
    );
    let oct = Members::of([
        ("alg", "\"HS256\""),
        ("k", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\""),
        ("kty", "\"oct\""),
    ]);
    let codes = "wit.cnf_symmetric";
    vectors.extend(refuse(
        twin,
        &["WIT-5.1-9", "WIT-5.1-15", "WIT-9.5-1"],
        codes,
        [
            (
                "wit-confirmation-oct",
                cnf(&confirmation(&oct))?,
                "a symmetric key",
                "Everyone who sees the token can make proofs.",
            ),
            (
                "wit-confirmation-oct-es256",
                cnf(&confirmation(&oct.string("alg", "ES256")))?,
                "a symmetric key with alg ES256",
                "Everyone who sees the token can make proofs.",
            ),
        ],
    ));
    Ok(vectors)
}

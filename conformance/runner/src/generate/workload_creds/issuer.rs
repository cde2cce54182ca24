//! `iss`: for audit, and against a list where one is configured; never a way to keys.

use serde_json::{Value, json};

use super::{
    super::{
        Cases,
        tokens::{ISSUER, ISSUER_ES256, ORIGIN, OTHER_ISSUER_ES256, domain},
    },
    Token, accept, claims, plain, refuse,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let requirements = ["WIT-3-1", "WIT-5.1-5", "WIT-5.1.3-1", "WIT-5.1.3-2", "WIT-9.1-2"];
    let twin = plain("wit-issuer", &requirements, "The issuer is on the list of its trust domain.")?
        .config("anchors", listed(&[ISSUER]));
    let mut vectors = vec![
        twin.clone(),
        accept(
            "wit-issuer-one-of-two",
            &claims(|c| c)?,
            &["WIT-3-1", "WIT-9.1-2"],
            "A trust domain may have several issuers.",
        )
        .config("anchors", listed(&["https://old.example.com", ISSUER])),
        accept(
            "wit-issuer-absent",
            &claims(|c| c.without("iss"))?,
            &["WIT-5.1-5", "WIT-5.1.3-1"],
            "The issuer is optional: keys hang on the trust domain.",
        )
        .config("anchors", listed(&[ISSUER]))
        .output("issuer", Value::Null),
        accept(
            "wit-issuer-any",
            &issued_by("urn:example:issuer")?,
            &["WIT-5.1-5", "WIT-5.1.3-1"],
            "Without a list the issuer is not looked at.",
        )
        .output("issuer", "urn:example:issuer"),
    ];
    vectors.extend(refuse(
        &twin,
        &["WIT-3-1", "WIT-9.1-2"],
        "wit.iss_not_allowed",
        [
            (
                "wit-issuer-other",
                issued_by("https://evil.example")?,
                "another iss",
                "An issuer that nobody has authorized.",
            ),
            (
                "wit-issuer-of-other-domain",
                issued_by("https://id.other.example")?,
                "the iss of another trust domain",
                "One issuer speaks for the trust domain of another.",
            ),
            (
                "wit-issuer-solidus",
                issued_by("https://id.example.com/")?,
                "a solidus after iss",
                "Issuers are compared as strings.",
            ),
            (
                "wit-issuer-case",
                issued_by("https://ID.example.com")?,
                "capital letters in iss",
                "Issuers are compared as strings.",
            ),
            (
                "wit-issuer-http",
                issued_by("http://id.example.com")?,
                "iss with http",
                "Another URL than the one configured.",
            ),
            (
                "wit-issuer-longer",
                issued_by("https://id.example.com.evil.example")?,
                "an iss that begins like the right one",
                "A comparison by prefix would accept it.",
            ),
            (
                "wit-issuer-path",
                issued_by("https://id.example.com/tenant/evil")?,
                "a path in iss",
                "Another tenant of the same server.",
            ),
        ],
    ));
    vectors.extend(refuse(
        &twin,
        &["WIT-5.1.4-7", "WIT-9.1-2"],
        "wit.iss_malformed",
        [
            (
                "wit-issuer-number",
                claims(|c| c.set("iss", "7"))?,
                "iss is a number",
                "A claim of the wrong type.",
            ),
            (
                "wit-issuer-null",
                claims(|c| c.set("iss", "null"))?,
                "iss is null",
                "A claim of the wrong type.",
            ),
            (
                "wit-issuer-array",
                claims(|c| c.set("iss", format!("[\"{ISSUER}\"]")))?,
                "iss is an array",
                "Several issuers to choose from.",
            ),
            ("wit-issuer-empty", issued_by("")?, "iss is empty", "An issuer without a name."),
        ],
    ));
    vectors.extend(demanded()?);
    Ok(vectors)
}

fn issued_by(issuer: &str) -> Token {
    claims(|claims| claims.string("iss", issuer))
}

/// The usual trust domain with a list of issuers, and another one with its own.
fn listed(issuers: &[&str]) -> Value {
    let mut ours = domain(ORIGIN, &[ISSUER_ES256.public_jwk()]);
    ours["issuers"] = json!(issuers);
    let mut other = domain("wimse://other.example", &[OTHER_ISSUER_ES256.public_jwk()]);
    other["issuers"] = json!(["https://id.other.example"]);
    json!([ours, other])
}

fn demanded() -> Result<Vec<Vector>, Box<dyn std::error::Error>> {
    let twin = plain("wit-issuer-demanded", &["WIT-5.1-5", "WIT-9.1-2"], "A policy may demand an issuer.")?
        .config("require_issuer", true);
    let mut vectors = vec![twin.clone()];
    vectors.extend(refuse(
        &twin,
        &["WIT-9.1-2"],
        "wit.iss_missing",
        [(
            "wit-issuer-missing",
            claims(|c| c.without("iss"))?,
            "no iss",
            "Leaving iss out would pass the list by.",
        )],
    ));
    Ok(vectors)
}

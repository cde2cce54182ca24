//! What was accepted once is judged anew with each proof.

use std::error::Error;

use serde_json::{Value, json};

use super::{
    super::{
        Cases,
        tokens::{HOUR, ISSUER_ES256, NEXT_ISSUER_ES256, NOW, ORIGIN, domain},
    },
    exchange::Exchange,
    replay::jti,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    Ok([of("", &Exchange::ed25519())?, of("-es256", &Exchange::es256())?].concat())
}

fn of(suffix: &str, exchange: &Exchange) -> Cases {
    let (old, next) = (ISSUER_ES256.public_jwk(), NEXT_ISSUER_ES256.public_jwk());
    let both = json!([domain(ORIGIN, &[old.clone(), next.clone()])]);
    let proof = |number: u8, exchange: &Exchange| {
        let case = exchange.claim("jti", &jti(number)).accepted("", RULES, "")?;
        Ok::<_, Box<dyn Error>>(case.config("anchors", both.clone()))
    };
    let (first, second) = (proof(1, exchange)?, proof(2, exchange)?);
    let twin = Vector::sequence(
        &format!("wpt-rotation{suffix}"),
        "Two proofs under one WIT, while its issuer has two keys.",
        &[first.clone(), second.clone()],
    );
    let twin = twin.output("jti", jti(2));
    let mut vectors = vec![twin.clone()];
    for (end, code, (name, value), differs, comment) in changes(&old, next) {
        let last = match end {
            "expired" => proof(2, &exchange.claim_json("exp", NOW + HOUR + 90))?,
            _ => second.clone(),
        };
        let refused = twin.refused(&format!("wpt-rotation-{end}{suffix}"), &[code], differs, comment);
        let refused = match code {
            "wpt.audience_mismatch" => refused.requires(&["WPT-2-19", "WPT-3.1.7-1"]),
            _ => refused,
        };
        vectors.push(refused.steps(&[first.clone(), last.config(name, value)]));
    }
    Ok(vectors)
}

type Change = (&'static str, &'static str, (&'static str, Value), &'static str, &'static str);

/// What changes before the second proof.
fn changes(old: &Value, next: Value) -> Vec<Change> {
    let mut reused = next.clone();
    reused["kid"] = old["kid"].clone();
    let elsewhere = json!([domain("wimse://other.example", std::slice::from_ref(old))]);
    vec![
        (
            "removed",
            "wit.kid_unknown",
            ("anchors", json!([domain(ORIGIN, &[next])])),
            "the key of the WIT is removed",
            "A WIT that was validated once is validated again.",
        ),
        (
            "kid-reused",
            "wit.signature",
            ("anchors", json!([domain(ORIGIN, &[reused])])),
            "its kid names another key now",
            "Whoever remembers keys by kid accepts what is not trusted any more.",
        ),
        (
            "domain-removed",
            "wit.trust_domain_unknown",
            ("anchors", elsewhere),
            "the trust domain is removed",
            "A domain that is not trusted any more.",
        ),
        (
            "denied",
            "wit.denied",
            ("deny_list", json!(["wit-1"])),
            "the jti of the WIT is denied",
            "The WIT was stolen, and somebody noticed.",
        ),
        (
            "audience-changed",
            "wpt.audience_mismatch",
            ("audience", json!({"bases": ["https://next.example.com"]})),
            "the recipient has another name",
            "A proof for what the recipient was called before.",
        ),
        (
            "expired",
            "wit.expired",
            ("now", json!(NOW + HOUR + 60)),
            "the time of the WIT is over",
            "A new proof does not make an old WIT new.",
        ),
    ]
}

const RULES: &[&str] = &["WPT-2-13", "WIT-3-1", "WIT-5.1.4-8"];

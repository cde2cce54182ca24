//! Keys and anchors that change while a party runs: what was accepted once is judged anew each time.

use std::error::Error;

use serde_json::{Value, json};

use super::{
    super::{
        Cases,
        authorities::{CA, CA_ES256, NEXT_CA_ES256, ca_domain, root},
        certificate_cases::{self, by_ca, usual},
        keys::ES256,
        tokens::{
            HOUR, ISSUER, ISSUER_ED25519, ISSUER_ES256, KeyPair, NEXT_ISSUER_ES256, NOW, ORIGIN,
            OTHER_ISSUER_ES256, WORKLOAD_ES256, domain,
        },
    },
    accept, header, header_signed,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    Ok([added()?, replaced()?, kept()?, ca_added()?, ca_kept()?].concat())
}

/// A token at [`NOW`], under these keys of its trust domain.
fn token(token: &str, keys: &[KeyPair]) -> Vector {
    accept("", token, REQUIREMENTS, "").config("anchors", anchors(keys))
}

fn anchors(keys: &[KeyPair]) -> Value {
    let keys: Vec<_> = keys.iter().map(|key| key.public_jwk()).collect();
    json!([domain(ORIGIN, &keys)])
}

/// The usual anchors with another member.
fn restricted(keys: &[KeyPair], member: &str, texts: &[&str]) -> Value {
    let mut anchors = anchors(keys);
    anchors[0][member] = json!(texts);
    anchors
}

/// The next key, under this kid.
fn next_as(kid: &str) -> Value {
    let mut next = NEXT_ISSUER_ES256.public_jwk();
    next["kid"] = json!(kid);
    next
}

/// The issuer begins to sign with the next key.
fn added() -> Cases {
    let (old, new) =
        (header(|header| header)?, header_signed(NEXT_ISSUER_ES256, |h| h.string("kid", "next-es256"))?);
    let both = &[ISSUER_ES256, NEXT_ISSUER_ES256];
    let first = token(&old, &[ISSUER_ES256]);
    let twin = Vector::sequence(
        "wit-rotation-added",
        "The next key is added, and a token is signed with it.",
        &[first.clone(), token(&new, both)],
    );
    let overlap = Vector::sequence(
        "wit-rotation-overlap",
        "Tokens under the old key stay good while both are there.",
        &[first.clone(), token(&new, both), token(&old, both)],
    );
    let elsewhere = json!([
        domain(ORIGIN, &[ISSUER_ES256.public_jwk()]),
        domain("wimse://other.example", &[NEXT_ISSUER_ES256.public_jwk()]),
    ]);
    let renamed = json!([domain(ORIGIN, &[ISSUER_ES256.public_jwk(), next_as("other")])]);
    let mut vectors = vec![twin.clone(), overlap];
    for (end, anchors, differs, comment) in [
        (
            "too-early",
            anchors(&[ISSUER_ES256]),
            "the next key is not added",
            "A token by a key that is not there yet: nobody vouches for it.",
        ),
        (
            "added-elsewhere",
            elsewhere,
            "the next key is added to another trust domain",
            "A key is good for the domain that it was added to.",
        ),
        (
            "added-other-kid",
            renamed,
            "the next key is added under another kid",
            "With a kid, there is no trying of keys.",
        ),
    ] {
        let last = token(&new, &[]).config("anchors", anchors);
        let refused = twin.refused(&format!("wit-rotation-{end}"), &["wit.kid_unknown"], differs, comment);
        vectors.push(refused.steps(&[first.clone(), last]));
    }
    Ok(vectors)
}

/// The key of a kid is another one, which is a mistake, and must not open anything.
fn replaced() -> Cases {
    let (old, new) = (header(|header| header)?, header_signed(NEXT_ISSUER_ES256, |header| header)?);
    let reused = json!([domain(ORIGIN, &[next_as("issuer-es256")])]);
    let first = token(&old, &[ISSUER_ES256]);
    let twin = Vector::sequence(
        "wit-rotation-kid-reused",
        "The kid names another key from now on, and a token is signed with that.",
        &[first.clone(), token(&new, &[]).config("anchors", reused.clone())],
    );
    let stale = |id: &str, differs: &str, comment: &str, last: Vector| {
        twin.refused(id, &["wit.signature"], differs, comment).steps(&[first.clone(), last])
    };
    Ok(vec![
        twin.clone(),
        stale(
            "wit-rotation-kid-reused-old-token",
            "the token under the old key",
            "Whoever remembers keys by kid accepts what is not trusted any more.",
            token(&old, &[]).config("anchors", reused),
        ),
        stale(
            "wit-rotation-kid-not-reused",
            "the key of the kid is still the old one",
            "A token by a key that nobody vouches for, under a kid that is known.",
            token(&new, &[ISSUER_ES256]),
        ),
    ])
}

/// End of the id, code, the member of the configuration that changes, what differs, the mistake.
type Kept = (&'static str, &'static str, (&'static str, Value), &'static str, &'static str);

/// A token that was accepted before is shown again, when something has changed.
fn kept() -> Cases {
    let both = &[ISSUER_ES256, NEXT_ISSUER_ES256];
    let first = token(&header(|header| header)?, both);
    let twin = Vector::sequence(
        "wit-rotation-kept",
        "The same token again, and nothing has changed.",
        &[first.clone(), first.clone()],
    );
    let mut vectors = vec![twin.clone()];
    for (end, code, (name, value), differs, comment) in anchors_changed().into_iter().chain(policy_changed())
    {
        let again = first.clone().config(name, value);
        let refused = twin.refused(&format!("wit-rotation-kept-{end}"), &[code], differs, comment);
        vectors.push(refused.requires(requirements(code)).steps(&[first.clone(), again]));
    }
    Ok(vectors)
}

fn anchors_changed() -> Vec<Kept> {
    let both = &[ISSUER_ES256, NEXT_ISSUER_ES256];
    let elsewhere = json!([domain("wimse://other.example", &[OTHER_ISSUER_ES256.public_jwk()])]);
    let moved = json!([
        domain(ORIGIN, &[NEXT_ISSUER_ES256.public_jwk()]),
        domain("wimse://other.example", &[ISSUER_ES256.public_jwk()]),
    ]);
    vec![
        (
            "removed",
            "wit.kid_unknown",
            ("anchors", anchors(&[NEXT_ISSUER_ES256])),
            "the key is removed",
            "A verifier that remembers tokens keeps trusting a key that was taken away.",
        ),
        (
            "moved",
            "wit.kid_unknown",
            ("anchors", moved),
            "the key is moved to another trust domain",
            "A key vouches for the domain that it is in now.",
        ),
        (
            "domain-removed",
            "wit.trust_domain_unknown",
            ("anchors", elsewhere),
            "the trust domain is removed",
            "A domain that is not trusted any more.",
        ),
        (
            "none",
            "wit.trust_domain_unknown",
            ("anchors", json!([])),
            "all anchors are removed",
            "No anchors mean no trust, not the trust of before.",
        ),
        (
            "issuer-removed",
            "wit.iss_not_allowed",
            ("anchors", restricted(both, "issuers", &["https://next.example.com"])),
            "the issuer is not accepted any more",
            "The key is the same, and the issuer is not welcome.",
        ),
        (
            "issuer-renamed",
            "wit.iss_not_allowed",
            ("anchors", restricted(both, "issuers", &[&format!("{ISSUER}/")])),
            "the issuer has another name now",
            "A name that is nearly the same.",
        ),
        (
            "algorithm-removed",
            "wit.alg_not_allowed",
            ("anchors", restricted(&[ISSUER_ES256, ISSUER_ED25519], "algorithms", &["Ed25519"])),
            "the algorithm is not accepted any more",
            "An algorithm that was given up.",
        ),
    ]
}

fn policy_changed() -> Vec<Kept> {
    vec![
        (
            "expired",
            "wit.expired",
            ("now", json!(NOW + HOUR + 30)),
            "its time is over",
            "Remembering that a token was good is not remembering until when.",
        ),
        (
            "denied",
            "wit.denied",
            ("deny_list", json!(["wit-1"])),
            "its jti is denied",
            "The token was stolen, and somebody noticed.",
        ),
        (
            "shorter",
            "wit.lifetime_too_long",
            ("max_lifetime", json!(HOUR - 1)),
            "a shorter lifetime is accepted",
            "A policy that was tightened is for all tokens, not for new ones.",
        ),
    ]
}

fn requirements(code: &str) -> &'static [&'static str] {
    match code {
        "wit.trust_domain_unknown" => &["WIT-3-1", "WIT-5.1.4-2", "ID-7.3-1", "ARCH-3.1.1-2"],
        "wit.iss_not_allowed" => &["WIT-3-1", "WIT-9.1-2", "ARCH-3.1.1-2"],
        "wit.alg_not_allowed" => &["WIT-5.1-2", "WIT-5.1.4-8", "ARCH-3.1.1-2"],
        "wit.expired" => &["WIT-5.1.4-7", "WIT-9.3.1-1"],
        "wit.denied" => &["WIT-9.3.1-4"],
        "wit.lifetime_too_long" => &["WIT-9.3.1-2"],
        _ => REQUIREMENTS,
    }
}

/// A certificate by a CA at [`NOW`], under these CAs of its trust domain.
fn certificate(leaf: Vec<u8>, roots: &[Vec<u8>]) -> Result<Vector, Box<dyn Error>> {
    let anchors = json!([ca_domain(ORIGIN, roots.iter().cloned())]);
    Ok(certificate_cases::accept(&ES256, "", [leaf], WIC, "")?.config("anchors", anchors))
}

fn ca_added() -> Cases {
    let (old, next) = (root(CA, CA_ES256)?, root(NEXT_CA, NEXT_CA_ES256)?);
    let leaf = usual().issuer(NEXT_CA).sign(WORKLOAD_ES256, NEXT_CA_ES256)?;
    let before = certificate(by_ca(&ES256, &usual())?, std::slice::from_ref(&old))?;
    let twin = Vector::sequence(
        "wic-rotation-added",
        "The next CA is added, and a certificate is signed by it.",
        &[before.clone(), certificate(leaf.clone(), &[old.clone(), next])?],
    );
    let early = twin.refused(
        "wic-rotation-too-early",
        &["wic.unknown_issuer"],
        "the next CA is not added",
        "A certificate by a CA that is not there yet: nobody vouches for it.",
    );
    let early = early.steps(&[before, certificate(leaf, &[old])?]);
    Ok(vec![twin, early])
}

fn ca_kept() -> Cases {
    let (old, next) = (root(CA, CA_ES256)?, root(NEXT_CA, NEXT_CA_ES256)?);
    let leaf = by_ca(&ES256, &usual())?;
    let first = certificate(leaf.clone(), &[old.clone(), next.clone()])?;
    let twin = Vector::sequence(
        "wic-rotation-kept",
        "The same certificate again, and nothing has changed.",
        &[first.clone(), first.clone()],
    );
    let of_other = |domains: Vec<Value>| first.clone().config("anchors", domains);
    let moved = of_other(vec![ca_domain(ORIGIN, [next.clone()]), ca_domain(OTHER, [old])]);
    let removed = certificate(leaf.clone(), std::slice::from_ref(&next))?;
    let same_name = certificate(leaf, &[root(CA, NEXT_CA_ES256)?])?;
    let rows: [(&str, &[&str], Vector, &str, &str); 5] = [
        (
            "removed",
            &["wic.unknown_issuer"],
            removed,
            "the CA is removed",
            "A verifier that remembers chains keeps trusting a CA that was taken away.",
        ),
        (
            "moved",
            &["wic.unknown_issuer"],
            moved,
            "the CA is moved to another trust domain",
            "A CA vouches for the domain that it is in now.",
        ),
        (
            "domain-removed",
            &["wic.trust_domain_unknown"],
            of_other(vec![ca_domain(OTHER, [next])]),
            "the trust domain is removed",
            "A domain that is not trusted any more.",
        ),
        (
            "name-reused",
            &["wic.signature", "wic.unknown_issuer"],
            same_name,
            "a CA of the same name has another key",
            "Whoever remembers CAs by name accepts what is not trusted any more.",
        ),
        (
            "expired",
            &["wic.expired"],
            first.clone().config("now", NOW + 100 * 24 * HOUR),
            "its time is over",
            "Remembering that a certificate was good is not remembering until when.",
        ),
    ];
    let mut vectors = vec![twin.clone()];
    for (end, codes, again, differs, comment) in rows {
        let refused = twin.refused(&format!("wic-rotation-kept-{end}"), codes, differs, comment);
        vectors.push(refused.steps(&[first.clone(), again]));
    }
    Ok(vectors)
}

const NEXT_CA: &str = "next CA of example.com";
const OTHER: &str = "wimse://other.example";
const REQUIREMENTS: &[&str] = &["WIT-3-1", "WIT-3-4", "WIT-5.1.4-4", "WIT-5.1.4-8", "ARCH-3.1.1-2"];
const WIC: &[&str] = &["WIT-3-1", "WIT-9.4-1", "WIT-9.4-2", "MTLS-3.2-1", "ARCH-3.1.1-2"];

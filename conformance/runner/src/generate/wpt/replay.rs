//! A proof is good for one request: `jti` within the key of the sender.

use std::error::Error;

use super::{
    super::{
        Cases,
        tokens::{NOW, OTHER_WORKLOAD_ED25519, WORKLOAD_ES256, base64url, confirmation},
    },
    exchange::{Exchange, JTI},
    signature::negate_s,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let first = Exchange::ed25519();
    let second = first.claim("jti", NEXT);
    let twin = sequence(
        "wpt-replay-none",
        "Two proofs of one sender, each with a jti of its own.",
        &[(&first, NOW), (&second, NOW + 1)],
    )?
    .output("jti", NEXT);
    let mut vectors = vec![twin.clone()];
    vectors.extend(other_senders(&first)?);
    for (id, again, differs, comment) in again(&first) {
        let steps = steps(&[(&first, NOW), (&again, NOW + 1)])?;
        vectors.push(twin.refused(id, REPLAYED, differs, comment).steps(&steps));
    }
    for (id, first, time, differs, comment) in later(&first) {
        let next = first.claim("jti", NEXT);
        let twin = format!("{id}-none");
        let twin = sequence(&twin, "Another proof at that time.", &[(&first, NOW), (&next, time)])?;
        let again = steps(&[(&first, NOW), (&first, time)])?;
        vectors.push(twin.clone().output("jti", NEXT));
        vectors.push(twin.refused(id, REPLAYED, differs, comment).steps(&again));
    }
    vectors.extend(es256()?);
    vectors.extend(poisoned(&first)?);
    Ok(vectors)
}

/// The same `jti` by another key is another proof.
fn other_senders(first: &Exchange) -> Cases {
    let other = first
        .wit_claims(|claims| {
            let claims = claims.string("sub", "wimse://example.com/orders").string("jti", "wit-2");
            claims.set("cnf", confirmation(&OTHER_WORKLOAD_ED25519.public()))
        })
        .signed_by(OTHER_WORKLOAD_ED25519);
    let rotated = first
        .wit_claims(|claims| {
            claims.string("jti", "wit-2").set("cnf", confirmation(&OTHER_WORKLOAD_ED25519.public()))
        })
        .signed_by(OTHER_WORKLOAD_ED25519);
    let other = sequence(
        "wpt-replay-other-sender",
        "Another sender happens to choose the same jti.",
        &[(first, NOW), (&other, NOW)],
    )?;
    let rotated = sequence(
        "wpt-replay-rotated-key",
        "The same sender with a new key and the same jti: the first proof does not verify with it.",
        &[(first, NOW), (&rotated, NOW)],
    )?;
    let case = sequence(
        "wpt-replay-other-case",
        "A jti has case.",
        &[(first, NOW), (&first.claim("jti", &JTI.to_ascii_lowercase()), NOW)],
    )?;
    Ok(vec![
        other.output("identifier", "wimse://example.com/orders").output("wit_jti", "wit-2"),
        rotated.output("wit_jti", "wit-2").requires(&["WPT-3.1.4-1", "WPT-3.2-4", "WIT-9.5-4"]),
        case.output("jti", JTI.to_ascii_lowercase()),
    ])
}

type Again = (&'static str, Exchange, &'static str, &'static str);

fn again(first: &Exchange) -> Vec<Again> {
    let escaped = format!("\"\\u0041{}\"", &JTI[1..]);
    vec![
        ("wpt-replay", first.clone(), "the same request again", "A captured request is sent again."),
        (
            "wpt-replay-other-method",
            first.start("DELETE /orders"),
            "the same proof with another method",
            "A proof does not cover the method: it must not be used a second time.",
        ),
        (
            "wpt-replay-query",
            first.start("POST /orders?all=1"),
            "the same proof with a query",
            "A proof does not cover the query: it must not be used a second time.",
        ),
        (
            "wpt-replay-other-exp",
            first.claim_json("exp", NOW + 120),
            "the same jti with a later exp",
            "The name of a proof is its jti alone.",
        ),
        (
            "wpt-replay-other-wit",
            first.wit_claims(|claims| claims.string("jti", "wit-2")),
            "the same jti with a renewed WIT of the same key",
            "A renewed WIT does not renew the proofs of its key.",
        ),
        (
            "wpt-replay-other-path",
            first.claim("aud", "https://api.example.com/refunds").start("POST /refunds"),
            "the same jti for another path",
            "The name of a proof is unique over all that the sender calls.",
        ),
        (
            "wpt-replay-more-claims",
            first.claim("example.com/x", "y"),
            "the same jti with one more claim",
            "Remembering the bytes of the token is not remembering the proof.",
        ),
        (
            "wpt-replay-other-typ",
            first.header(|header| header.string("typ", "application/wpt+jwt")),
            "the same jti with the type in full",
            "Remembering the bytes of the token is not remembering the proof.",
        ),
        (
            "wpt-replay-escaped",
            first.claim_json("jti", escaped),
            "the same jti, spelt with an escape",
            "Two spellings of one string are one name.",
        ),
        (
            "wpt-replay-scheme-case",
            first.field("Authorization", "wpt   {proof}"),
            "the same proof under the scheme in lower case",
            "Remembering the bytes of the field is not remembering the proof.",
        ),
    ]
}

type Later = (&'static str, Exchange, u64, &'static str, &'static str);

fn later(first: &Exchange) -> Vec<Later> {
    let longest = first.claim_json("exp", NOW + 330);
    vec![
        (
            "wpt-replay-in-leeway",
            first.clone(),
            NOW + 89,
            "the same request in the last second of the leeway",
            "A proof is remembered for as long as it is accepted.",
        ),
        (
            "wpt-replay-longest",
            longest,
            NOW + 359,
            "the longest proof again in its last second",
            "A proof is remembered for as long as it is accepted.",
        ),
        (
            "wpt-replay-clock-back",
            first.clone(),
            NOW - 200,
            "the same request after the clock was set back",
            "A clock that goes back must not make a proof new.",
        ),
    ]
}

/// An ECDSA signature has a second form that verifies as well.
fn es256() -> Cases {
    let first = Exchange::es256();
    let two = [(&first, NOW), (&first.claim("jti", NEXT), NOW)];
    let twin = sequence("wpt-replay-none-es256", "Two proofs, each with a jti of its own.", &two)?;
    let twin = twin.output("jti", NEXT);
    let mut vectors = vec![twin.clone()];
    let other_form = first.signature(negate_s);
    let rows = [
        ("wpt-replay-es256", first.clone(), "the same request again", "A captured request is sent again."),
        (
            "wpt-replay-es256-other-s",
            other_form,
            "the same proof with n - s for s",
            "Whoever remembers the bytes of a token or its signature accepts the second form.",
        ),
    ];
    for (id, again, differs, comment) in rows {
        let steps = steps(&[(&first, NOW), (&again, NOW)])?;
        vectors.push(twin.refused(id, REPLAYED, differs, comment).steps(&steps));
    }
    Ok(vectors)
}

/// What is refused is not remembered, else anybody could use up the proofs of others.
fn poisoned(first: &Exchange) -> Cases {
    let refused_first = |id, code, forged: &Exchange, comment| {
        let [forged, good] = [step(forged, NOW)?, step(first, NOW)?];
        let forged = forged.refused("", &[code], "", "");
        Ok::<_, Box<dyn Error>>(Vector::sequence(id, comment, &[forged, good]))
    };
    Ok(vec![
        refused_first(
            "wpt-replay-forged-before",
            "wpt.signature",
            &first.signed_by(WORKLOAD_ES256),
            "A forged proof with the same jti, refused before, does not use it up.",
        )?,
        refused_first(
            "wpt-replay-wrong-path-before",
            "wpt.audience_mismatch",
            &first.start("POST /refunds"),
            "The proof with a request that it is not for, refused before, is not used up.",
        )?,
        refused_first(
            "wpt-replay-added-token-before",
            "wpt.tth_missing",
            &first.line("Txn-Token", "txn.token.value"),
            "The proof with a token that it does not cover, refused before, is not used up.",
        )?,
    ])
}

/// An accepted sequence of requests, each at its time; the outputs are those of the last.
pub(super) fn sequence(
    id: &str,
    comment: &str,
    requests: &[(&Exchange, u64)],
) -> Result<Vector, Box<dyn Error>> {
    Ok(Vector::sequence(id, comment, &steps(requests)?))
}

/// One step for each request.
pub(super) fn steps(requests: &[(&Exchange, u64)]) -> Cases {
    requests.iter().map(|(exchange, time)| step(exchange, *time)).collect()
}

fn step(exchange: &Exchange, time: u64) -> Result<Vector, Box<dyn Error>> {
    Ok(exchange.accepted("", RULES, "")?.config("now", time))
}

/// A `jti` of its own for the number.
pub(super) fn jti(number: u8) -> String {
    base64url([number; 16])
}

const NEXT: &str = "EBESExQVFhcYGRobHB0eHw";
const REPLAYED: &[&str] = &["wpt.replayed"];
const RULES: &[&str] = &["WPT-2-23", "WPT-3.1.4-1"];

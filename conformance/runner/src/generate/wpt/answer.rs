//! What a refused sender is told: the same for every cause, and never why.

use serde_json::json;

use super::{
    super::{
        Cases,
        tokens::{NOW, OTHER_WORKLOAD_ED25519},
    },
    exchange::Exchange,
};
use crate::vector::{Expectation, Vector};

pub(super) fn vectors() -> Cases {
    let proof = Exchange::ed25519();
    let rows = [
        ("missing", "wpt.authorization_missing", proof.without("Authorization"), "No proof at all."),
        ("bearer", "wpt.other_scheme", proof.field("Authorization", "Bearer token"), "A bearer token."),
        ("malformed", "wpt.malformed", proof.field("Authorization", "WPT proof"), "A proof that is none."),
        ("signature", "wpt.signature", proof.signed_by(OTHER_WORKLOAD_ED25519), "A proof by another key."),
        (
            "algorithm",
            "wpt.alg_mismatch",
            proof.header(|header| header.string("alg", "EdDSA")),
            "Another name.",
        ),
        ("expired", "wpt.expired", proof.claim_json("exp", NOW - 30), "A proof that has expired."),
        ("audience", "wpt.audience_mismatch", proof.start("POST /refunds"), "A proof for another path."),
        ("wit-missing", "wit.field_missing", proof.without("Workload-Identity-Token"), "No WIT."),
        (
            "wit-expired",
            "wit.expired",
            proof.wit_claims(|claims| claims.set("exp", NOW - 30)),
            "A WIT that has expired: with the WPT, a refused WIT is answered as a refused WPT is.",
        ),
        (
            "wit-untrusted",
            "wit.trust_domain_unknown",
            proof.wit_claims(|claims| claims.string("sub", "wimse://unknown.example/billing")),
            "A WIT that nobody here vouches for.",
        ),
        ("txn-token", "wpt.tth_missing", proof.line("Txn-Token", "txn.token.value"), "A token not covered."),
    ];
    let mut vectors = Vec::new();
    for (id, cause, exchange, comment) in rows {
        vectors.push(challenged(&format!("wpt-answer-{id}"), cause, &exchange, comment)?);
    }
    let replayed =
        challenged("wpt-answer-replayed", "wpt.replayed", &proof, "A proof that was used before.")?;
    vectors.push(replayed.config("sent_before", true));
    vectors.push(
        answer(
            "wpt-answer-store-down",
            "replay.unavailable",
            &proof,
            "A memory of proofs that does not answer.",
        )?
        .config("replay_store", "unavailable")
        .output("status", 503)
        .output("headers", json!({"content-type": PROBLEM}))
        .output("body", r#"{"type":"about:blank","title":"Service Unavailable","status":503}"#)
        .requires(&["WPT-2.1-3"]),
    );
    Ok(vectors)
}

fn challenged(
    id: &str,
    cause: &str,
    exchange: &Exchange,
    comment: &str,
) -> Result<Vector, Box<dyn std::error::Error>> {
    Ok(answer(id, cause, exchange, comment)?
        .output("status", 401)
        .output("headers", json!({"content-type": PROBLEM, "www-authenticate": "WPT"}))
        .output("body", r#"{"type":"about:blank","title":"Unauthorized","status":401}"#))
}

fn answer(
    id: &str,
    cause: &str,
    exchange: &Exchange,
    comment: &str,
) -> Result<Vector, Box<dyn std::error::Error>> {
    let mut vector = exchange.accepted(id, &["WPT-2.1-1", "WPT-2.1-2", "WPT-2.1-3"], comment)?;
    vector.operation = "wpt.answer".to_owned();
    vector.expect = Expectation::Accept { outputs: serde_json::Map::new() };
    Ok(vector.output("cause", cause))
}

const PROBLEM: &str = "application/problem+json";

//! Who has answered, and to whom.

use std::error::Error;

use serde_json::{Value, json};

use super::{
    super::{Cases, tokens::SUBJECT},
    cases::{Codes, Refused, both, by_code, reconfigured, refuse},
    signed::{SERVER, Signed},
};

pub(super) fn vectors() -> Cases {
    both(|request| {
        let mut vectors = peer(&request.response())?;
        vectors.extend(by_code(request_covered(&request.response())?, |code| match code {
            "httpsig.request_not_covered" => &["SIG-3.5-7", "SIG-3.5-8"],
            _ => &["SIG-3.5-7", "SIG-3.1-3"],
        }));
        Ok(vectors)
    })
}

/// Decision 42: who was called.
fn peer(response: &Signed) -> Cases {
    let twin = response.accepted("sig-response-peer", PEER, "The workload that was called.")?;
    let expecting = |id, expected: Value, comment| {
        Ok::<_, Box<dyn Error>>(response.accepted(id, PEER, comment)?.config("expected_peer", expected))
    };
    let table =
        json!([["orders.example.com", SERVER], ["billing.example.com", "wimse://example.com/billing"]]);
    let refused = |id: &str, expected: Value, differs, comment| {
        let unexpected: &[&str] = &["httpsig.peer_unexpected"];
        reconfigured(&twin, (id, unexpected, differs, comment), ("expected_peer", expected))
    };
    let own = response.wit_claims(|claims| claims.string("sub", SUBJECT));
    let unexpected: Codes = &["httpsig.peer_unexpected"];
    let reflected = refuse(
        &twin,
        [(
            "sig-response-peer-client",
            unexpected,
            own,
            "the WIT of the client itself",
            "What a workload has signed is sent back to it as an answer.",
        )],
    )?;
    let vectors = vec![
        twin.clone(),
        expecting(
            "sig-response-peer-one-of",
            json!({"one_of": ["wimse://example.com/shipping", SERVER]}),
            "One of several.",
        )?,
        expecting(
            "sig-response-peer-mapped",
            json!({"mapped": {"dns_name": "orders.example.com", "table": table}}),
            "The one that is mapped to the name that was called.",
        )?,
        expecting("sig-response-peer-any", json!("any_trusted_workload"), "Anybody, by explicit choice.")?,
        refused(
            "sig-response-peer-other",
            json!({"workload": "wimse://example.com/shipping"}),
            "another workload was called",
            "A workload of the same trust domain answers for another.",
        ),
        refused(
            "sig-response-peer-longer",
            json!({"workload": "wimse://example.com/orders/eu"}),
            "a longer identifier was called",
            "Identifiers are compared whole.",
        ),
        refused(
            "sig-response-peer-none-of",
            json!({"one_of": ["wimse://example.com/shipping", "wimse://example.com/billing"]}),
            "none of those who may answer",
            "A workload of the same trust domain answers for others.",
        ),
        refused(
            "sig-response-peer-mapped-other",
            json!({"mapped": {"dns_name": "billing.example.com", "table": table}}),
            "another name was called",
            "The name that was called belongs to another workload.",
        ),
        refused(
            "sig-response-peer-not-mapped",
            json!({"mapped": {"dns_name": "unknown.example.com", "table": table}}),
            "a name without an entry was called",
            "Whom nobody knows cannot answer.",
        ),
    ];
    Ok([vectors, reflected].concat())
}

/// Decision 53: the nonce alone does not tie a response to its requester.
fn request_covered(response: &Signed) -> Cases {
    let whole = response.covering("\"workload-identity-token\";req").covering("\"content-digest\";req");
    let twin =
        whole.accepted("sig-response-request-covered", PEER, "WIT and digest of the request are covered.")?;
    let twin = twin.config("require_request_wit", true).config("require_request_digest", true);
    let not_covered: Codes = &["httpsig.request_not_covered"];
    let request = response.request.as_ref().ok_or("a response answers a request")?;
    let by_other = request.wit_claims(|claims| claims.string("sub", "wimse://example.com/attacker"));
    let rows: [Refused; 3] = [
        (
            "sig-response-request-wit-not",
            not_covered,
            whole.uncovered("\"workload-identity-token\";req"),
            "the WIT of the request is not covered",
            "A compromised workload copies the nonce of a request that is held back, and passes the answer on.",
        ),
        (
            "sig-response-request-digest-not",
            not_covered,
            whole.uncovered("\"content-digest\";req"),
            "the digest of the request is not covered",
            "A request with other content gets the answer.",
        ),
        (
            "sig-response-request-wit-other",
            &["httpsig.signature"],
            whole.answering(&by_other),
            "a response to a request with another WIT",
            "A compromised workload copies the nonce of a request that is held back, and passes the answer on.",
        ),
    ];
    Ok([vec![twin.clone()], refuse(&twin, rows)?].concat())
}

const PEER: &[&str] = &["WIT-9.2-1", "SIG-3.5-7"];

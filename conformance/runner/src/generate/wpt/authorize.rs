//! Who may call: the whole identifier of the authenticated peer, never a part of it.

use serde_json::{Value, json};

use super::{
    super::{
        Cases,
        tokens::{Members, OTHER_ISSUER_ES256},
    },
    exchange::{Exchange, Refused, message, reconfigured},
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let proof = Exchange::ed25519();
    let exact = permitted("wpt-permit-exact", &proof, "The workload is listed.")?
        .config("exact", json!(["wimse://example.com/billing"]));
    let two = permitted("wpt-permit-exact-two", &proof, "The workload is one of two that are listed.")?
        .config("exact", json!(["wimse://example.com/orders", "wimse://example.com/billing"]));
    let origin = permitted("wpt-permit-origin", &proof, "Any workload of the origin is meant.")?
        .config("origins", json!(["wimse://example.com"]));
    let mut vectors = vec![exact.clone(), two, origin.clone()];
    for (twin, rows) in [(&exact, exact_rows(&proof)), (&origin, origin_rows(&proof))] {
        for (id, code, exchange, differs, comment) in rows {
            let request = message(&exchange.request()?);
            vectors.push(twin.refused(id, &[code], differs, comment).input("request", request));
        }
    }
    vectors.extend(other_configurations(&exact, &origin));
    let elsewhere = ["same-path", "origin-other", "other-scheme", "origin-parent"];
    for vector in vectors.iter_mut().filter(|vector| !vector.is_accepted()) {
        // WIT-7-1 is about the same path elsewhere.
        if !elsewhere.iter().any(|part| vector.id.contains(part)) {
            vector.requirements.retain(|requirement| requirement != "WIT-7-1");
        }
    }
    Ok(vectors)
}

fn permitted(id: &str, proof: &Exchange, comment: &str) -> Result<Vector, Box<dyn std::error::Error>> {
    let mut vector = proof.accepted(id, RULES, comment)?;
    vector.operation = "wpt.authorize".to_owned();
    Ok(vector)
}

fn exact_rows(proof: &Exchange) -> Vec<Refused> {
    let sub = |id, sub: &str, differs, comment| {
        (id, DENIED, proof.wit_claims(|claims| claims.string("sub", sub)), differs, comment)
    };
    vec![
        sub(
            "wpt-permit-other-workload",
            "wimse://example.com/orders",
            "another workload of the trust domain",
            "Membership of the trust domain does not make a peer the one that is meant.",
        ),
        sub(
            "wpt-permit-child",
            "wimse://example.com/billing/test",
            "a workload below the one that is listed",
            "An identifier is no prefix.",
        ),
        sub(
            "wpt-permit-longer",
            "wimse://example.com/billing2",
            "one letter more",
            "An identifier is no prefix.",
        ),
        sub("wpt-permit-case", "wimse://example.com/Billing", "a capital letter", "A path has case."),
        (
            "wpt-permit-same-path",
            DENIED,
            elsewhere(proof),
            "the same path in another trust domain",
            "The path alone is no identifier: any trust domain can issue it.",
        ),
        (
            "wpt-permit-claimed-in-proof",
            DENIED,
            proof
                .wit_claims(|claims| claims.string("sub", "wimse://example.com/orders"))
                .claim("sub", "wimse://example.com/billing"),
            "another workload that claims the identifier in its proof",
            "A proof is written by its sender.",
        ),
        (
            "wpt-permit-claimed-in-field",
            DENIED,
            proof
                .wit_claims(|claims| claims.string("sub", "wimse://example.com/orders"))
                .line("X-Workload-Identity", "wimse://example.com/billing"),
            "another workload that claims the identifier in a field",
            "A field is written by its sender.",
        ),
        (
            "wpt-permit-unproven",
            "wpt.authorization_missing",
            proof.without("Authorization"),
            "the WIT without a proof",
            "Only an authenticated peer is authorized.",
        ),
    ]
}

fn origin_rows(proof: &Exchange) -> Vec<Refused> {
    vec![(
        "wpt-permit-origin-other",
        DENIED,
        elsewhere(proof),
        "a workload of another trust domain",
        "A trust domain with anchors is not therefore permitted.",
    )]
}

fn other_configurations(exact: &Vector, origin: &Vector) -> Vec<Vector> {
    let row = |twin, id, member: &str, list: Value, differs, comment| {
        reconfigured(twin, (id, DENIED, differs, comment), (member, list))
    };
    vec![
        row(exact, "wpt-permit-nobody", "exact", json!([]), "an empty list", "An empty list permits nobody."),
        row(
            exact,
            "wpt-permit-shorter",
            "exact",
            json!(["wimse://example.com/billin"]),
            "a shorter identifier in the list",
            "An entry is no prefix.",
        ),
        row(
            exact,
            "wpt-permit-exact-other-scheme",
            "exact",
            json!(["spiffe://example.com/billing"]),
            "the scheme spiffe in the list",
            "The scheme is a part of the identifier.",
        ),
        row(
            origin,
            "wpt-permit-origin-other-scheme",
            "origins",
            json!(["spiffe://example.com"]),
            "the scheme spiffe in the list",
            "An origin is scheme and trust domain.",
        ),
        row(
            origin,
            "wpt-permit-origin-parent",
            "origins",
            json!(["wimse://com"]),
            "the parent domain in the list",
            "An origin does not include what is below it.",
        ),
        row(
            origin,
            "wpt-permit-no-origin",
            "origins",
            json!([]),
            "an empty list",
            "An empty list permits nobody.",
        ),
    ]
}

/// A workload with the same path, vouched for by the issuer of another trust domain that has anchors too.
fn elsewhere(proof: &Exchange) -> Exchange {
    let subject = |claims: Members| claims.string("sub", "wimse://other.example/billing");
    proof
        .wit_claims(subject)
        .wit_header(|header| header.string("kid", "other-es256"))
        .issued_by(OTHER_ISSUER_ES256)
}

const DENIED: &str = "authorization.not_permitted";
const RULES: &[&str] = &["WIT-9.2-1", "WIT-7-1", "ID-4.3-3"];

//! What a refused sender is told: the same for every cause, and never why.

use std::error::Error;

use serde_json::{Map, Value, json};

use super::{
    super::{
        Cases,
        tokens::{NOW, OTHER_ISSUER_ES256},
    },
    cases::both,
    selection::flipped,
    signed::{Signed, TAG},
};
use crate::vector::{Expectation, Vector};

pub(super) fn vectors() -> Cases {
    both(|request| {
        let mut vectors = refused(request)?;
        vectors.extend(unsigned(request)?);
        vectors.extend(cannot_sign(request)?);
        vectors.push(store_down(request)?);
        Ok(vectors)
    })
}

/// Every cause has this one answer.
fn refused(request: &Signed) -> Cases {
    let rows = [
        ("signature", "httpsig.signature", request.signature(flipped), "A forged signature."),
        (
            "content",
            "httpsig.digest_mismatch",
            request.then(|message| message.content.push(b' ')),
            "Other content.",
        ),
        ("coverage", "httpsig.not_covered", request.uncovered("\"@query\""), "A query that is not covered."),
        ("parameter", "httpsig.nonce_missing", request.without_parameter("nonce"), "No nonce."),
        ("keyid", "httpsig.keyid_forbidden", request.string("keyid", "a"), "A keyid."),
        ("expired", "httpsig.expired", request.valid(NOW - 91, NOW - 31), "A signature that has expired."),
        (
            "audience",
            "httpsig.audience_mismatch",
            request.string("wimse-aud", "https://other.example/"),
            "For another.",
        ),
        (
            "malformed",
            "httpsig.field_malformed",
            request.field("Signature-Input", "((("),
            "A field that cannot be read.",
        ),
        ("two", "httpsig.tag_ambiguous", request.twice(), "Two signatures."),
        (
            "wit-expired",
            "wit.expired",
            request.wit_claims(|claims| claims.set("exp", NOW - 31)),
            "A WIT that has expired is answered as a bad signature is.",
        ),
        ("wit-forged", "wit.signature", request.issued_by(OTHER_ISSUER_ES256), "A WIT by another issuer."),
        (
            "wit-untrusted",
            "wit.trust_domain_unknown",
            request.wit_claims(|claims| claims.string("sub", "wimse://unknown.example/billing")),
            "A WIT that nobody here vouches for.",
        ),
    ];
    let mut vectors = Vec::new();
    for (end, cause, signed, comment) in rows {
        let vector = answer(&format!("sig-told-{end}"), &signed, INVALID, comment)?;
        vectors.push(invalid(vector.output("cause", cause)));
    }
    // Some look for the WIT first, some for what is covered.
    let bare = request.then(|message| message.remove("Workload-Identity-Token"));
    vectors.push(invalid(answer("sig-told-wit-missing", &bare, INVALID, "No WIT.")?));
    let replayed = answer("sig-told-replayed", request, INVALID, "A nonce that was used before.")?;
    vectors.push(invalid(replayed.config("sent_before", true).output("cause", "httpsig.replayed")));
    Ok(vectors)
}

/// SIG8-3.6-1.
fn invalid(vector: Vector) -> Vector {
    let body = r#"{"type":"https://iana.org/assignments/http-problem-types#wimse-signature-invalid","title":"Signature Invalid","status":400}"#;
    problem(vector, 400, "wimse-signature-invalid", body).output("accept_signature", Value::Null)
}

/// Decision 3: a request with nothing to verify is told what to present.
fn unsigned(request: &Signed) -> Cases {
    let rules = &["SIG-3.6-1", "SIG-3.5-12", "SIG-3.5-13", "SIG-3.5-9", "WIT-5.2-1"];
    let bare = request.then(|message| {
        for name in ["Signature", "Signature-Input", "Workload-Identity-Token"] {
            message.remove(name);
        }
    });
    let rows = [
        ("sig-told-unsigned", bare, "Nothing is presented: what is wanted is said."),
        ("sig-told-other-tag", request.string("tag", "other"), "A signature of another profile."),
    ];
    let rows = rows.into_iter().map(|(id, signed, comment)| {
        let vector = answer(id, &signed, rules, comment)?;
        let wanted = json!({
            "components": [
                "\"@method\"", "\"@path\"", "\"@query\"", "\"authorization\"", "\"content-digest\"", "\"content-type\"",
                "\"txn-token\"", "\"workload-identity-token\""
            ],
            "parameters": {"created": true, "expires": true, "tag": TAG}
        });
        Ok(vector
            .output("cause", "httpsig.unsigned")
            .output("status", 400)
            .output("accept_signature", wanted))
    });
    rows.collect()
}

/// SIG-3.5-2: never a successful unsigned response.
fn cannot_sign(request: &Signed) -> Cases {
    let demanding = request.demanding();
    let unsupported = |id, signed: &Signed, comment| {
        let vector = answer(id, signed, &["SIG-3.5-2", "SIG-3.5-3", "SIG-3.6-2", "SIG8-3.6-3"], comment)?;
        let body = r#"{"type":"https://iana.org/assignments/http-problem-types#wimse-signed-response-unsupported","title":"Signed Response Unsupported","status":501}"#;
        let vector = problem(vector, 501, "wimse-signed-response-unsupported", body);
        Ok::<_, Box<dyn Error>>(
            vector
                .config("response_signing", "unsupported")
                .output("cause", "httpsig.signed_response_unsupported"),
        )
    };
    let unavailable = |id, signed: &Signed, comment| {
        let vector = answer(id, signed, &["SIG-3.5-2", "SIG-3.5-3", "SIG-3.6-2", "SIG8-3.6-4"], comment)?;
        let body = r#"{"type":"https://iana.org/assignments/http-problem-types#wimse-signed-response-unavailable","title":"Signed Response Unavailable","status":400}"#;
        let vector = problem(vector, 400, "wimse-signed-response-unavailable", body);
        Ok::<_, Box<dyn Error>>(vector.config("cannot_sign", true).output("cause", Value::Null))
    };
    let forged = answer(
        "sig-told-unsupported-forged",
        &demanding.signature(flipped),
        INVALID,
        "What a server can is told to those who are known.",
    )?;
    Ok(vec![
        unsupported("sig-told-unsupported", &demanding, "A server that signs no responses.")?,
        unavailable("sig-told-unavailable", &demanding, "A server that cannot sign this response.")?,
        unavailable(
            "sig-told-unavailable-by-policy",
            request,
            "A server that must sign by its own policy, and cannot.",
        )?
        .config("response_signing", "always"),
        invalid(forged.config("response_signing", "unsupported").output("cause", "httpsig.signature")),
    ])
}

/// It is not the fault of the sender.
fn store_down(request: &Signed) -> Result<Vector, Box<dyn Error>> {
    let vector =
        answer("sig-told-store-down", request, &["SIG-3-36"], "A memory of nonces that does not answer.")?;
    Ok(vector
        .config("replay_store", "unavailable")
        .output("cause", "replay.unavailable")
        .output("status", 503)
        .output("type", "about:blank"))
}

fn problem(vector: Vector, status: u16, kind: &str, body: &str) -> Vector {
    vector
        .output("status", status)
        .output("type", format!("https://iana.org/assignments/http-problem-types#{kind}"))
        .output("headers", json!({"cache-control": "no-store", "content-type": "application/problem+json"}))
        .output("body", body)
}

fn answer(id: &str, signed: &Signed, requirements: &[&str], comment: &str) -> Result<Vector, Box<dyn Error>> {
    let mut vector = signed.accepted(id, requirements, comment)?;
    vector.operation = "profile.answer".to_owned();
    vector.expect = Expectation::Accept { outputs: Map::new() };
    Ok(vector)
}

const INVALID: &[&str] = &["SIG-3.6-1", "SIG8-3.6-1", "SIG8-3.6-2", "WIT-5.2-1"];

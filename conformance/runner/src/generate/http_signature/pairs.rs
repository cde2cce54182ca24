//! Requests and their responses, in the order in which a client and a server see them.

use std::error::Error;

use serde_json::{Value, json};

use super::{
    super::{
        Cases,
        tokens::{ISSUER_ES256, NEXT_ISSUER_ES256, ORIGIN, base64url, domain},
    },
    cases::both,
    signed::Signed,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    both(|request| Ok([exchanges(request)?, scopes(request)?, rotated(request)?].concat()))
}

fn step(signed: &Signed, requirements: &[&str]) -> Result<Vector, Box<dyn Error>> {
    signed.accepted("", requirements, "")
}

fn numbered(signed: &Signed, number: u8) -> Signed {
    signed.string("nonce", &nonce(number))
}

fn nonce(number: u8) -> String {
    base64url([number; 16])
}

/// A client with two requests under way: each response belongs to one of them.
fn exchanges(request: &Signed) -> Cases {
    let (one, two) = (numbered(request, 1).demanding(), numbered(request, 2).demanding());
    let of = |request: &Signed, number: u8| step(&numbered(&request.response(), number), PAIR);
    let (first, second) = (of(&one, 3)?, of(&two, 4)?);
    let twin = Vector::sequence(
        "sig-pair",
        "Two requests, and to each its response.",
        &[first.clone(), second.clone()],
    );
    let twin = twin.output("nonce", nonce(4));
    // What the client waits for is its configuration.
    let sent = second.config.get("sent").cloned().unwrap_or_default();
    let unsigned = numbered(&two.response(), 4).without_field("Signature").without_field("Signature-Input");
    let rows: [(&str, &[&str], Vector, &str, &str); 4] = [
        (
            "swapped",
            &["httpsig.req_nonce_mismatch"],
            of(&one, 4)?.config("sent", sent.clone()),
            "the response to the other request",
            "Responses that are exchanged on the way answer questions that nobody asked.",
        ),
        (
            "again",
            &["httpsig.req_nonce_mismatch", "httpsig.replayed"],
            first.clone().config("sent", sent),
            "the first response again",
            "An old answer to a new question.",
        ),
        (
            "nonce-again",
            &["httpsig.replayed"],
            of(&two, 3)?,
            "the nonce of the first response",
            "Each response has a nonce of its own.",
        ),
        (
            "unsigned",
            &["httpsig.response_unsigned"],
            step(&unsigned, PAIR)?,
            "the signature is taken away",
            "One signed response is no reason to believe the next, which is not signed.",
        ),
    ];
    let mut vectors = vec![twin.clone()];
    for (end, codes, last, differs, comment) in rows {
        let refused = twin.refused(&format!("sig-pair-{end}"), codes, differs, comment);
        let refused = match end {
            "nonce-again" => refused.requires(SCOPES),
            "unsigned" => refused.requires(&["SIG-3.5-4", "SIG-3.3-1"]),
            _ => refused,
        };
        vectors.push(refused.steps(&[first.clone(), last]));
    }
    Ok(vectors)
}

/// A workload that is server and client: what it received as the one says nothing about the other.
fn scopes(request: &Signed) -> Cases {
    let asked = |number: u8| step(&numbered(request, number), SCOPES);
    let answered = |number: u8| step(&numbered(&numbered(request, 2).response(), number), SCOPES);
    let requests = Vector::sequence(
        "sig-pair-scopes",
        "A request, a response with the same nonce, and another request.",
        &[asked(1)?, answered(1)?, asked(2)?],
    );
    let requests = requests.output("nonce", nonce(2));
    let responses = Vector::sequence(
        "sig-pair-scopes-response",
        "A response, a request with the same nonce, and another response.",
        &[answered(1)?, asked(1)?, answered(5)?],
    );
    let responses = responses.output("nonce", nonce(5));
    let request_again = requests.refused(
        "sig-pair-scopes-request-again",
        &["httpsig.replayed"],
        "the first request again",
        "A response in between does not make a request new.",
    );
    let response_again = responses.refused(
        "sig-pair-scopes-response-again",
        &["httpsig.replayed"],
        "the first response again",
        "A request in between does not make a response new.",
    );
    Ok(vec![
        requests,
        request_again.steps(&[asked(1)?, answered(1)?, asked(1)?]),
        responses,
        response_again.steps(&[answered(1)?, asked(1)?, answered(1)?]),
    ])
}

/// The issuer of the caller rotates its key between two requests.
fn rotated(request: &Signed) -> Cases {
    let (old, next) = (ISSUER_ES256.public_jwk(), NEXT_ISSUER_ES256.public_jwk());
    let shown = |number: u8, origin: &str, keys: &[Value]| {
        let case = step(&numbered(request, number), ROTATION)?;
        Ok::<_, Box<dyn Error>>(case.config("anchors", json!([domain(origin, keys)])))
    };
    let both = [old.clone(), next.clone()];
    let first = shown(1, ORIGIN, &both)?;
    let twin = Vector::sequence(
        "sig-pair-rotation",
        "Two requests under one WIT, while its issuer has two keys.",
        &[first.clone(), shown(2, ORIGIN, &both)?],
    );
    let twin = twin.output("nonce", nonce(2));
    let mut reused = next.clone();
    reused["kid"] = old["kid"].clone();
    let rows = [
        (
            "removed",
            "wit.kid_unknown",
            shown(2, ORIGIN, &[next])?,
            "the key of the WIT is removed",
            "A WIT that was validated once is validated again.",
        ),
        (
            "kid-reused",
            "wit.signature",
            shown(2, ORIGIN, &[reused])?,
            "its kid names another key now",
            "Whoever remembers keys by kid accepts what is not trusted any more.",
        ),
        (
            "domain-removed",
            "wit.trust_domain_unknown",
            shown(2, "wimse://other.example", &both)?,
            "the trust domain is removed",
            "A domain that is not trusted any more.",
        ),
    ];
    let mut vectors = vec![twin.clone()];
    for (end, code, last, differs, comment) in rows {
        let refused = twin.refused(&format!("sig-pair-rotation-{end}"), &[code], differs, comment);
        vectors.push(refused.steps(&[first.clone(), last]));
    }
    Ok(vectors)
}

const PAIR: &[&str] = &["SIG-3-27", "SIG-3.4-1", "SIG-3.4-2", "SIG-3.5-7", "SIG-3.5-8"];
const SCOPES: &[&str] = &["SIG-3-37", "SIG-5.1-6", "SIG-6.4-1"];
const ROTATION: &[&str] = &["SIG-3-38", "WIT-3-1", "WIT-5.1.4-8"];

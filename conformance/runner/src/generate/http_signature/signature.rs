//! The signature itself: by the key of the WIT, with its algorithm, over this message.

use std::error::Error;

use super::{
    super::{
        Cases,
        tokens::{ISSUER_ES256, OTHER_WORKLOAD_ED25519, WORKLOAD_ED25519, WORKLOAD_ES256},
    },
    cases::{Codes, Refused, both, reconfigured, refuse},
    selection::flipped,
    signed::Signed,
};
use serde_json::json;

pub(super) fn vectors() -> Cases {
    let mut vectors = both(|request| {
        let mut vectors = of("sig-signature", request, changed_requests(request))?;
        let response = request.response();
        vectors.extend(of("sig-response-signature", &response, changed_responses(&response))?);
        vectors.extend(policy(request)?);
        Ok(vectors)
    })?;
    let eddsa = Signed::eddsa();
    let twin = eddsa.accepted("sig-signature-eddsa", LOCAL, "The older name of Ed25519.")?;
    vectors.push(twin.clone());
    vectors.push(reconfigured(
        &twin,
        (
            "sig-signature-eddsa-refused",
            POLICY,
            "a recipient that does not take the older name",
            "Local policy decides on algorithms.",
        ),
        ("refuse_eddsa_name", json!(true)),
    ));
    vectors.extend(of_ecdsa()?);
    Ok(vectors)
}

fn of(id: &str, signed: &Signed, changed: Vec<Refused<String>>) -> Cases {
    let rules = if signed.algorithm == "ES256" { RULES } else { &["SIG-3.1-3"] };
    let twin = signed.accepted(id, rules, "Signed by the key of the WIT.")?;
    let [same_kind, other_kind] = match signed.algorithm {
        "ES256" => [ISSUER_ES256, WORKLOAD_ED25519],
        _ => [OTHER_WORKLOAD_ED25519, WORKLOAD_ES256],
    };
    // The key of the server is the other one.
    let same_kind =
        if signed.request.is_some() && signed.algorithm != "ES256" { WORKLOAD_ED25519 } else { same_kind };
    let row = |end: &str, codes: Codes, signed: Signed, differs, comment| {
        (format!("{id}-{end}"), codes, signed, differs, comment)
    };
    let rows = vec![
        row(
            "other-key",
            FORGED,
            signed.signed_by(same_kind),
            "another key",
            "Whoever has seen a WIT signs with their own key.",
        ),
        row(
            "other-kind",
            FORGED,
            signed.signed_by(other_kind),
            "a key of another algorithm",
            "The algorithm is that of the WIT.",
        ),
        row("flipped", FORGED, signed.signature(flipped), "one bit of the signature", "A damaged signature."),
        row(
            "short",
            LENGTH,
            signed.signature(|bytes| bytes[..63].to_vec()),
            "63 bytes",
            "A signature has a length.",
        ),
        row(
            "long",
            LENGTH,
            signed.signature(|bytes| [&bytes[..], &[0]].concat()),
            "65 bytes",
            "A signature has a length.",
        ),
        row("empty", LENGTH, signed.signature(|_| Vec::new()), "no bytes at all", "Nothing is no signature."),
        row(
            "zero",
            FORGED,
            signed.signature(|_| vec![0; 64]),
            "64 zeros",
            "Numbers out of range must not verify.",
        ),
        row(
            "parameter-changed",
            FORGED,
            signed.then(|message| replace(message, "Signature-Input", ";created=18", ";x;created=18")),
            "a parameter was added after signing",
            "The parameters are signed.",
        ),
        row(
            "order-changed",
            FORGED,
            signed.then(|message| {
                replace(
                    message,
                    "Signature-Input",
                    "\"content-type\" \"content-digest\"",
                    "\"content-digest\" \"content-type\"",
                );
            }),
            "two components changed places after signing",
            "The order is signed.",
        ),
    ];
    Ok([vec![twin.clone()], refuse(&twin, rows)?, refuse(&twin, changed)?].concat())
}

fn replace(message: &mut super::wire::Wire, field: &str, from: &str, to: &str) {
    let value = message.field(field).replace(from, to);
    message.set(field, &value);
}

/// What somebody on the way could try.
fn changed_requests(request: &Signed) -> Vec<Refused<String>> {
    let row = |end: &str, change: fn(&mut super::wire::Wire), differs, comment| {
        (format!("sig-signature-changed-{end}"), FORGED, request.then(change), differs, comment)
    };
    vec![
        row(
            "method",
            |message| message.start = message.start.replace("POST", "PUT"),
            "another method",
            ON_THE_WAY,
        ),
        row(
            "query",
            |message| message.start = message.start.replace("draft=1", "draft=0"),
            "another query",
            ON_THE_WAY,
        ),
        row(
            "no-query",
            |message| message.start = message.start.replace("?draft=1", ""),
            "no query",
            ON_THE_WAY,
        ),
        row(
            "content-type",
            |message| message.set("Content-Type", "text/plain"),
            "another Content-Type",
            ON_THE_WAY,
        ),
        row(
            "content",
            |message| {
                message.content = b"{}".to_vec();
                message.set("Content-Digest", "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:");
            },
            "other content, and its digest",
            "The digest is signed: with the content it cannot be exchanged.",
        ),
    ]
}

fn changed_responses(response: &Signed) -> Vec<Refused<String>> {
    let row = |end: &str, change: fn(&mut super::wire::Wire), differs| {
        (format!("sig-response-signature-changed-{end}"), FORGED, response.then(change), differs, ON_THE_WAY)
    };
    vec![
        row(
            "status",
            |message| message.start = "HTTP/1.1 500 Internal Server Error".to_owned(),
            "another status",
        ),
        row("content-type", |message| message.set("Content-Type", "text/plain"), "another Content-Type"),
    ]
}

/// SIG-3.1-4: which algorithms the recipient takes from that trust domain.
fn policy(request: &Signed) -> Cases {
    let twin = request.accepted("sig-signature-allowed", LOCAL, "An allowed algorithm.")?;
    let twin = twin.config("proof_algorithms", json!([request.algorithm]));
    let other = if request.algorithm == "ES256" { "Ed25519" } else { "ES256" };
    let row = |id, names, differs| {
        let comment = "Keys of a kind that the recipient does not take, whoever vouches for them.";
        reconfigured(&twin, (id, POLICY, differs, comment), ("proof_algorithms", names))
    };
    Ok(vec![
        twin.clone(),
        row("sig-signature-not-allowed", json!([other]), "a recipient that takes another algorithm only"),
        row("sig-signature-none-allowed", json!([]), "a recipient that takes none"),
    ])
}

/// R and S side by side, and not as a sequence of two numbers.
fn of_ecdsa() -> Cases {
    let request = Signed::es256();
    let der: Vec<Refused> = vec![(
        "sig-signature-der",
        LENGTH,
        request.signature(|signature| der(&signature)),
        "the signature as a DER sequence",
        "JOSE has R and S side by side, and nothing else.",
    )];
    let twin = request.accepted("sig-signature-raw", &["SIG-3.1-1", "SIG-3.1-3"], "R and S side by side.")?;
    Ok::<_, Box<dyn Error>>([vec![twin.clone()], refuse(&twin, der)?].concat())
}

/// A DER sequence of two integers.
fn der(signature: &[u8]) -> Vec<u8> {
    let integers = signature.chunks(32).flat_map(|number| [&[2, 33, 0][..], number].concat());
    [vec![0x30, 70], integers.collect()].concat()
}

const ON_THE_WAY: &str = "Somebody on the way changes what is covered.";
const FORGED: &[&str] = &["httpsig.signature"];
const LENGTH: &[&str] = &["httpsig.signature", "httpsig.signature_length"];
const POLICY: &[&str] = &["wit.cnf_alg_not_allowed"];
const LOCAL: &[&str] = &["SIG-3.1-3", "SIG-3.1-4", "WIT-5.1-12"];
const RULES: &[&str] = &["SIG-3.1-1", "SIG-3.1-3"];

//! Signed and unsigned responses: when one may be used.

use std::error::Error;

use serde_json::Map;

use super::{
    super::Cases,
    cases::{Codes, Refused, both, by_code, refuse},
    selection::flipped,
    signed::Signed,
    wire::Wire,
};
use crate::vector::{Expectation, Vector};

pub(super) fn vectors() -> Cases {
    both(|request| {
        let mut vectors = by_code(required(&request.demanding().response())?, |code| match code {
            "httpsig.response_unsigned" => &["SIG-3.5-4", "SIG-3.5-10", "SIG-3.3-1"],
            _ => &["SIG-3.5-7", "SIG-3.1-3"],
        });
        vectors.extend(not_required(&request.response())?);
        vectors.extend(without_content(request)?);
        Ok(vectors)
    })
}

fn unsign(message: &mut Wire) {
    message.remove("Signature");
    message.remove("Signature-Input");
}

/// SIG-3.5-4: the client has demanded a signature.
fn required(response: &Signed) -> Cases {
    let twin = response.accepted(
        "sig-response-required",
        REQUIRED,
        "A signed response was demanded, and is here.",
    )?;
    let twin = twin.output("signed", true);
    let unsigned: Codes = &["httpsig.response_unsigned"];
    let row = |id, codes, change: fn(&mut Wire), differs, comment| {
        (id, codes, response.then(change), differs, comment)
    };
    let rows: [Refused; 6] = [
        row(
            "sig-response-required-unsigned",
            unsigned,
            unsign,
            "no signature",
            "A middlebox takes the signature away.",
        ),
        row(
            "sig-response-required-bare",
            unsigned,
            |message| {
                unsign(message);
                message.remove("Workload-Identity-Token");
            },
            "neither signature nor WIT",
            "A middlebox answers by itself.",
        ),
        row(
            "sig-response-required-error",
            unsigned,
            |message| {
                unsign(message);
                message.start = "HTTP/1.1 400 Bad Request".to_owned();
            },
            "an unsigned error",
            "Whoever can write an error can make a client give up, or ask again for less.",
        ),
        row(
            "sig-response-required-unsupported",
            unsigned,
            |message| {
                unsign(message);
                message.start = "HTTP/1.1 501 Not Implemented".to_owned();
            },
            "an unsigned 501",
            "It can come from a middlebox: the client does not ask again without its demand.",
        ),
        (
            "sig-response-required-other-tag",
            unsigned,
            response.string("tag", "other"),
            "a signature with another tag",
            "A signature for another purpose is not the one that was demanded.",
        ),
        (
            "sig-response-required-forged",
            &["httpsig.signature"],
            response.signature(flipped),
            "a signature that does not verify",
            "A bad signature is no signature.",
        ),
    ];
    let error = response.start("HTTP/1.1 404 Not Found");
    let error =
        error.accepted("sig-response-required-signed-error", REQUIRED, "An error is signed as well.")?;
    Ok([vec![twin.clone(), error], refuse(&twin, rows)?].concat())
}

/// SIG-3.5-5 and SIG-3.5-7: nothing was demanded.
fn not_required(response: &Signed) -> Cases {
    let accepted = |id, response: &Signed, requirements, signed: bool, comment| {
        let vector = response.accepted(id, requirements, comment)?;
        Ok::<_, Box<dyn Error>>(if signed { vector.output("signed", true) } else { unsigned(vector) })
    };
    let mut vectors = vec![
        accepted(
            "sig-response-optional-unsigned",
            &response.then(unsign),
            &["SIG-3.5-1", "SIG-3.5-5"],
            false,
            "An ordinary response: nobody knows who has answered.",
        )?,
        accepted(
            "sig-response-optional-other-tag",
            &response.string("tag", "other"),
            &["SIG-3.5-5", "SIG-3-41"],
            false,
            "A signature of another profile leaves the response unsigned for this one.",
        )?,
    ];
    let twin = accepted(
        "sig-response-optional",
        response,
        &["SIG-3.3-2", "SIG-3.5-6", "SIG-3.5-7"],
        true,
        "The server signs although nobody asked for it.",
    )?;
    let rows: [Refused; 4] = [
        (
            "sig-response-optional-forged",
            &["httpsig.signature"],
            response.signature(flipped),
            "a signature that does not verify",
            "A signature that is there has to be good.",
        ),
        (
            "sig-response-optional-changed",
            &["httpsig.digest_mismatch"],
            response.then(|message| message.content = b"{}".to_vec()),
            "other content",
            "A signature that is there has to be good.",
        ),
        (
            "sig-response-optional-half",
            &["httpsig.input_missing"],
            response.then(|message| message.remove("Signature-Input")),
            "no Signature-Input",
            "Half a signature is a bad one, and not none.",
        ),
        (
            "sig-response-optional-two",
            &["httpsig.tag_ambiguous"],
            response.twice(),
            "two signatures",
            "Which of them counts?",
        ),
    ];
    vectors.push(twin.clone());
    vectors.extend(by_code(refuse(&twin, rows)?, |code| match code {
        "httpsig.signature" => &["SIG-3.5-7", "SIG-3.1-3"],
        "httpsig.digest_mismatch" => &["SIG-3.5-7", "SIG-3-19"],
        "httpsig.tag_ambiguous" => &["SIG-3.5-7", "SIG-3-32"],
        _ => &["SIG-3.5-7", "SIG-3-41"],
    }));
    Ok(vectors)
}

/// Responses that have no content, whatever their fields say.
fn without_content(request: &Signed) -> Cases {
    let head = request.bodiless().start("HEAD /orders?draft=1 HTTP/1.1");
    let to_head =
        head.response().bodiless().field("Content-Type", "application/json").covering("\"content-type\"");
    let of_nothing = to_head.field("Content-Digest", "{digest}").covering("\"content-digest\"");
    let twin = of_nothing.accepted(
        "sig-response-head",
        CONTENT,
        "The response to HEAD has no content: its digest is that of nothing.",
    )?;
    let of_other = (
        "sig-response-head-of-other",
        &["httpsig.digest_mismatch"][..],
        of_nothing.field("Content-Digest", "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:"),
        "the digest of what GET would get",
        "The digest is of the content that is there.",
    );
    let no_content = request.response().bodiless().start("HTTP/1.1 204 No Content");
    let empty = no_content.accepted("sig-response-204", CONTENT, "204 has no content, and no digest.")?;
    let with_content = (
        "sig-response-204-content",
        &["httpsig.digest_missing"][..],
        no_content.then(|message| message.content = b"{}".to_vec()),
        "content after all",
        "Content that no signature covers.",
    );
    Ok([
        vec![
            twin.clone(),
            to_head.accepted(
                "sig-response-head-no-digest",
                CONTENT,
                "The response to HEAD, without a digest.",
            )?,
            empty.clone(),
            request.response().bodiless().start("HTTP/1.1 304 Not Modified").accepted(
                "sig-response-304",
                CONTENT,
                "304 has no content, and no digest.",
            )?,
        ],
        refuse(&twin, [of_other])?,
        refuse(&empty, [with_content])?,
    ]
    .concat())
}

/// Accepted, and nobody knows who has answered.
fn unsigned(mut vector: Vector) -> Vector {
    vector.expect = Expectation::Accept { outputs: Map::new() };
    vector.output("signed", false)
}

const REQUIRED: &[&str] = &["SIG-3.5-4", "SIG-3.5-7", "SIG-3.5-10", "SIG-3.3-1"];
const CONTENT: &[&str] = &["SIG-3-14", "SIG-3-17", "SIG-3-18", "SIG-3-19"];

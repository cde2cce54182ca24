//! Local policy of servers: whether responses are signed, and how long a nonce is.

use serde_json::{Value, json};

use super::{
    super::Cases,
    cases::{Codes, both, by_code, reconfigured, refuse},
    selection::flipped,
    signed::Signed,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    both(|request| {
        let mut vectors = by_code(response_signing(request)?, |code| match code {
            "httpsig.signed_response_unsupported" => &["SIG-3.5-2", "SIG-3.5-10", "SIG8-3.6-3"],
            _ => &["SIG-3.1-3"],
        });
        vectors.extend(nonces(request)?);
        Ok(vectors)
    })
}

/// SIG-3.5-2: a request that demands what is not to be had is refused, once everything else about it is known to be good.
fn response_signing(request: &Signed) -> Cases {
    let demanding = request.demanding();
    let signing = |id, signed: &Signed, requirements, policy: &str, required: bool, comment| {
        let vector = signed.accepted(id, requirements, comment)?;
        Ok::<_, Box<dyn std::error::Error>>(
            vector.config("response_signing", policy).output("response_required", required),
        )
    };
    let preferring = request.line("Accept-Signature", WISH);
    let both_said = demanding.line("Accept-Signature", WISH);
    let not_demanding = request.parameter("wimse-sign-response", "=?0");
    let authoritative: &[&str] = &["SIG-3.5-9", "SIG-3.5-10"];
    let twin = signing(
        "sig-policy-when-required",
        &demanding,
        &["SIG-3.5-2", "SIG-3.5-10", "SIG-3-26"],
        "when_required",
        true,
        "The request demands a signed response.",
    )?;
    let unsupported: Codes = &["httpsig.signed_response_unsupported"];
    let mut vectors = vec![
        twin.clone(),
        reconfigured(
            &twin,
            (
                "sig-policy-unsupported",
                unsupported,
                "a server that signs no responses",
                "An unsigned success would look as if the demand had been met.",
            ),
            ("response_signing", json!("unsupported")),
        ),
        signing(
            "sig-policy-always",
            request,
            &["SIG-3.5-2", "SIG-3.5-6"],
            "always",
            true,
            "Local policy requires it.",
        )?,
        signing(
            "sig-policy-false",
            &not_demanding,
            &["SIG-3-26"],
            "when_required",
            false,
            "False demands nothing.",
        )?,
        signing(
            "sig-policy-accept",
            &preferring,
            authoritative,
            "when_required",
            false,
            "A wish is no demand.",
        )?,
    ];
    let optional = signing(
        "sig-policy-unsupported-accept",
        &preferring,
        &["SIG-3.5-9", "SIG-3.5-10", "SIG-3.5-2"],
        "unsupported",
        false,
        "A wish that is not met is no reason to refuse.",
    )?;
    let forged: Codes = &["httpsig.signature"];
    let rows = [
        (
            "sig-policy-unsupported-demand",
            unsupported,
            demanding.clone(),
            "a demand",
            "Only the parameter demands.",
        ),
        (
            "sig-policy-unsupported-both",
            unsupported,
            both_said,
            "a demand beside the wish",
            "The demand counts.",
        ),
        (
            "sig-policy-unsupported-forged",
            forged,
            demanding.signature(flipped),
            "a demand that is forged",
            "What a server can is told to those who are known.",
        ),
    ];
    vectors.push(optional.clone());
    vectors.extend(refuse(&optional, rows)?);
    Ok(vectors)
}

/// Decision 24: no length is demanded by default, since the examples of the draft are short.
fn nonces(request: &Signed) -> Cases {
    let lengths = |id, nonce: &str, comment| {
        let vector = request.string("nonce", nonce).accepted(id, RANDOM, comment)?;
        Ok::<_, Box<dyn std::error::Error>>(vector.output("nonce", nonce))
    };
    let demanding = |id, nonce: &str, characters: u64, comment| {
        let vector: Vector = lengths(id, nonce, comment)?;
        Ok::<_, Box<dyn std::error::Error>>(vector.config("min_nonce_chars", Value::from(characters)))
    };
    let twin = demanding("sig-policy-nonce-96-bits", "AAECAwQFBgcICQoL", 16, "As long as is recommended.")?;
    let short: Codes = &["httpsig.nonce_too_short"];
    let row =
        |id, nonce: &str, differs, comment| (id, short, request.string("nonce", nonce), differs, comment);
    let rows = [
        row(
            "sig-policy-nonce-shorter",
            "AAECAwQFBgcICQo",
            "one character less",
            "The recipient demands more.",
        ),
        row("sig-policy-nonce-example", "abcd1111", "a nonce of the examples", "The recipient demands more."),
        row("sig-policy-nonce-counter", "7", "a counter", "A nonce that can be guessed."),
    ];
    Ok([
        vec![
            lengths(
                "sig-policy-nonce-short",
                "abcd1111",
                "A short nonce, as in the examples, is not refused by default.",
            )?,
            lengths("sig-policy-nonce-any", "not base64: {any} text!", "Any String is a nonce.")?,
            demanding("sig-policy-nonce-64-bits", "AAECAwQFBgc", 11, "As long as senders owe.")?,
            twin.clone(),
        ],
        refuse(&twin, rows)?,
    ]
    .concat())
}

const WISH: &str =
    "sig1=(\"@status\" \"workload-identity-token\");created;tag=\"wimse-workload-to-workload\"";
const RANDOM: &[&str] = &["SIG-3-23", "SIG-3-35", "SIG8-3-4", "SIG8-3-5"];

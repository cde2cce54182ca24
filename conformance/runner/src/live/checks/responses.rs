//! Signed responses.

use std::collections::BTreeSet;

use wimse::httpsig::message::ParameterValue;
use wimse::httpsig::profile::{TAG, WIMSE_REQ_NONCE, WIMSE_SIGN_RESPONSE};

use super::{Change, Check, Probe, accepted, answers::said};
use crate::live::{Binding, draft::Draft, exchanged::Exchanged, token::SignedBy, wire::Message};

pub(super) fn checks() -> Vec<Check> {
    let good = accepted(Binding::Httpsig, "good", &[], "", |_| ());
    let ask = |id: &str, ids: &[&str], comment: &str, change: Change, judge| {
        good.asked(&format!("response-{id}"), ids, comment, Probe::Signed(change, judge))
    };
    let plain: Change = |_| ();
    let false_parameter: Change = |draft| {
        draft.sign(|signature| signature.set(WIMSE_SIGN_RESPONSE, ParameterValue::Boolean(false)));
    };
    let mut refused = good.asked(
        "response-refusal",
        &["SIG-3-39", "SIG-3.5-3"],
        "A bad request is refused, although it demands a signed response.",
        Probe::Answered(bad_and_demanding, |_| (), is_refusal),
    );
    refused.vector.importance = crate::vector::Importance::Critical;
    vec![
        good.asked(
            "response-required",
            &["SIG-3.5-2", "SIG-3.5-3", "SIG-3.5-10", "SIG-3.6-2"],
            "Who demands a signed response gets one, or a refusal.",
            Probe::SignedOrRefused,
        ),
        good.asked(
            "response-not-required",
            &["SIG-3.3-2", "SIG-3.5-10"],
            "wimse-sign-response may be false.",
            Probe::Answered(false_parameter, |_| (), is_accepted),
        ),
        refused,
        ask(
            "verified",
            &["SIG-3.5-1", "SIG-3-38", "SIG-3-15"],
            "The response verifies, by the WIT of the server.",
            plain,
            |exchanged| exchanged.verify(),
        ),
        ask(
            "verified-post",
            &["SIG-3-12", "SIG-3-14"],
            "The response to a POST with a query verifies.",
            |draft| {
                draft.post();
                draft.target.push_str("?page=2");
            },
            |exchanged| exchanged.verify(),
        ),
        ask(
            "coverage",
            &["SIG-3-9", "SIG-3-10", "SIG-3-11", "SIG-3-12", "SIG-3-13", "SIG-3-14", "SIG-3-15"],
            "The signature covers status and WIT, method and target of the request, and the fields of the content.",
            plain,
            covers_enough,
        ),
        ask("digest", &["SIG-3-17"], "A response with content has its digest.", plain, has_digest),
        ask(
            "parameters",
            &["SIG-3-20", "SIG-3-21", "SIG-3-23", "SIG-3-24"],
            "created, expires, nonce and tag are there.",
            plain,
            |exchanged| {
                for name in ["created", "expires", "nonce", "tag"] {
                    exchanged.parameter(name).map(drop)?;
                }
                match exchanged.parameter("tag")? {
                    ParameterValue::String(tag) if tag == TAG => Ok(()),
                    other => Err(format!("tag is {other:?}")),
                }
            },
        ),
        ask(
            "lifetime",
            &["SIG-3-22", "SIG-5.1-4"],
            "The signature is good for minutes.",
            plain,
            |exchanged| match (exchanged.parameter("created")?, exchanged.parameter("expires")?) {
                (ParameterValue::Integer(created), ParameterValue::Integer(expires)) => {
                    let seconds = expires - created;
                    if (1..=600).contains(&seconds) {
                        Ok(())
                    } else {
                        Err(format!("it is good for {seconds} seconds"))
                    }
                }
                other => Err(format!("created and expires are {other:?}")),
            },
        ),
        ask(
            "no-keyid",
            &["SIG-3-28", "SIG-3-29", "SIG-3.1-2"],
            "keyid and alg are not there.",
            plain,
            |exchanged| {
                let there = ["keyid", "alg"].into_iter().find(|name| exchanged.parameter(name).is_ok());
                there.map_or(Ok(()), |name| Err(format!("{name} is there")))
            },
        ),
        ask(
            "request-nonce",
            &["SIG-3-27", "SIG-3.4-1", "SIG-3.4-2"],
            "wimse-req-nonce is the nonce of the request.",
            plain,
            |exchanged| match exchanged.parameter(WIMSE_REQ_NONCE)? {
                ParameterValue::String(nonce) if nonce == exchanged.nonce() => Ok(()),
                other => Err(format!(
                    "the nonce of the request is {:?}, wimse-req-nonce is {other:?}",
                    exchanged.nonce()
                )),
            },
        ),
        ask(
            "nonce",
            &["SIG-3-35", "SIG8-3-4"],
            "The nonce is of the response, and long enough.",
            plain,
            |exchanged| {
                match exchanged.parameter("nonce")? {
                    ParameterValue::String(nonce) if nonce == exchanged.nonce() => {
                        Err("it is the nonce of the request".to_owned())
                    }
                    // 64 bits are eleven characters of base64.
                    ParameterValue::String(nonce) if nonce.len() >= 11 => Ok(()),
                    other => Err(format!("nonce is {other:?}")),
                }
            },
        ),
        ask(
            "one-signature",
            &["SIG-3-31", "SIG-3-32"],
            "There is one WIMSE signature.",
            plain,
            |exchanged| exchanged.input().map(drop),
        ),
        ask(
            "weaker-wish",
            &["SIG-3.5-13", "SIG-3.5-10"],
            "Accept-Signature does not weaken what is covered.",
            |draft| draft.fields.push(("Accept-Signature", format!("sig1=(\"@status\");tag=\"{TAG}\""))),
            covers_enough,
        ),
    ]
}

fn bad_and_demanding(draft: &mut Draft<'_>) {
    draft.sign(|signature| {
        signature.set(WIMSE_SIGN_RESPONSE, ParameterValue::Boolean(true));
        signature.signed_by = SignedBy::Other;
    });
}

fn is_refusal(answer: &Message) -> Result<(), String> {
    match answer.status() {
        Some(status) if status.is_client_error() => Ok(()),
        status => Err(format!("expected a refusal, found {}", said(status))),
    }
}

fn is_accepted(answer: &Message) -> Result<(), String> {
    match answer.status() {
        Some(status) if status.is_success() => Ok(()),
        status => Err(format!("expected acceptance, found {}", said(status))),
    }
}

fn covers_enough(exchanged: &Exchanged<'_>) -> Result<(), String> {
    let input = exchanged.input()?;
    let has = |name: &str| exchanged.response.field(name).is_some();
    let mut plain: BTreeSet<&str> = BTreeSet::from(["@status", "workload-identity-token"]);
    plain.extend(["content-type", "content-digest"].into_iter().filter(|name| has(name)));
    let missing = plain.into_iter().find(|name| !input.components().any(|found| found.is_plain(name)));
    let of_request = ["@method", "@path", "@query"];
    let missing_of_request =
        of_request.into_iter().find(|name| !input.components().any(|found| found.is_req(name)));
    match (missing, missing_of_request) {
        (None, None) => Ok(()),
        (Some(name), _) => Err(format!("{name} is not covered")),
        (None, Some(name)) => Err(format!("\"{name}\";req is not covered")),
    }
}

fn has_digest(exchanged: &Exchanged<'_>) -> Result<(), String> {
    match exchanged.response.content.is_empty() || exchanged.response.field("content-digest").is_some() {
        true => Ok(()),
        false => Err("there is content, and no Content-Digest".to_owned()),
    }
}

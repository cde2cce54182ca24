//! How refusals are told.

use http::{HeaderMap, StatusCode};
use wimse::httpsig::message::{ACCEPT_SIGNATURE, AcceptSignature, Fields};
use wimse::httpsig::problem;

use super::{Check, Probe, accepted};
use crate::live::{
    Binding,
    draft::{Draft, Proof},
    token::SignedBy,
    wire::Message,
};

pub(super) fn checks(binding: Binding) -> Vec<Check> {
    let good = accepted(binding, "good", &[], "", |_| ());
    match binding {
        Binding::Wpt => wpt(&good),
        Binding::Httpsig => signature(&good),
        // Handshakes tell no more than an alert.
        Binding::Mtls => Vec::new(),
    }
}

fn wpt(good: &Check) -> Vec<Check> {
    let ask =
        |id: &str, requirement: &str, comment: &str, probe| good.asked(id, &[requirement], comment, probe);
    vec![
        ask(
            "status",
            "WPT-2.1-1",
            "A bad proof is answered with 401.",
            Probe::Answered(other_key, |_| (), is_401),
        )
        .recommended(),
        ask(
            "status-absent",
            "WPT-2.1-1",
            "No proof is answered with 401.",
            Probe::Answered(no_proof, |_| (), is_401),
        )
        .recommended(),
        ask(
            "challenge",
            "WPT-2.1-2",
            "401 comes with a challenge of the scheme WPT.",
            Probe::Answered(other_key, |_| (), challenges),
        ),
        ask(
            "challenge-absent",
            "WPT-2.1-2",
            "401 comes with a challenge of the scheme WPT.",
            Probe::Answered(no_proof, |_| (), challenges),
        ),
    ]
}

fn signature(good: &Check) -> Vec<Check> {
    let ask = |id: &str, ids: &[&str], comment: &str, probe| good.asked(id, ids, comment, probe);
    let ids = ["SIG-3.6-1", "SIG8-3.6-1"];
    vec![
        ask(
            "status",
            &ids,
            "A bad signature is answered with 400 and its problem type.",
            Probe::Answered(other_key, |_| (), is_400),
        ),
        ask(
            "status-wit",
            &["SIG8-3.6-1", "WIT-5.2-1"],
            "A bad WIT is answered with 400 and the same problem type.",
            Probe::Answered(other_issuer, |_| (), is_400),
        ),
        ask(
            "challenge",
            &["SIG-3.5-12", "SIG-3.5-13"],
            "Where an unsigned request is told what to sign, it is no less than the profile.",
            Probe::Answered(no_proof, |_| (), asks_for_enough),
        ),
    ]
}

fn other_key(draft: &mut Draft<'_>) {
    match &mut draft.proof {
        Proof::Wpt(token) => token.signed_by = SignedBy::Other,
        Proof::Signature(signature) => signature.signed_by = SignedBy::Other,
        Proof::None => (),
    }
}

fn other_issuer(draft: &mut Draft<'_>) {
    draft.wit.signed_by = SignedBy::OtherIssuer;
}

fn no_proof(draft: &mut Draft<'_>) {
    draft.proof = Proof::None;
}

fn is_401(answer: &Message) -> Result<(), String> {
    match answer.status() {
        Some(StatusCode::UNAUTHORIZED) => Ok(()),
        status => Err(format!("expected 401, found {}", said(status))),
    }
}

fn challenges(answer: &Message) -> Result<(), String> {
    if answer.status() != Some(StatusCode::UNAUTHORIZED) {
        // Another status needs none.
        return match answer.status() {
            Some(status) if status.is_client_error() => Ok(()),
            status => Err(format!("expected a refusal, found {}", said(status))),
        };
    }
    let lines = answer.fields.iter().filter(|(name, _)| name.eq_ignore_ascii_case("www-authenticate"));
    let schemes: Vec<String> = lines.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).collect();
    let is_wpt = |line: &String| {
        let scheme = |challenge: &str| {
            challenge.trim().split(' ').next().is_some_and(|word| word.eq_ignore_ascii_case("WPT"))
        };
        line.split(',').any(scheme)
    };
    match schemes.iter().any(is_wpt) {
        true => Ok(()),
        false => Err(format!("no challenge of the scheme WPT in WWW-Authenticate: {schemes:?}")),
    }
}

fn is_400(answer: &Message) -> Result<(), String> {
    if answer.status() != Some(StatusCode::BAD_REQUEST) {
        return Err(format!("expected 400, found {}", said(answer.status())));
    }
    let problem: serde_json::Value = serde_json::from_slice(&answer.content).unwrap_or_default();
    match problem.get("type").and_then(serde_json::Value::as_str) {
        Some(problem::SIGNATURE_INVALID) => Ok(()),
        other => Err(format!("expected the problem type {}, found {other:?}", problem::SIGNATURE_INVALID)),
    }
}

fn asks_for_enough(answer: &Message) -> Result<(), String> {
    if !answer.status().is_some_and(|status| status.is_client_error()) {
        return Err(format!("expected a refusal, found {}", said(answer.status())));
    }
    let headers: HeaderMap = answer.headers().ok_or("a field of the answer is malformed")?;
    if !headers.contains_key(ACCEPT_SIGNATURE) {
        return Ok(());
    }
    let wanted = AcceptSignature::parse(Fields::from(&headers))
        .map_err(|error| format!("Accept-Signature: {error}"))?;
    let wanted = wanted.ok_or("Accept-Signature is empty")?;
    for input in wanted.requests() {
        for component in ["@method", "@path", "@query", "workload-identity-token"] {
            if !input.components().any(|found| found.is_plain(component)) {
                return Err(format!("Accept-Signature does not ask for {component}"));
            }
        }
    }
    Ok(())
}

/// A status for people.
pub(super) fn said(status: Option<StatusCode>) -> String {
    status.map_or_else(|| "no status".to_owned(), |status| status.as_u16().to_string())
}

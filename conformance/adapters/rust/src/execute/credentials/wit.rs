//! Tokens that arrive.

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use wimse::creds::{UnixTime, Verified, WitVerifier, WorkloadIdentityToken, explain::Explanation, wit_field};

use super::{InvalidCase, Outcome, Step, done, refuse, setup, text};
use crate::{Bytes, Case};

/// Accepted when the token is valid now under the configured anchors and policy.
pub(super) fn verify(case: &Case) -> Result<Outcome, InvalidCase> {
    let token = case.input_fields().bytes("token")?;
    let (verifier, now) = verifier(case)?;
    done(text(&token, "wit.base64").and_then(|token| verified(&verifier, token, now)))
}

/// Every rule for the token.
pub(super) fn explain(case: &Case) -> Result<Option<Explanation>, InvalidCase> {
    let token = case.input_fields().bytes("token")?;
    let (verifier, now) = verifier(case)?;
    Ok(text(&token, "wit.base64").ok().map(|token| verifier.explain(token, now)))
}

/// Accepted when the lines of a message have exactly one token, and it is valid.
pub(super) fn field(case: &Case) -> Result<Outcome, InvalidCase> {
    let (verifier, now) = verifier(case)?;
    done(
        headers(&lines(case)?)
            .and_then(|headers| verified(&verifier, wit_field(&headers).map_err(refuse!())?, now)),
    )
}

/// Every rule for the field and the token in it.
pub(super) fn explain_field(case: &Case) -> Result<Option<Explanation>, InvalidCase> {
    let (verifier, now) = verifier(case)?;
    Ok(headers(&lines(case)?).ok().map(|headers| verifier.explain_field(&headers, now)))
}

fn lines(case: &Case) -> Result<Vec<Vec<u8>>, InvalidCase> {
    let input = case.input_fields();
    let lines: Vec<Bytes> = input.required("lines")?;
    let lines = lines.iter().map(Bytes::decode).collect::<Result<_, _>>();
    lines.map_err(|error| input.invalid("lines", &error))
}

pub(super) fn verifier(case: &Case) -> Result<(WitVerifier, UnixTime), InvalidCase> {
    let config = case.config_fields();
    // Without a cache: each case is judged from scratch.
    Ok((setup::wit_verifier(config)?.with_cache_capacity(0), setup::now(config)?))
}

fn verified(verifier: &WitVerifier, token: &str, now: UnixTime) -> Step<Outcome> {
    let verified = verifier.verify(token, now).map_err(refuse!())?;
    let subject = verified.subject();
    let key = verified.confirmation_key();
    Ok(Outcome::accept([
        ("subject", json!(subject.to_string())),
        ("trust_domain", json!(subject.trust_domain().to_string())),
        ("origin", json!(subject.origin().to_string())),
        ("algorithm", json!(key.algorithm().name())),
        ("thumbprint", json!(key.thumbprint().to_string())),
        ("expires", json!(verified.expires().as_secs())),
        ("issued_at", json!(verified.issued_at().map(UnixTime::as_secs))),
        ("issuer", json!(verified.issuer())),
        ("jti", json!(verified.token_id())),
        ("extra", extra(&verified)),
    ]))
}

/// The other claims, as JSON; one that cannot be read as JSON is one that nobody asks for.
fn extra(verified: &Verified<WorkloadIdentityToken>) -> Value {
    let claim = |name: String| {
        let value = verified.claim::<Value>(&name).ok().flatten()?;
        Some((name, value))
    };
    Value::Object(verified.extra_claims().into_iter().filter_map(claim).collect())
}

/// Reads field lines as RFC 9112 5 says: white space around the value is not part of it.
fn headers(lines: &[Vec<u8>]) -> Step<HeaderMap> {
    let mut headers = HeaderMap::new();
    for line in lines {
        let malformed = || Outcome::reject("http.field_line", &"not a field line");
        let colon = line.iter().position(|byte| *byte == b':').ok_or_else(malformed)?;
        let (name, value) = (&line[..colon], trimmed(&line[colon + 1..]));
        let name = HeaderName::from_bytes(name).map_err(|_| malformed())?;
        headers.append(name, HeaderValue::from_bytes(value).map_err(|_| malformed())?);
    }
    Ok(headers)
}

/// Without SP and HTAB at either end (RFC 9110 5.6.3).
fn trimmed(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

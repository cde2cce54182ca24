//! What a refused request is answered with.

use std::collections::BTreeMap;

use http::Response;
use serde_json::{Value, json};
use wimse::httpsig::problem;

use super::{
    super::{InvalidCase, Outcome, credentials::setup, recipient::guard},
    Step, done,
    received::Received,
    recipient::Recipient,
    signed::wanted,
};
use crate::Case;

/// Accepted with the answer that a refused request gets, or one that is good and cannot have its signed response.
pub(super) fn answer(case: &Case) -> Result<Outcome, InvalidCase> {
    let (input, config) = (case.input_fields(), case.config_fields());
    let (recipient, guard, now) = (Recipient::of(config)?, guard(config)?, setup::now(config)?);
    let (received, request) = match read(&input.bytes("request")?) {
        Ok(read) => read,
        Err(refused) => return done(Err(refused)),
    };
    if config.optional("sent_before")?.unwrap_or(false) {
        let first = recipient.check(&received, &request, &*guard, now);
        first.map_err(|error| input.invalid("request", &error))?;
    }
    let cannot_sign: bool = config.optional("cannot_sign")?.unwrap_or(false);
    let (cause, response) = match recipient.check(&received, &request, &*guard, now) {
        Err(error) => (json!(error.code()), error.response()),
        Ok(inbound) if cannot_sign && inbound.response_required() => {
            (Value::Null, problem::signed_response_unavailable())
        }
        Ok(_) => return Err(input.invalid("request", &"nothing is wrong with it")),
    };
    outcome(&cause, &response)
}

fn read(bytes: &[u8]) -> Step<(Received, http::Request<Vec<u8>>)> {
    let received = Received::request(bytes)?;
    let request = received.to_request()?;
    Ok((received, request))
}

fn outcome(cause: &Value, response: &Response<&'static str>) -> Result<Outcome, InvalidCase> {
    let headers = response.headers().iter();
    let headers = headers.map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())));
    let body: Value = serde_json::from_str(response.body()).unwrap_or_default();
    Ok(Outcome::accept([
        ("cause", cause.clone()),
        ("status", json!(response.status().as_u16())),
        ("type", body.get("type").cloned().unwrap_or_default()),
        ("headers", json!(headers.collect::<BTreeMap<_, _>>())),
        ("body", json!(response.body())),
        ("accept_signature", wanted(response.headers())?),
    ]))
}

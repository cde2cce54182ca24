//! The operations of the WPT draft.

use std::collections::BTreeMap;

use serde_json::json;
use wimse::{
    creds::pop::PeerPolicy,
    identifier::{Origin, WorkloadIdentifier},
    wpt::{Message, explain::Explanation},
};

use self::recipient::{Recipient, refusal};
use super::{
    Examined, Explained, InvalidCase, Operation, Outcome, credentials::setup::now, recipient::guard,
};
use crate::{Bytes, Case};

mod debug;
mod http;
mod recipient;
mod sender;

pub(super) const OPERATIONS: &[Operation] = &[
    ("wpt.verify", verify),
    ("wpt.authorize", authorize),
    ("wpt.answer", answer),
    ("wpt.message", message),
    ("wpt.create", sender::create),
    ("wpt.debug", debug::debug),
];

pub(super) const EXAMINED: &[Examined] = &[("wpt.create", sender::examine)];

pub(super) const EXPLAINED: &[Explained] = &[("wpt.verify", explain), ("wpt.message", explain_message)];

/// Every rule for the request.
fn explain(case: &Case) -> Result<Option<Explanation>, InvalidCase> {
    let config = case.config_fields();
    let (recipient, guard, now) = (Recipient::of(case)?, guard(config)?, now(config)?);
    let request = http::request(&case.input_fields().bytes("request")?);
    Ok(request.ok().map(|request| recipient.verifier.explain(&request, &*guard, now)))
}

/// Every rule for the message.
fn explain_message(case: &Case) -> Result<Option<Explanation>, InvalidCase> {
    let config = case.config_fields();
    let (recipient, guard, now) = (Recipient::of(case)?, guard(config)?, now(config)?);
    let parts = MessageParts::of(case)?;
    Ok(Some(recipient.verifier.explain_message(&parts.message(), &*guard, now)))
}

/// Accepted when the request authenticates its sender.
fn verify(case: &Case) -> Result<Outcome, InvalidCase> {
    let config = case.config_fields();
    let (recipient, guard, now) = (Recipient::of(case)?, guard(config)?, now(config)?);
    let received = recipient.receive(&case.input_fields().bytes("request")?, &*guard, now);
    Ok(received.map_or_else(|refused| refused, |(_, outcome)| outcome))
}

/// Accepted when the sender is authenticated and permitted.
fn authorize(case: &Case) -> Result<Outcome, InvalidCase> {
    let config = case.config_fields();
    let (recipient, guard, now) = (Recipient::of(case)?, guard(config)?, now(config)?);
    let policy = peer_policy(case)?;
    let received = recipient.receive(&case.input_fields().bytes("request")?, &*guard, now);
    Ok(match received {
        Ok((peer, outcome)) => match policy.authorize(&peer) {
            Ok(()) => outcome,
            Err(error) => Outcome::reject(error.code(), &error),
        },
        Err(refused) => refused,
    })
}

/// Accepted with the answer that a refused request gets.
fn answer(case: &Case) -> Result<Outcome, InvalidCase> {
    let (input, config) = (case.input_fields(), case.config_fields());
    let (recipient, guard, now) = (Recipient::of(case)?, guard(config)?, now(config)?);
    let request = match http::request(&input.bytes("request")?) {
        Ok(request) => request,
        Err(malformed) => return Ok(malformed),
    };
    if config.optional("sent_before")?.unwrap_or(false) {
        let first = recipient.verifier.verify(&request, &*guard, now);
        first.map_err(|error| input.invalid("request", &error))?;
    }
    let Err(error) = recipient.verifier.verify(&request, &*guard, now) else {
        return Err(input.invalid("request", &"it is not refused"));
    };
    let response = error.response();
    let headers = response.headers().iter();
    let headers = headers.map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())));
    Ok(Outcome::accept([
        ("cause", json!(error.code())),
        ("status", json!(response.status().as_u16())),
        ("headers", json!(headers.collect::<BTreeMap<_, _>>())),
        ("body", json!(response.body())),
    ]))
}

/// As `wpt.verify`, for a message that is not an HTTP request.
fn message(case: &Case) -> Result<Outcome, InvalidCase> {
    let config = case.config_fields();
    let (recipient, guard, now) = (Recipient::of(case)?, guard(config)?, now(config)?);
    let parts = MessageParts::of(case)?;
    let checked = recipient.verifier.check_message(&parts.message(), now);
    let admitted = recipient.admit(checked, &*guard, now);
    Ok(admitted.map_or_else(|error| refusal(&error), |(_, outcome)| outcome))
}

/// What a message consists of.
struct MessageParts {
    wit: String,
    proof: String,
    path: Option<String>,
    txn_token: Option<Vec<u8>>,
    context: Vec<(String, Vec<u8>)>,
}

impl MessageParts {
    fn of(case: &Case) -> Result<Self, InvalidCase> {
        let input = case.input_fields();
        let decode = |bytes: Bytes| bytes.decode().map_err(|error| input.invalid("context", &error));
        let context: BTreeMap<String, Bytes> = input.optional("context")?.unwrap_or_default();
        let context = context.into_iter().map(|(name, bytes)| Ok((name, decode(bytes)?)));
        Ok(Self {
            wit: input.required("wit")?,
            proof: input.required("proof")?,
            path: input.optional("path")?,
            txn_token: input.optional::<Bytes>("txn_token")?.map(decode).transpose()?,
            context: context.collect::<Result<_, InvalidCase>>()?,
        })
    }

    fn message(&self) -> Message<'_> {
        Message {
            wit: &self.wit,
            proof: &self.proof,
            path: self.path.as_deref(),
            txn_token: self.txn_token.as_deref(),
            context: self.context.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect(),
        }
    }
}

/// Permitted are the workloads of `config.exact`, or all of `config.origins`.
fn peer_policy(case: &Case) -> Result<PeerPolicy, InvalidCase> {
    let config = case.config_fields();
    let (exact, origins) = (config.optional("exact")?, config.optional("origins")?);
    match (exact, origins) {
        (Some::<Vec<String>>(texts), None) => {
            let parsed = texts.iter().map(|text| text.parse::<WorkloadIdentifier>());
            let parsed = parsed.collect::<Result<Vec<_>, _>>();
            Ok(PeerPolicy::exactly(parsed.map_err(|error| config.invalid("exact", &error))?))
        }
        (None, Some::<Vec<String>>(texts)) => {
            let parsed = texts.iter().map(|text| text.parse::<Origin>());
            let parsed = parsed.collect::<Result<Vec<_>, _>>();
            Ok(PeerPolicy::member_of(parsed.map_err(|error| config.invalid("origins", &error))?))
        }
        _ => Err(config.invalid("exact", &"one of \"exact\" and \"origins\" is needed")),
    }
}

//! Several messages, one after the other, to a party that remembers.

use serde::Deserialize;
use wimse::creds::UnixTime;

use super::{
    super::{InvalidCase, Outcome, recipient::guard},
    client::Client,
    recipient::Recipient,
};
use crate::{Bytes, Case};

/// Judges the last of several messages, each at its own time; those before it must be accepted, but for the numbers in
/// `config.refused`, which must be refused.
pub(super) fn sequence(case: &Case) -> Result<Outcome, InvalidCase> {
    let (input, config) = (case.input_fields(), case.config_fields());
    let messages: Vec<Step> = input.required("messages")?;
    let refused: Vec<usize> = config.optional("refused")?.unwrap_or_default();
    let guard = guard(config)?;
    let is_request = |step: &Step| matches!(step.message, Kind::Request(_));
    let recipient = messages.iter().any(is_request).then(|| Recipient::of(config)).transpose()?;
    let client = messages.iter().any(|step| !is_request(step)).then(|| Client::of(config)).transpose()?;

    let mut last = None;
    let count = messages.len();
    for (number, step) in messages.into_iter().enumerate() {
        let now = UnixTime::from_secs(step.now);
        let decode = |bytes: Bytes| bytes.decode().map_err(|error| input.invalid("messages", &error));
        let outcome = match (step.message, &recipient, &client) {
            (Kind::Request(bytes), Some(recipient), _) => {
                recipient.receive(&decode(bytes)?, &*guard, now).map(|(outcome, _)| outcome)
            }
            (Kind::Response(bytes), _, Some(client)) => client.receive(&decode(bytes)?, &*guard, now),
            _ => return Err(input.invalid("messages", &"nobody receives it")),
        };
        if number + 1 < count && outcome.is_err() != refused.contains(&number) {
            return Err(input.invalid("messages", &format!("number {number}: {outcome:?}")));
        }
        last = Some(outcome);
    }
    let last = last.ok_or_else(|| input.invalid("messages", &"none at all"))?;
    Ok(last.unwrap_or_else(|refused| refused))
}

#[derive(Deserialize)]
struct Step {
    #[serde(flatten)]
    message: Kind,
    now: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Request(Bytes),
    Response(Bytes),
}

//! What is printed: no token, proof or private key may be in it (WPT-3.1.5-1, WIT-9.5-1).

use std::{error::Error, fmt::Debug};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::Request;
use serde_json::{Value, json};
use wimse::{
    creds::{WorkloadIdentityToken, key::SigningKey, pop::MemoryReplayGuard},
    wpt::{Message, Prover, RemoteProver, WptError},
};

use super::super::{InvalidCase, Outcome, credentials::setup};
use super::{
    recipient::Recipient,
    sender::{Made, made, request},
};
use crate::Case;

/// Goes through one exchange, twice sent, late and damaged, and prints every object and error of it.
pub(super) fn debug(case: &Case) -> Result<Outcome, InvalidCase> {
    let config = case.config_fields();
    let now = setup::now(config)?;
    let secret: Value = config.required("key")?;
    let key = SigningKey::from_jwk(&secret.to_string());
    let key = key.map_err(|error| config.invalid("key", &error.code()))?;
    let Made { credential, options, nonce } = match made(case)? {
        Ok(made) => made,
        Err(refused) => return Ok(refused),
    };
    let recipient = Recipient::of(case)?;
    let wits = setup::wit_verifier(config)?;
    let guard = MemoryReplayGuard::new(16);
    let mut printed = Printed::default();

    // The sender.
    let mut sent = request(case)?;
    let prover = Prover::with_options(&credential, options.clone());
    printed.object(&prover);
    if let Err(error) = prover.attach(&mut sent, now, nonce.clone()) {
        return Ok(Outcome::reject(error.code(), &error));
    }
    printed.object(&(&key, &credential, credential.wit(), &options, &sent));
    if let Err(again) = prover.attach(&mut sent, now, nonce.clone()) {
        printed.error(&again);
    }
    let mut unsent = request(case)?;
    if let Ok(remote) = RemoteProver::new(credential.wit(), options) {
        printed.object(&remote);
        if let Ok(prepared) = remote.prepare(&unsent, now, nonce) {
            printed.object(&prepared);
            if let Err(error) = remote.attach(&mut unsent, prepared, b"no signature") {
                printed.error(&error);
            }
        }
    }

    let (wit, field) = (credential.wit().as_str(), sent.headers().get("authorization"));
    let proof = field.and_then(|value| value.to_str().ok()).unwrap_or_default().trim_start_matches("WPT ");
    printed.object(&Message { wit, proof, path: None, txn_token: None, context: Vec::new() });

    // The recipient: admitted, sent again, damaged in each part.
    printed.object(&(&recipient.verifier, &wits, &guard));
    if let Ok(verified) = wits.verify(credential.wit().as_str(), now) {
        printed.object(&verified);
    }
    let mut refusals = 0;
    for received in [sent.clone(), sent.clone()].into_iter().chain(damaged(&sent)) {
        let checked = recipient.verifier.check(&received, now);
        printed.object(&checked);
        match recipient.admit(checked, &guard, now) {
            Ok((peer, _)) => printed.object(&peer),
            Err(error) => {
                refusals += 1;
                printed.refusal(&error);
            }
        }
    }
    let secrets = Secrets::of(&sent, credential.wit(), &secret);
    Ok(Outcome::accept([
        ("leaked", json!(secrets.in_text(&printed.0))),
        ("sent", json!(!secrets.0.is_empty() && secrets.0.iter().all(|secret| secret.len() > 8))),
        ("refusals", json!(refusals)),
    ]))
}

/// The request without its proof, with the WIT as its proof, and with each part of both tokens damaged.
fn damaged(sent: &Request<()>) -> Vec<Request<()>> {
    let mut requests = Vec::new();
    let mut without = sent.clone();
    without.headers_mut().remove("authorization");
    requests.push(without);
    for field in ["workload-identity-token", "authorization"] {
        let value = sent.headers().get(field).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let dots = value.match_indices('.').map(|(dot, _)| dot);
        for position in [value.rfind(' ').unwrap_or(0)].into_iter().chain(dots) {
            let mut bytes = value.as_bytes().to_vec();
            if let Some(byte) = bytes.get_mut(position + 5) {
                *byte = if *byte == b'A' { b'B' } else { b'A' };
            }
            let mut request = sent.clone();
            if let Ok(value) = bytes.as_slice().try_into() {
                request.headers_mut().insert(field, value);
            }
            requests.push(request);
        }
    }
    requests
}

/// Everything that was printed.
#[derive(Default)]
struct Printed(String);

impl Printed {
    fn object(&mut self, object: &impl Debug) {
        self.0.push_str(&format!("{object:?}\n{object:#?}\n"));
    }

    fn refusal(&mut self, error: &WptError) {
        self.error(error);
        self.object(&error.response());
    }

    /// The error and all that it was caused by.
    fn error(&mut self, error: &(dyn Error + 'static)) {
        self.0.push_str(&format!("{error:?}\n{error}\n"));
        if let Some(source) = error.source() {
            self.error(source);
        }
    }
}

/// What must not be printed: of the tokens, the parts that make them usable.
struct Secrets(Vec<String>);

impl Secrets {
    fn of(sent: &Request<()>, wit: &WorkloadIdentityToken, key: &Value) -> Self {
        let proof = sent.headers().get("authorization").and_then(|value| value.to_str().ok());
        let parts =
            wit.as_str().split('.').chain(proof.unwrap_or_default().trim_start_matches("WPT ").split('.'));
        let mut secrets: Vec<String> = parts.map(str::to_owned).collect();
        let encoded = key.get("d").and_then(Value::as_str).unwrap_or_default().to_owned();
        let bytes = URL_SAFE_NO_PAD.decode(&encoded).unwrap_or_default();
        secrets.push(bytes.iter().map(|byte| format!("{byte:02x}")).collect());
        secrets.push(format!("{bytes:?}").trim_matches(['[', ']']).to_owned());
        secrets.push(encoded);
        Self(secrets)
    }

    fn in_text(&self, text: &str) -> bool {
        let lower = text.to_ascii_lowercase();
        self.0.iter().any(|secret| text.contains(secret) || lower.contains(secret.as_str()))
    }
}

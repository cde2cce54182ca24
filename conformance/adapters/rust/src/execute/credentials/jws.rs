//! Compact JWS without a profile.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use wimse::creds::{
    jose::{self, JoseError, JoseHeader},
    key::{PublicKey, SigningKey},
};

use super::{InvalidCase, Outcome, Step, done, json_text, refuse, setup, text};
use crate::{Bytes, Case, execute::fields::Fields};

/// Accepted when the configured key signed it with one of the configured algorithms.
pub(super) fn verify(case: &Case) -> Result<Outcome, InvalidCase> {
    let config = case.config_fields();
    let key = json_text(case, "key")?;
    let key = PublicKey::from_jwk(&key).map_err(|error| config.invalid("key", &error))?;
    let allowed = setup::algorithms(config, "algorithms", &config.required::<Vec<String>>("algorithms")?)?;
    let jws = case.input_fields().bytes("jws")?;
    let payload =
        text(&jws, "jws.base64").and_then(|jws| jose::verify(jws, &key, &allowed).map_err(refuse!()));
    done(payload.map(|payload| Outcome::accept([("payload", Bytes::from(&payload[..]).into())])))
}

/// Accepted when the payload is signed under a header that a verifier would read: the members of `config.header`, and
/// `alg`, which is that of the key and may be absent.
pub(super) fn sign(case: &Case) -> Result<Outcome, InvalidCase> {
    let payload = case.input_fields().bytes("payload")?;
    let config = case.config_fields();
    let mut header: Map<String, Value> = config.optional("header")?.unwrap_or_default();
    let key = json_text(case, "key")?;
    let key = SigningKey::from_jwk(&key).map_err(|error| config.invalid("key", &error))?;
    header.entry("alg").or_insert_with(|| json!(key.algorithm().name()));
    done(signed(&payload, &header, &key).map(|jws| outcome(&jws, &payload, &key)))
}

/// What a JWS is that was made for the case.
pub(super) fn examine(case: &Case, made: Fields<'_>) -> Result<Outcome, InvalidCase> {
    let key = json_text(case, "key")?;
    let key = SigningKey::from_jwk(&key).map_err(|error| case.config_fields().invalid("key", &error))?;
    Ok(outcome(&made.required::<String>("jws")?, &case.input_fields().bytes("payload")?, &key))
}

fn outcome(jws: &str, payload: &[u8], key: &SigningKey) -> Outcome {
    let verified = jose::verify(jws, key.public_key(), &[key.algorithm()]);
    Outcome::accept([
        ("jws", json!(jws)),
        ("header", part(jws, 0)),
        ("signature_valid", json!(verified.is_ok_and(|signed| signed == payload))),
    ])
}

/// A part of a compact JWS, as JSON; null if it is not.
pub(in super::super) fn part(jws: &str, index: usize) -> Value {
    let part = jws.split('.').nth(index).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    part.and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default()
}

fn signed(payload: &[u8], header: &Map<String, Value>, key: &SigningKey) -> Step<String> {
    let text = Value::Object(header.clone()).to_string();
    let read = JoseHeader::parse(text.as_bytes()).map_err(refuse!())?;
    if read.algorithm() != key.algorithm() {
        let error = JoseError::AlgorithmMismatch;
        return Err(Outcome::reject(error.code(), &error));
    }
    let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(text), URL_SAFE_NO_PAD.encode(payload));
    let signature = key.sign(input.as_bytes()).map_err(refuse!())?;
    Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

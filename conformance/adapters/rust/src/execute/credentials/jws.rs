//! Compact JWS without a profile.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use wimse::creds::{
    jose::{self, JoseError, JoseHeader},
    key::{PublicKey, SigningKey},
};

use super::{InvalidCase, Outcome, Step, done, json_text, refuse, setup, text};
use crate::{Bytes, Case};

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
    done(signed(&payload, &header, &key).map(|jws| {
        let verified = jose::verify(&jws, key.public_key(), &[key.algorithm()]);
        Outcome::accept([
            ("signature_valid", json!(verified.is_ok_and(|signed| signed == payload))),
            ("jws", json!(jws)),
            ("header", Value::Object(header)),
        ])
    }))
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

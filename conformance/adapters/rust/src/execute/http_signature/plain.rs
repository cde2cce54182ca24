//! RFC 9421 and RFC 9530 without the profile: a key is given, and any label.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;
use wimse::creds::key::{PublicKey, SigningKey};
use wimse::httpsig::{
    digest::{CONTENT_DIGEST, ContentDigest},
    message::{
        Component, Fields as HeaderFields, Message, ParameterValue, RequestMessage, ResponseMessage,
        SignatureInput, SignatureInputBuilder, Signatures, TargetContext,
    },
};

use super::{
    super::{InvalidCase, Outcome, credentials::setup, fields::Fields},
    Step, done,
    received::{Received, raw},
    refuse,
    signed::parameters,
};
use crate::{Bytes, Case};

/// Accepted with the signature base of the message for the covered components and parameters that `covered` lists.
pub(super) fn base(case: &Case) -> Result<Outcome, InvalidCase> {
    let covered = case.input_fields().bytes("covered")?;
    with_message(case, |message, _| {
        let member = [b"sig=", covered.as_slice()].concat();
        let lines = [("signature-input", member.as_slice()), ("signature", &b"sig=:AA==:"[..])];
        let signatures = Signatures::parse(HeaderFields::raw(&lines)).map_err(refuse!())?;
        let input = signatures.iter().next().map(wimse::httpsig::message::ReceivedSignature::input);
        let input = input.ok_or_else(|| Outcome::reject("httpsig.absent", &"no signature"))?;
        let base = input.base(message).map_err(refuse!())?;
        Ok(Outcome::accept([("base", json!(base.as_str()))]))
    })
}

/// Accepted when the signature of that label, or tag, verifies with the key.
pub(super) fn verify(case: &Case) -> Result<Outcome, InvalidCase> {
    let config = case.config_fields();
    let key: Value = config.required("key")?;
    let key = PublicKey::from_jwk(&key.to_string()).map_err(|error| config.invalid("key", &error))?;
    let (label, tag): (Option<String>, Option<String>) = (config.optional("label")?, config.optional("tag")?);
    let now = if config.optional::<u64>("now")?.is_some() { Some(setup::now(config)?) } else { None };
    with_message(case, |message, fields| {
        let signatures = Signatures::parse(fields).map_err(refuse!())?;
        let found = match (&label, &tag) {
            (Some(label), _) => signatures
                .labelled(label)
                .ok_or_else(|| Outcome::reject("httpsig.label_not_found", &"no signature has the label")),
            (None, tag) => signatures.tagged(tag.as_deref().unwrap_or_default()).map_err(refuse!()),
        }?;
        if let Some(now) = now {
            found.input().check_validity(now, Duration::from_secs(30)).map_err(refuse!())?;
        }
        found.verify(message, &key).map_err(refuse!())?;
        let base = found.input().base(message).map_err(refuse!())?;
        Ok(Outcome::accept([("base", json!(base.as_str())), ("parameters", parameters(found.input()))]))
    })
}

/// Accepted when the message is signed, with the fields.
pub(super) fn sign(case: &Case) -> Result<Outcome, InvalidCase> {
    let config = case.config_fields();
    let key: Value = config.required("key")?;
    let key = SigningKey::from_jwk(&key.to_string()).map_err(|error| config.invalid("key", &error))?;
    let builder = builder(config)?;
    with_message(case, |message, _| {
        let input = builder?.build().map_err(refuse!())?;
        let signature = input.sign(message, &key).map_err(refuse!())?;
        let base = input.base(message).map_err(refuse!())?;
        Ok(Outcome::accept([
            ("base", json!(base.as_str())),
            ("signature_input", json!(input.as_str())),
            ("signature", json!(STANDARD.encode(&signature))),
            ("signature_valid", json!(key.public_key().verify(base.as_bytes(), &signature).is_ok())),
        ]))
    })
}

/// What a signature is that was made for the case.
pub(super) fn examine(case: &Case, made: Fields<'_>) -> Result<Outcome, InvalidCase> {
    let config = case.config_fields();
    let key: Value = config.required("key")?;
    let key = SigningKey::from_jwk(&key.to_string()).map_err(|error| config.invalid("key", &error))?;
    let label: String = config.required("label")?;
    let (list, signature): (String, String) =
        (made.required("signature_input")?, made.required("signature")?);
    let (input_field, field) = (format!("{label}={list}"), format!("{label}=:{signature}:"));
    let lines = [("signature-input", input_field.as_bytes()), ("signature", field.as_bytes())];
    with_message(case, |message, _| {
        let signatures = Signatures::parse(HeaderFields::raw(&lines)).map_err(refuse!())?;
        let found = signatures.labelled(&label);
        let found =
            found.ok_or_else(|| Outcome::reject("httpsig.label_not_found", &"no signature has the label"))?;
        let base = found.input().base(message).map_err(refuse!())?;
        Ok(Outcome::accept([
            ("base", json!(base.as_str())),
            ("signature_input", json!(list)),
            ("signature", json!(signature)),
            ("signature_valid", json!(found.verify(message, key.public_key()).is_ok())),
        ]))
    })
}

/// `label`, `components` (names of fields, or derived components) and `parameters` (name and value, in order).
fn builder(config: Fields<'_>) -> Result<Step<SignatureInputBuilder>, InvalidCase> {
    let mut builder = SignatureInput::builder(config.required::<String>("label")?);
    let components: Vec<String> = config.required("components")?;
    for name in &components {
        builder = builder.component(match component(name) {
            Ok(component) => component,
            Err(refused) => return Ok(Err(refused)),
        });
    }
    for (name, value) in config.required::<Vec<(String, Value)>>("parameters")? {
        let value = match &value {
            Value::String(text) => ParameterValue::from(text.as_str()),
            Value::Bool(flag) => ParameterValue::from(*flag),
            number => ParameterValue::from(
                number.as_i64().ok_or_else(|| config.invalid("parameters", &"not a value of a parameter"))?,
            ),
        };
        builder = builder.parameter(&name, value);
    }
    Ok(Ok(builder))
}

fn component(name: &str) -> Step<Component<'_>> {
    let (name, of_request) = name.strip_suffix(";req").map_or((name, false), |name| (name, true));
    let component = match name {
        "@method" => Component::METHOD,
        "@target-uri" => Component::TARGET_URI,
        "@authority" => Component::AUTHORITY,
        "@scheme" => Component::SCHEME,
        "@request-target" => Component::REQUEST_TARGET,
        "@path" => Component::PATH,
        "@query" => Component::QUERY,
        "@status" => Component::STATUS,
        field => Component::field(field).map_err(refuse!())?,
    };
    Ok(if of_request { component.req() } else { component })
}

/// Accepted when the `Content-Digest` field lines are those of the content.
pub(super) fn digest(case: &Case) -> Result<Outcome, InvalidCase> {
    let input = case.input_fields();
    let content = input.bytes("content")?;
    let lines: Vec<Bytes> = input.required("lines")?;
    let lines: Vec<Vec<u8>> = lines
        .iter()
        .map(|line| line.decode().map_err(|error| input.invalid("lines", &error)))
        .collect::<Result<_, _>>()?;
    let lines: Vec<_> = lines.iter().map(|line| (CONTENT_DIGEST.as_str().to_owned(), line.clone())).collect();
    let lines = raw(&lines);
    done(ContentDigest::parse(HeaderFields::raw(&lines)).map_err(refuse!()).and_then(|digest| {
        let digest = digest.ok_or_else(|| Outcome::reject("httpsig.digest_missing", &"no such field"))?;
        digest.verify(&content).map_err(refuse!())?;
        let algorithms: Vec<_> = digest.algorithms().map(|algorithm| algorithm.key()).collect();
        Ok(Outcome::accept([("algorithms", json!(algorithms))]))
    }))
}

/// Reads `request`, or `response` and perhaps the `request` that it answers, and goes on with it and its fields.
fn with_message(
    case: &Case,
    go_on: impl FnOnce(Message<'_>, HeaderFields<'_>) -> Step<Outcome>,
) -> Result<Outcome, InvalidCase> {
    let (input, config) = (case.input_fields(), case.config_fields());
    let (scheme, authority): (Option<String>, Option<String>) =
        (config.optional("scheme")?, config.optional("authority")?);
    let request = input.optional::<Bytes>("request")?.map(|_| input.bytes("request")).transpose()?;
    let response = input.optional::<Bytes>("response")?.map(|_| input.bytes("response")).transpose()?;
    let received = (
        request.map(|bytes| Received::request(&bytes)).transpose(),
        response.map(|bytes| Received::response(&bytes)).transpose(),
    );
    let (request, response) = match received {
        (Ok(request), Ok(response)) => (request, response),
        (Err(refused), _) | (_, Err(refused)) => return Ok(refused),
    };
    let request_lines = request.as_ref().map(|request| (raw(&request.fields), raw(&request.trailers)));
    let message = request.as_ref().zip(request_lines.as_ref()).map(|(request, (fields, trailers))| {
        let mut target = TargetContext::new(request.target());
        if let Some(scheme) = &scheme {
            target = target.scheme(scheme.as_str());
        }
        if let Some(authority) = &authority {
            target = target.authority(authority.as_str());
        }
        let message = RequestMessage::new(request.method(), target, HeaderFields::raw(fields));
        message.with_trailers(HeaderFields::raw(trailers))
    });
    let Some(response) = &response else {
        let message = message.ok_or_else(|| input.invalid("request", &"neither request nor response"))?;
        return done(go_on(Message::from(&message), message.headers()));
    };
    let status: StatusCode = match response.status() {
        Ok(status) => status,
        Err(refused) => return Ok(refused),
    };
    let (fields, trailers) = (raw(&response.fields), raw(&response.trailers));
    let mut answer = ResponseMessage::new(status, HeaderFields::raw(&fields));
    answer = answer.with_trailers(HeaderFields::raw(&trailers));
    if let Some(message) = &message {
        answer = answer.answering(message);
    }
    done(go_on(Message::from(&answer), answer.headers()))
}

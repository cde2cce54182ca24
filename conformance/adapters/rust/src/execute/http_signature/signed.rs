//! What a signer has at hand, and what it has made.

use std::{collections::BTreeMap, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderValue};
use serde::Deserialize;
use serde_json::{Value, json};
use wimse::creds::{
    WorkloadIdentityToken,
    key::{PublicKey, SigningKey},
    pop::{Nonce, WitCredential},
};
use wimse::httpsig::{
    WantedSignature,
    digest::{ContentDigest, DigestAlgorithm},
    message::{
        ACCEPT_SIGNATURE, AcceptSignature, Component, Fields as HeaderFields, Message, ParameterValue,
        SignatureInput, Signatures,
    },
    profile::TAG,
};

use super::{
    super::{InvalidCase, Outcome, fields::Fields},
    Step, refuse,
};
use crate::{Bytes, Case};

/// Credential and nonce of `config`; or the first of them that is refused.
pub(super) fn credential(config: Fields<'_>) -> Result<Step<(WitCredential, Nonce)>, InvalidCase> {
    let (wit, key, nonce): (String, Value, String) =
        (config.required("wit")?, config.required("key")?, config.required("nonce")?);
    let wit = WorkloadIdentityToken::parse(&wit).map_err(|error| config.invalid("wit", &error))?;
    let key = SigningKey::from_jwk(&key.to_string()).map_err(|error| config.invalid("key", &error))?;
    let credential = WitCredential::new(wit, key).map_err(refuse!());
    let nonce = Nonce::from_text(&nonce).map_err(refuse!());
    Ok(credential.and_then(|credential| Ok((credential, nonce?))))
}

/// What the other side asks for: the value of its `Accept-Signature`.
pub(super) fn wish(case: &Case) -> Result<Step<Option<WantedSignature>>, InvalidCase> {
    let input = case.input_fields();
    if input.optional::<Bytes>("wanted")?.is_none() {
        return Ok(Ok(None));
    }
    let value = HeaderValue::from_bytes(&input.bytes("wanted")?);
    let value = value.map_err(|error| input.invalid("wanted", &error))?;
    let headers = HeaderMap::from_iter([(ACCEPT_SIGNATURE, value)]);
    Ok(WantedSignature::from_headers(&headers).map_err(refuse!()))
}

/// Options that requests and responses have in common.
#[derive(Default)]
pub(super) struct Options {
    pub(super) lifetime: Option<Duration>,
    pub(super) label: Option<String>,
    pub(super) covering: Vec<Component<'static>>,
    pub(super) digest_algorithm: Option<DigestAlgorithm>,
}

impl Options {
    pub(super) fn of(config: Fields<'_>) -> Result<Self, InvalidCase> {
        let names: Vec<String> = config.optional("covering")?.unwrap_or_default();
        let components = names.iter().map(|name| match name.as_str() {
            "@authority" => Ok(Component::AUTHORITY),
            "@scheme" => Ok(Component::SCHEME),
            "@target-uri" => Ok(Component::TARGET_URI),
            field => Component::field(field.to_owned()).map_err(|error| config.invalid("covering", &error)),
        });
        Ok(Self {
            lifetime: config.optional("lifetime")?.map(Duration::from_secs),
            label: config.optional("label")?,
            covering: components.collect::<Result<_, _>>()?,
            digest_algorithm: config.optional("digest_algorithm")?.map(|algorithm| match algorithm {
                Digest::Sha256 => DigestAlgorithm::Sha256,
                Digest::Sha512 => DigestAlgorithm::Sha512,
            }),
        })
    }
}

#[derive(Deserialize)]
enum Digest {
    #[serde(rename = "sha-256")]
    Sha256,
    #[serde(rename = "sha-512")]
    Sha512,
}

/// The outputs for a message that was signed with this key.
pub(super) fn outcome<'m>(
    headers: &HeaderMap,
    message: impl Into<Message<'m>>,
    key: &PublicKey,
) -> Result<Outcome, InvalidCase> {
    let unreadable = |detail: &dyn std::fmt::Display| InvalidCase::Value {
        member: "what was made".to_owned(),
        detail: detail.to_string(),
    };
    let signatures = Signatures::parse(headers).map_err(|error| unreadable(&error))?;
    let ours = signatures.tagged(TAG).map_err(|error| unreadable(&error))?;
    let message = message.into();
    let base = ours.input().base(message).map_err(|error| unreadable(&error))?;
    let text =
        |name: &str| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let lines = headers.iter().map(|(name, value)| json!([name.as_str(), Bytes::from(value.as_bytes())]));
    Ok(Outcome::accept([
        ("headers", lines.collect()),
        ("label", json!(ours.input().label())),
        ("components", components(ours.input())),
        ("parameters", parameters(ours.input())),
        ("base", json!(base.as_str())),
        ("signature", json!(STANDARD.encode(ours.signature()))),
        ("signature_valid", json!(key.verify(base.as_bytes(), ours.signature()).is_ok())),
        ("signatures", json!(signatures.iter().len())),
        ("workload_identity_token", json!(text("workload-identity-token"))),
        ("content_digest", json!(text("content-digest"))),
        ("accept_signature", wanted(headers)?),
    ]))
}

/// Refused when a message is not that of the application with more fields, or its `Content-Digest` is of other content.
pub(super) fn kept(before: &HeaderMap, after: &HeaderMap, content: &[u8]) -> Step<()> {
    for name in before.keys() {
        let values = |headers: &HeaderMap| headers.get_all(name).iter().cloned().collect::<Vec<_>>();
        if !values(after).starts_with(&values(before)) {
            return Err(Outcome::reject("made.changed", &format!("the field {name} has changed")));
        }
    }
    match ContentDigest::parse(HeaderFields::from(after)).map_err(refuse!())? {
        Some(digest) => digest.verify(content).map_err(refuse!()),
        None => Ok(()),
    }
}

/// What an `Accept-Signature` field asks for; null if there is none.
pub(super) fn wanted(headers: &HeaderMap) -> Result<Value, InvalidCase> {
    let accept = AcceptSignature::parse(HeaderFields::from(headers)).map_err(|error| InvalidCase::Value {
        member: "Accept-Signature".to_owned(),
        detail: error.to_string(),
    })?;
    let one = accept.as_ref().and_then(|accept| accept.requests().next());
    Ok(one.map_or(
        Value::Null,
        |input| json!({"components": components(input), "parameters": parameters(input)}),
    ))
}

/// The serialized identifiers, sorted: their order is free.
fn components(input: &SignatureInput) -> Value {
    let mut components: Vec<_> = input.components().map(|component| component.as_str().to_owned()).collect();
    components.sort();
    json!(components)
}

/// Name and value: their order is free.
pub(super) fn parameters(input: &SignatureInput) -> Value {
    let value = |value: ParameterValue<'_>| match value {
        ParameterValue::Boolean(value) => json!(value),
        ParameterValue::Integer(value) => json!(value),
        ParameterValue::String(value) => json!(value),
        ParameterValue::ByteSequence(bytes) => Bytes::from(&*bytes).into(),
        other => json!({"other": format!("{other:?}")}),
    };
    let parameters = input.parameters().iter().map(|(name, found)| (name.to_owned(), value(found)));
    json!(parameters.collect::<BTreeMap<_, _>>())
}

//! What an implementation must have to be asked a case, told by what is in it.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::Generated;
use crate::vector::{Bytes, Vector};

/// Sets `features`: of an accepted case those that can be told, beside those it has; of a refused one those of its
/// twin beside those it has. An algorithm that only the refused case names is not one that is needed to refuse it.
pub(super) fn complete(files: &mut [Generated]) {
    let mut of_accepted = BTreeMap::new();
    let all =
        || files.iter().flat_map(|file| file.file.vectors.iter().map(|vector| (&file.file.draft, vector)));
    for (draft, vector) in all().filter(|(_, vector)| vector.is_accepted()) {
        let mut found: BTreeSet<String> = vector.features.iter().cloned().collect();
        collect(vector, draft, &mut found);
        of_accepted.insert(vector.id.clone(), found);
    }
    for vector in files.iter_mut().flat_map(|file| &mut file.file.vectors) {
        let of = vector.twin.as_ref().unwrap_or(&vector.id);
        let mut features = of_accepted.get(of).cloned().unwrap_or_default();
        features.extend(vector.features.drain(..));
        vector.features = features.into_iter().collect();
    }
}

fn collect(vector: &Vector, draft: &str, found: &mut BTreeSet<String>) {
    if draft == "identifier-canonical" {
        found.insert("canonical-identifiers".to_owned());
    }
    operation(&vector.operation, found);
    for (name, value) in &vector.input {
        member(name, value, found);
    }
    // The anchors may have keys of algorithms that the case does not need.
    for (name, value) in &vector.config {
        match name.as_str() {
            "anchors" => anchors(value, found),
            "request" | "response" => (),
            _ => member(name, value, found),
        }
    }
}

fn operation(name: &str, found: &mut BTreeSet<String>) {
    let more: &[&str] = match name {
        "mtls.accept" | "mtls.connect" | "mtls.handshake" | "mtls.recheck" => &["mtls", "tls1.3"],
        _ => &[],
    };
    found.extend(more.iter().map(ToString::to_string));
}

fn anchors(value: &Value, found: &mut BTreeSet<String>) {
    let entries = value.as_array().into_iter().flatten();
    if entries.into_iter().any(|entry| entry.get("spiffe_bundle").is_some()) {
        found.insert("spiffe-bundle".to_owned());
    }
}

fn member(name: &str, value: &Value, found: &mut BTreeSet<String>) {
    let text = value.as_str().unwrap_or_default();
    let feature = match (name, text) {
        ("profile", "wit-svid") => Some("wit-svid"),
        ("form", "spiffe_bundle") => Some("spiffe-bundle"),
        ("policy" | "identifiers", "baseline") => Some("baseline-identifiers"),
        ("policy", _) if value.is_object() => Some("generic-identifiers"),
        ("connection", "resumed") => Some("tls-resumption"),
        ("operation", text) => return operation(text, found),
        ("alg", text) => known(text),
        ("steps", _) => None,
        _ => None,
    };
    found.extend(feature.map(ToString::to_string));
    match (serde_json::from_value::<Bytes>(value.clone()).ok().and_then(|bytes| bytes.decode().ok()), value) {
        (Some(bytes), _) => content(&bytes, found),
        (None, Value::String(text)) => content(text.as_bytes(), found),
        (None, Value::Array(items)) => items.iter().for_each(|item| member(name, item, found)),
        (None, Value::Object(members)) => members.iter().for_each(|(name, value)| match name.as_str() {
            "anchors" => anchors(value, found),
            _ => member(name, value, found),
        }),
        _ => (),
    }
}

/// Algorithms of the JWKs, the tokens and the certificates in a value.
fn content(bytes: &[u8], found: &mut BTreeSet<String>) {
    if bytes.starts_with(&[0x30, 0x82]) || bytes.starts_with(&[0x30, 0x81]) {
        let names =
            CERTIFICATES.iter().filter(|(encoded, _)| bytes.windows(encoded.len()).any(|at| at == *encoded));
        found.extend(names.map(|(_, name)| (*name).to_owned()));
        return;
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(Value::Object(jwk)) = serde_json::from_str(text) {
        found.extend(jwk.get("alg").and_then(Value::as_str).and_then(known).map(ToString::to_string));
        return;
    }
    let is_of_token = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    for word in text.split(|character| !is_of_token(character)).filter(|word| word.starts_with("eyJ")) {
        for part in word.split('.').take(2) {
            let json = URL_SAFE_NO_PAD.decode(part).ok().and_then(|json| serde_json::from_slice(&json).ok());
            let Some::<Value>(json) = json else { continue };
            let algorithms = [json.get("alg"), json.pointer("/cnf/jwk/alg")].into_iter().flatten();
            found.extend(algorithms.filter_map(Value::as_str).filter_map(known).map(ToString::to_string));
        }
    }
}

fn known(name: &str) -> Option<&'static str> {
    ALGORITHMS.iter().copied().find(|known| *known == name)
}

/// The signature algorithms that a feature can be.
const ALGORITHMS: &[&str] =
    &["ES256", "ES384", "ES512", "Ed25519", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];

/// Object identifiers of keys in DER, with the algorithm that such a key signs by.
const CERTIFICATES: &[(&[u8], &str)] = &[
    (&[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07], "ES256"),
    (&[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22], "ES384"),
    (&[0x06, 0x03, 0x2b, 0x65, 0x70], "Ed25519"),
    (&[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b], "RS256"),
];

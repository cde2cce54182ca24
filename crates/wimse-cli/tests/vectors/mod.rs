//! The conformance vectors.

use serde_json::Value;
use std::path::Path;

/// The vectors of one draft, in the order of their files.
pub(crate) fn of_draft(draft: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/vectors").join(draft);
    let mut files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |file| serde_json::from_slice::<Value>(&std::fs::read(file).unwrap()).unwrap();
    files.into_iter().flat_map(|file| read(file)["vectors"].as_array().unwrap().clone()).collect()
}

/// A list of strings, which may be missing.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    let texts = value.as_array().into_iter().flatten();
    texts.map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// A message: text, or base64 of what is no text.
pub(crate) fn bytes(message: &Value) -> Vec<u8> {
    match (message["text"].as_str(), message["base64"].as_str()) {
        (Some(text), _) => text.as_bytes().to_vec(),
        (None, encoded) => {
            use base64::Engine as _;
            base64::engine::general_purpose::STANDARD.decode(encoded.unwrap()).unwrap()
        }
    }
}

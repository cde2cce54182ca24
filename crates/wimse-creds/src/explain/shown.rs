//! JSON values from a peer, made fit to be shown.

use super::Excerpt;
use crate::jose::json;
use serde_json::value::RawValue;

/// A string as an excerpt of its text, another value as an excerpt of its JSON.
pub(crate) fn shown(value: Option<&RawValue>) -> String {
    let Some(value) = value else { return "nothing".into() };
    match json::string(value) {
        Some(text) => Excerpt::new(&text).into(),
        None => format!("the JSON {}", Excerpt::new(value.get()).to_string().trim_matches('"')),
    }
}

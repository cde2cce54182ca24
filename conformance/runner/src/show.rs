//! A case in readable form: byte values decoded, tokens taken apart.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use crate::{
    load::Suite,
    vector::{Bytes, Expectation, Vector},
};

/// Describes the case; the suite gives the texts of its requirements and its twin.
#[must_use]
pub fn show(vector: &Vector, suite: &Suite) -> String {
    let mut page = Page::default();
    page.line(0, &format!("{}  ({})", vector.id, vector.operation));
    page.line(0, &vector.comment);
    for id in &vector.requirements {
        let found = suite.requirements().find(|requirement| requirement.id == *id);
        let text = found.map_or("unknown", |requirement| requirement.text.as_str());
        page.line(1, &format!("{id}: {text}"));
    }
    if let Some(source) = &vector.source {
        page.line(0, &format!("source: {source}"));
    }
    let warning = if vector.can_fail { "; a difference is a warning" } else { "" };
    page.line(0, &format!("importance: {}{warning}", vector.importance.as_str()));
    if !vector.features.is_empty() {
        page.line(0, &format!("needs: {}", vector.features.join(", ")));
    }
    page.members("input", &vector.input);
    page.members("config", &vector.config);
    match &vector.expect {
        Expectation::Steps { steps } => {
            for (number, step) in steps.iter().enumerate() {
                page.line(0, &format!("step {number}:"));
                page.expected(1, step);
            }
        }
        other => page.expected(0, other),
    }
    if let Some(twin) = &vector.twin {
        let differs = vector.differs.as_deref().unwrap_or_default();
        let mutation = vector.mutation.as_deref().unwrap_or_default();
        page.line(0, &format!("twin: {twin}, which differs in one thing: {differs} ({mutation})"));
        for member in suite.vector(twin).map(|twin| vector.differences(twin)).unwrap_or_default() {
            page.line(1, &member);
        }
    }
    page.text
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, depth: usize, text: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{:1$}{text}", "", depth * 2);
    }

    fn members(&mut self, part: &str, members: &Map<String, Value>) {
        self.members_at(0, part, members);
    }

    fn members_at(&mut self, depth: usize, part: &str, members: &Map<String, Value>) {
        if !members.is_empty() {
            self.line(depth, &format!("{part}:"));
            members.iter().for_each(|(name, value)| self.value(depth + 1, name, value));
        }
    }

    fn expected(&mut self, depth: usize, expected: &Expectation) {
        match expected {
            Expectation::Accept { outputs } if outputs.is_empty() && depth > 0 => {
                self.line(depth, "accepted");
            }
            Expectation::Accept { outputs } => self.members_at(depth, "accepted with", outputs),
            Expectation::Reject { codes } => {
                self.line(depth, &format!("refused with {}", codes.join(" or ")));
            }
            Expectation::Steps { steps } => steps.iter().for_each(|step| self.expected(depth + 1, step)),
        }
    }

    fn value(&mut self, depth: usize, name: &str, value: &Value) {
        let bytes = serde_json::from_value::<Bytes>(value.clone()).ok().and_then(|bytes| bytes.decode().ok());
        match (bytes, value) {
            (Some(bytes), _) => self.bytes(depth, name, &bytes),
            (None, Value::String(text)) => self.bytes(depth, name, text.as_bytes()),
            (None, Value::Object(members)) => {
                self.line(depth, &format!("{name}:"));
                members.iter().for_each(|(name, value)| self.value(depth + 1, name, value));
            }
            (None, Value::Array(items)) => {
                self.line(depth, &format!("{name}:"));
                items.iter().for_each(|item| self.value(depth + 1, "-", item));
            }
            (None, other) => self.line(depth, &format!("{name}: {other}")),
        }
    }

    fn bytes(&mut self, depth: usize, name: &str, bytes: &[u8]) {
        let length = bytes.len();
        let shown = match bytes.get(..LONG) {
            Some(start) => format!("\"{}...\" ({length} bytes)", start.escape_ascii()),
            None => format!("\"{}\"", bytes.escape_ascii()),
        };
        self.line(depth, &format!("{name}: {shown}"));
        for (part, json) in token_parts(bytes) {
            self.line(depth + 1, &format!("{part}: {json}"));
        }
    }
}

/// Header and claims when the value is a token in compact serialization.
fn token_parts(bytes: &[u8]) -> Vec<(&'static str, Value)> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let token = text.rsplit(' ').next().unwrap_or_default();
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, _] = parts[..] else { return Vec::new() };
    let decode = |(part, encoded)| {
        let json = URL_SAFE_NO_PAD.decode(encoded).ok()?;
        Some((part, serde_json::from_slice(&json).ok()?))
    };
    [("header", header), ("claims", claims)].into_iter().filter_map(decode).collect()
}

/// Values longer than this are cut.
const LONG: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_taken_apart() {
        let encode = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let token = format!("WPT {}.{}.AA", encode(r#"{"alg":"ES256"}"#), encode(r#"{"exp":1}"#));
        let parts = token_parts(token.as_bytes());
        assert_eq!(parts[0], ("header", serde_json::json!({"alg": "ES256"})));
        assert_eq!(parts[1], ("claims", serde_json::json!({"exp": 1})));
        assert!(token_parts(b"wimse://trust.example.com/a").is_empty());
    }

    #[test]
    fn unreadable_bytes_are_escaped() {
        let vector = Vector::accepted("x", "y.z", "A case.").input_bytes("identifier", b"a\0\xff");
        assert!(show(&vector, &Suite::default()).contains(r#"identifier: "a\x00\xff""#));
    }
}

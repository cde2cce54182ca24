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

/// What goes in, decoded: `input` or `config`.
pub(crate) fn members(part: &str, members: &Map<String, Value>) -> String {
    let mut page = Page { decoded: true, ..Page::default() };
    page.members(part, members);
    page.text
}

/// What is not as in the twin, decoded: whole values, and of those with several lines the lines that differ, with `-` before
/// one of the twin and `+` before one of the case.
pub(crate) fn changes(vector: &Vector, twin: &Vector) -> String {
    let mut page = Page { decoded: true, ..Page::default() };
    for path in vector.differences(twin) {
        let shown = |value: Option<&Value>| {
            let mut page = Page { decoded: true, ..Page::default() };
            match value {
                Some(value) => page.value(0, &path, value),
                None => page.line(0, &format!("{path}: absent")),
            }
            page.text
        };
        let (here, there) = (shown(at(vector, &path)), shown(at(twin, &path)));
        let (here, there): (Vec<&str>, Vec<&str>) = (here.lines().collect(), there.lines().collect());
        if here.len() == 1 || there.len() == 1 {
            here.iter().for_each(|line| page.line(0, line));
            continue;
        }
        page.line(0, &format!("{path}:"));
        let same = |(a, b): &(&&str, &&str)| a == b;
        let before = here.iter().zip(&there).take_while(same).count();
        let (here, there) = (here.get(before..).unwrap_or_default(), there.get(before..).unwrap_or_default());
        let after = here.iter().rev().zip(there.iter().rev()).take_while(same).count();
        let changed = |lines: &[&str]| lines.len() - after;
        there.iter().take(changed(there)).for_each(|line| page.line(0, &format!("- {}", line.trim_start())));
        here.iter().take(changed(here)).for_each(|line| page.line(0, &format!("+ {}", line.trim_start())));
    }
    page.text
}

/// What has to come out, decoded.
pub(crate) fn expected(vector: &Vector) -> String {
    let mut page = Page { decoded: true, ..Page::default() };
    page.expected(0, &vector.expect);
    page.text
}

/// The value that [`Vector::differences`] names: `input.steps[1].input.request`.
fn at<'a>(vector: &'a Vector, path: &str) -> Option<&'a Value> {
    let (part, rest) = path.split_once('.')?;
    let part = if part == "input" { &vector.input } else { &vector.config };
    let Some((number, rest)) = rest.strip_prefix("steps[").and_then(|rest| rest.split_once("].")) else {
        return part.get(rest);
    };
    let mut value = part.get("steps")?.get(number.parse::<usize>().ok()?)?;
    for name in rest.split('.') {
        value = value.get(name)?;
    }
    Some(value)
}

#[derive(Default)]
struct Page {
    text: String,
    /// Messages line by line, and tokens with what is in them.
    decoded: bool,
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
        if self.decoded {
            match decoded(bytes) {
                lines if lines.len() == 1 => self.line(depth, &format!("{name}: {}", lines.concat())),
                lines => {
                    self.line(depth, &format!("{name}:"));
                    lines.iter().for_each(|line| self.line(depth + 1, line));
                }
            }
            return;
        }
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

/// The lines of a text, with what is in its tokens: a part that is JSON in base64url is shown as that JSON in angle brackets.
/// What is not printable is escaped; a line that does not end with CR LF, and is not the last one, shows how it does.
fn decoded(bytes: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r\n").unwrap_or(line);
        // No part of a token has a character that is to be escaped.
        let words = line.escape_ascii().to_string().replace("\\\"", "\"").replace("\\'", "'");
        let mut shown = String::new();
        for word in words.split_inclusive([' ', '.', ',', '"']) {
            let end = word.len() - usize::from(word.ends_with([' ', '.', ',', '"']));
            let (part, end) = word.split_at(end);
            match json_in(part) {
                Some(json) => shown.push_str(&format!("\u{27e8}{json}\u{27e9}")),
                None => shown.push_str(part),
            }
            shown.push_str(end);
        }
        if shown.chars().count() > LONG {
            shown = format!("{}... ({} bytes)", shown.chars().take(LONG).collect::<String>(), line.len());
        }
        lines.push(shown);
    }
    if lines.is_empty() { vec![String::new()] } else { lines }
}

/// The printable JSON object that this is the base64url form of.
fn json_in(part: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok().filter(|bytes| bytes.starts_with(b"{"))?;
    let text = String::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))?;
    serde_json::from_str::<Map<String, Value>>(&text).ok().map(|_| text)
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
    fn of_a_case_with_a_twin_what_differs_is_shown() {
        let twin = Vector::accepted("x", "y.z", "A case.").input_bytes("a", "1").config("c", 3);
        assert_eq!(members("input", &twin.input), "input:\n  a: 1\n");
        let mut other = twin.clone().input_bytes("a", "4");
        other.config.remove("c");
        assert_eq!(changes(&other, &twin), "input.a: 4\nconfig.c: absent\n");
        let steps = |text: &str| serde_json::json!([{"operation": "o", "input": {"a": {"text": text}}}]);
        let steps = |text| Vector::accepted("x", "sequence", "A case.").input("steps", steps(text));
        assert_eq!(changes(&steps("1"), &steps("2")), "input.steps[0].input.a: 1\n");
        let lines = |text: &str| Vector::accepted("x", "y.z", "A case.").input_bytes("m", text);
        assert_eq!(
            changes(&lines("a\r\nb\r\nd\r\n"), &lines("a\r\nc\r\nc\r\nd\r\n")),
            "input.m:\n- c\n- c\n+ b\n"
        );
        assert_eq!(changes(&lines("a\r\na\r\n"), &lines("a\r\na\r\na\r\n")), "input.m:\n- a\n");
    }

    #[test]
    fn messages_are_shown_line_by_line_and_tokens_by_what_is_in_them() {
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256"}"#);
        let message = format!("GET / HTTP/1.1\r\nA: WPT {header}.e30.\u{e9}\r\nB: \"{header}\"\n\r\n");
        assert_eq!(
            decoded(message.as_bytes()),
            [
                "GET / HTTP/1.1",
                "A: WPT \u{27e8}{\"alg\":\"ES256\"}\u{27e9}.\u{27e8}{}\u{27e9}.\\xc3\\xa9",
                "B: \"\u{27e8}{\"alg\":\"ES256\"}\u{27e9}\"\\n",
                ""
            ]
        );
        // What is not JSON, or cannot be shown, stays as it is.
        for text in ["e30=", "e31", "Zm9v", &URL_SAFE_NO_PAD.encode("{\"a\":\"\u{7f}\"}")] {
            assert_eq!(decoded(text.as_bytes()), [text]);
        }
        assert_eq!(decoded(b""), [""]);
        assert!(decoded(&[b'a'; 5000]).concat().ends_with("... (5000 bytes)"));
    }

    #[test]
    fn unreadable_bytes_are_escaped() {
        let vector = Vector::accepted("x", "y.z", "A case.").input_bytes("identifier", b"a\0\xff");
        assert!(show(&vector, &Suite::default()).contains(r#"identifier: "a\x00\xff""#));
    }
}

//! JSON from a token that nobody has verified, made fit to be shown.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use wimse::creds::jose::Claims;

/// A part of a token as JSON, in its own order and with what strict readers refuse, such as repeated members.
#[derive(Debug, PartialEq)]
pub(super) struct Decoded {
    /// Indented and in ASCII.
    pub(super) text: String,
    /// The same as a value, where there is one way to read it.
    pub(super) value: Option<Value>,
    /// Whether members of a private key were left out.
    pub(super) hides_private: bool,
}

impl Decoded {
    /// Reads a part; `None` if it is no JSON at all.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let value: &RawValue = serde_json::from_slice(bytes).ok()?;
        let mut writer = Writer { text: String::new(), hides_private: false };
        writer.value(value, 1, false);
        let strict = Claims::parse(bytes).is_ok();
        let value = strict.then(|| serde_json::from_str(&writer.text).ok()).flatten();
        Some(Self { text: writer.text, value, hides_private: writer.hides_private })
    }
}

/// Members that only a private or symmetric key has (RFC 7518 6.2.2, 6.3.2, 6.4).
const PRIVATE: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];
const HIDDEN: &str = "\"(private, not shown)\"";
/// What lies deeper is not shown; a strict reader stops at eight levels.
const DEPTH: usize = 12;

struct Writer {
    text: String,
    hides_private: bool,
}

impl Writer {
    fn value(&mut self, value: &RawValue, depth: usize, in_key: bool) {
        let json = value.get();
        if json.starts_with(['{', '[']) && depth > DEPTH {
            self.text.push_str("\"(nested too deeply, not shown)\"");
        } else if let Ok(Members(members)) = serde_json::from_str(json) {
            // A key by its place, or by what it is.
            let in_key = in_key || members.iter().any(|(name, _)| name == "kty");
            let open = |writer: &mut Self, (name, value): &(Cow<'_, str>, &RawValue)| {
                let quoted = serde_json::to_string(name).unwrap_or_default();
                writer.text.push_str(&format!("{}: ", ascii(&quoted)));
                if in_key && PRIVATE.contains(&&**name) {
                    writer.hides_private = true;
                    writer.text.push_str(HIDDEN);
                } else {
                    writer.value(value, depth + 1, in_key || name == "jwk");
                }
            };
            self.list(['{', '}'], &members, depth, open);
        } else if let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(json) {
            let open = |writer: &mut Self, value: &&RawValue| writer.value(value, depth + 1, in_key);
            self.list(['[', ']'], &elements, depth, open);
        } else {
            self.text.push_str(&ascii(json));
        }
    }

    fn list<T>(&mut self, brackets: [char; 2], items: &[T], depth: usize, item: impl Fn(&mut Self, &T)) {
        self.text.push(brackets[0]);
        for (index, each) in items.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            self.text.push_str(&format!("{comma}\n{:1$}", "", 2 * depth));
            item(self, each);
        }
        if !items.is_empty() {
            self.text.push_str(&format!("\n{:1$}", "", 2 * (depth - 1)));
        }
        self.text.push(brackets[1]);
    }
}

/// JSON text with everything beyond printable ASCII as `\u` escapes: the same JSON.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c == ' ' || c.is_ascii_graphic() {
            text.push(c);
        } else {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}")));
        }
    }
    text
}

/// The members of an object in the order received, repeated ones too.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    members.push((Cow::Owned(name), value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(All)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn decoded(text: &str) -> Decoded {
        Decoded::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn order_numbers_and_repetitions_stay() {
        let part = decoded(r#"{"b":[1,{"x":[]}],"a":1.50,"a":{}}"#);
        let expected =
            "{\n  \"b\": [\n    1,\n    {\n      \"x\": []\n    }\n  ],\n  \"a\": 1.50,\n  \"a\": {}\n}";
        assert_eq!((part.text.as_str(), &part.value), (expected, &None));
        assert_eq!(decoded(r#"{"b":2,"a":1}"#).value, Some(json!({"a": 1, "b": 2})));
    }

    #[test]
    fn private_members_are_not_shown_wherever_a_key_stands() {
        for text in [
            r#"{"cnf":{"jwk":{"kty":"OKP","d":"SECRET"}}}"#,
            r#"{"cnf":{"jwk":{"d":"SECRET"}}}"#,
            r#"{"cnf":{"jwk":[{"d":{"d":"SECRET"}}]}}"#,
            r#"{"x":{"d":"SECRET","kty":"EC"}}"#,
            r#"{"x":{"k":"SECRET","k":"SECRET","kty":"oct"}}"#,
            r#"{"jwk":{"x":{"y":[{"\u0064":"SECRET"}]}}}"#,
        ] {
            let part = decoded(text);
            assert!(part.hides_private && !part.text.contains("SECRET"), "{text}: {}", part.text);
            assert!(!format!("{:?}", part.value).contains("SECRET"), "{text}");
        }
        // The same names elsewhere are nobody's secret.
        let part = decoded(r#"{"oth":{"d":"shown"}}"#);
        assert!(!part.hides_private && part.text.contains("shown"));
    }

    #[test]
    fn what_could_move_the_cursor_is_escaped() {
        let part = decoded("{\"a\u{202e}\":\"\u{9b}2J \\u001b \u{1f600}\u{7f}\"}");
        assert_eq!(part.text, "{\n  \"a\\u202e\": \"\\u009b2J \\u001b \\ud83d\\ude00\\u007f\"\n}");
        assert_eq!(part.value, Some(json!({"a\u{202e}": "\u{9b}2J \u{1b} \u{1f600}\u{7f}"})));
    }

    #[test]
    fn depth_is_bounded() {
        let part = decoded(&format!("{{\"a\":{}1{}}}", "[".repeat(5000), "]".repeat(5000)));
        assert!(part.text.contains("nested too deeply") && part.value.is_none());
        assert_eq!(Decoded::read(b"not json"), None);
        assert_eq!(Decoded::read(b"\xff"), None);
    }
}

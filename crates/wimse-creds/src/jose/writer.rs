//! Writing a claims set.

use crate::UnixTime;

/// Writes a JSON object with its members in lexicographic order, without white space.
///
/// The order is part of what is signed, so it is fixed here and not left to a map, whose order another crate's
/// features can change for a whole build.
///
/// ```
/// use wimse_creds::UnixTime;
/// use wimse_creds::jose::ClaimsWriter;
///
/// let mut claims = ClaimsWriter::new();
/// claims.text("jti", "a\"b");
/// claims.date("exp", UnixTime::from_secs(60));
/// assert_eq!(claims.finish(), r#"{"exp":60,"jti":"a\"b"}"#);
/// ```
#[derive(Debug, Default)]
pub struct ClaimsWriter<'a> {
    members: Vec<(&'a str, Value<'a>)>,
}

#[derive(Debug)]
enum Value<'a> {
    Text(&'a str),
    Date(UnixTime),
    Json(&'a str),
}

impl<'a> ClaimsWriter<'a> {
    /// An empty object.
    #[must_use]
    pub fn new() -> Self {
        Self { members: Vec::with_capacity(8) }
    }

    /// Adds a string. Names must differ.
    pub fn text(&mut self, name: &'a str, value: &'a str) {
        self.members.push((name, Value::Text(value)));
    }

    /// Adds a `NumericDate`.
    pub fn date(&mut self, name: &'a str, value: UnixTime) {
        self.members.push((name, Value::Date(value)));
    }

    /// Adds a value that is JSON already.
    pub fn json(&mut self, name: &'a str, value: &'a str) {
        self.members.push((name, Value::Json(value)));
    }

    /// The object.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.members.sort_unstable_by_key(|(name, _)| *name);
        let mut object = String::with_capacity(256);
        object.push('{');
        for (index, (name, value)) in self.members.iter().enumerate() {
            if index > 0 {
                object.push(',');
            }
            push_string(&mut object, name);
            object.push(':');
            match value {
                Value::Text(text) => push_string(&mut object, text),
                Value::Date(date) => object.push_str(&date.to_string()),
                Value::Json(json) => object.push_str(json),
            }
        }
        object.push('}');
        object
    }
}

/// Appends a JSON string (RFC 8259 7).
fn push_string(object: &mut String, text: &str) {
    let plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if text.bytes().all(plain) {
        object.push('"');
        object.push_str(text);
        object.push('"');
    } else {
        object.push_str(&serde_json::Value::from(text).to_string());
    }
}

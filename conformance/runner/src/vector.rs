//! The vector files: language-neutral cases, each with one operation and one expectation.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One file: the cases of one topic.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct VectorFile {
    /// Short name of the draft; a catalogue has the same.
    pub draft: String,
    /// Revision of the draft; the catalogue has the same.
    pub revision: String,
    /// The cases, accepted ones before the refused ones made from them.
    pub vectors: Vec<Vector>,
}

/// One case.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    /// Kebab case, unique over all files.
    pub id: String,
    /// Ids of the requirements that the case shows, of any draft.
    pub requirements: Vec<String>,
    /// What is done, such as `identifier.parse`.
    pub operation: String,
    /// The JOSE algorithm that the case needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
    /// What arrives: untrusted.
    pub input: Map<String, Value>,
    /// What the party was configured with: trusted.
    pub config: Map<String, Value>,
    /// What has to come out.
    pub expect: Expectation,
    /// One sentence; for a refused case it names the attack or the mistake.
    pub comment: String,
    /// For a refused case: the accepted one that it differs from in one thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin: Option<String>,
    /// For a refused case: that one thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub differs: Option<String>,
    /// Where values were taken from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Vector {
    /// Whether the case is to be accepted.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        matches!(self.expect, Expectation::Accept { .. })
    }

    /// Members of `input` and `config` (and `algorithm`) that are not the same in the other case.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut found = Vec::new();
        if self.algorithm != other.algorithm {
            found.push("algorithm".to_owned());
        }
        for (part, here, there) in
            [("input", &self.input, &other.input), ("config", &self.config, &other.config)]
        {
            let names = here.keys().chain(there.keys().filter(|name| !here.contains_key(*name)));
            let unequal = names.filter(|name| here.get(*name) != there.get(*name));
            found.extend(unequal.map(|name| format!("{part}.{name}")));
        }
        found
    }
}

/// What has to come out of a case.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "result", rename_all = "lowercase", deny_unknown_fields)]
pub enum Expectation {
    /// Accepted, with these outputs; an implementation may have more.
    Accept {
        /// Name and value of each output that is compared.
        outputs: Map<String, Value>,
    },
    /// Refused, for one of these reasons.
    Reject {
        /// Permitted error codes.
        codes: Vec<String>,
    },
}

/// A byte value: text where it is readable, base64 where it is not.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Bytes {
    /// The bytes are the UTF-8 form of this text.
    Text(String),
    /// The bytes in standard base64 with padding.
    Base64(String),
}

impl Bytes {
    /// The bytes themselves.
    ///
    /// # Errors
    ///
    /// When a base64 value is not standard base64 with padding.
    pub fn decode(&self) -> Result<Vec<u8>, base64::DecodeError> {
        match self {
            Self::Text(text) => Ok(text.clone().into_bytes()),
            Self::Base64(encoded) => STANDARD.decode(encoded),
        }
    }
}

impl From<&[u8]> for Bytes {
    /// Text when it is printable ASCII, else base64: invisible and look-alike characters survive every editor.
    fn from(bytes: &[u8]) -> Self {
        let printable = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
        match std::str::from_utf8(bytes) {
            Ok(text) if bytes.iter().all(printable) => Self::Text(text.to_owned()),
            _ => Self::Base64(STANDARD.encode(bytes)),
        }
    }
}

impl From<Bytes> for Value {
    fn from(bytes: Bytes) -> Self {
        let (form, value) = match bytes {
            Bytes::Text(text) => ("text", text),
            Bytes::Base64(encoded) => ("base64", encoded),
        };
        Self::Object(Map::from_iter([(form.to_owned(), Self::String(value))]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_as_they_went_in() {
        for bytes in [&b"wimse://a/b"[..], b"", b"nul\0", b"\xff\xfe", "\u{ff41}".as_bytes()] {
            let value = Value::from(Bytes::from(bytes));
            let read: Bytes = serde_json::from_value(value).unwrap();
            assert_eq!(read.decode().unwrap(), bytes);
        }
    }

    #[test]
    fn base64_is_strict() {
        for wrong in ["Zg", "Zg=", "Zh==", "Z-==", "Zg==\n"] {
            assert!(Bytes::Base64(wrong.to_owned()).decode().is_err(), "{wrong:?}");
        }
    }
}

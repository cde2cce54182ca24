//! How bytes are written in JSON.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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

//! In which form a file holds a key, told by its first bytes, so that a refusal can say what to do.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// The forms that keys come in, with those that are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Jwk {
        private: bool,
    },
    JwkSet {
        private: bool,
    },
    /// "PRIVATE KEY", or its DER.
    Pkcs8,
    /// "PUBLIC KEY", or its DER.
    Spki,
    /// "EC PRIVATE KEY" (RFC 5915), or its DER.
    Sec1,
    /// "ENCRYPTED PRIVATE KEY", or its DER.
    Encrypted,
    /// PKCS#1: "RSA PRIVATE KEY" and "RSA PUBLIC KEY", or their DER.
    Rsa {
        private: bool,
    },
    /// "OPENSSH PRIVATE KEY".
    OpenSsh,
    Certificate,
    Empty,
    Unknown,
}

impl Form {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let text = std::str::from_utf8(bytes).map(str::trim_start);
        match text {
            Ok("") => Self::Empty,
            Ok(text) if text.starts_with('{') => of_json(text),
            Ok(text) if text.contains(PEM) => of_pem(text),
            _ => of_der(bytes).unwrap_or(Self::Unknown),
        }
    }

    /// Whether it is, or may be, a secret.
    pub(crate) fn is_private(self) -> bool {
        match self {
            Self::Jwk { private } | Self::JwkSet { private } | Self::Rsa { private } => private,
            Self::Pkcs8 | Self::Sec1 | Self::Encrypted | Self::OpenSsh => true,
            Self::Spki | Self::Certificate | Self::Empty | Self::Unknown => false,
        }
    }
}

const PEM: &str = "-----BEGIN ";

fn of_pem(text: &str) -> Form {
    let labels = text.split(PEM).skip(1).filter_map(|part| part.split_once("-----")).map(|(label, _)| label);
    // What OpenSSL writes may begin with the parameters of the curve.
    let label = labels.clone().find(|label| label.ends_with("KEY")).or_else(|| labels.clone().next());
    match label {
        Some("PRIVATE KEY") => Form::Pkcs8,
        Some("PUBLIC KEY") => Form::Spki,
        Some("EC PRIVATE KEY") => Form::Sec1,
        Some("ENCRYPTED PRIVATE KEY") => Form::Encrypted,
        Some("RSA PRIVATE KEY") => Form::Rsa { private: true },
        Some("RSA PUBLIC KEY") => Form::Rsa { private: false },
        Some("OPENSSH PRIVATE KEY") => Form::OpenSsh,
        Some("CERTIFICATE" | "TRUSTED CERTIFICATE" | "X509 CERTIFICATE") => Form::Certificate,
        _ => Form::Unknown,
    }
}

/// The members that tell the form, nothing of whose values is kept: the keys of a set, and those that only private and
/// symmetric keys have.
#[derive(Deserialize)]
struct Members {
    keys: Option<Vec<Members>>,
    d: Option<IgnoredAny>,
    p: Option<IgnoredAny>,
    q: Option<IgnoredAny>,
    k: Option<IgnoredAny>,
    #[serde(rename = "priv")]
    seed: Option<IgnoredAny>,
}

impl Members {
    fn are_private(&self) -> bool {
        [&self.d, &self.p, &self.q, &self.k, &self.seed].into_iter().any(Option::is_some)
            || self.keys.iter().flatten().any(Self::are_private)
    }
}

fn of_json(text: &str) -> Form {
    match serde_json::from_str::<Members>(text) {
        Ok(members) if members.keys.is_some() => Form::JwkSet { private: members.are_private() },
        Ok(members) => Form::Jwk { private: members.are_private() },
        // Broken, and perhaps a secret all the same.
        Err(_) => Form::Jwk { private: text.contains("\"d\"") },
    }
}

/// Tells a DER structure by the tags of its first two elements.
fn of_der(bytes: &[u8]) -> Option<Form> {
    let (SEQUENCE, inside, _) = element(bytes)? else { return None };
    let (first, content, rest) = element(inside)?;
    match first {
        INTEGER => match element(rest)?.0 {
            SEQUENCE => Some(Form::Pkcs8),
            OCTET_STRING => Some(Form::Sec1),
            // PKCS#1 begins with version 0 where it is private, and with the modulus where it is not.
            INTEGER => Some(Form::Rsa { private: content.len() == 1 }),
            _ => None,
        },
        SEQUENCE if content.starts_with(PBES2) => Some(Form::Encrypted),
        SEQUENCE => match element(rest)?.0 {
            BIT_STRING => Some(Form::Spki),
            SEQUENCE => Some(Form::Certificate),
            _ => None,
        },
        _ => None,
    }
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;
/// The object identifier 1.2.840.113549.1.5.13 (RFC 8018).
const PBES2: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];

/// The tag and the content of the first element, and what follows it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(*length), rest),
        0x81..=0x83 => {
            let (long, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
            (long.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_apart() {
        for (text, form) in [
            (r#"{"kty":"OKP","x":"AA"}"#, Form::Jwk { private: false }),
            (r#" {"kty":"OKP","x":"AA","d":"AA"}"#, Form::Jwk { private: true }),
            (r#"{"kty":"oct","k":"AA"}"#, Form::Jwk { private: true }),
            (r#"{"kty":"OKP","\u0064":"AA"}"#, Form::Jwk { private: true }),
            (r#"{"d":"AA","d":"AA"}"#, Form::Jwk { private: true }),
            (r#"{"keys":[]}"#, Form::JwkSet { private: false }),
            (r#"{"keys":[{"kty":"EC"},{"kty":"EC","d":"AA"}]}"#, Form::JwkSet { private: true }),
            ("-----BEGIN PRIVATE KEY-----\nAA", Form::Pkcs8),
            ("-----BEGIN PUBLIC KEY-----\nAA", Form::Spki),
            ("-----BEGIN EC PARAMETERS-----\nAA\n-----BEGIN EC PRIVATE KEY-----\nAA", Form::Sec1),
            ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA", Form::Encrypted),
            ("-----BEGIN RSA PRIVATE KEY-----\nAA", Form::Rsa { private: true }),
            ("-----BEGIN CERTIFICATE-----\nAA", Form::Certificate),
            ("-----BEGIN DH PARAMETERS-----\nAA", Form::Unknown),
            ("-----BEGIN", Form::Unknown),
            ("  \n", Form::Empty),
            ("", Form::Empty),
            ("ssh-ed25519 AAAA", Form::Unknown),
            ("{", Form::Jwk { private: false }),
        ] {
            assert_eq!(Form::of(text.as_bytes()), form, "{text}");
        }
    }

    #[test]
    fn der_is_told_by_its_tags() {
        for (der, form) in [
            (&[0x30, 0x05, 2, 1, 0, 0x30, 0][..], Form::Pkcs8),
            (&[0x30, 0x05, 2, 1, 1, 4, 0], Form::Sec1),
            (&[0x30, 0x06, 2, 1, 0, 2, 1, 5], Form::Rsa { private: true }),
            (&[0x30, 0x07, 2, 2, 1, 1, 2, 1, 3], Form::Rsa { private: false }),
            (&[0x30, 0x04, 0x30, 0, 3, 0], Form::Spki),
            (&[0x30, 0x04, 0x30, 0, 0x30, 0], Form::Certificate),
            (&[0x30, 0x81, 0x04, 0x30, 0, 3, 0], Form::Spki),
            (&[0x30, 0x05, 0x30, 0, 3, 0], Form::Unknown),
            (&[0x30, 0x84, 0, 0, 0, 0], Form::Unknown),
            (&[0x30], Form::Unknown),
            (&[0xff, 0xff], Form::Unknown),
        ] {
            assert_eq!(Form::of(der), form, "{der:02x?}");
        }
    }
}

//! What a client has sent, and what came of it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderName};
use serde_json::{Map, Value};

use crate::live::{Folder, wire::Message};

/// A request that has arrived.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    /// As the client has sent it.
    pub(super) message: Message,
    /// What a proof of it is for.
    pub(super) audience: String,
    /// Whether it came to where a redirection leads.
    pub(super) elsewhere: bool,
    /// Whether it verifies, as the client has sent it.
    pub(super) verified: Result<(), String>,
    /// Whether it demands a signed response.
    pub(super) demands: bool,
}

/// All that is seen of a client in a lesson.
#[derive(Debug)]
pub(super) struct Seen<'f> {
    pub(super) folder: &'f Folder,
    /// In order, at least one unless the client has nothing to prove with.
    pub(super) arrivals: Vec<Arrival>,
    /// Whether the client takes each answer.
    pub(super) taken: bool,
    /// What it has printed.
    pub(super) output: Vec<u8>,
}

/// What one look finds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Finding {
    Good,
    Bad(String),
    /// There is nothing to look at.
    Nothing(&'static str),
}

impl From<Result<(), String>> for Finding {
    fn from(result: Result<(), String>) -> Self {
        result.map_or_else(Self::Bad, |()| Self::Good)
    }
}

/// A proof or a WIT, taken apart without any judgement.
#[derive(Debug)]
pub(super) struct Jwt {
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
    pub(super) signing_input: String,
    pub(super) signature: Vec<u8>,
}

impl Arrival {
    /// How much of a message is kept.
    pub(super) fn bytes(&self) -> usize {
        let fields = self.message.fields.iter().map(|(name, value)| name.len() + value.len());
        self.message.start.len() + self.message.content.len() + fields.sum::<usize>()
    }

    /// The values of a field, line by line.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        let lines = self.message.fields.iter().filter(|(found, _)| found.eq_ignore_ascii_case(name));
        lines.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).collect()
    }

    /// Whether it tells who has sent it.
    pub(super) fn has_credentials(&self) -> bool {
        ["workload-identity-token", "authorization", "signature"]
            .into_iter()
            .any(|name| self.message.field(name).is_some())
    }

    /// The text of the first proof.
    pub(super) fn proof_text(&self) -> Result<String, String> {
        let lines = self.lines("authorization");
        let line = lines.first().ok_or("there is no Authorization")?;
        let (scheme, token) = line.split_once(' ').ok_or("Authorization is no scheme and token")?;
        match scheme.eq_ignore_ascii_case("WPT") {
            true => Ok(token.trim().to_owned()),
            false => Err(format!("the scheme is {scheme}")),
        }
    }

    /// The first proof.
    pub(super) fn proof(&self) -> Result<Jwt, String> {
        Jwt::parse(&self.proof_text()?).ok_or_else(|| "the proof is no JWT".to_owned())
    }

    /// The text of the first WIT.
    pub(super) fn wit_text(&self) -> Result<String, String> {
        self.message.field("workload-identity-token").ok_or_else(|| "there is no WIT".to_owned())
    }

    /// The key that the first WIT binds.
    pub(super) fn key(&self) -> Result<Value, String> {
        let wit = Jwt::parse(&self.wit_text()?).ok_or("the WIT is no JWT")?;
        let key = wit.claims.get("cnf").and_then(|cnf| cnf.get("jwk")).cloned();
        key.ok_or_else(|| "the WIT binds no key".to_owned())
    }
}

impl Jwt {
    fn parse(text: &str) -> Option<Self> {
        let (signing_input, signature) = text.rsplit_once('.')?;
        let (header, claims) = signing_input.split_once('.')?;
        let members = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
        Some(Self {
            header: members(header)?,
            claims: members(claims)?,
            signing_input: signing_input.to_owned(),
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }

    /// A claim that is a string.
    pub(super) fn text(&self, name: &str) -> Result<&str, String> {
        self.claims.get(name).and_then(Value::as_str).ok_or_else(|| format!("{name} is absent, or no text"))
    }
}

/// The fields that the proof among these binds with `oth`: whatever that is, it is understood here.
pub(super) fn bound_fields(headers: &HeaderMap) -> Vec<HeaderName> {
    let proof = headers.get("authorization").and_then(|value| value.to_str().ok());
    let proof = proof.and_then(|value| value.split_once(' ')).and_then(|(_, token)| Jwt::parse(token.trim()));
    let oth = proof.and_then(|proof| proof.claims.get("oth").and_then(Value::as_object).cloned());
    oth.unwrap_or_default().keys().filter_map(|name| name.parse().ok()).collect()
}

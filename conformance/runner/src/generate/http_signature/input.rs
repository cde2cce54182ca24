//! One signature of a message: what it covers, its parameters, and the base that it is over (RFC 9421 2.5).

use serde_json::{Map, Value};
use wimse::creds::key::KeyError;

use super::{
    super::tokens::{self, KeyPair, Members},
    wire::Wire,
};

/// A fixed key pair, as the text of its private JWK.
#[derive(Clone, Copy)]
pub(super) struct Key(&'static str);

impl Key {
    pub(super) const fn of(private_jwk: &'static str) -> Self {
        Self(private_jwk)
    }

    pub(super) fn private_jwk(self) -> &'static str {
        self.0
    }

    /// The members of the public JWK, in lexicographic order.
    pub(super) fn public(self) -> Members {
        let jwk: Map<String, Value> = serde_json::from_str(self.0).unwrap_or_default();
        let mut members: Vec<_> = jwk.iter().filter(|(name, _)| *name != "d").collect();
        members.sort_by_key(|(name, _)| *name);
        members.into_iter().fold(Members::of([]), |members, (name, value)| members.set(name, value))
    }
}

impl From<KeyPair> for Key {
    fn from(pair: KeyPair) -> Self {
        Self(pair.private_jwk())
    }
}

/// One signature.
#[derive(Clone)]
pub(super) struct Signature {
    /// Serialized identifiers, and the value in the base if it is not the one of the message.
    pub(super) covered: Vec<(String, Option<String>)>,
    /// Names, and what follows them: nothing for a bare one, or `=` and a value.
    pub(super) parameters: Vec<(String, String)>,
    pub(super) key: Key,
    /// What becomes of the signature after it is made.
    pub(super) change: fn(Vec<u8>) -> Vec<u8>,
}

impl Signature {
    pub(super) fn new(components: &[&str], parameters: &[(&str, &str)], key: Key) -> Self {
        let parameters = parameters.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Self {
            covered: components.iter().map(|identifier| ((*identifier).to_owned(), None)).collect(),
            parameters: parameters.collect(),
            key,
            change: |signature| signature,
        }
    }

    /// The inner list and its parameters.
    pub(super) fn input(&self) -> String {
        let covered: Vec<_> = self.covered.iter().map(|(identifier, _)| identifier.as_str()).collect();
        let parameters = self.parameters.iter().map(|(name, text)| format!(";{name}{text}"));
        format!("({}){}", covered.join(" "), parameters.collect::<String>())
    }

    /// What is signed.
    pub(super) fn base(&self, message: &Wire, request: Option<&Wire>) -> String {
        let mut base = String::new();
        for (identifier, value) in &self.covered {
            let (name, parameters) = parts(identifier);
            let of = request.filter(|_| parameters.contains(";req")).unwrap_or(message);
            let value = value.clone().unwrap_or_else(|| of.component(name));
            base.push_str(&format!("{identifier}: {value}\n"));
        }
        base + &format!("\"@signature-params\": {}", self.input())
    }

    /// The signature itself.
    pub(super) fn bytes(&self, message: &Wire, request: Option<&Wire>) -> Result<Vec<u8>, KeyError> {
        let base = self.base(message, request);
        tokens::signature_by(self.key.private_jwk(), base.as_bytes()).map(self.change)
    }
}

/// Name and parameters of a serialized identifier.
fn parts(identifier: &str) -> (&str, &str) {
    identifier.trim_start_matches('"').split_once('"').unwrap_or((identifier, ""))
}

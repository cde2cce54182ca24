//! What the cases of signers share: an accepted signature, what it says and what it covers.

use std::error::Error;

use serde_json::{Map, Value, json};

use super::{
    super::tokens::NOW,
    cases::{anchors, message},
    signed::{NONCE, RESPONSE_NONCE, Signed, TAG},
};
use crate::vector::{Bytes, Vector};

/// A case of a signer: what it covers, beside what it always covers, and what it says besides.
pub(super) struct Made {
    vector: Vector,
    components: Vec<String>,
    parameters: Map<String, Value>,
}

impl Made {
    /// `profile.sign_request` of this request, which has content.
    pub(super) fn request(
        id: &str,
        signed: &Signed,
        requirements: &[&str],
        comment: &str,
    ) -> Result<Self, Box<dyn Error>> {
        let wire = signed.unsigned()?;
        let vector = signer(id, "profile.sign_request", signed, requirements, comment)?
            .input("method", wire.word(0))
            .input("uri", "https://api.example.com/orders?draft=1")
            .input("headers", headers(&[("Content-Type", "application/json")]))
            .input("content", Bytes::from(&*wire.content))
            .config("nonce", NONCE)
            .output("content_digest", wire.field("content-digest"));
        let made =
            Self::new(vector, &["\"@method\"", "\"@path\"", "\"@query\"", "\"workload-identity-token\""]);
        Ok(made
            .covers("\"content-type\"")
            .covers("\"content-digest\"")
            .says("nonce", NONCE)
            .says("wimse-aud", "https://api.example.com/orders"))
    }

    /// `profile.sign_response` of this response with content, to the request that it answers.
    pub(super) fn response(
        id: &str,
        signed: &Signed,
        requirements: &[&str],
        comment: &str,
    ) -> Result<Self, Box<dyn Error>> {
        let request = signed.request.as_ref().ok_or("a response answers a request")?;
        let wire = signed.unsigned()?;
        let vector = signer(id, "profile.sign_response", signed, requirements, comment)?
            .input("request", message(&request.bytes()?))
            .input("status", 200)
            .input("headers", headers(&[("Content-Type", "application/json")]))
            .input("content", Bytes::from(&*wire.content))
            .config("anchors", anchors())
            .config("audience", json!({"bases": ["https://api.example.com"]}))
            .config("nonce", RESPONSE_NONCE)
            .output("content_digest", wire.field("content-digest"));
        let of_request = ["\"@method\";req", "\"@path\";req", "\"@query\";req"];
        let made = Self::new(vector, &["\"@status\"", "\"workload-identity-token\""]);
        let made = of_request.iter().fold(made, |made, component| made.covers(component));
        Ok(made
            .covers("\"content-type\"")
            .covers("\"content-digest\"")
            .says("nonce", RESPONSE_NONCE)
            .says("wimse-req-nonce", NONCE))
    }

    fn new(vector: Vector, components: &[&str]) -> Self {
        let parameters = json!({"created": NOW, "expires": NOW + 60, "tag": TAG});
        Self {
            vector,
            components: components.iter().map(ToString::to_string).collect(),
            parameters: parameters.as_object().cloned().unwrap_or_default(),
        }
    }

    /// Changes the case.
    pub(super) fn with(self, change: impl FnOnce(Vector) -> Vector) -> Self {
        Self { vector: change(self.vector), ..self }
    }

    /// Covers this component too.
    pub(super) fn covers(mut self, component: &str) -> Self {
        self.components.push(component.to_owned());
        self
    }

    /// Does not cover this component.
    pub(super) fn covers_not(mut self, component: &str) -> Self {
        self.components.retain(|covered| covered != component);
        self
    }

    /// Says this.
    pub(super) fn says(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.parameters.insert(name.to_owned(), value.into());
        self
    }

    /// Without content, and what comes with it.
    pub(super) fn bodiless(self) -> Self {
        let made = self.with(|mut vector| {
            for member in ["content", "headers"] {
                vector.input.remove(member);
            }
            vector.output("content_digest", Value::Null)
        });
        made.covers_not("\"content-type\"").covers_not("\"content-digest\"")
    }

    /// The case.
    pub(super) fn vector(mut self) -> Vector {
        self.components.sort();
        self.vector.output("components", self.components).output("parameters", self.parameters)
    }
}

fn signer(
    id: &str,
    operation: &str,
    signed: &Signed,
    requirements: &[&str],
    comment: &str,
) -> Result<Vector, Box<dyn Error>> {
    let mut key: Value = serde_json::from_str(signed.key.private_jwk())?;
    key["alg"] = json!(signed.algorithm);
    Ok(Vector::accepted(id, operation, comment)
        .requires(requirements)
        .needs(signed.algorithm)
        .config("wit", signed.wit()?)
        .config("key", key)
        .config("now", NOW)
        .output("workload_identity_token", signed.wit()?)
        .output("signature_valid", true)
        .output("signatures", 1))
}

/// Field lines of an input.
pub(super) fn headers(lines: &[(&str, &str)]) -> Value {
    lines.iter().map(|(name, value)| json!([name, Bytes::from(value.as_bytes())])).collect()
}

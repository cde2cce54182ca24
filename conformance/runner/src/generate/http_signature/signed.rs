//! One signed message: every part can be changed, and what depends on it follows.
//!
//! A hostile message is signed after the change, so that it is refused for what is wrong with it. What happens on the
//! way is a change of the [`Wire`] after signing.

use std::error::Error;

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256, Sha512};

use super::{
    super::tokens::{
        self, ISSUER_ES256, KeyPair, Members, NOW, OTHER_WORKLOAD_ED25519, OTHER_WORKLOAD_ES256,
        WORKLOAD_ED25519, WORKLOAD_ES256, confirmation,
    },
    input::{Key, Signature},
    wire::Wire,
};

/// A request or response to be.
#[derive(Clone)]
pub(super) struct Signed {
    /// In the start line and in values, `{wit}` stands for the WIT, `{digest}` and `{digest512}` for members of
    /// `Content-Digest`, `{input}` and `{signature}` for the parts of our signature, `{input1}` for those of the next.
    pub(super) message: Wire,
    pub(super) issuer: KeyPair,
    pub(super) wit_header: Members,
    pub(super) wit_claims: Members,
    pub(super) algorithm: &'static str,
    pub(super) key: Key,
    /// Ours is the first.
    pub(super) signatures: Vec<Signature>,
    pub(super) respell: fn(String) -> String,
    /// What the response answers.
    pub(super) request: Option<Box<Signed>>,
    pub(super) changes: Vec<fn(&mut Wire)>,
}

impl Signed {
    /// `POST /orders?draft=1` with content, by an Ed25519 key.
    pub(super) fn ed25519() -> Self {
        Self::request("Ed25519", WORKLOAD_ED25519)
    }

    /// The same by a P-256 key.
    pub(super) fn es256() -> Self {
        Self::request("ES256", WORKLOAD_ES256)
    }

    /// The same by an Ed25519 key whose algorithm has the older name `EdDSA`.
    pub(super) fn eddsa() -> Self {
        Self::request("EdDSA", WORKLOAD_ED25519)
    }

    fn request(algorithm: &'static str, key: KeyPair) -> Self {
        Self::by(algorithm, key.into())
    }

    /// The same by any key.
    pub(super) fn by(algorithm: &'static str, key: Key) -> Self {
        let (created, expires) = (format!("={NOW}"), format!("={}", NOW + 60));
        let (nonce, tag) = (format!("=\"{NONCE}\""), format!("=\"{TAG}\""));
        let parameters = [
            ("created", created.as_str()),
            ("expires", &expires),
            ("nonce", &nonce),
            ("tag", &tag),
            ("wimse-aud", "=\"https://api.example.com/orders\""),
        ];
        let fields = [
            ("Host", "api.example.com"),
            ("Content-Type", "application/json"),
            ("Content-Digest", "{digest}"),
            ("Workload-Identity-Token", "{wit}"),
            ("Signature-Input", "sig1={input}"),
            ("Signature", "sig1=:{signature}:"),
        ];
        let jwk = key.public().string("alg", algorithm);
        Self {
            message: Wire {
                start: "POST /orders?draft=1 HTTP/1.1".to_owned(),
                fields: owned(fields),
                content: br#"{"item":"cone","amount":1}"#.to_vec(),
            },
            issuer: ISSUER_ES256,
            wit_header: tokens::wit_header(),
            wit_claims: tokens::wit_claims(WORKLOAD_ED25519).set("cnf", confirmation(&jwk)),
            algorithm,
            key,
            signatures: vec![Signature::new(REQUEST_COMPONENTS, &parameters, key)],
            respell: |input| input,
            request: None,
            changes: Vec::new(),
        }
    }

    /// A response of [`SERVER`] to this request, by a key of the same algorithm.
    pub(super) fn response(&self) -> Self {
        let key = if self.algorithm == "ES256" { OTHER_WORKLOAD_ES256 } else { OTHER_WORKLOAD_ED25519 };
        let mut response = Self::request(self.algorithm, key);
        response.message.start = "HTTP/1.1 200 OK".to_owned();
        response.message.remove("Host");
        response.message.content = br#"{"order":7}"#.to_vec();
        response.wit_claims = response.wit_claims.string("sub", SERVER).string("jti", "wit-2");
        let nonce = self.parameter_text("nonce");
        response.request = Some(Box::new(self.clone()));
        response
            .covered(RESPONSE_COMPONENTS)
            .without_parameter("wimse-aud")
            .string("nonce", RESPONSE_NONCE)
            .parameter("wimse-req-nonce", &nonce)
    }

    /// The same message without content.
    pub(super) fn bodiless(&self) -> Self {
        let start = self.message.start.replacen("POST", "GET", 1);
        let bare = self.content(b"").without_field("Content-Type").without_field("Content-Digest");
        let bare = bare.uncovered("\"content-type\"").uncovered("\"content-digest\"");
        bare.start(&start)
    }

    /// A response to another request than before; `wimse-req-nonce` stays.
    pub(super) fn answering(&self, request: &Self) -> Self {
        Self { request: Some(Box::new(request.clone())), ..self.clone() }
    }

    /// What follows the name of a parameter of ours.
    pub(super) fn parameter_text(&self, name: &str) -> String {
        let mut parameters = self.signatures.iter().take(1).flat_map(|signature| &signature.parameters);
        parameters.find(|(key, _)| key == name).map(|(_, text)| text.clone()).unwrap_or_default()
    }

    /// The WIT.
    pub(super) fn wit(&self) -> Result<String, Box<dyn Error>> {
        tokens::sign(self.issuer, &self.wit_header.text(), &self.wit_claims.text())
    }

    /// The message without its signatures.
    pub(super) fn unsigned(&self) -> Result<Wire, Box<dyn Error>> {
        let wit = self.wit()?;
        let digest = format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(&self.message.content)));
        let digest512 = format!("sha-512=:{}:", STANDARD.encode(Sha512::digest(&self.message.content)));
        let mut message = self.message.clone();
        for (_, value) in &mut message.fields {
            *value = value.replace("{wit}", &wit).replace("{digest}", &digest);
            *value = value.replace("{digest512}", &digest512);
        }
        Ok(message)
    }

    /// The message as it arrives.
    pub(super) fn wire(&self) -> Result<Wire, Box<dyn Error>> {
        let mut message = self.unsigned()?;
        let request = self.request.as_ref().map(|request| request.wire()).transpose()?;
        for (number, signature) in self.signatures.iter().enumerate() {
            let number = if number == 0 { String::new() } else { number.to_string() };
            let bytes = signature.bytes(&message, request.as_ref())?;
            let (input, encoded) = ((self.respell)(signature.input()), STANDARD.encode(bytes));
            for (_, value) in &mut message.fields {
                *value = value.replace(&format!("{{input{number}}}"), &input);
                *value = value.replace(&format!("{{signature{number}}}"), &encoded);
            }
        }
        self.changes.iter().for_each(|change| change(&mut message));
        Ok(message)
    }

    /// The bytes as they arrive.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, Box<dyn Error>> {
        self.wire().map(|message| message.bytes())
    }
}

fn owned<const N: usize>(fields: [(&str, &str); N]) -> Vec<(String, String)> {
    fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// The tag of the profile.
pub(super) const TAG: &str = "wimse-workload-to-workload";
/// The nonce of most requests: 16 bytes, 0 to 15.
pub(super) const NONCE: &str = "AAECAwQFBgcICQoLDA0ODw";
/// The nonce of most responses: 16 bytes, 32 to 47.
pub(super) const RESPONSE_NONCE: &str = "ICEiIyQlJicoKSorLC0uLw";
/// The subject of the WIT of responses.
pub(super) const SERVER: &str = "wimse://example.com/orders";

/// What the signature of a request with content has to cover.
pub(super) const REQUEST_COMPONENTS: &[&str] = &[
    "\"@method\"",
    "\"@path\"",
    "\"@query\"",
    "\"content-type\"",
    "\"content-digest\"",
    "\"workload-identity-token\"",
];
/// What the signature of a response with content has to cover.
pub(super) const RESPONSE_COMPONENTS: &[&str] = &[
    "\"@status\"",
    "\"content-type\"",
    "\"content-digest\"",
    "\"workload-identity-token\"",
    "\"@method\";req",
    "\"@path\";req",
    "\"@query\";req",
];

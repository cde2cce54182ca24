//! The examples of the drafts: bases and signatures as they are printed, and whole exchanges with WITs of our own, since
//! the key of the issuer is not printed.

use std::error::Error;

use serde_json::{Value, json};

use super::{
    super::Cases,
    cases::message,
    draft_text::{
        REQUEST_A_B, REQUEST_B_C, RESPONSE_B_A, RESPONSE_C_B, SVC_A, SVC_B, SVC_C, TUNNEL, TUNNEL_ISSUER,
    },
    input::{Key, Signature},
    signed::TAG,
    wire::Wire,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let mut vectors = Vec::new();
    for example in EXAMPLES {
        vectors.push(example.base()?);
        let verified = example.verified()?;
        vectors.push(verified.clone());
        vectors.extend(example.refused(&verified));
        if example.algorithm == "Ed25519" {
            vectors.push(example.made_again()?);
        }
    }
    vectors.extend(tunnel());
    Ok(vectors)
}

struct Example {
    id: &'static str,
    algorithm: &'static str,
    key: Key,
    text: &'static str,
    /// What the response answers.
    request: Option<&'static str>,
    covered: &'static [&'static str],
    parameters: &'static [(&'static str, &'static str)],
    requirements: &'static [&'static str],
    figure: &'static str,
}

impl Example {
    fn vector(&self, end: &str, operation: &str, comment: &str) -> Vector {
        let wire = Wire::parse(self.text);
        let vector = Vector::accepted(&format!("sig-example-{}{end}", self.id), operation, comment)
            .needs(self.algorithm)
            .requires(self.requirements)
            .source(&format!("http-signature-07, {}", self.figure));
        match self.request {
            Some(request) => vector
                .input("request", message(&Wire::parse(request).bytes()))
                .input("response", message(&wire.bytes())),
            None => vector.input("request", message(&wire.bytes())),
        }
    }

    fn signature(&self) -> Signature {
        Signature::new(self.covered, self.parameters, self.key)
    }

    fn printed_base(&self) -> String {
        let request = self.request.map(Wire::parse);
        self.signature().base(&Wire::parse(self.text), request.as_ref())
    }

    fn base(&self) -> Result<Vector, Box<dyn Error>> {
        let vector = self.vector("-base", "httpsig.base", "The signature base of the example.");
        Ok(vector.input_bytes("covered", self.signature().input()).output("base", self.printed_base()))
    }

    fn verified(&self) -> Result<Vector, Box<dyn Error>> {
        let vector = self.vector(
            "",
            "httpsig.verify",
            "The signature of the example verifies with the key in its WIT.",
        );
        Ok(vector
            .config("key", serde_json::from_str::<Value>(&self.key.public().text())?)
            .config("tag", TAG)
            .config("now", CREATED)
            .output("base", self.printed_base()))
    }

    fn refused(&self, verified: &Vector) -> Vec<Vector> {
        let member = if self.request.is_some() { "response" } else { "request" };
        let mut changed = Wire::parse(self.text);
        let wit = changed.field("workload-identity-token").replacen("eyJ", "eyK", 1);
        changed.set("Workload-Identity-Token", &wit);
        let id = |end: &str| format!("{}-{end}", verified.id);
        vec![
            verified
                .refused(&id("other-wit"), &["httpsig.signature"], "another WIT", "The WIT is covered.")
                .input(member, message(&changed.bytes())),
            verified
                .refused(
                    &id("other-tag"),
                    &["httpsig.tag_not_found"],
                    "another tag is asked for",
                    "Not that signature.",
                )
                .config("tag", "web-bot-auth"),
            verified
                .refused(&id("late"), &["httpsig.expired"], "ten minutes later", "The signature has expired.")
                .config("now", CREATED + 600),
        ]
    }

    /// Ed25519 signatures are deterministic.
    fn made_again(&self) -> Result<Vector, Box<dyn Error>> {
        let mut vector = self.vector("-made-again", "httpsig.sign", "Signing again gives the same bytes.");
        let mut unsigned = Wire::parse(self.text);
        let signature = unsigned.field("signature");
        unsigned.remove("Signature");
        unsigned.remove("Signature-Input");
        vector = vector
            .input(if self.request.is_some() { "response" } else { "request" }, message(&unsigned.bytes()));
        let components: Vec<_> = self.covered.iter().map(|identifier| identifier.replace('"', "")).collect();
        let parameters = self.parameters.iter().map(|(name, text)| {
            let value = text.trim_start_matches('=');
            if value.is_empty() {
                Ok(json!([name, true]))
            } else {
                serde_json::from_str(value).map(|value: Value| json!([name, value]))
            }
        });
        Ok(vector
            .config("key", serde_json::from_str::<Value>(self.key.private_jwk())?)
            .config("label", "sig1")
            .config("components", components)
            .config("parameters", parameters.collect::<Result<Vec<_>, _>>()?)
            .output("base", self.printed_base())
            .output("signature_input", self.signature().input())
            .output("signature", signature.trim_start_matches("sig1=:").trim_end_matches(':')))
    }
}

/// The signed CONNECT of an individual draft: its issuer is printed, so that all of it verifies.
fn tunnel() -> Vec<Vector> {
    let wire = Wire::parse(TUNNEL);
    let issuer: Value = serde_json::from_str(TUNNEL_ISSUER).unwrap_or_default();
    let twin = Vector::accepted(
        "sig-example-connect",
        "profile.verify_request",
        "The signed CONNECT of another draft.",
    )
    .needs("Ed25519")
    .requires(&["SIG8-3-1", "SIG8-3-2", "SIG-3.2-1"])
    .input("request", message(&wire.bytes()))
    .config("now", 1_791_244_800)
    .config("anchors", json!([{"origin": "wimse://example.com", "jwk_set": {"keys": [issuer]}}]))
    .config("audience", json!({"values": ["https://proxy.example"]}))
    .output("identifier", "wimse://example.com/workload-a")
    .output("nonce", "8R2YsD5mrtrsiLPZPXt07_6jex3LLjNq")
    .output("covers", json!(["@authority", "@method", "workload-identity-token"]))
    .source("draft-rosomakho-httpbis-tunnels-signatures, Standard CONNECT with WIMSE Credentials");
    let mut elsewhere = wire;
    elsewhere.start = "CONNECT other.example:443 HTTP/1.1".to_owned();
    let refused = |id, codes: &[&str], requirement: &str, differs, comment| {
        twin.refused(id, codes, differs, comment).requires(&[requirement])
    };
    vec![
        twin.clone(),
        refused(
            "sig-example-connect-elsewhere",
            &["httpsig.signature"],
            "SIG-3.1-3",
            "another target",
            "The authority is covered.",
        )
        .input("request", message(&elsewhere.bytes())),
        refused(
            "sig-example-connect-late",
            &["httpsig.expired"],
            "SIG-5.1-5",
            "91 seconds later",
            "It has expired.",
        )
        .config("now", 1_791_244_891),
        refused(
            "sig-example-connect-other-proxy",
            &["httpsig.audience_mismatch"],
            "SIG8-3.2-1",
            "another proxy",
            "Not for this one.",
        )
        .config("audience", json!({"values": ["https://proxy.example/"]})),
    ]
}

/// `created` of all of them.
pub(super) const CREATED: u64 = 1_789_405_135;

const REQUEST: &[&str] = &["\"@method\"", "\"@path\"", "\"@query\"", "\"workload-identity-token\""];
const REQUEST_WITH_CONTENT: &[&str] = &[
    "\"@method\"",
    "\"@path\"",
    "\"@query\"",
    "\"workload-identity-token\"",
    "\"content-type\"",
    "\"content-digest\"",
];
const RESPONSE: &[&str] = &[
    "\"@status\"",
    "\"workload-identity-token\"",
    "\"content-type\"",
    "\"content-digest\"",
    "\"@method\";req",
    "\"@path\";req",
    "\"@query\";req",
];
const OF_REQUEST: &[&str] = &["SIG-3-1", "SIG-3-2", "SIG-3-3", "SIG-3-8", "SIG-3.1-3"];
const OF_RESPONSE: &[&str] = &["SIG-3-9", "SIG-3-10", "SIG-3-11", "SIG-3-12", "SIG-3-15", "SIG-3.1-3"];

const EXAMPLES: [Example; 4] = [
    Example {
        id: "request-a-b",
        algorithm: "Ed25519",
        key: SVC_A,
        text: REQUEST_A_B,
        request: None,
        covered: REQUEST,
        parameters: &[
            ("created", "=1789405135"),
            ("expires", "=1789405435"),
            ("nonce", "=\"abcd1111\""),
            ("tag", "=\"wimse-workload-to-workload\""),
            ("wimse-aud", "=\"https://svcb.example.com/gimme-ice-cream\""),
            ("wimse-sign-response", ""),
        ],
        requirements: OF_REQUEST,
        figure: "Figures 1 and 2",
    },
    Example {
        id: "response-b-a",
        algorithm: "Ed25519",
        key: SVC_B,
        text: RESPONSE_B_A,
        request: Some(REQUEST_A_B),
        covered: RESPONSE,
        parameters: &[
            ("created", "=1789405135"),
            ("expires", "=1789405437"),
            ("nonce", "=\"abcd2222\""),
            ("tag", "=\"wimse-workload-to-workload\""),
            ("wimse-req-nonce", "=\"abcd1111\""),
        ],
        requirements: OF_RESPONSE,
        figure: "Figures 2, 3 and 4",
    },
    Example {
        id: "request-b-c",
        algorithm: "Ed25519",
        key: SVC_B,
        text: REQUEST_B_C,
        request: None,
        covered: REQUEST_WITH_CONTENT,
        parameters: &[
            ("created", "=1789405135"),
            ("expires", "=1789405437"),
            ("nonce", "=\"abcd3333\""),
            ("tag", "=\"wimse-workload-to-workload\""),
            ("wimse-aud", "=\"https://svcc.example.com/inventory/cones\""),
            ("wimse-sign-response", ""),
        ],
        requirements: OF_REQUEST,
        figure: "Figures 3 and 6",
    },
    Example {
        id: "response-c-b",
        algorithm: "ES256",
        key: SVC_C,
        text: RESPONSE_C_B,
        request: Some(REQUEST_B_C),
        covered: RESPONSE,
        parameters: &[
            ("created", "=1789405135"),
            ("expires", "=1789405439"),
            ("nonce", "=\"abcd4444\""),
            ("tag", "=\"wimse-workload-to-workload\""),
            ("wimse-req-nonce", "=\"abcd3333\""),
        ],
        requirements: OF_RESPONSE,
        figure: "Figures 5, 6 and 7",
    },
];

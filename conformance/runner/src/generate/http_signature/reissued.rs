//! The exchanges of the draft with WITs of an issuer that is known here. What is covered and said is as printed.

use std::error::Error;

use serde_json::json;

use super::{
    super::{
        Cases,
        tokens::{Members, confirmation},
    },
    cases::{message, refuse},
    draft_text::{REQUEST_A_B, REQUEST_B_C, RESPONSE_B_A, RESPONSE_C_B, SVC_A, SVC_B, SVC_C},
    examples::CREATED,
    input::Key,
    signed::Signed,
    wire::Wire,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let a_b = Signed::by("Ed25519", SVC_A).example(REQUEST_A_B, ("svcA", SVC_A), CREATED + 300)?;
    let a_b = a_b.without_parameter("wimse-aud").string("nonce", "abcd1111");
    let a_b = a_b.string("wimse-aud", "https://svcb.example.com/gimme-ice-cream").demanding();
    let b_c = Signed::by("Ed25519", SVC_B).example(REQUEST_B_C, ("svcB", SVC_B), CREATED + 302)?;
    let b_c = b_c
        .string("nonce", "abcd3333")
        .string("wimse-aud", "https://svcc.example.com/inventory/cones")
        .demanding();

    let mut vectors = Vec::new();
    for (id, request, audience, subject) in [
        ("sig-exchange-request-a-b", &a_b, "https://svcb.example.com", "wimse://example.com/svcA"),
        ("sig-exchange-request-b-c", &b_c, "https://svcc.example.com", "wimse://example.com/svcB"),
    ] {
        let vector =
            request.accepted(id, REQUESTS, "The request of the example, with a WIT of a known issuer.")?;
        let nonce = request.parameter_text("nonce");
        let twin = vector
            .config("now", CREATED)
            .config("audience", json!({"bases": [audience]}))
            .output("identifier", subject)
            .output("nonce", nonce.trim_matches(['=', '"']))
            .output("response_required", true)
            .source("http-signature-07, section 3.7");
        vectors.push(twin.clone());
        vectors.extend(printed(&twin, if subject.ends_with('A') { REQUEST_A_B } else { REQUEST_B_C }));
    }
    let b_a = Signed::by("Ed25519", SVC_B).example(RESPONSE_B_A, ("svcB", SVC_B), CREATED + 302)?;
    let b_a = b_a.answer(&a_b).string("nonce", "abcd2222");
    let c_b = Signed::by("ES256", SVC_C).example(RESPONSE_C_B, ("svcC", SVC_C), CREATED + 304)?;
    let c_b = c_b.answer(&b_c).string("nonce", "abcd4444");
    for (id, response, peer) in [
        ("sig-exchange-response-b-a", &b_a, "wimse://example.com/svcB"),
        ("sig-exchange-response-c-b", &c_b, "wimse://example.com/svcC"),
    ] {
        let vector =
            response.accepted(id, RESPONSES, "The response of the example, with a WIT of a known issuer.")?;
        let nonce = response.parameter_text("nonce");
        let twin = vector
            .config("now", CREATED)
            .config("expected_peer", json!({"workload": peer}))
            .output("identifier", peer)
            .output("nonce", nonce.trim_matches(['=', '"']))
            .source("http-signature-07, section 3.7");
        let swapped = if peer.ends_with('B') { &c_b } else { &b_a };
        let rows = [(
            format!("{id}-swapped"),
            &["httpsig.req_nonce_mismatch"][..],
            swapped.clone(),
            "the response of the other exchange",
            "A response is played to another client.",
        )];
        vectors.push(twin.clone());
        vectors.extend(refuse(&twin, rows)?);
    }
    Ok(vectors)
}

/// The request as it is printed: nobody here knows its issuer.
fn printed(twin: &Vector, text: &str) -> Vec<Vector> {
    let unknown = &["wit.kid_unknown", "wit.alg_not_allowed", "wit.alg_mismatch"];
    let id = format!("{}-as-printed", twin.id);
    let refused = twin.refused(&id, unknown, "the WIT that is printed", "Its issuer is not known here.");
    vec![refused.requires(&["SIG-3-38", "WIT-5.1.4-8"]).input("request", message(&Wire::parse(text).bytes()))]
}

impl Signed {
    /// The message of the example with a WIT of ours, by the key of the example.
    fn example(&self, text: &str, (name, key): (&str, Key), expires: u64) -> Result<Self, Box<dyn Error>> {
        let mut printed = Wire::parse(text);
        for (field, value) in [
            ("Workload-Identity-Token", "{wit}"),
            ("Signature-Input", "sig1={input}"),
            ("Signature", "sig1=:{signature}:"),
        ] {
            printed.set(field, value);
        }
        let covered: Vec<_> = covered(&printed).collect();
        let claims = |claims: Members| {
            let claims =
                claims.set("cnf", confirmation(&key.public())).set("exp", expires).set("iat", CREATED);
            claims
                .string("iss", "https://example.com/issuer")
                .string("sub", &format!("wimse://example.com/{name}"))
        };
        let mut example = self.wit_claims(claims).covered(&covered).valid(CREATED, expires);
        example.message = printed;
        Ok(example)
    }

    /// Answers this request.
    fn answer(&self, request: &Self) -> Self {
        let answer = self.answering(request).without_parameter("wimse-aud");
        answer.parameter("wimse-req-nonce", &request.parameter_text("nonce"))
    }
}

/// What the examples cover, in their order.
fn covered(message: &Wire) -> impl Iterator<Item = &'static str> {
    let is_response = message.start.starts_with("HTTP/");
    let has_content = message.has("Content-Digest");
    let first: &[&str] =
        if is_response { &["\"@status\""] } else { &["\"@method\"", "\"@path\"", "\"@query\""] };
    let content: &[&str] = if has_content { &["\"content-type\"", "\"content-digest\""] } else { &[] };
    let of_request: &[&str] =
        if is_response { &["\"@method\";req", "\"@path\";req", "\"@query\";req"] } else { &[] };
    let wit = ["\"workload-identity-token\""];
    [first, &wit, content, of_request].concat().into_iter()
}

const REQUESTS: &[&str] = &["SIG-3-8", "SIG-3-25", "SIG-3-26", "SIG-3-38", "SIG-3.2-1", "SIG-3.3-1"];
const RESPONSES: &[&str] =
    &["SIG-3-15", "SIG-3-27", "SIG-3-38", "SIG-3.4-1", "SIG-3.4-2", "SIG-3.5-7", "SIG-3.5-8"];

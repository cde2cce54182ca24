//! `wimse explain` and `wimse httpsig verify` on the signed messages of the conformance vectors: the rule that the vector
//! expects is named, first.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod vectors;
mod workshop;

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use vectors::{bytes, texts};
use workshop::Workshop;

/// A case of the vectors: a recipient, what it receives, and which codes are right.
struct Case {
    id: String,
    config: Value,
    /// With a request that was sent, a response to it.
    message: Vec<u8>,
    sent: Option<Vec<u8>>,
    codes: Vec<String>,
}

/// The cases of the operations that judge one message.
fn cases() -> Vec<Case> {
    let vectors = vectors::of_draft("http-signature");
    let cases = vectors.iter().filter_map(|vector| {
        let kind = match vector["operation"].as_str().unwrap() {
            "profile.verify_request" => "request",
            "profile.verify_response" => "response",
            _ => return None,
        };
        let sent = vector["config"].get("sent").map(bytes);
        assert_eq!(sent.is_some(), kind == "response");
        Some(Case {
            id: vector["id"].as_str().unwrap().to_owned(),
            config: vector["config"].clone(),
            message: bytes(&vector["input"][kind]),
            sent,
            codes: texts(&vector["expect"]["codes"]),
        })
    });
    cases.collect()
}

/// The requirements that the vectors with this code are about: one code may be met under several.
fn requirements_by_code() -> BTreeMap<String, BTreeSet<String>> {
    let mut requirements: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for vector in ["http-signature", "workload-creds"].into_iter().flat_map(vectors::of_draft) {
        for code in texts(&vector["expect"]["codes"]) {
            requirements.entry(code).or_default().extend(texts(&vector["requirements"]));
        }
    }
    requirements
}

impl Case {
    /// Writes the messages and `wimse.toml`.
    fn lay_out(&self, shop: &Workshop) {
        let mut config = String::new();
        let of = |name: &str| self.config.get(name);
        let mut section = |name: &str, keys: &[(&str, Option<&Value>)]| {
            config.push_str(&format!("[{name}]\n"));
            for (key, value) in keys {
                if let Some(value) = value {
                    config.push_str(&format!("{key} = {value}\n"));
                }
            }
        };
        let audience = |kind: &str| of("audience").and_then(|audience| audience.get(kind));
        section(
            "recipient",
            &[("audience-bases", audience("bases")), ("audience-values", audience("values"))],
        );
        let policy =
            of("response_signing").map(|policy| Value::from(policy.as_str().unwrap().replace('_', "-")));
        section(
            "httpsig",
            &[
                ("max-lifetime", of("signature_max_lifetime")),
                ("min-nonce-chars", of("min_nonce_chars")),
                ("scheme", of("scheme")),
                ("authority", of("authority")),
                ("response-signing", policy.as_ref()),
                ("require-request-wit", of("require_request_wit")),
                ("require-request-digest", of("require_request_digest")),
            ],
        );
        section(
            "wit",
            &[("proof-algorithms", of("proof_algorithms")), ("refuse-eddsa-name", of("refuse_eddsa_name"))],
        );
        for (number, domain) in self.config["anchors"].as_array().unwrap().iter().enumerate() {
            let file = format!("{number}.jwks.json");
            shop.write(&file, domain["jwk_set"].to_string());
            config.push_str(&format!("[[domains]]\norigin = {}\njwks = [\"{file}\"]\n", domain["origin"]));
        }
        shop.write("wimse.toml", config);
        shop.write("message.http", &self.message);
        if let Some(sent) = &self.sent {
            shop.write("sent.http", sent);
        }
    }

    /// The options that go with the message; `None` if the vector expects the peer in a way that no option has.
    fn options(&self) -> Option<Vec<String>> {
        let mut options = vec!["--now".to_owned(), self.config["now"].to_string()];
        if self.sent.is_some() {
            options.extend(["--request", "sent.http"].map(str::to_owned));
            let expected = &self.config["expected_peer"];
            let one_of = expected.get("one_of");
            match (expected.as_str(), expected["workload"].as_str(), one_of) {
                (Some("any_trusted_workload"), ..) => options.push("--expect-any".to_owned()),
                (None, Some(workload), _) => options.extend(["--expect".to_owned(), workload.to_owned()]),
                (None, None, Some(several)) => {
                    options.extend(texts(several).into_iter().flat_map(|one| ["--expect".to_owned(), one]));
                }
                _ => return None,
            }
        }
        Some(options)
    }

    /// Explains; the exit code, the text and the one entry of the document.
    fn explain(&self, shop: &Workshop, options: &[String]) -> (i32, String, Value) {
        self.lay_out(shop);
        let arguments = ["explain", "message.http"].into_iter().chain(options.iter().map(String::as_str));
        let arguments: Vec<&str> = arguments.collect();
        let text = shop.wimse(&arguments);
        let (exit, mut document) = shop.document(&arguments);
        assert_eq!(exit, text.code, "{}: {}{}", self.id, text.stdout, text.stderr);
        assert_eq!(document["result"], if exit == 0 { "accepted" } else { "refused" }, "{}", self.id);
        (exit, text.stdout, document["requests"][0].take())
    }

    /// What `wimse httpsig verify` says: the exit code and the entry of the document.
    fn verify(&self, shop: &Workshop, options: &[String]) -> (i32, Value) {
        let message: &[&str] =
            if self.sent.is_some() { &["--response", "message.http"] } else { &["message.http"] };
        let arguments = ["httpsig", "verify"].into_iter().chain(message.iter().copied());
        let arguments: Vec<&str> = arguments.chain(options.iter().map(String::as_str)).collect();
        let (exit, mut document) = shop.document(&arguments);
        (exit, document["requests"][0].take())
    }

    /// Such a request is not explained as a signed one alone.
    fn has_no_signature(&self) -> bool {
        let message = String::from_utf8_lossy(&self.message).to_ascii_lowercase();
        let head = message.split("\r\n\r\n").next().unwrap();
        self.sent.is_none() && !head.contains("\r\nsignature")
    }
}

/// One refused case for each code and kind of message.
#[test]
fn the_rule_that_a_vector_expects_is_named_first() {
    let shop = Workshop::new();
    let mut broken: BTreeMap<(bool, Vec<String>), Case> = BTreeMap::new();
    let expressible = |case: &Case| case.options().is_some() && !case.has_no_signature();
    for case in cases().into_iter().filter(expressible) {
        if !case.codes.is_empty() {
            broken.entry((case.sent.is_some(), case.codes.clone())).or_insert(case);
        }
    }
    assert!(broken.len() >= 100, "{}", broken.len());
    let requirements = requirements_by_code();
    for case in broken.values() {
        let options = case.options().unwrap();
        let (exit, text, entry) = case.explain(&shop, &options);
        assert_eq!((exit, &entry["result"]), (1, &Value::from("refused")), "{}", case.id);
        let refusal = &entry["refusal"];
        let code = refusal["code"].as_str().unwrap();
        assert!(
            case.codes.iter().any(|expected| expected == code),
            "{}: {code} of {:?}",
            case.id,
            case.codes
        );
        // In the text it is the first thing said of the message.
        let verdict = text.lines().find(|line| line.contains('✗')).unwrap();
        assert_eq!(verdict, format!("✗ refused: {code}"), "{}", case.id);
        assert!(refusal["fix"].is_string() && text.contains("  fix "), "{}: {text}", case.id);

        let (exit, verified) = case.verify(&shop, &options);
        assert_eq!((exit, &verified["refusal"]["code"]), (1, &refusal["code"]), "{}", case.id);
        if code.starts_with("http.") {
            continue;
        }
        let requirement = refusal["requirement"].as_str().unwrap();
        assert!(requirements[code].contains(requirement), "{}: {code}: {requirement}", case.id);
        assert_eq!(verified["refusal"]["requirement"], requirement, "{}", case.id);
        // And it is the first finding that is not met; those before it are.
        let findings = entry["findings"].as_array().unwrap();
        let first = findings.iter().find(|finding| finding["state"] != "met").unwrap();
        assert_eq!(
            (&first["code"], &first["requirement"]),
            (&refusal["code"], &refusal["requirement"]),
            "{}",
            case.id
        );
    }
}

#[test]
fn on_an_accepted_message_every_rule_is_met() {
    let shop = Workshop::new();
    let accepted: Vec<Case> = cases().into_iter().filter(|case| case.codes.is_empty()).collect();
    assert!(accepted.len() > 150, "{}", accepted.len());
    // Every fourth: each is three processes.
    for case in accepted.iter().step_by(4) {
        let Some(options) = case.options() else { continue };
        let (exit, text, entry) = case.explain(&shop, &options);
        assert_eq!(exit, 0, "{}: {text}", case.id);
        assert_eq!(
            (&entry["result"], &entry["refusal"]),
            (&Value::from("accepted"), &Value::Null),
            "{}",
            case.id
        );
        let findings = entry["findings"].as_array().unwrap();
        assert!(
            !findings.is_empty() && findings.iter().all(|finding| finding["state"] == "met"),
            "{}: {text}",
            case.id
        );
        assert!(
            text.contains("✓ accepted") && !text.contains('✗') && !text.contains('·'),
            "{}: {text}",
            case.id
        );
        let is_signed = entry["carries"] == serde_json::json!(["http-signature"]);
        assert_eq!(findings.len() > 30, is_signed, "{}: {}", case.id, findings.len());

        let (exit, verified) = case.verify(&shop, &options);
        assert_eq!(exit, 0, "{}", case.id);
        assert_eq!(verified["peer"].is_object(), is_signed, "{}", case.id);
    }
}

/// What no proof is in is explained as far as it can be: what is missing of a WPT, and what of a signature.
#[test]
fn a_request_without_any_proof_lacks_two() {
    let shop = Workshop::new();
    let cases = cases();
    let case =
        cases.iter().find(|case| case.has_no_signature() && case.codes == ["httpsig.unsigned"]).unwrap();
    let (exit, text, entry) = case.explain(&shop, &case.options().unwrap());
    assert_eq!(exit, 1, "{text}");
    assert_eq!(entry["carries"], serde_json::json!([]));
    let codes: BTreeSet<&str> =
        entry["findings"].as_array().unwrap().iter().filter_map(|finding| finding["code"].as_str()).collect();
    assert!(codes.contains("httpsig.unsigned") && codes.contains("wpt.authorization_missing"), "{codes:?}");
    assert!(text.contains("neither a WPT nor a signature"), "{text}");
}

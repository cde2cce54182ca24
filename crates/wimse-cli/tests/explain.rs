//! `wimse explain` on the requests of the conformance vectors: it names the rule that the vector expects, first.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod vectors;
mod workshop;

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use vectors::texts;
use workshop::Workshop;

/// A case of the vectors: a recipient, a request, and what is expected.
struct Case {
    id: String,
    config: Value,
    request: Vec<u8>,
    codes: Vec<String>,
}

/// The cases of the operation `wpt.verify`.
fn cases() -> Vec<Case> {
    let vectors = vectors::of_draft("wpt");
    // A recipient whose store does not work cannot be configured here.
    let of_interest =
        |vector: &&Value| vector["operation"] == "wpt.verify" && vector["config"].get("guard").is_none();
    vectors.iter().filter(of_interest).map(case).collect()
}

/// The requirements that the vectors with this code are about: one code may be met under several.
fn requirements_by_code() -> BTreeMap<String, BTreeSet<String>> {
    let mut requirements: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for vector in ["wpt", "workload-creds"].into_iter().flat_map(vectors::of_draft) {
        for code in texts(&vector["expect"]["codes"]) {
            requirements.entry(code).or_default().extend(texts(&vector["requirements"]));
        }
    }
    requirements
}

fn case(vector: &Value) -> Case {
    Case {
        id: vector["id"].as_str().unwrap().to_owned(),
        config: vector["config"].clone(),
        request: vectors::bytes(&vector["input"]["request"]),
        codes: texts(&vector["expect"]["codes"]),
    }
}

impl Case {
    /// Writes the request and `wimse.toml`, and explains; the exit code, the text and the document.
    fn explain(&self, shop: &Workshop) -> (i32, String, Value) {
        let mut config = String::from("[recipient]\n");
        for (name, value) in [
            ("audience-bases", &self.config["audience"]["bases"]),
            ("audience-values", &self.config["audience"]["values"]),
            ("context-fields", &self.config["context_fields"]),
        ] {
            if !value.is_null() {
                config.push_str(&format!("{name} = {value}\n"));
            }
        }
        config.push_str("[wpt]\n");
        for (name, value) in
            [("leeway", &self.config["wpt_leeway"]), ("max-lifetime", &self.config["wpt_max_lifetime"])]
        {
            if !value.is_null() {
                config.push_str(&format!("{name} = {value}\n"));
            }
        }
        if let Some(algorithms) = self.config.get("proof_algorithms") {
            config.push_str(&format!("[wit]\nproof-algorithms = {algorithms}\n"));
        }
        for (number, domain) in self.config["anchors"].as_array().unwrap().iter().enumerate() {
            let file = format!("{number}.jwks.json");
            shop.write(&file, domain["jwk_set"].to_string());
            config.push_str(&format!("[[domains]]\norigin = {}\njwks = [\"{file}\"]\n", domain["origin"]));
        }
        shop.write("wimse.toml", config);
        shop.write("request.http", &self.request);
        let now = self.config["now"].to_string();
        let arguments = ["explain", "request.http", "--now", &now];
        let text = shop.wimse(&arguments);
        let (exit, document) = shop.document(&arguments);
        assert_eq!(exit, text.code, "{}: {}{}", self.id, text.stdout, text.stderr);
        (exit, text.stdout, document)
    }
}

/// One refused case for each code: far more than thirty.
#[test]
fn the_rule_that_a_vector_expects_is_named_first() {
    let shop = Workshop::new();
    let mut broken: BTreeMap<String, Case> = BTreeMap::new();
    for case in cases() {
        if let Some(code) = case.codes.first() {
            broken.entry(code.clone()).or_insert(case);
        }
    }
    assert!(broken.len() >= 60, "{}", broken.len());
    let requirements = requirements_by_code();
    for (code, case) in &broken {
        let (exit, text, document) = case.explain(&shop);
        assert_eq!(exit, 1, "{}", case.id);
        assert_eq!(document["result"], "refused");
        let request = &document["requests"][0];
        let refusal = &request["refusal"];
        assert_eq!(refusal["code"], code.as_str(), "{}", case.id);
        // In the text it is the first thing said of the request.
        let verdict = text.lines().find(|line| line.contains('✗')).unwrap();
        assert_eq!(verdict, format!("✗ refused: {code}"), "{}", case.id);
        assert!(refusal["fix"].is_string() && text.contains("  fix "), "{}: {text}", case.id);
        if code.starts_with("http.") {
            continue;
        }
        let requirement = refusal["requirement"].as_str().unwrap();
        assert!(requirements[code].contains(requirement), "{}: {requirement}", case.id);
        assert!(text.contains(&format!("  rule  {requirement} (")), "{}: {text}", case.id);
        // And it is the first finding that is not met; those before it are.
        let findings = request["findings"].as_array().unwrap();
        let first = findings.iter().find(|finding| finding["state"] == "refused").unwrap();
        assert_eq!(first["code"], code.as_str(), "{}", case.id);
        assert_eq!(first["requirement"], requirement, "{}", case.id);
    }
}

#[test]
fn on_an_accepted_request_every_rule_is_met() {
    let shop = Workshop::new();
    let accepted: Vec<Case> = cases().into_iter().filter(|case| case.codes.is_empty()).collect();
    assert!(accepted.len() > 50);
    // Every third: each is a process of its own.
    for case in accepted.iter().step_by(3) {
        let (exit, text, document) = case.explain(&shop);
        assert_eq!(exit, 0, "{}: {text}", case.id);
        let request = &document["requests"][0];
        assert_eq!(
            (&request["result"], &request["refusal"]),
            (&Value::from("accepted"), &Value::Null),
            "{}",
            case.id
        );
        let findings = request["findings"].as_array().unwrap();
        assert!(findings.len() > 30, "{}: {}", case.id, findings.len());
        assert!(findings.iter().all(|finding| finding["state"] == "met"), "{}: {text}", case.id);
        assert!(
            text.contains("✓ accepted") && !text.contains('✗') && !text.contains('·'),
            "{}: {text}",
            case.id
        );
        // Each rule says where it comes from.
        assert!(
            findings
                .iter()
                .all(|finding| finding["requirement"].is_string() && finding["section"].is_string())
        );
    }
}

/// Two faults are both shown; the verdict is the first.
#[test]
fn a_second_fault_is_shown_too() {
    let shop = Workshop::new();
    let cases = cases();
    let case = cases.iter().find(|case| case.codes == ["wpt.audience_mismatch"]).unwrap();
    let late = Case {
        id: case.id.clone(),
        config: {
            let mut config = case.config.clone();
            config["now"] = Value::from(1_900_000_000_u64);
            config
        },
        request: case.request.clone(),
        codes: Vec::new(),
    };
    let (exit, text, document) = late.explain(&shop);
    assert_eq!(exit, 1);
    let findings = document["requests"][0]["findings"].as_array().unwrap();
    let refused: Vec<&str> = findings.iter().filter_map(|finding| finding["code"].as_str()).collect();
    assert_eq!(refused[0], "wit.expired", "{text}");
    assert!(refused.contains(&"wpt.expired") && refused.contains(&"wpt.audience_mismatch"), "{refused:?}");
}

//! What holds across files: each contradiction is found.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use serde_json::{Value, json};
use wimse_conformance::load::{Problem, Suite};

/// A sound suite of one requirement, one accepted case and one refused case, changed by the caller.
fn problems(change: impl Fn(&mut Value)) -> Vec<Problem> {
    let case = |id: &str, text: &str, expect: Value| {
        json!({
            "id": id, "requirements": ["X-1-1"], "operation": "identifier.parse", "importance": "low",
            "input": {"identifier": {"text": text}}, "config": {}, "expect": expect, "comment": "A case."
        })
    };
    let mut refused = case("refused", "b", json!({"result": "reject", "codes": ["identifier.query"]}));
    refused["twin"] = json!("accepted");
    refused["differs"] = json!("the text");
    refused["mutation"] = json!("other-text");
    let accepted = case("accepted", "a", json!({"result": "accept", "outputs": {}}));
    let mut file = json!({"draft": "x", "revision": "1", "vectors": [accepted, refused]});
    change(&mut file);
    let catalogue = json!({
        "draft": "x", "revision": "1", "text_date": "undated",
        "requirements": [{
            "id": "X-1-1", "section": "1", "level": "MUST", "role": "parser", "testable": "yes",
            "text": "A rule.", "refusals": true
        }]
    });
    let suite = Suite {
        catalogues: vec![serde_json::from_value(catalogue).unwrap()],
        files: vec![serde_json::from_value(file).unwrap()],
    };
    suite.problems()
}

fn id(text: &str) -> String {
    text.to_owned()
}

#[test]
fn a_sound_suite_has_no_problems() {
    assert_eq!(problems(|_| ()), []);
}

#[test]
fn ids_are_unique_and_known() {
    let duplicate = problems(|file| file["vectors"][0]["id"] = json!("refused"));
    assert!(duplicate.contains(&Problem::DuplicateVector(id("refused"))));
    let unknown = problems(|file| file["vectors"][0]["requirements"] = json!(["X-9-9"]));
    assert_eq!(unknown, [Problem::UnknownRequirement(id("accepted"), id("X-9-9"))]);
    let draft = problems(|file| file["revision"] = json!("2"));
    assert_eq!(draft, [Problem::UnknownDraft(id("x"), id("2"))]);
}

#[test]
fn a_refused_case_has_a_twin_that_is_accepted_and_differs() {
    let none = problems(|file| file["vectors"][1]["twin"] = Value::Null);
    assert_eq!(none, [Problem::NoTwin(id("refused"))]);
    let unknown = problems(|file| file["vectors"][1]["twin"] = json!("nobody"));
    assert_eq!(unknown, [Problem::UnknownTwin(id("refused"), id("nobody"))]);
    let itself = problems(|file| file["vectors"][1]["twin"] = json!("refused"));
    assert_eq!(itself, [Problem::RefusedTwin(id("refused"), id("refused"))]);
    let operation = problems(|file| file["vectors"][1]["operation"] = json!("origin.parse"));
    assert_eq!(operation, [Problem::OtherOperation(id("refused"), id("accepted"))]);
    let same = problems(|file| file["vectors"][1]["input"]["identifier"] = json!({"text": "a"}));
    assert_eq!(same, [Problem::SameAsTwin(id("refused"))]);
    let silent = problems(|file| file["vectors"][1]["differs"] = Value::Null);
    assert_eq!(silent, [Problem::NoDifference(id("refused"))]);
    let unnamed = problems(|file| file["vectors"][1]["mutation"] = Value::Null);
    assert_eq!(unnamed, [Problem::NoDifference(id("refused"))]);
    let no_codes = problems(|file| file["vectors"][1]["expect"]["codes"] = json!([]));
    assert_eq!(no_codes, [Problem::NoCodes(id("refused"))]);
}

#[test]
fn an_accepted_case_has_no_twin() {
    let twin = problems(|file| file["vectors"][0]["twin"] = json!("refused"));
    assert_eq!(twin, [Problem::TwinOfAccepted(id("accepted"))]);
}

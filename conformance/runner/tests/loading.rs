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

/// A refused sequence of two steps and its twin, changed by the caller.
fn sequence_problems(change: impl Fn(&mut Value)) -> Vec<Problem> {
    problems(|file| {
        for (vector, text) in [(0, "a"), (1, "b")] {
            let vector = &mut file["vectors"][vector];
            let step = |text: &str| json!({"operation": "identifier.parse", "input": {"identifier": {"text": text}}});
            vector["operation"] = json!("sequence");
            vector["input"] = json!({"steps": [step("a"), step(text)]});
            let accepted = json!({"result": "accept", "outputs": {}});
            vector["expect"] = json!({"result": "steps", "steps": [accepted, vector["expect"]]});
        }
        change(&mut file["vectors"][1]);
    })
}

#[test]
fn the_last_step_decides_what_a_sequence_is() {
    assert_eq!(sequence_problems(|_| ()), []);
    let accepted = sequence_problems(|vector| {
        vector["expect"]["steps"][1] = json!({"result": "accept", "outputs": {}});
    });
    assert_eq!(accepted, [Problem::TwinOfAccepted(id("refused"))]);
}

#[test]
fn a_sequence_has_an_outcome_for_each_step() {
    let shape = [Problem::StepShape(id("refused"))];
    let fewer = |vector: &mut Value| drop(vector["expect"]["steps"].as_array_mut().unwrap().remove(0));
    assert_eq!(sequence_problems(fewer), shape);
    let nested = |vector: &mut Value| vector["input"]["steps"][0]["operation"] = json!("sequence");
    assert_eq!(sequence_problems(nested), shape);
    let unknown = |vector: &mut Value| vector["input"]["steps"][0]["more"] = json!(1);
    assert_eq!(sequence_problems(unknown), shape);
    let none = |vector: &mut Value| vector["input"] = json!({});
    assert_eq!(sequence_problems(none), shape);
    let other = problems(|file| {
        let steps = json!([file["vectors"][1]["expect"]]);
        file["vectors"][1]["expect"] = json!({"result": "steps", "steps": steps});
    });
    assert_eq!(other, [Problem::NoSequence(id("refused"))]);
}

#[test]
fn what_is_superseded_is_of_an_earlier_revision() {
    let catalogue = |revision: &str, id: &str, supersedes: &[&str]| {
        let mut row = json!({
            "id": id, "section": "1", "level": "MUST", "role": "parser", "testable": "no", "text": "A rule.",
            "refusals": true
        });
        if !supersedes.is_empty() {
            row["supersedes"] = json!(supersedes);
        }
        let file = json!({"draft": "x", "revision": revision, "text_date": "undated", "requirements": [row]});
        serde_json::from_value(file).unwrap()
    };
    let problems = |supersedes: &[&str]| {
        let catalogues = vec![catalogue("1", "X-1-1", &[]), catalogue("2", "Y-1-1", supersedes)];
        Suite { catalogues, files: Vec::new() }.problems()
    };
    assert_eq!(problems(&["X-1-1"]), []);
    assert_eq!(problems(&["X-1-2"]), [Problem::UnknownSuperseded(id("Y-1-1"), id("X-1-2"))]);
    assert_eq!(problems(&["Y-1-1"]), [Problem::UnknownSuperseded(id("Y-1-1"), id("Y-1-1"))]);
}

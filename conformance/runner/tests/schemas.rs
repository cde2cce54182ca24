//! Every file, case and message is valid by its JSON Schema, and the schemas can refuse.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fs, path::Path};

use jsonschema::Validator;
use serde_json::{Value, json};
use wimse_conformance::{load::Suite, requirements_dir, schema::Schemas, schema_dir, vectors_dir};
use wimse_harness::protocol::{ToHarness, ToRunner};

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn schema(name: &str) -> Validator {
    jsonschema::draft202012::new(&read(&schema_dir().join(name))).unwrap()
}

#[test]
fn all_files_and_cases_are_valid() {
    let schemas = Schemas::load(&schema_dir()).unwrap();
    assert_eq!(schemas.problems_of_files(&requirements_dir(), &vectors_dir()).unwrap(), Vec::<String>::new());
    let suite = Suite::load(&requirements_dir(), &vectors_dir()).unwrap();
    assert_eq!(schemas.problems_of_cases(&suite), Vec::<String>::new());
}

#[test]
fn every_operation_has_a_schema_and_no_schema_is_of_another() {
    let mut known: Vec<_> = wimse_harness::execute::known().collect();
    known.sort_unstable();
    assert_eq!(Schemas::load(&schema_dir()).unwrap().operations().collect::<Vec<_>>(), known);
}

#[test]
fn a_case_with_a_wrong_member_is_found() {
    let schemas = Schemas::load(&schema_dir()).unwrap();
    let problems = |case: &Value| {
        let file = json!({"draft": "d", "revision": "1", "vectors": [case]});
        let suite = Suite { files: vec![serde_json::from_value(file).unwrap()], ..Suite::default() };
        schemas.problems_of_cases(&suite)
    };
    let good = json!({
        "id": "a", "requirements": ["ID-4.1-4"], "operation": "identifier.parse", "importance": "low",
        "input": {"identifier": {"text": "wimse://a/b"}}, "config": {"policy": "baseline"},
        "expect": {"result": "accept", "outputs": {}}, "comment": "A case."
    });
    assert_eq!(problems(&good), Vec::<String>::new());
    for (pointer, value) in [
        ("/operation", json!("identifier.guess")),
        ("/input/identifier", json!("wimse://a/b")),
        ("/input/identifier", json!({"base64": "a"})),
        ("/input/more", json!(1)),
        ("/config/polcy", json!("baseline")),
        ("/config/policy", json!("lax")),
    ] {
        let mut wrong = good.clone();
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        wrong.pointer_mut(parent).unwrap()[member] = value;
        assert_eq!(problems(&wrong).len(), 1, "{pointer}");
    }
    let mut sequence = good.clone();
    sequence["operation"] = json!("sequence");
    sequence["input"] = json!({"steps": [{"operation": "identifier.parse", "input": good["input"]}]});
    sequence["expect"] = json!({"result": "steps", "steps": [good["expect"]]});
    assert_eq!(problems(&sequence), Vec::<String>::new());
    sequence["input"]["steps"][0]["config"] = json!({"policy": "lax"});
    assert_eq!(problems(&sequence).len(), 1);
}

#[test]
fn messages_of_the_protocol_are_valid_and_others_are_not() {
    let (hello, case, result) =
        (schema("hello.schema.json"), schema("case.schema.json"), schema("result.schema.json"));
    let value = |message: &ToRunner| serde_json::to_value(message).unwrap();
    let own = value(&ToRunner::Hello(wimse_harness::hello()));
    assert!(hello.is_valid(&own));
    let runner = ToHarness::Hello { protocol: 1, runner: "r".to_owned(), vectors: Some("1.0.0".to_owned()) };
    assert!(hello.is_valid(&serde_json::to_value(runner).unwrap()));
    for wrong in [
        json!({"type": "hello", "protocol": 2, "runner": "r"}),
        json!({"type": "hello", "protocol": 1}),
        json!({"type": "hello", "protocol": 1, "name": "n", "version": "1", "language": "l"}),
        json!({"type": "hello", "protocol": 1, "name": "n", "version": "1", "language": "l", "operations": ["A"]}),
    ] {
        assert!(!hello.is_valid(&wrong), "{wrong}");
    }
    let suite = Suite::load(&requirements_dir(), &vectors_dir()).unwrap();
    for (seq, selected) in (0..).zip(suite.selected()) {
        let asked = serde_json::to_value(ToHarness::Case { seq, case: selected.case() }).unwrap();
        assert!(case.is_valid(&asked), "{}", selected.vector.id);
        let answered = value(&ToRunner::Result { seq, answer: wimse_harness::answer(&selected.case()) });
        let errors: Vec<_> = result.iter_errors(&answered).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", selected.vector.id);
    }
    assert!(result.is_valid(&json!({"type": "result", "seq": 1, "result": "skip"})));
    for wrong in [
        json!({"type": "result", "result": "accept"}),
        json!({"type": "result", "seq": 1}),
        json!({"type": "result", "seq": 1, "result": "perhaps"}),
        json!({"type": "result", "seq": 1, "result": "reject", "code": "Expired"}),
        json!({"type": "result", "seq": 1, "result": "accept", "outputs": []}),
        json!({"type": "result", "seq": 1, "result": "accept", "outputs": {"steps": [{"result": "skip"}]}}),
    ] {
        assert!(!result.is_valid(&wrong), "{wrong}");
    }
}

#[test]
fn the_vector_schema_refuses_what_is_incomplete() {
    let schema = schema("vector.schema.json");
    let file = |vector: &Value| json!({"draft": "d", "revision": "1", "vectors": [vector]});
    let refused = json!({
        "id": "a-b", "requirements": ["ID-4.1-4"], "operation": "identifier.parse", "importance": "low",
        "input": {}, "config": {}, "expect": {"result": "reject", "codes": ["identifier.query"]},
        "comment": "A mistake.", "twin": "a", "differs": "a query", "mutation": "query"
    });
    assert!(schema.is_valid(&file(&refused)));
    for (member, value) in [
        ("twin", Value::Null),
        ("differs", Value::Null),
        ("mutation", Value::Null),
        ("importance", json!("extreme")),
        ("comment", Value::Null),
        ("id", json!("A_b")),
        ("requirements", json!([])),
        ("expect", json!({"result": "reject", "codes": []})),
        ("expect", json!({"result": "accept", "outputs": {}})),
        ("unknown", json!(1)),
    ] {
        let mut vector = refused.clone();
        match value {
            Value::Null => drop(vector.as_object_mut().unwrap().remove(member)),
            value => vector[member] = value,
        }
        assert!(!schema.is_valid(&file(&vector)), "{member}");
    }
}

#[test]
fn the_vector_schema_knows_sequences() {
    let schema = schema("vector.schema.json");
    let file = |vector: &Value| json!({"draft": "d", "revision": "1", "vectors": [vector]});
    let step = json!({"operation": "identifier.parse", "input": {}, "config": {"policy": "baseline"}});
    let sequence = json!({
        "id": "a-b", "requirements": ["ID-4.1-4"], "operation": "sequence", "importance": "high",
        "input": {"steps": [step]}, "config": {}, "comment": "A case.",
        "expect": {"result": "steps", "steps": [{"result": "accept", "outputs": {}}]}
    });
    assert!(schema.is_valid(&file(&sequence)));
    for (pointer, value) in [
        ("/operation", json!("identifier.parse")),
        ("/input/steps", json!([])),
        ("/input/steps/0/operation", json!("sequence")),
        ("/input/steps/0/config", json!({})),
        ("/expect/steps", json!([])),
        ("/expect/steps/0", json!({"result": "reject", "codes": []})),
        ("/expect", json!({"result": "accept", "outputs": {}})),
    ] {
        let mut wrong = sequence.clone();
        *wrong.pointer_mut(pointer).unwrap() = value;
        assert!(!schema.is_valid(&file(&wrong)), "{pointer}");
    }
}

#[test]
fn the_requirement_schema_asks_for_a_note_where_nothing_is_refused() {
    let schema = schema("requirement.schema.json");
    let row = |refusals: bool| {
        json!({
            "id": "ID-4.1-4", "section": "4.1", "level": "MUST NOT", "role": "parser", "testable": "yes",
            "text": "A rule.", "refusals": refusals
        })
    };
    let file =
        |row: Value| json!({"draft": "d", "revision": "1", "text_date": "undated", "requirements": [row]});
    assert!(schema.is_valid(&file(row(true))));
    assert!(!schema.is_valid(&file(row(false))));
    let mut noted = row(false);
    noted["refusals_note"] = json!("A permission.");
    assert!(schema.is_valid(&file(noted)));
}

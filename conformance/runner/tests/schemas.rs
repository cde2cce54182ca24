//! Every vector and requirement file is valid by its JSON Schema, and the schemas can refuse.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fs, path::Path};

use jsonschema::Validator;
use serde_json::{Value, json};
use wimse_conformance::{load::json_files, requirements_dir, schema_dir, vectors_dir};

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn schema(name: &str) -> Validator {
    jsonschema::draft202012::new(&read(&schema_dir().join(name))).unwrap()
}

fn assert_all_valid(folder: &Path, schema: &Validator) {
    let files = json_files(folder).unwrap();
    assert!(!files.is_empty());
    for path in files {
        let errors: Vec<_> = schema
            .iter_errors(&read(&path))
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {}", path.display(), errors.join("\n"));
    }
}

#[test]
fn requirement_files_are_valid() {
    assert_all_valid(&requirements_dir(), &schema("requirement.schema.json"));
}

#[test]
fn vector_files_are_valid() {
    assert_all_valid(&vectors_dir(), &schema("vector.schema.json"));
}

#[test]
fn the_vector_schema_refuses_what_is_incomplete() {
    let schema = schema("vector.schema.json");
    let file = |vector: &Value| json!({"draft": "d", "revision": "1", "vectors": [vector]});
    let refused = json!({
        "id": "a-b", "requirements": ["ID-4.1-4"], "operation": "identifier.parse", "importance": "high",
        "input": {}, "config": {}, "mutation": "query",
        "expect": {"result": "reject", "codes": ["identifier.query"]},
        "comment": "A mistake.", "twin": "a", "differs": "a query"
    });
    assert!(schema.is_valid(&file(&refused)));
    for (member, value) in [
        ("twin", Value::Null),
        ("differs", Value::Null),
        ("mutation", Value::Null),
        ("importance", Value::Null),
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

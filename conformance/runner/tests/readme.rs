//! The guide says what is so: the printed case is the recorded output, and every operation has its row.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::process::Command;

use wimse_conformance::{load::Suite, requirements_dir, schema_dir, show, vectors_dir};

mod support;

const README: &str = include_str!("../../README.md");
const PROTOCOL: &str = include_str!("../../PROTOCOL.md");
const EXAMPLE: &str = include_str!("../../adapters/example/harness.py");

#[test]
fn the_printed_case_is_what_show_prints() {
    let suite = Suite::load(&requirements_dir(), &vectors_dir()).unwrap();
    let shown = show::show(suite.vector("canonical-scheme-capital").unwrap(), &suite);
    assert!(README.contains(&shown), "{shown}");
}

#[test]
fn every_operation_has_a_row() {
    for operation in wimse_harness::execute::known() {
        assert!(PROTOCOL.contains(&format!("\n| `{operation}` |")), "{operation}");
    }
}

#[test]
fn the_printed_harness_is_the_one_in_the_file_and_passes() {
    let indented = |line: &str| if line.is_empty() { "\n".to_owned() } else { format!("   {line}\n") };
    let printed: String = EXAMPLE.lines().map(indented).collect();
    assert!(README.contains(&format!("   ```python\n{printed}   ```")));
    if !support::has("python3", &["--version"]) {
        return;
    }
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/../adapters/example/harness.py");
    let harness = format!("python3 '{program}'");
    let arguments =
        ["run", "--operation", "identifier.parse", "--timeout", "60", "--json", "--harness", &harness];
    let output = Command::new(env!("CARGO_BIN_EXE_wimse-conformance")).args(arguments).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &report["clean"]), (Some(0), &serde_json::json!(true)), "{report:#}");
    assert!(report["totals"]["pass"].as_u64().is_some_and(|passed| passed > 200), "{report:#}");
}

/// The messages that the specification shows are valid by its schemas.
#[test]
fn the_messages_that_are_shown_are_valid() {
    let mut shown = 0;
    for block in PROTOCOL.split("```json\n").skip(1) {
        let message: serde_json::Value = serde_json::from_str(block.split("```").next().unwrap()).unwrap();
        let schema = schema_dir().join(format!("{}.schema.json", message["type"].as_str().unwrap()));
        let schema = serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();
        assert!(jsonschema::draft202012::new(&schema).unwrap().is_valid(&message), "{message}");
        shown += 1;
    }
    assert!(shown > 3);
}

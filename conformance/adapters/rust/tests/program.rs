//! The program, from outside: what it says of itself, and that each case has one answer.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// Writes these lines, ends the input, and reads what came.
fn answers(lines: &[Value]) -> Vec<Value> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_wimse-harness"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = program.stdin.take().unwrap();
    for line in lines {
        writeln!(input, "{line}").unwrap();
    }
    drop(input);
    let output = program.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().lines().map(|line| line.parse().unwrap()).collect()
}

fn hello() -> Value {
    json!({"type": "hello", "protocol": 1, "runner": "test"})
}

fn case(seq: u64, operation: &str, identifier: &str) -> Value {
    json!({
        "type": "case", "seq": seq, "id": "a", "draft": "identifier", "revision": "after-03",
        "operation": operation, "input": {"identifier": {"text": identifier}}, "config": {}
    })
}

#[test]
fn it_says_what_it_is() {
    let said = answers(&[hello()]);
    assert_eq!((said.len(), &said[0]["type"], &said[0]["protocol"]), (1, &json!("hello"), &json!(1)));
    let operations = said[0]["operations"].as_array().unwrap();
    for name in ["identifier.parse", "wit.verify", "wpt.verify", "profile.verify_request", "sequence"] {
        assert!(operations.contains(&json!(name)), "{name}");
    }
}

#[test]
fn each_case_has_one_answer_in_its_place() {
    let said = answers(&[
        hello(),
        case(3, "identifier.parse", "wimse://example.com/a"),
        case(1, "identifier.parse", "wimse://example.com/a?b"),
        case(2, "no.such", "wimse://example.com/a"),
        json!({"type": "case", "seq": 9, "id": "a", "draft": "d", "revision": "r", "operation": "identifier.parse",
            "input": {}, "config": {}}),
    ]);
    let seen: Vec<_> = said[1..].iter().map(|answer| json!([answer["seq"], answer["result"]])).collect();
    assert_eq!(seen, [json!([3, "accept"]), json!([1, "reject"]), json!([2, "skip"]), json!([9, "error"])]);
    assert_eq!(said[1]["outputs"]["path"], "/a");
    assert_eq!(said[2]["code"], "identifier.query");
}

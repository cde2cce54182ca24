//! The readings of the drafts in other languages agree with every case of the operations that they have.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

use std::{
    io::Write,
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::Value;

mod support;

const ADAPTERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../adapters");

/// The program and its arguments, if it and what it needs are installed.
fn node() -> Option<[String; 2]> {
    let needs = format!("require('{ADAPTERS}/node/node_modules/jose/package.json')");
    support::has("node", &["-e", &needs]).then(|| ["node".to_owned(), format!("{ADAPTERS}/node/harness.mjs")])
}

fn python() -> Option<[String; 2]> {
    let python = format!("{ADAPTERS}/python/.venv/bin/python");
    let found = support::has(&python, &["-c", "import cryptography, joserfc"]);
    found.then(|| [python, format!("{ADAPTERS}/python/harness.py")])
}

/// Runs all cases and gives the report.
fn agrees([program, script]: &[String; 2]) -> Value {
    let harness = format!("'{program}' '{script}'");
    let arguments = ["run", "--timeout", "60", "--json", "--harness", &harness];
    let output = Command::new(env!("CARGO_BIN_EXE_wimse-conformance")).args(arguments).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let verdict = |case: &&Value| !["pass", "skip"].contains(&case["verdict"].as_str().unwrap());
    let wrong: Vec<_> = report["cases"].as_array().unwrap().iter().filter(verdict).collect();
    assert!(wrong.is_empty() && output.status.success(), "{wrong:#?}");
    report
}

#[track_caller]
fn has_passed(report: &Value, operations: &[&str]) {
    for operation in operations {
        let mut cases = report["cases"].as_array().unwrap().iter();
        let passed = |case: &Value| case["operation"] == *operation && case["verdict"] == "pass";
        assert!(cases.any(passed), "{operation}");
    }
}

#[test]
fn javascript_agrees() {
    let Some(command) = node() else { return };
    let report = agrees(&command);
    has_passed(&report, &["wit.verify", "wpt.verify", "httpsig.verify", "profile.verify_response"]);
    has_passed(&report, &["digest.verify", "sfv.parse", "jws.sign", "profile.answer", "sequence"]);
    assert!(report["totals"]["pass"].as_u64() > Some(3000), "{}", report["totals"]);
}

#[test]
fn python_agrees() {
    let Some(command) = python() else { return };
    let report = agrees(&command);
    has_passed(&report, &["wit.verify", "wpt.verify", "wic.verify", "wic.issue", "chain.verify"]);
    has_passed(&report, &["jws.sign", "layers.authorize", "wpt.answer", "sequence"]);
    assert!(report["totals"]["pass"].as_u64() > Some(1800), "{}", report["totals"]);
}

/// The exit status and the lines of a harness whose input stays open after these bytes.
fn after([program, script]: &[String; 2], bytes: &[u8]) -> (Option<i32>, usize) {
    let mut command = Command::new(program);
    command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(bytes).unwrap();
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if began.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            panic!("it goes on after {:?}", String::from_utf8_lossy(bytes));
        }
        sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output().unwrap();
    drop(input);
    (output.status.code(), output.stdout.split(|byte| *byte == b'\n').count() - 1)
}

#[test]
fn what_is_no_message_ends_them() {
    const HELLO: &str = "{\"type\":\"hello\",\"protocol\":1,\"runner\":\"test\"}\n";
    for command in [node(), python()].into_iter().flatten() {
        for wrong in ["nothing\n", "[]\n", "{\"type\":\"case\"}\n", "{\"type\":\"hello\",\"protocol\":2}\n"] {
            let bytes = [HELLO, wrong].concat();
            assert_eq!(after(&command, bytes.as_bytes()), (Some(1), 1), "{command:?} after {wrong}");
        }
        assert_eq!(after(&command, b"\"\xff\"\n"), (Some(1), 0), "{command:?}");
    }
}

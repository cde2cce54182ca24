//! Exit codes and help.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

use std::process::{Command, Output, Stdio};

fn wimse(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wimse")).args(arguments).output().unwrap()
}

#[test]
fn wrong_usage_exits_with_2() {
    for arguments in [&["nonsense"][..], &[], &["demo", "--nonsense"], &["demo", "more"]] {
        let output = wimse(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn help_tells_exit_codes_and_schema() {
    let help = wimse(&["--help"]);
    assert_eq!(help.status.code(), Some(0));
    assert!(String::from_utf8(help.stdout).unwrap().contains("Exit codes:"));
    let help = wimse(&["demo", "--help"]);
    assert_eq!(help.status.code(), Some(0));
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(help.contains("wimse-demo/1"));
    assert!(help.lines().all(|line| line.chars().count() <= 110), "{help}");
}

/// A device that is always full stands for an environment that does not play along.
#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_exits_with_3() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_wimse"));
    let output = command.arg("demo").stdout(Stdio::from(full)).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.starts_with("wimse: the output cannot be written: "), "{error}");
}

//! Exit codes, help, colours and surroundings.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

#[path = "transcripts/commands.rs"]
mod commands;
#[path = "transcripts/fixture.rs"]
mod fixture;
mod workshop;

use commands::{help, leaves};
use std::process::{Command, Stdio};
use workshop::{NOW, Workshop};

/// A folder with the files of the transcripts.
fn shop() -> Workshop {
    let shop = Workshop::new();
    fixture::copy_to(&shop.path(""));
    shop
}

#[test]
fn wrong_options_exit_with_2() {
    let shop = shop();
    let with = |command: &[String], more: &[&str]| -> Vec<String> {
        command.iter().cloned().chain(more.iter().map(|text| (*text).to_owned())).collect()
    };
    let mut wrong = vec![vec!["nonsense".to_owned()], Vec::new(), with(&[], &["--nonsense"])];
    for command in leaves() {
        wrong.push(with(&command, &["--nonsense"]));
        wrong.push(with(&command, &["--now", "tomorrow"]));
        wrong.push(with(&command[..command.len() - 1], &["nonsense"]));
    }
    for arguments in wrong {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ended = shop.wimse(&arguments);
        assert_eq!(ended.code, 2, "{arguments:?}");
        assert!(ended.stdout.is_empty() && !ended.stderr.is_empty(), "{arguments:?}");
        // As a document it says the same.
        let (code, document) = shop.document(&arguments);
        assert_eq!((code, &document["exit"]), (2, &2.into()), "{arguments:?}");
        assert_eq!(document["schema"], "wimse-error/1", "{arguments:?}");
        let message = document["message"].as_str().unwrap();
        assert!(!message.is_empty() && !message.contains("Usage:") && !message.contains('\n'), "{message}");
    }
}

/// Both are refused by the options alone.
#[test]
fn what_is_missing_exits_with_2() {
    let shop = shop();
    for arguments in [
        &["key", "generate"][..],
        &["key", "public"],
        &["key", "thumbprint"],
        &["key", "convert", "web.pem"],
        &["wit", "issue", "--sub", "wimse://example.com/web"],
        &["wpt", "create", "--wit", "billing.wit", "--key", "billing.jwk.json"],
        &["wpt", "verify"],
        &["wpt", "verify", "--wit", "billing.wit"],
        &["wpt", "verify", "signed.http", "--wit", "billing.wit", "--proof", "message.wpt"],
        &["httpsig", "sign", "order.http", "--wit", "billing.wit"],
        &["httpsig", "verify"],
        &["httpsig", "verify", "--response", "answer.http"],
        &["httpsig", "verify", "order-signed.http", "--request", "order-signed.http"],
        &["httpsig", "verify", "order-signed.http", "--expect-any"],
        &["httpsig", "base"],
        &["httpsig", "base", "order.http", "--params", "created=1"],
        &["ca", "init", "--out", "new.pem", "--key-out", "new.key"],
        &[
            "ca",
            "init",
            "--trust-domain",
            "wimse://a.example",
            "--out",
            "a.pem",
            "--key-out",
            "a.key",
            "--intermediate",
        ],
        &["ca", "issue", "--id", "wimse://example.com/a", "--ca", "ca.pem", "--ca-key", "ca.key"],
        &["wic", "issue", "--id", "wimse://example.com/a", "--ca", "ca.pem", "--ca-key", "ca.key"],
        &["wic", "request"],
        &["wic", "verify", "billing.crt"],
        &["tls", "serve", "--wic", "orders.crt", "--key", "orders.key"],
        &[
            "tls",
            "serve",
            "--wic",
            "orders.crt",
            "--key",
            "orders.key",
            "--permit-domain",
            "wimse://example.com",
            "--json",
        ],
        &["tls", "connect", "127.0.0.1:1", "--wic", "billing.crt", "--key", "billing.key"],
        &["id", "check"],
        &["explain"],
        &["explain", "answer-signed.http", "--expect-any"],
        &["demo", "more"],
        &["dev-server", "more"],
        &["dev-server", "--listen", "here"],
        &["dev-server", "--url", "id.example.com"],
        &["dev-server", "token"],
        &["wit", "request", "--server", "http://127.0.0.1:1/credentials", "--out", "new"],
        &[
            "wit",
            "request",
            "--server",
            "http://127.0.0.1:1/",
            "--out",
            "new",
            "--renew",
            "--token-file",
            "a",
        ],
    ] {
        assert_eq!(shop.wimse(arguments).code, 2, "{arguments:?}");
    }
}

/// A configuration that is wrong is wrong usage, for whoever needs it.
#[test]
fn a_wrong_configuration_exits_with_2() {
    let shop = shop();
    for command in [
        &["wit", "verify", "billing.wit"][..],
        &["wpt", "verify", "signed.http"],
        &["httpsig", "verify", "order-signed.http"],
        &["explain", "signed.http"],
    ] {
        let right = [command, &["--now", NOW]].concat();
        assert_eq!(shop.wimse(&right).code, 0, "{command:?}");
        let ended = shop.wimse(&[&right[..], &["--config", "unknown-key.toml"]].concat());
        assert_eq!(ended.code, 2, "{command:?}");
        assert!(
            ended.stderr.contains("unknown-key.toml:2:1: unknown key \"audience-base\""),
            "{}",
            ended.stderr
        );
        assert_eq!(
            shop.wimse(&[&right[..], &["--config", "no-such-file.toml"]].concat()).code,
            3,
            "{command:?}"
        );
    }
}

/// The option before the environment, that before the folder. An empty variable names nothing.
#[test]
fn the_configuration_is_the_nearest() {
    let shop = shop();
    let checked = |variable: &str, more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wimse"));
        command.args(["explain", "signed.http", "--json", "--now", NOW]).args(more);
        let output = command.current_dir(shop.path("")).env("WIMSE_CONFIG", variable).output().unwrap();
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        document["config"].as_str().unwrap().to_owned()
    };
    assert_eq!(checked("", &[]), "wimse.toml");
    assert_eq!(checked("queue.toml", &[]), "queue.toml");
    assert_eq!(checked("queue.toml", &["--config", "wimse.toml"]), "wimse.toml");
}

#[test]
fn help_tells_exit_codes_and_schema() {
    let general = help(&[], "--help");
    assert!(general.contains("Exit codes:") && general.contains("--json"), "{general}");
    assert!(help(&["demo".to_owned()], "--help").contains("wimse-demo/1"));
}

#[test]
fn every_help_fits_and_has_examples() {
    for command in leaves() {
        let long = help(&command, "--help");
        assert!(long.contains("\nExamples:\n  "), "{command:?}");
        for depth in 0..=command.len() {
            for option in ["--help", "-h"] {
                for line in help(&command[..depth], option).lines() {
                    assert!(line.chars().count() <= 110, "{command:?} {option}: {line}");
                }
            }
        }
    }
}

/// The options of the examples exist, and go together. Their files do not.
#[test]
fn examples_of_the_help_are_understood() {
    let shop = Workshop::new();
    let has_rsa = "PS256".parse::<wimse::creds::key::Algorithm>().is_ok();
    let mut tried = 0;
    for command in leaves() {
        let long = help(&command, "--help").replace("\\\n    ", "");
        let (_, examples) = long.split_once("\nExamples:\n").unwrap();
        let examples = examples.lines().flat_map(|line| line.split(" | ")).map(str::trim);
        for example in examples.filter(|text| text.starts_with("wimse ") && !text.contains('…')) {
            let words = quoted_words(example.split("  ").next().unwrap());
            let words = words.into_iter().skip(1).take_while(|word| !word.starts_with(['>', '<', '#']));
            let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
            let arguments: Vec<&str> = words.iter().map(String::as_str).collect();
            if !has_rsa && arguments.iter().any(|argument| ["PS256", "RS256"].contains(argument)) {
                let _ = std::io::Write::write_all(&mut std::io::stderr(), b"skipped: RSA\n");
                continue;
            }
            let ended = shop.wimse(&arguments);
            tried += 1;
            assert!(!ended.stderr.starts_with("error:"), "{example}: {}", ended.stderr);
        }
    }
    assert!(tried > 30, "{tried}");
}

/// Words between spaces; what is between single quotes stays together, without the quotes.
fn quoted_words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (index, part) in text.split('\'').enumerate() {
        let mut pieces = if index % 2 == 0 { part.split(' ').collect() } else { vec![part] }.into_iter();
        words.last_mut().unwrap().push_str(pieces.next().unwrap_or_default());
        words.extend(pieces.map(str::to_owned));
    }
    words
}

#[test]
fn a_pipe_gets_no_colours() {
    let shop = shop();
    for arguments in [
        &["--help"][..],
        &["key", "public", "--nonsense"],
        &["config", "check"],
        &["config", "check", "several-problems.toml"],
        &["explain", "redirected.http", "--now", NOW],
        &["wit", "verify", "no-such-file.wit"],
    ] {
        let ended = shop.wimse(arguments);
        assert!(!ended.stdout.contains('\u{1b}') && !ended.stderr.contains('\u{1b}'), "{arguments:?}");
    }
}

/// The command `script` stands for a terminal.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_gets_colours_unless_told_otherwise() {
    let shop = shop();
    let on_terminal = |arguments: &str, variable: &str, value: &str| {
        let typed = format!("{} {arguments}", env!("CARGO_BIN_EXE_wimse"));
        let mut command = Command::new("script");
        command.args(["--quiet", "--return", "--command", &typed, "/dev/null"]);
        command.env_remove("NO_COLOR").env("TERM", "xterm").env(variable, value).current_dir(shop.path(""));
        command.stdin(Stdio::null()).output().map(|output| String::from_utf8(output.stdout).unwrap())
    };
    for arguments in ["id check wimse://example.com/a", "config check loose.toml", "explain signed.http"] {
        let Ok(coloured) = on_terminal(arguments, "NO_COLOR", "") else {
            let required = std::env::var("WIMSE_REQUIRE").unwrap_or_default();
            assert!(!required.contains("peers"), "script is required and not there");
            let _ = std::io::Write::write_all(&mut std::io::stderr(), b"skipped: script\n");
            return;
        };
        assert!(coloured.contains('✓') && coloured.contains("\u{1b}["), "{coloured:?}");
        for (variable, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
            let plain = on_terminal(arguments, variable, value).unwrap();
            assert!(plain.contains('✓') && !plain.contains('\u{1b}'), "{variable}: {plain:?}");
        }
    }
    assert!(!on_terminal("--help", "NO_COLOR", "1").unwrap().contains('\u{1b}'));
    assert!(
        !on_terminal("id check wimse://example.com/a --json", "NO_COLOR", "").unwrap().contains('\u{1b}')
    );
}

#[cfg(unix)]
#[test]
fn private_keys_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let shop = shop();
    shop.make(&["key", "generate", "--out", "made.jwk.json", "--public-out", "made.pub.jwk.json"]);
    shop.make(&["key", "generate", "--out", "readable.jwk.json", "--force"]);
    shop.make(&["key", "convert", "web.pem", "--to", "der", "--out", "web.der"]);
    shop.make(&["ca", "init", "--trust-domain", "wimse://a.example", "--out", "a.pem", "--key-out", "a.key"]);
    let ca = ["--ca", "a.pem", "--ca-key", "a.key", "--out", "b.crt", "--key-out", "b.key"];
    shop.make(&[&["wic", "issue", "--id", "wimse://a.example/b"], &ca[..]].concat());
    shop.make(&["wic", "request", "--key-out", "c.key", "--out", "c.csr"]);
    let mode = |name: &str| shop.path(name).metadata().unwrap().permissions().mode() & 0o777;
    for name in ["made.jwk.json", "readable.jwk.json", "web.der", "a.key", "b.key", "c.key"] {
        assert_eq!(mode(name), 0o600, "{name}");
    }
    assert_ne!(mode("made.pub.jwk.json") & 0o400, 0);
}

/// A device that is always full stands for an environment that does not play along.
#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_exits_with_3() {
    for arguments in
        [&["demo"][..], &["id", "check", "wimse://example.com/a"], &["key", "generate", "--out", "-"]]
    {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_wimse"));
        let output = command.args(arguments).stdout(Stdio::from(full)).output().unwrap();
        assert_eq!(output.status.code(), Some(3));
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.starts_with("wimse: the output cannot be written: "), "{error}");
    }
}

//! `wimse demo`, as a person or a script runs it.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

use serde_json::Value;
use std::process::{Command, Output};

fn demo(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wimse"));
    command.arg("demo").args(arguments).output().unwrap()
}

fn document() -> Value {
    let output = demo(&["--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.stderr.is_empty());
    serde_json::from_slice(&output.stdout).unwrap()
}

fn rows<'a>(document: &'a Value, kind: &str) -> Vec<&'a Value> {
    document["rows"].as_array().unwrap().iter().filter(|row| row["kind"] == kind).collect()
}

#[test]
fn every_row_is_as_expected() {
    let document = document();
    assert_eq!(document["schema"], "wimse-demo/1");
    for row in document["rows"].as_array().unwrap() {
        assert_eq!(row["ok"], true, "{row}");
        assert_eq!(row["status"], row["expected"]["status"], "{row}");
        assert_eq!(row["code"], row["expected"]["code"], "{row}");
    }
    for check in document["checks"].as_array().unwrap() {
        assert_eq!(check["ok"], true, "{check}");
    }
    let summary = &document["summary"];
    assert_eq!(summary["ok"], true);
    assert_eq!(summary["wrong"], 0);
    assert_eq!(summary["calls"], rows(&document, "call").len());
    assert_eq!(summary["attacks"], rows(&document, "attack").len());
    assert_eq!(summary["limits"], rows(&document, "limit").len());
    assert_eq!(summary["checks"], document["checks"].as_array().unwrap().len());
}

#[test]
fn calls_are_accepted_and_name_the_caller() {
    let document = document();
    let calls: Vec<(&str, &str)> = rows(&document, "call")
        .iter()
        .map(|row| (row["id"].as_str().unwrap(), row["detail"].as_str().unwrap()))
        .collect();
    assert_eq!(
        calls,
        [
            ("web-calls-orders", "hello wimse://demo.example/web"),
            ("orders-calls-web", "hello wimse://demo.example/orders"),
            ("txn-token", "hello wimse://demo.example/web"),
        ]
    );
}

/// What each attack comes to, spelt out here so that the demo cannot change its mind.
const ATTACKS: [(&str, u16, &str, &str); 24] = [
    ("no-credentials", 401, "wit.field_missing", "WIT-5.1.1-1"),
    ("wit-as-bearer", 401, "wit.field_missing", "WIT-5.1.1-1"),
    ("wit-and-bearer", 401, "wpt.other_scheme", "WPT-2-14"),
    ("wit-without-proof", 401, "wpt.authorization_missing", "WPT-2-14"),
    ("stolen-wit", 401, "wpt.signature", "WPT-2-17"),
    ("replay", 401, "wpt.replayed", "WPT-2-23"),
    ("other-path", 401, "wpt.audience_mismatch", "WPT-2-19"),
    ("other-service", 401, "wpt.audience_mismatch", "WPT-2-19"),
    ("forged-host", 401, "wpt.audience_mismatch", "WPT-2-19"),
    ("expired-proof", 401, "wpt.expired", "WPT-2-20"),
    ("future-proof", 401, "wpt.lifetime_too_long", "WPT-2-21"),
    ("wit-bit", 401, "wit.signature", "WIT-5.1.4-4"),
    ("wpt-bit", 401, "wpt.signature", "WPT-2-17"),
    ("swapped-wit", 401, "wpt.signature", "WPT-2-17"),
    ("swapped-own-wit", 401, "wpt.wth_mismatch", "WPT-2-22"),
    ("second-authorization", 401, "wpt.authorization_repeated", "WPT-2-14"),
    ("changed-txn-token", 401, "wpt.tth_mismatch", "WPT-2-24"),
    ("removed-txn-token", 401, "wpt.tth_without_token", "WPT-2-24"),
    ("added-txn-token", 401, "wpt.tth_missing", "WPT-2-24"),
    ("foreign-domain", 401, "wit.trust_domain_unknown", "ID-7.3-1"),
    ("foreign-issuer", 401, "wit.iss_not_allowed", "WIT-9.1-2"),
    ("forged-issuer", 401, "wit.signature", "WIT-5.1.4-4"),
    ("expired-wit", 401, "wit.expired", "WIT-5.1.4-7"),
    ("not-permitted", 403, "authorization.not_permitted", "WIT-9.2-1"),
];

#[test]
fn attacks_are_refused_each_for_its_reason() {
    let document = document();
    let attacks: Vec<(&str, u64, &str, &str)> = rows(&document, "attack")
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap_or_default();
            (text("id"), row["status"].as_u64().unwrap(), text("code"), text("requirement"))
        })
        .collect();
    let expected = ATTACKS.map(|(id, status, code, requirement)| (id, u64::from(status), code, requirement));
    assert_eq!(attacks, expected);
}

/// The accepted twin of each attack that starts from a genuine request.
#[test]
fn genuine_requests_behind_attacks_are_accepted() {
    let document = document();
    let attacks = rows(&document, "attack");
    let twins: Vec<&&Value> = attacks.iter().filter(|row| !row["genuine_status"].is_null()).collect();
    assert_eq!(twins.len(), 10);
    for row in twins {
        assert_eq!(row["genuine_status"], 200, "{row}");
    }
}

#[test]
fn servers_are_on_this_machine_only() {
    let document = document();
    let servers = document["servers"].as_array().unwrap();
    assert_eq!(servers.len(), 6);
    for server in servers {
        assert!(server["url"].as_str().unwrap().starts_with("http://127.0.0.1:"), "{server}");
    }
}

#[test]
fn text_is_plain_where_nobody_looks_and_fits() {
    let output = demo(&[]);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains('\x1b'));
    assert!(!text.contains('✗'));
    assert!(text.contains("As it should be: 3 calls accepted, 24 attacks refused."));
    for line in text.lines() {
        assert!(line.chars().count() <= 110, "{line}");
        assert_eq!(line, line.trim_end());
    }
}

#[test]
fn no_token_is_printed() {
    for arguments in [&[][..], &["--json"]] {
        let text = String::from_utf8(demo(arguments).stdout).unwrap();
        // Every JOSE header of the demo starts with these letters.
        assert!(!text.contains("eyJ"), "{text}");
    }
}

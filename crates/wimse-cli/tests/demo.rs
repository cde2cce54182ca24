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
        assert_eq!(row["refused_by"], row["expected"]["refused_by"], "{row}");
        assert_eq!(row["refused_by"].is_null(), row["code"].is_null(), "{row}");
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

const WEB: &str = "wimse://demo.example/web";
const ORDERS: &str = "wimse://demo.example/orders";

#[test]
fn calls_are_accepted_and_name_the_caller() {
    let document = document();
    let calls = greetings(&rows(&document, "call"));
    let expected = [
        ("web-calls-orders", WEB, None),
        ("orders-calls-web", ORDERS, None),
        ("txn-token", WEB, None),
        ("web-signs", WEB, Some(ORDERS)),
        ("orders-signs", ORDERS, Some(WEB)),
        ("both-proofs", WEB, Some(ORDERS)),
        ("mtls-web-calls-orders", WEB, Some(ORDERS)),
        ("mtls-orders-calls-web", ORDERS, Some(WEB)),
    ];
    assert_eq!(calls, expected.map(greeting));
}

/// Accepted although somebody meddled, and what the caller still knows.
#[test]
fn limits_are_accepted_and_only_demanded_signatures_are_missed() {
    let document = document();
    let limits = greetings(&rows(&document, "limit"));
    let expected = [
        ("changed-body", WEB, None),
        ("signed-uncovered-field", WEB, Some(ORDERS)),
        ("signed-relabelled", WEB, Some(ORDERS)),
        ("signed-beside", WEB, Some(ORDERS)),
        ("response-uncovered-field", WEB, Some(ORDERS)),
        ("response-beside", WEB, Some(ORDERS)),
        ("response-stripped-undemanded", WEB, None),
    ];
    assert_eq!(limits, expected.map(greeting));
}

/// The id, what the caller was told, and who has signed that.
type Greeting = (String, String, Option<String>);

fn greetings(rows: &[&Value]) -> Vec<Greeting> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let greeting =
        |row: &&Value| (text(row, "id"), text(row, "detail"), row["answered_by"].as_str().map(str::to_owned));
    rows.iter().map(greeting).collect()
}

fn greeting((id, caller, answered_by): (&str, &str, Option<&str>)) -> Greeting {
    (id.to_owned(), format!("hello {caller}"), answered_by.map(str::to_owned))
}

/// What each attack comes to, spelt out here so that the demo cannot change its mind.
const ATTACKS: [(&str, u16, &str, &str); 42] = [
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
    ("signed-body", 400, "httpsig.digest_mismatch", "SIG-3-19"),
    ("signed-body-and-digest", 400, "httpsig.signature", "SIG-3.1-3"),
    ("signed-method", 400, "httpsig.signature", "SIG-3.1-3"),
    ("signed-path", 400, "httpsig.audience_mismatch", "SIG8-3.2-1"),
    ("signed-query", 400, "httpsig.signature", "SIG-3.1-3"),
    ("signed-field", 400, "httpsig.signature", "SIG-3.1-3"),
    ("signed-swapped-wit", 400, "httpsig.signature", "SIG-3.1-3"),
    ("signed-authorization", 400, "httpsig.not_covered", "SIG-3-16"),
    ("signed-swapped-wpt", 400, "httpsig.signature", "SIG-3.1-3"),
    ("signed-coverage", 400, "httpsig.not_covered", "SIG-3-16"),
    ("signed-demand", 400, "httpsig.signature", "SIG-3.1-3"),
    ("signed-stripped", 400, "httpsig.unsigned", "SIG-3-41"),
    ("signed-own-key", 400, "httpsig.signature", "SIG-3.1-3"),
    ("signed-second-tag", 400, "httpsig.tag_ambiguous", "SIG-3-32"),
    ("signed-replay", 400, "httpsig.replayed", "SIG-3-37"),
    ("signed-other-service", 400, "httpsig.audience_mismatch", "SIG8-3.2-1"),
    ("signed-expired", 400, "httpsig.expired", "SIG-5.1-5"),
    ("not-permitted", 403, "authorization.not_permitted", "WIT-9.2-1"),
    ("not-permitted-signed", 403, "authorization.not_permitted", "WIT-9.2-1"),
];

/// Those in which the caller refuses the response; the status is what reached it.
const RESPONSES: [(&str, u16, &str, &str); 8] = [
    ("response-body", 200, "httpsig.digest_mismatch", "SIG-3-19"),
    ("response-status", 500, "httpsig.signature", "SIG-3.1-3"),
    ("response-content-type", 200, "httpsig.signature", "SIG-3.1-3"),
    ("response-stripped", 200, "httpsig.response_unsigned", "SIG-3.5-4"),
    ("response-earlier", 200, "httpsig.req_nonce_mismatch", "SIG-3.5-8"),
    ("response-swapped", 403, "httpsig.req_nonce_mismatch", "SIG-3.5-8"),
    ("response-other-workload", 200, "httpsig.peer_unexpected", "WIT-9.2-1"),
    ("response-copied-nonce", 403, "httpsig.signature", "SIG-3.1-3"),
];

/// Those over mutual TLS: who refuses the handshake, and why.
const HANDSHAKES: [(&str, &str, &str, &str); 10] = [
    ("mtls-no-certificate", "callee", "mtls.certificate_missing", "MTLS-3.2-4"),
    ("mtls-stolen", "callee", "wic.signature", "MTLS-3.2-1"),
    ("mtls-same-name", "callee", "wic.signature", "MTLS-3.2-1"),
    ("mtls-foreign-domain", "callee", "wic.trust_domain_unknown", "MTLS-3.2-1"),
    ("mtls-not-permitted", "callee", "mtls.not_expected", "MTLS-3.2-3"),
    ("mtls-expired", "callee", "wic.expired", "MTLS-3.2-1"),
    ("mtls-two-uris", "callee", "wic.uri_repeated", "WIT-6.1-2"),
    ("mtls-other-workload", "caller", "mtls.not_expected", "MTLS-3.2.1-4"),
    ("mtls-server-same-name", "caller", "wic.signature", "MTLS-3.2-1"),
    ("mtls-other-host", "caller", "mtls.name_mismatch", "MTLS-3.2.1-2"),
];

#[test]
fn handshakes_are_refused_each_for_its_reason() {
    let document = document();
    let attacks = rows(&document, "attack");
    let attacks = attacks.iter().filter(|row| row["id"].as_str().unwrap().starts_with("mtls-"));
    let attacks: Vec<(&str, &str, &str, &str)> = attacks
        .map(|row| {
            assert!(row["status"].is_null() && row["detail"].is_null(), "{row}");
            let text = |name: &str| row[name].as_str().unwrap_or_default();
            (text("id"), text("refused_by"), text("code"), text("requirement"))
        })
        .collect();
    assert_eq!(attacks, HANDSHAKES);
}

#[test]
fn attacks_are_refused_each_for_its_reason() {
    let document = document();
    let attacks: Vec<&Value> =
        rows(&document, "attack").into_iter().filter(|row| !row["status"].is_null()).collect();
    for (party, expected) in [("callee", &ATTACKS[..]), ("caller", &RESPONSES[..])] {
        let attacks = attacks.iter().filter(|row| row["refused_by"] == party);
        let attacks: Vec<(&str, u64, &str, &str)> = attacks
            .map(|row| {
                let text = |name: &str| row[name].as_str().unwrap_or_default();
                (text("id"), row["status"].as_u64().unwrap(), text("code"), text("requirement"))
            })
            .collect();
        let expected = expected
            .iter()
            .map(|(id, status, code, requirement)| (*id, u64::from(*status), *code, *requirement));
        assert_eq!(attacks, expected.collect::<Vec<_>>());
    }
    assert_eq!(attacks.len(), ATTACKS.len() + RESPONSES.len());
}

/// Orders tells even those whom it does not let in who says so.
#[test]
fn a_refusal_of_a_verified_caller_is_signed() {
    let document = document();
    let attacks = rows(&document, "attack");
    let answered: Vec<&&Value> = attacks.iter().filter(|row| !row["answered_by"].is_null()).collect();
    let ids: Vec<_> = answered.iter().map(|row| (&row["id"], &row["answered_by"])).collect();
    assert_eq!(ids, [(&Value::from("not-permitted-signed"), &Value::from(ORDERS))]);
}

/// The accepted twin of each attack that starts from a genuine request or response.
#[test]
fn genuine_messages_behind_attacks_are_accepted() {
    let document = document();
    let attacks = rows(&document, "attack");
    let twins: Vec<&&Value> = attacks.iter().filter(|row| !row["genuine_status"].is_null()).collect();
    assert_eq!(twins.len(), 32);
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
    assert!(text.contains("As it should be: 8 calls accepted, 60 attacks refused."));
    for line in text.lines() {
        assert!(line.chars().count() <= 110, "{line}");
        assert_eq!(line, line.trim_end());
    }
}

#[test]
fn no_token_is_printed() {
    for arguments in [&[][..], &["--json"]] {
        let text = String::from_utf8(demo(arguments).stdout).unwrap();
        // Every JOSE header of the demo starts with these letters, and every signature with these signs.
        assert!(!text.contains("eyJ") && !text.contains("=:"), "{text}");
    }
}

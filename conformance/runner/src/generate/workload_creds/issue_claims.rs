//! Claims that a deployment adds.

use serde_json::{Value, json};

use super::{
    super::{Cases, keys::ES256},
    issue,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let plain = issue::plain(&ES256)?;
    let accept = |id: &str, requirements: &[&str], claim: Value, comment: &str| {
        let input = plain.input.clone();
        let bare =
            Vector { input, config: plain.config.clone(), ..Vector::accepted(id, "wit.issue", comment) };
        let name = claim["name"].as_str().unwrap_or_default().to_owned();
        let mut claims = match &plain.expect {
            crate::vector::Expectation::Accept { outputs } => outputs["claims"].clone(),
            _ => Value::Null,
        };
        claims[&name] = claim["value"].clone();
        issue::with(bare.requires(requirements), "claims", json!([claim])).output("claims", claims)
    };
    let requirements = ["WIT-4-3", "WIT-5.1.2-1", "WIT-5.1.2-2"];
    let twin = accept(
        "issue-claim",
        &requirements,
        json!({"name": "example.com/team", "value": "payments"}),
        "A claim with a collision-resistant name.",
    );
    let mut vectors = vec![
        twin.clone(),
        accept(
            "issue-claim-object",
            &requirements,
            json!({"name": "https://example.com/place", "value": {"zone": [1, null]}}),
            "A claim of any JSON type.",
        ),
        accept(
            "issue-claim-private",
            &requirements,
            json!({"name": "team", "value": "payments", "private": true}),
            "A private name, if the caller says that it is meant.",
        ),
    ];
    let refused =
        |id: &str, code: &str, requirements: &[&str], claim: Value, differs: &str, comment: &str| {
            let refused = twin.refused(id, &[code], differs, comment).requires(requirements);
            issue::with(refused, "claims", json!([claim]))
        };
    let private = |id: &str, name: &str| {
        refused(
            id,
            "claim.private",
            &["WIT-5.1.2-1"],
            json!({"name": name, "value": "payments"}),
            "a private name",
            "Two deployments may mean different things by it.",
        )
        .of(name)
    };
    let reserved = |id: &str, name: &str, value: Value, requirements: &[&str], comment: &str| {
        let differs = format!("the name is {name}");
        refused(
            id,
            "claim.reserved",
            requirements,
            json!({"name": name, "value": value, "private": true}),
            &differs,
            comment,
        )
    };
    vectors.extend([
        private("issue-claim-private-team", "team"),
        private("issue-claim-private-role", "role"),
        private("issue-claim-private-empty", ""),
        reserved(
            "issue-claim-sub",
            "sub",
            json!("wimse://example.com/admin"),
            &["WIT-4-1", "WIT-4-2"],
            "A second identity beside the first.",
        ),
        reserved(
            "issue-claim-sub-list",
            "sub",
            json!(["wimse://example.com/admin"]),
            &["WIT-4-1", "WIT-4-2"],
            "A second identity beside the first.",
        ),
        reserved(
            "issue-claim-exp",
            "exp",
            json!(4_102_444_800_u64),
            &["WIT-9.3.1-1"],
            "A lifetime beside the one that was checked.",
        ),
        reserved(
            "issue-claim-cnf",
            "cnf",
            json!({"jkt": "a"}),
            &["WIT-5.1-9"],
            "A key beside the one that was checked.",
        ),
        reserved(
            "issue-claim-aud",
            "aud",
            json!("https://api.example.com"),
            &["WIT-5.1.4-7"],
            "A WIT is for nobody in particular.",
        ),
    ]);
    let second = |id: &str, value: Value, differs: &str| {
        let claim = json!({"name": "example.com/team", "value": value});
        let comment = "Two recipients may authorise by two different identities of one token.";
        refused(id, "claim.second_identifier", &["WIT-4-1", "WIT-4-2"], claim, differs, comment)
    };
    vectors.extend([
        second(
            "issue-claim-second-identifier",
            json!("wimse://example.com/billing/instance-1"),
            "the value is a Workload Identifier",
        ),
        second(
            "issue-claim-second-identifier-listed",
            json!(["payments", "spiffe://example.com/billing"]),
            "a Workload Identifier is in the list",
        ),
    ]);
    let twice = twin
        .refused(
            "issue-claim-key-private",
            &["key.private_member"],
            "the key has d",
            "The private key must not travel in a token.",
        )
        .requires(&["WIT-9.5-1"]);
    vectors.push(issue::with(twice, "key", super::super::tokens::WORKLOAD_ES256.private_jwk()));
    Ok(vectors)
}

//! `oth`: the hashes of other tokens that carry end-user identity or authorization context.

use std::error::Error;

use serde_json::json;

use super::{
    super::Cases,
    exchange::{Exchange, Refused, by_code, hash, reconfigured, refuse},
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let proof = Exchange::ed25519();
    let with = proof.line("X-User-Token", TOKEN).claim_json("oth", entry("x-user-token", TOKEN));
    let covered = json!(["x-user-token"]);
    let plain =
        accepted("wpt-oth", &with, "A configured field and its hash.")?.output("covers", covered.clone());
    let absent = accepted("wpt-oth-absent", &proof, "Neither a context token nor oth.")?;
    let empty = proof.claim_json("oth", "{}");
    let both = with
        .line("X-Tenant", "blue")
        .claim_json("oth", format!(r#"{{"x-user-token":"{}","x-tenant":"{}"}}"#, hash(TOKEN), hash("blue")));
    let both = accepted("wpt-oth-two", &both, "Two configured fields and their hashes.")?
        .config("context_fields", json!(["X-User-Token", "X-Tenant"]))
        .output("covers", json!(["x-user-token", "x-tenant"]));
    let spaces = with.field("X-User-Token", &format!("\t {TOKEN} "));
    let uncovered = accepted(
        "wpt-oth-other-field",
        &proof.line("X-Request-Id", "7"),
        "A field that carries no context is not covered, and not said to be.",
    )?;
    let mut vectors = vec![
        plain.clone(),
        absent.clone(),
        accepted("wpt-oth-empty", &empty, "An oth without entries says as much as none.")?,
        both,
        accepted("wpt-oth-spaces", &spaces, "White space around the value is not part of it.")?
            .output("covers", covered.clone()),
        accepted(
            "wpt-oth-es256",
            &Exchange::es256().line("X-User-Token", TOKEN).claim_json("oth", entry("x-user-token", TOKEN)),
            "A configured field and its hash.",
        )?
        .output("covers", covered),
        uncovered.clone(),
    ];
    vectors.extend(refuse(&plain, values(&with))?);
    vectors.extend(refuse(&plain, entries(&with))?);
    vectors.extend(refuse(&plain, types(&with))?);
    vectors.extend(refuse(&absent, uncovered_fields(&proof))?);
    vectors.push(reconfigured(
        &plain,
        (
            "wpt-oth-not-configured",
            "wpt.oth_unknown",
            "a recipient that does not know the field",
            "An entry that the recipient does not understand is refused, not skipped.",
        ),
        ("context_fields", json!([])),
    ));
    vectors.push(reconfigured(
        &uncovered,
        (
            "wpt-oth-field-not-covered",
            "wpt.oth_missing",
            "a recipient for which the field is context",
            "A context token that is not covered must not be used.",
        ),
        ("context_fields", json!(["x-request-id"])),
    ));
    let mut vectors = by_code(vectors, |code| match code {
        "wpt.oth_missing" => &["WPT-2-10", "WPT-2-25", "WPT-2-28"],
        "wpt.oth_unknown" => &["WPT-2-27"],
        MISMATCH => &["WPT-2-12", "WPT-2-25", "WPT-2-26"],
        "wpt.context_repeated" => &["WPT-2-12"],
        _ => &["WPT-2-26"],
    });
    vectors.extend(refuse(&plain.requires(&["WPT-2-11", "WPT-2-27"]), names(&with))?);
    Ok(vectors)
}

fn accepted(id: &str, exchange: &Exchange, comment: &str) -> Result<Vector, Box<dyn Error>> {
    Ok(exchange.accepted(id, RULES, comment)?.config("context_fields", json!(["x-user-token"])))
}

fn values(with: &Exchange) -> Vec<Refused> {
    let value =
        |id, value, differs, comment| (id, MISMATCH, with.field("X-User-Token", value), differs, comment);
    let oth =
        |id, oth: String, differs, comment| (id, MISMATCH, with.claim_json("oth", oth), differs, comment);
    vec![
        value("wpt-oth-other-value", "other.value", "another value", "The token of the user was exchanged."),
        value("wpt-oth-emptied", "", "an empty field", "The token of the user was emptied."),
        value("wpt-oth-value-case", "User.token.value", "a capital letter", "Values have case."),
        value(
            "wpt-oth-value-inner-space",
            "user. token.value",
            "a space inside",
            "Inner space is not left out.",
        ),
        oth(
            "wpt-oth-untrimmed",
            entry("x-user-token", " user.token.value"),
            "a hash with the space before the value",
            "White space around the value is not part of it.",
        ),
        oth(
            "wpt-oth-padded",
            format!(r#"{{"x-user-token":"{}="}}"#, hash(TOKEN)),
            "padding",
            "Base64url has no padding here.",
        ),
        oth("wpt-oth-raw", r#"{"x-user-token":"user.token.value"}"#.into(), "the token itself", "No hash."),
        oth("wpt-oth-empty-hash", r#"{"x-user-token":""}"#.into(), "an empty hash", "No hash."),
    ]
}

fn entries(with: &Exchange) -> Vec<Refused> {
    let oth =
        |id, code, oth: String, differs, comment| (id, code, with.claim_json("oth", oth), differs, comment);
    let two = |name: &str| format!(r#"{{"x-user-token":"{0}","{name}":"{0}"}}"#, hash(TOKEN));
    vec![
        (
            "wpt-oth-missing",
            "wpt.oth_missing",
            with.claims(|claims| claims.without("oth")),
            "no oth",
            "A context token that the proof does not cover could be anybody's.",
        ),
        oth("wpt-oth-no-entry", "wpt.oth_missing", "{}".into(), "no entry", "The token is not covered."),
        oth(
            "wpt-oth-name-space",
            "wpt.oth_unknown",
            entry("x-user-token ", TOKEN),
            "a space",
            "Another name.",
        ),
        oth(
            "wpt-oth-unknown",
            "wpt.oth_unknown",
            two("x-other"),
            "an unknown entry",
            "Not understood: refused.",
        ),
        oth("wpt-oth-txn-token", "wpt.oth_unknown", two("txn-token"), "the Txn-Token", "That is for tth."),
        oth(
            "wpt-oth-authorization",
            "wpt.oth_unknown",
            two("authorization"),
            "the proof",
            "It has no hash of itself.",
        ),
        oth("wpt-oth-wit", "wpt.oth_unknown", two("workload-identity-token"), "the WIT", "That is for wth."),
        oth("wpt-oth-empty-name", "wpt.oth_unknown", two(""), "an empty name", "Not understood: refused."),
        (
            "wpt-oth-field-gone",
            "wpt.oth_without_field",
            with.without("X-User-Token"),
            "the field is not there",
            "The token of the user was taken away.",
        ),
        (
            "wpt-oth-repeated",
            "wpt.context_repeated",
            with.line("X-User-Token", TOKEN),
            "the same field line twice",
            "A field that occurs more than once is not supported.",
        ),
        (
            "wpt-oth-repeated-other",
            "wpt.context_repeated",
            with.line("x-user-token", "other.value"),
            "a second token",
            "A second token beside the one that is covered.",
        ),
        (
            "wpt-oth-repeated-first",
            "wpt.context_repeated",
            with.first_line("X-USER-TOKEN", "other.value"),
            "a second token before it",
            "A second token beside the one that is covered.",
        ),
    ]
}

/// Other spellings of the name than lower case.
fn names(with: &Exchange) -> Vec<Refused> {
    let oth = |id, name, differs| {
        let comment = "The name of the field is in lower case: another spelling is another entry.";
        (id, "wpt.oth_unknown", with.claim_json("oth", entry(name, TOKEN)), differs, comment)
    };
    vec![
        oth("wpt-oth-upper-case", "X-User-Token", "the name as in the field line"),
        oth("wpt-oth-all-upper-case", "X-USER-TOKEN", "the name in capitals"),
        oth("wpt-oth-one-capital", "x-user-Token", "one capital letter in the name"),
    ]
}

fn types(with: &Exchange) -> Vec<Refused> {
    let oth =
        |id, oth, differs, comment| (id, "wpt.oth_malformed", with.claim_json("oth", oth), differs, comment);
    vec![
        oth("wpt-oth-null", "null", "null", "No object."),
        oth("wpt-oth-array", "[]", "an array", "No object."),
        oth("wpt-oth-string", r#""x-user-token""#, "a string", "No object."),
        oth("wpt-oth-number-value", r#"{"x-user-token":1}"#, "a number for the hash", "The wrong JSON type."),
        oth("wpt-oth-null-value", r#"{"x-user-token":null}"#, "null for the hash", "The wrong JSON type."),
        oth(
            "wpt-oth-array-value",
            r#"{"x-user-token":["a"]}"#,
            "an array of hashes",
            "Not supported by default.",
        ),
        (
            "wpt-oth-entry-twice",
            "wpt.duplicate_member",
            with.claim_json("oth", format!(r#"{{"x-user-token":"{}","x-user-token":"a"}}"#, hash(TOKEN))),
            "the entry twice",
            "Two parties may see two hashes.",
        ),
    ]
}

fn uncovered_fields(proof: &Exchange) -> Vec<Refused> {
    vec![
        (
            "wpt-oth-added",
            "wpt.oth_missing",
            proof.line("X-User-Token", TOKEN),
            "a context token",
            "Somebody on the way puts in the token of another user.",
        ),
        (
            "wpt-oth-added-other-case",
            "wpt.oth_missing",
            proof.line("X-USER-TOKEN", TOKEN),
            "a context token, its name in capitals",
            "Somebody on the way puts in the token of another user.",
        ),
        (
            "wpt-oth-added-empty",
            "wpt.oth_missing",
            proof.line("X-User-Token", ""),
            "an empty context field",
            "An empty field is a field.",
        ),
        (
            "wpt-oth-entry-without-field",
            "wpt.oth_without_field",
            proof.claim_json("oth", entry("x-user-token", "")),
            "an entry over nothing",
            "No token is not an empty token.",
        ),
    ]
}

fn entry(name: &str, value: &str) -> String {
    format!(r#"{{"{name}":"{}"}}"#, hash(value))
}

const TOKEN: &str = "user.token.value";
const MISMATCH: &str = "wpt.oth_mismatch";
const RULES: &[&str] = &["WPT-2-10", "WPT-2-11", "WPT-2-12", "WPT-2-25", "WPT-2-26", "WPT-2-27", "WPT-2-28"];

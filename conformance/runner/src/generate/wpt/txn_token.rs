//! `tth`: the hash of the `Txn-Token` field.

use serde_json::json;

use super::{
    super::Cases,
    exchange::{Exchange, Refused, hash, refuse},
};

pub(super) fn vectors() -> Cases {
    let proof = Exchange::ed25519();
    let with = proof.line("Txn-Token", TOKEN).claim("tth", &hash(TOKEN));
    let accepted = |id, exchange: Exchange, comment| {
        let vector = exchange.accepted(id, RULES, comment)?;
        Ok::<_, Box<dyn std::error::Error>>(vector.output("covers", json!(["txn-token"])))
    };
    let plain = accepted("wpt-tth", with.clone(), "A Txn-Token and its hash.")?;
    let none = proof.accepted("wpt-tth-absent", &["WPT-2-9", "WPT-2-24"], "Neither Txn-Token nor tth.")?;
    let with_es256 = Exchange::es256().line("Txn-Token", TOKEN).claim("tth", &hash(TOKEN));
    let es256 = accepted("wpt-tth-es256", with_es256.clone(), "A Txn-Token and its hash.")?;
    let mut vectors = vec![
        plain.clone(),
        none.clone(),
        es256.clone(),
        accepted(
            "wpt-tth-spaces",
            with.field("Txn-Token", &format!(" \t {TOKEN} \t")),
            "White space around the value is not part of the token.",
        )?,
        accepted(
            "wpt-tth-field-case",
            proof.line("TXN-TOKEN", TOKEN).claim("tth", &hash(TOKEN)),
            "Names of header fields have no case.",
        )?,
    ];
    vectors.extend(refuse(&plain, refused(&with))?);
    vectors.extend(refuse(&es256, refused(&with_es256))?);
    vectors.extend(refuse(
        &none,
        [
            (
                "wpt-tth-without-token",
                "wpt.tth_without_token",
                proof.claim("tth", &hash(TOKEN)),
                "a tth",
                "The transaction token of the request was taken away.",
            ),
            (
                "wpt-tth-without-token-empty-hash",
                "wpt.tth_without_token",
                proof.claim("tth", &hash("")),
                "a tth over nothing",
                "No token is not an empty token.",
            ),
            (
                "wpt-txn-token-added",
                "wpt.tth_missing",
                proof.line("Txn-Token", TOKEN),
                "a Txn-Token",
                "Somebody on the way puts in a transaction token of another user.",
            ),
        ],
    )?);
    Ok(vectors)
}

fn refused(with: &Exchange) -> Vec<Refused> {
    let token =
        |id, code, value, differs, comment| (id, code, with.field("Txn-Token", value), differs, comment);
    let claim = |id, value, differs, comment| {
        (id, "wpt.tth_malformed", with.claim_json("tth", value), differs, comment)
    };
    vec![
        token(
            "wpt-tth-other-token",
            MISMATCH,
            OTHER,
            "another token",
            "The transaction token was exchanged.",
        ),
        token("wpt-tth-empty-token", MISMATCH, "", "an empty field", "The transaction token was emptied."),
        token(
            "wpt-tth-inner-space",
            MISMATCH,
            "txn.token .value",
            "a space inside of the token",
            "Only white space around the value is left out.",
        ),
        token(
            "wpt-tth-list",
            MISMATCH,
            "txn.token.value, other.token.value",
            "a second token after a comma",
            "A second token beside the one that is covered.",
        ),
        (
            "wpt-tth-missing",
            "wpt.tth_missing",
            with.claims(|claims| claims.without("tth")),
            "no tth",
            "A transaction token that the proof does not cover could be anybody's.",
        ),
        (
            "wpt-tth-repeated",
            "wpt.context_repeated",
            with.line("Txn-Token", TOKEN),
            "the same field line twice",
            "Of two tokens, two parties may take different ones.",
        ),
        (
            "wpt-tth-repeated-other",
            "wpt.context_repeated",
            with.line("txn-token", OTHER),
            "a second token",
            "A second token beside the one that is covered.",
        ),
        (
            "wpt-tth-in-oth",
            "wpt.tth_missing",
            with.claims(|claims| {
                claims.without("tth").set("oth", format!("{{\"txn-token\":\"{}\"}}", hash(TOKEN)))
            }),
            "the hash in oth instead",
            "A Txn-Token is covered by tth and by nothing else.",
        ),
        (
            "wpt-tth-untrimmed",
            MISMATCH,
            with.claim("tth", &hash(" txn.token.value")),
            "a hash with the space before the value",
            "White space around the value is not part of the token.",
        ),
        (
            "wpt-tth-padded",
            MISMATCH,
            with.claim("tth", &format!("{}=", hash(TOKEN))),
            "padding",
            "Base64url has no padding here.",
        ),
        claim("wpt-tth-empty", r#""""#, "an empty string", "No hash."),
        claim("wpt-tth-null", "null", "null", "No hash."),
        claim("wpt-tth-number", "1", "a number", "A hash of the wrong JSON type."),
    ]
}

const TOKEN: &str = "txn.token.value";
const OTHER: &str = "other.token.value";
const MISMATCH: &str = "wpt.tth_mismatch";
const RULES: &[&str] = &["WPT-2-9", "WPT-2-24"];

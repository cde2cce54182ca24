//! A token and its private key, in the hands of the workload.

use serde_json::{Value, json};

use super::{
    super::{
        Cases,
        tokens::{
            HOUR, ISSUER_ES256, KeyPair, NOW, OTHER_WORKLOAD_ED25519, OTHER_WORKLOAD_ES256, WORKLOAD_ED25519,
            WORKLOAD_ES256, confirmation, wit,
        },
    },
    claims, issue,
};
use crate::vector::Vector;

const MESSAGE: &str = "what a proof says";

pub(super) fn vectors() -> Cases {
    let requirements = ["WIT-9.5-2", "WIT-9.5-3"];
    let twin = sign(
        "credential",
        WORKLOAD_ES256,
        &requirements,
        "The key of the token signs while the token is valid.",
    )?;
    let edwards = sign(
        "credential-ed25519",
        WORKLOAD_ED25519,
        &requirements,
        "The key of the token signs while the token is valid.",
    )?
    .needs("Ed25519");
    let mut vectors = vec![
        twin.clone(),
        edwards.clone(),
        sign("credential-last-second", WORKLOAD_ES256, &["WIT-9.5-3"], "The last second of validity.")?
            .config("now", NOW + HOUR - 1),
    ];
    let mut older = issue::private(WORKLOAD_ED25519);
    older["alg"] = json!("EdDSA");
    let key = |twin: &Vector, id: &str, key: Value, differs: &str, comment: &str| {
        twin.refused(id, &["credential.key_mismatch"], differs, comment)
            .requires(&["WIT-9.5-2"])
            .config("key", key)
    };
    vectors.extend([
        key(
            &twin,
            "credential-other-key",
            issue::private(OTHER_WORKLOAD_ES256),
            "another key",
            "The key of another workload.",
        ),
        key(
            &twin,
            "credential-other-type",
            issue::private(WORKLOAD_ED25519),
            "a key of another type",
            "The key of another token of this workload.",
        ),
        key(
            &twin,
            "credential-issuer-key",
            issue::private(ISSUER_ES256),
            "the key of the issuer",
            "The key that has signed the token is not the one in it.",
        ),
        key(
            &edwards,
            "credential-other-ed25519-key",
            issue::private(OTHER_WORKLOAD_ED25519),
            "another key",
            "The key of another workload.",
        ),
        key(
            &edwards,
            "credential-eddsa-key",
            older,
            "the same key with alg EdDSA",
            "Two names are two algorithms: the verifier would refuse the proof.",
        ),
    ]);
    vectors.extend(later(&twin));
    vectors.extend(tokens(&twin)?);
    Ok(vectors)
}

fn sign(
    id: &str,
    key: KeyPair,
    requirements: &[&str],
    comment: &str,
) -> Result<Vector, Box<dyn std::error::Error>> {
    Ok(Vector::accepted(id, "credential.sign", comment)
        .requires(requirements)
        .input_bytes("message", MESSAGE)
        .config("token", wit(key)?)
        .config("key", issue::private(key))
        .config("now", NOW)
        .output("signature_valid", true))
}

/// WIT-9.5-3: the leeway is for verifiers.
fn later(twin: &Vector) -> Vec<Vector> {
    let rows = [
        ("credential-expired", NOW + HOUR, "now is exp"),
        ("credential-expired-within-leeway", NOW + HOUR + 29, "now is 29 seconds after exp"),
        ("credential-expired-a-day", NOW + HOUR + 86_400, "now is a day after exp"),
    ];
    let refused = |(id, now, differs): (&str, u64, &str)| {
        twin.refused(id, &["credential.expired"], differs, "A key that is used after its credential.")
            .requires(&["WIT-9.5-3"])
            .config("now", now)
    };
    rows.into_iter().map(refused).collect()
}

/// Tokens that bind nothing, or too much.
fn tokens(twin: &Vector) -> Cases {
    let cnf = |value: String| claims(|claims| claims.set("cnf", value));
    let rows = [
        (
            "credential-no-cnf",
            "wit.cnf_missing",
            claims(|claims| claims.without("cnf"))?,
            "no cnf",
            "A token that binds no key.",
        ),
        (
            "credential-no-alg",
            "wit.cnf_alg_missing",
            cnf(confirmation(&WORKLOAD_ES256.public().without("alg")))?,
            "the key in the token has no alg",
            "A token that no verifier accepts.",
        ),
        (
            "credential-private",
            "wit.cnf_private_member",
            cnf(format!(r#"{{"jwk":{}}}"#, WORKLOAD_ES256.private_jwk()))?,
            "the key in the token has d",
            "The private key travels with the credential.",
        ),
        (
            "credential-of-other",
            "credential.key_mismatch",
            wit(OTHER_WORKLOAD_ES256)?,
            "the token of another workload",
            "One key for two identifiers.",
        ),
    ];
    let refused = |(id, code, token, differs, comment): (&str, &str, String, &str, &str)| {
        let requirements: &[&str] = if id.ends_with("private") { &["WIT-9.5-1"] } else { &["WIT-9.5-2"] };
        twin.refused(id, &[code], differs, comment).requires(requirements).config("token", token)
    };
    Ok(rows.into_iter().map(refused).collect())
}

//! What an issuer does not sign.

use serde_json::{Value, json};

use super::{
    super::{keys::Keys, tokens::KeyPair},
    issue::{private, with},
};
use crate::vector::Vector;

pub(super) fn refused(keys: &Keys, twin: &Vector) -> Vec<Vector> {
    [subjects(twin), bound_keys(keys, twin), lifetimes(twin), texts(keys, twin)].concat()
}

/// A refused request: id, codes, the value, what differs, the attack or the mistake.
type Refused<'a> = (&'a str, &'a str, Value, &'a str, &'a str);

pub(super) fn refuse<'a>(
    twin: &Vector,
    requirements: &[&str],
    member: &str,
    rows: impl IntoIterator<Item = Refused<'a>>,
) -> Vec<Vector> {
    let refused = |(id, code, value, differs, comment): Refused<'_>| {
        with(twin.refused(id, &[code], differs, comment).requires(requirements), member, value)
    };
    rows.into_iter().map(refused).collect()
}

/// IDP-4.1-2: an identifier is emitted in canonical form, or not at all.
fn subjects(twin: &Vector) -> Vec<Vector> {
    refuse(
        twin,
        &["WIT-1.3-1", "WIT-5.1-6", "IDP-4.1-2"],
        "subject",
        [
            (
                "issue-subject-scheme-case",
                "identifier.scheme_unsupported",
                json!("Wimse://example.com/billing"),
                "a capital letter in the scheme",
                "Two names for one workload.",
            ),
            (
                "issue-subject-domain-case",
                "identifier.trust_domain_character",
                json!("wimse://Example.com/billing"),
                "a capital letter in the trust domain",
                "Two names for one workload.",
            ),
            (
                "issue-subject-percent",
                "identifier.path_percent_encoding",
                json!("wimse://example.com/%62illing"),
                "a percent-encoded letter",
                "Two names for one workload.",
            ),
            (
                "issue-subject-dot-segment",
                "identifier.path_dot_segment",
                json!("wimse://example.com/./billing"),
                "a dot segment",
                "Two names for one workload.",
            ),
            (
                "issue-subject-two",
                "identifier.not_ascii",
                json!("wimse://example.com/billing wimse://example.com/admin"),
                "two identifiers",
                "Two identities in one credential.",
            ),
        ],
    )
}

/// WIT-9.5-2, WIT-5.1-12 to -16: whose key is bound.
fn bound_keys(keys: &Keys, twin: &Vector) -> Vec<Vector> {
    let public = || keys.workload.public();
    let mut vectors = refuse(
        twin,
        &["WIT-5.1-9", "WIT-5.1-12"],
        "key",
        [
            (
                "issue-key-no-alg",
                "key.alg_missing",
                json!(public().without("alg").text()),
                "the key has no alg",
                "Every verifier would refuse the token.",
            ),
            (
                "issue-key-none",
                "key.alg_none",
                json!(public().string("alg", "none").text()),
                "alg of the key is none",
                "Every verifier would refuse the token.",
            ),
            (
                "issue-key-hs256",
                "key.alg_symmetric",
                json!(public().string("alg", "HS256").text()),
                "alg of the key is HS256",
                "Every verifier would refuse the token.",
            ),
        ],
    );
    vectors.extend(refuse(
        twin,
        &["WIT-9.5-1"],
        "key",
        [(
            "issue-key-private",
            "key.private_member",
            json!(keys.workload.private_jwk()),
            "the key has d",
            "A workload that sends its private key to the issuer.",
        )],
    ));
    vectors.extend(own_key(twin, "issue-key-of-issuer", keys.issuer));
    vectors
}

pub(super) fn own_key(twin: &Vector, id: &str, issuer: KeyPair) -> Vec<Vector> {
    refuse(
        twin,
        &["WIT-9.5-2"],
        "key",
        [(
            id,
            "wit.issue_issuer_key",
            json!(issuer.public().text()),
            "the key of the workload is that of the issuer",
            "Whoever holds it could name any workload.",
        )],
    )
}

fn lifetimes(twin: &Vector) -> Vec<Vector> {
    let requirements = ["WIT-5.1-7", "WIT-9.3.1-1", "WIT-9.3.1-2"];
    refuse(
        twin,
        &requirements,
        "lifetime",
        [
            (
                "issue-lifetime-none",
                "wit.issue_validity",
                json!(0),
                "a lifetime of no time",
                "A token that is never valid.",
            ),
            (
                "issue-lifetime-long",
                "wit.lifetime_too_long",
                json!(86_401),
                "a lifetime of a day and a second",
                "Longer than the policy allows.",
            ),
            (
                "issue-lifetime-year",
                "wit.lifetime_too_long",
                json!(31_536_000),
                "a lifetime of a year",
                "A credential that nobody can take back.",
            ),
            (
                "issue-lifetime-endless",
                "wit.exp_malformed",
                json!(9_007_199_254_740_991_u64),
                "a lifetime without end",
                "A token that is valid for ever.",
            ),
        ],
    )
}

fn texts(keys: &Keys, twin: &Vector) -> Vec<Vector> {
    let long = "a".repeat(1025);
    let mut vectors = refuse(
        twin,
        &["WIT-5.1-1"],
        "issuer",
        [
            (
                "issue-issuer-name",
                "wit.issue_iss",
                json!("id.example.com"),
                "an issuer without a scheme",
                "The issuer is a URI.",
            ),
            ("issue-issuer-empty", "wit.issue_iss", json!(""), "an empty issuer", "The issuer is a URI."),
            (
                "issue-issuer-long",
                "wit.issue_text",
                json!(format!("https://{long}")),
                "an issuer of more than 1,024 bytes",
                "Every request would carry it.",
            ),
        ],
    );
    vectors.extend(refuse(
        twin,
        &["WIT-9.3.1-4"],
        "jti",
        [
            ("issue-jti-empty", "wit.issue_text", json!(""), "an empty jti", "A token that cannot be named."),
            (
                "issue-jti-long",
                "wit.issue_text",
                json!(long),
                "a jti of more than 1,024 bytes",
                "Every request would carry it.",
            ),
        ],
    ));
    let names = [("issue-kid-empty", String::new()), ("issue-kid-long", "a".repeat(1025))];
    vectors.extend(names.map(|(id, kid)| {
        let mut key = private(keys.issuer);
        key["kid"] = json!(kid);
        twin.refused(id, &["wit.issue_text"], "another kid of the issuer key", "A key that cannot be named.")
            .requires(&["WIT-5.1-1", "WIT-5.1.4-8"])
            .config("issuer_key", key)
    }));
    vectors
}

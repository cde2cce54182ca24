//! What an issuer signs, byte for byte.

use serde_json::{Map, Value, json};

use super::{
    super::{
        Cases,
        keys::{ES256, Keys, by_both},
        rsa::{ISSUER_PS256, ISSUER_RS256},
        tokens::{
            HOUR, ISSUER, ISSUER_ES384, KeyPair, NOW, SUBJECT, WORKLOAD_ED25519, WORKLOAD_ES256, wit_claims,
        },
    },
    issue_refused::{own_key, refuse, refused},
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    Ok([by_both(cases)?, other_algorithms()?].concat())
}

fn cases(keys: &Keys) -> Cases {
    let twin = plain(keys)?;
    let mut vectors = vec![twin.clone()];
    vectors.extend(accepted(keys, &twin));
    vectors.extend(refused(keys, &twin));
    vectors.extend(policies(keys)?);
    Ok(vectors)
}

/// What the usual token is issued from.
fn request(key: KeyPair) -> Map<String, Value> {
    let members = [
        ("subject", json!(SUBJECT)),
        ("key", json!(key.public().text())),
        ("start", json!(NOW)),
        ("lifetime", json!(HOUR)),
        ("issuer", json!(ISSUER)),
        ("jti", json!("wit-1")),
    ];
    members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
}

/// The case with one member of the request set, or removed by null.
pub(super) fn with(mut vector: Vector, name: &str, value: impl Into<Value>) -> Vector {
    if let Some(Value::Object(request)) = vector.input.get_mut("request") {
        match value.into() {
            Value::Null => drop(request.remove(name)),
            value => drop(request.insert(name.to_owned(), value)),
        }
    }
    vector
}

/// The usual token, issued.
pub(super) fn plain(keys: &Keys) -> Result<Vector, Box<dyn std::error::Error>> {
    let plain = Vector::accepted("issue", "wit.issue", "The usual token, with everything that a WIT has.")
        .requires(&[
            "WIT-4-1",
            "WIT-4-2",
            "WIT-5.1-1",
            "WIT-5.1-2",
            "WIT-5.1-4",
            "WIT-5.1-5",
            "WIT-5.1-6",
            "WIT-5.1-7",
            "WIT-5.1-8",
            "WIT-5.1-9",
            "WIT-5.1-12",
            "WIT-5.1-17",
            "WIT-5.1.3-1",
            "WIT-9.3.1-1",
            "WIT-9.3.1-2",
            "WIT-9.3.1-4",
            "WIT-9.5-1",
            "WIT-9.5-2",
            "WIT-9.5-4",
            "IDP-4.1-2",
        ])
        .input("request", request(keys.workload))
        .config("issuer_key", private(keys.issuer))
        .output("signature_valid", true)
        .output("header", json!({"alg": keys.algorithm, "kid": keys.issuer_kid, "typ": "wit+jwt"}))
        .output("claims", usual(keys.workload));
    // Only these signatures are the same whoever makes them.
    Ok(match keys.algorithm {
        "Ed25519" => plain.output("token", keys.wit(|claims| claims)?),
        _ => plain,
    })
}

fn usual(key: KeyPair) -> Value {
    serde_json::from_str(&wit_claims(key).text()).unwrap_or_default()
}

pub(super) fn private(key: KeyPair) -> Value {
    serde_json::from_str(key.private_jwk()).unwrap_or_default()
}

/// The accepted case under another id, with other outputs.
fn also(twin: &Vector, id: &str, requirements: &[&str], comment: &str) -> Vector {
    Vector {
        input: twin.input.clone(),
        config: twin.config.clone(),
        ..Vector::accepted(id, "wit.issue", comment)
    }
    .requires(requirements)
}

fn accepted(keys: &Keys, twin: &Vector) -> Vec<Vector> {
    let usual = usual(keys.workload);
    let mut minimal = usual.clone();
    for name in ["iss", "iat", "jti"] {
        minimal.as_object_mut().map(|claims| claims.remove(name));
    }
    let mut not_before = usual.clone();
    not_before["nbf"] = json!(NOW);
    let mut spiffe = usual;
    spiffe["sub"] = json!("spiffe://example.com/billing");
    let bare = |name, vector| with(vector, name, Value::Null);
    let mut nameless = private(keys.issuer);
    nameless.as_object_mut().map(|key| key.remove("kid"));
    vec![
        with(
            bare(
                "issuer",
                bare(
                    "jti",
                    also(twin, "issue-minimal", &["WIT-5.1-5", "WIT-5.1-8"], "Only what every token has."),
                ),
            ),
            "without_iat",
            true,
        )
        .output("claims", minimal),
        with(
            also(twin, "issue-not-before", &["WIT-5.1.4-7"], "A token that says from when it is valid."),
            "nbf",
            true,
        )
        .output("claims", not_before),
        with(
            also(twin, "issue-spiffe", &["WIT-5.1-18"], "In a SPIFFE environment the scheme is spiffe."),
            "subject",
            "spiffe://example.com/billing",
        )
        .output("claims", spiffe),
        also(
            twin,
            "issue-no-kid",
            &["WIT-5.1-1", "WIT-5.1.4-8"],
            "A key without kid, where one key is all there is.",
        )
        .config("issuer_key", nameless)
        .output("header", json!({"alg": keys.algorithm, "typ": "wit+jwt"})),
        with(
            also(
                twin,
                "issue-longest",
                &["WIT-9.3.1-1", "WIT-9.3.1-2"],
                "The longest lifetime of the default policy.",
            ),
            "lifetime",
            86_400,
        ),
    ]
}

/// Issuers with other algorithms.
fn other_algorithms() -> Cases {
    let twin = plain(&ES256)?;
    let mut vectors = Vec::new();
    for (name, key) in [("RS256", ISSUER_RS256), ("PS256", ISSUER_PS256), ("ES384", ISSUER_ES384)] {
        let kid = format!("issuer-{}", name.to_lowercase());
        let id = |end: &str| format!("issue-{}{end}", name.to_lowercase());
        let issued = also(
            &twin,
            &id(""),
            &["WIT-5.1-1", "WIT-5.1-2", "WIT-5.1-17", "WIT-9.5-2"],
            &format!("An issuer with {name}."),
        )
        .config("issuer_key", private(key))
        .output("signature_valid", true)
        .output("header", json!({"alg": name, "kid": kid, "typ": "wit+jwt"}))
        .output("claims", usual(WORKLOAD_ES256));
        let own = own_key(&issued, &id("-key-of-issuer"), key);
        vectors.push(issued);
        vectors.extend(own);
    }
    Ok(vectors)
}

/// What a verifier with the same policy would refuse is not issued.
fn policies(keys: &Keys) -> Cases {
    let plain = plain(keys)?;
    let named = |id: &str, requirements: &[&str], comment: &str| {
        also(&plain, id, requirements, comment).output("claims", usual(keys.workload))
    };
    let jti = named(
        "issue-jti-demanded",
        &["WIT-5.1-8", "WIT-9.3.1-4"],
        "Where a deny-list is run, every token has a jti.",
    )
    .config("require_jti", true);
    let iss =
        named("issue-issuer-demanded", &["WIT-5.1-5"], "Where an issuer is demanded, every token has one.")
            .config("require_issuer", true);
    let svid =
        with(named("issue-svid", &["WIT-5.1-18"], "A WIT-SVID."), "subject", "spiffe://example.com/billing");
    let mut claims = usual(keys.workload);
    claims["sub"] = json!("spiffe://example.com/billing");
    let svid = svid.config("profile", "wit-svid").output("claims", claims);
    let mut vectors = vec![jti.clone(), iss.clone(), svid.clone()];
    vectors.extend(refuse(
        &jti,
        &["WIT-9.3.1-4"],
        "jti",
        [(
            "issue-jti-missing",
            "wit.jti_missing",
            Value::Null,
            "no jti",
            "Nothing could be found on the deny-list.",
        )],
    ));
    vectors.extend(refuse(
        &iss,
        &["WIT-5.1-5"],
        "issuer",
        [(
            "issue-issuer-missing",
            "wit.iss_missing",
            Value::Null,
            "no issuer",
            "Every verifier with the same policy would refuse the token.",
        )],
    ));
    vectors.extend(refuse(
        &svid,
        &["WIT-5.1-18"],
        "subject",
        [(
            "issue-svid-wimse",
            "wit.profile_sub",
            json!(SUBJECT),
            "a wimse subject",
            "The subject of a WIT-SVID is a SPIFFE ID.",
        )],
    ));
    vectors.extend(refuse(
        &svid,
        &["WIT-5.1-12"],
        "key",
        [(
            "issue-svid-ed25519",
            "wit.profile_cnf_alg",
            json!(WORKLOAD_ED25519.public().text()),
            "an Ed25519 key",
            "The profile has RS*, ES* and PS* only.",
        )],
    ));
    Ok(vectors)
}

//! Making a proof: what goes into it.

use std::error::Error;

use serde_json::{Value, json};

use super::{
    super::{
        Cases,
        tokens::{self, HOUR, KeyPair, NOW, WORKLOAD_ED25519, WORKLOAD_ES256, confirmation},
    },
    exchange::{JTI, hash},
};
use crate::vector::{Bytes, Vector};

pub(super) fn vectors() -> Cases {
    let mut vectors = vec![
        made("wpt-make", WORKLOAD_ED25519, &BASIC, "A proof with an Ed25519 key.")?,
        made("wpt-make-es256", WORKLOAD_ES256, &BASIC, "A proof with a P-256 key.")?,
        eddsa()?,
    ];
    vectors.extend(targets()?);
    vectors.extend(contexts()?);
    vectors.extend(options()?);
    Ok(vectors)
}

/// The key of the WIT has the older name: so has the proof.
fn eddsa() -> Result<Vector, Box<dyn Error>> {
    let jwk = WORKLOAD_ED25519.public().string("alg", "EdDSA");
    let claims = tokens::wit_claims(WORKLOAD_ED25519).set("cnf", confirmation(&jwk)).text();
    let wit = tokens::sign(tokens::ISSUER_ES256, &tokens::wit_header().text(), &claims)?;
    let mut key: Value = serde_json::from_str(WORKLOAD_ED25519.private_jwk())?;
    key["alg"] = json!("EdDSA");
    let vector = made("wpt-make-eddsa", WORKLOAD_ED25519, &BASIC, "A proof with the older name of Ed25519.")?;
    let vector = vector.config("key", key).config("wit", wit.as_str());
    Ok(vector
        .needs("EdDSA")
        .output("header", json!({"alg": "EdDSA", "typ": "wpt+jwt"}))
        .output("claims", claims_with(&wit, &[])))
}

/// `aud` is the target URI in one spelling, without query and fragment.
fn targets() -> Cases {
    let rows = [
        (
            "wpt-make-query",
            "https://api.example.com/orders?page=2",
            "https://api.example.com/orders",
            "No query.",
        ),
        ("wpt-make-upper-case", "HTTPS://API.Example.com/Orders", "https://api.example.com/Orders", "Case."),
        (
            "wpt-make-default-port",
            "https://api.example.com:443/a",
            "https://api.example.com/a",
            "No default port.",
        ),
        ("wpt-make-port", "https://api.example.com:8443/a", "https://api.example.com:8443/a", "A port."),
        ("wpt-make-no-path", "https://api.example.com", "https://api.example.com/", "An empty path is /."),
        ("wpt-make-encoded", "https://api.example.com/a%2Fb/", "https://api.example.com/a%2Fb/", "As spelt."),
        ("wpt-make-ipv6", "https://[2001:DB8::1]/a", "https://[2001:db8::1]/a", "An address."),
    ];
    let rows = rows.into_iter().map(|(id, uri, aud, comment)| {
        let vector = made(id, WORKLOAD_ED25519, &["WPT-2-4", "WPT-2-5"], comment)?;
        Ok(vector.input("uri", uri).output("claims", claims_with(&wit()?, &[("aud", json!(aud))])))
    });
    let mut vectors = rows.collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    for (id, method, uri, comment) in [
        (
            "wpt-make-aud",
            "POST",
            "https://gateway.example.com/v1/orders",
            "A value agreed on for a rewritten target.",
        ),
        ("wpt-make-aud-origin-form", "POST", "/orders", "A value agreed on where the target has no host."),
        ("wpt-make-aud-connect", "CONNECT", "backend.example.com:8443", "A value agreed on for CONNECT."),
        ("wpt-make-aud-options", "OPTIONS", "*", "A value agreed on for OPTIONS *."),
    ] {
        let vector = made(id, WORKLOAD_ED25519, &["WPT-2-4", "WPT-2-5"], comment)?;
        let vector = vector.input("method", method).input("uri", uri).config("aud", "urn:example:orders");
        vectors.push(vector.output("claims", claims_with(&wit()?, &[("aud", json!("urn:example:orders"))])));
    }
    Ok(vectors)
}

/// Id, fields of the request, context fields, claims that come of it, comment.
type Covering<'a> = (&'a str, &'a [(&'a str, &'a str)], Value, &'a [(&'a str, Value)], &'a str);

/// `tth` and `oth` over what is in the request.
fn contexts() -> Cases {
    let user = json!({"x-user-token": hash("user.token.value")});
    let two = json!({"x-user-token": hash("user.token.value"), "x-tenant": hash("blue")});
    let tth = [("tth", json!(hash("txn.token.value")))];
    let rows: [Covering<'_>; 8] = [
        ("wpt-make-tth", &[("Txn-Token", "txn.token.value")], json!([]), &tth, "The Txn-Token is covered."),
        (
            "wpt-make-tth-case",
            &[("TXN-TOKEN", "txn.token.value")],
            json!([]),
            &tth,
            "Field names have no case.",
        ),
        (
            "wpt-make-tth-spaces",
            &[("Txn-Token", " \ttxn.token.value\t ")],
            json!([]),
            &tth,
            "White space around the value is left out.",
        ),
        (
            "wpt-make-oth",
            &[("X-User-Token", "user.token.value")],
            json!(["X-User-Token"]),
            &[("oth", user.clone())],
            "A configured field is covered, its name in lower case.",
        ),
        (
            "wpt-make-oth-spaces",
            &[("x-user-token", " user.token.value ")],
            json!(["x-user-token"]),
            &[("oth", user)],
            "White space around the value is left out.",
        ),
        (
            "wpt-make-oth-two",
            &[("X-Tenant", "blue"), ("X-User-Token", "user.token.value")],
            json!(["X-User-Token", "X-Tenant"]),
            &[("oth", two)],
            "Each configured field is covered.",
        ),
        (
            "wpt-make-oth-absent",
            &[("X-Request-Id", "7")],
            json!(["X-User-Token"]),
            &[],
            "A configured field that is absent has no entry, and without entries there is no oth.",
        ),
        (
            "wpt-make-oth-not-for-txn-token",
            &[("Txn-Token", "txn.token.value")],
            json!(["Txn-Token"]),
            &tth,
            "A Txn-Token is covered by tth, also where it is configured as context.",
        ),
    ];
    let rows = rows.into_iter().map(|(id, fields, context, claims, comment)| {
        let rules = &["WPT-2-9", "WPT-2-10", "WPT-2-11", "WPT-2-12"];
        let vector = made(id, WORKLOAD_ED25519, rules, comment)?;
        let vector = vector.input("headers", headers(fields)).config("context_fields", context);
        Ok(vector.output("claims", claims_with(&wit()?, claims)))
    });
    rows.collect()
}

fn options() -> Cases {
    let config = |id, rules: &[&str], (name, value): (&str, Value), claims: &[(&str, Value)], comment| {
        let vector = made(id, WORKLOAD_ED25519, rules, comment)?;
        Ok::<_, Box<dyn Error>>(vector.config(name, value).output("claims", claims_with(&wit()?, claims)))
    };
    let life = &["WPT-2-6", "WPT-3.1.2-1", "WIT-9.3.2-1"];
    let shortest = [("exp", json!(NOW + 1))];
    let longest = [("exp", json!(NOW + 300))];
    let closed = json!({"example.com/purpose": "audit"});
    let private = json!({"purpose": ["audit"]});
    let http = made("wpt-make-http", WORKLOAD_ED25519, SECURE, "A channel that is secure without TLS.")?
        .input("uri", "http://localhost:8080/orders")
        .config("channel_is_secure", true);
    let at_expiry =
        made("wpt-make-last-second", WORKLOAD_ED25519, &["WPT-3.2-3"], "The last second of the WIT.")?
            .config("now", NOW + HOUR - 1);
    Ok(vec![
        config("wpt-make-shortest", life, ("lifetime", json!(1)), &shortest, "One second.")?,
        config("wpt-make-longest", life, ("lifetime", json!(300)), &longest, "Five minutes.")?,
        config(
            "wpt-make-claim",
            &["WPT-2.3-1", "WPT-2.3-2"],
            ("claims", closed),
            &[("example.com/purpose", json!("audit"))],
            "A claim with a collision-resistant name.",
        )?,
        config(
            "wpt-make-private-claim",
            &["WPT-2.3-1", "WPT-2.3-2"],
            ("private_claims", private),
            &[("purpose", json!(["audit"]))],
            "A private name where that is asked for in so many words.",
        )?,
        config(
            "wpt-make-nonce",
            &["WPT-2-7"],
            ("nonce", json!("given-by-the-caller")),
            &[("jti", json!("given-by-the-caller"))],
            "The jti is the nonce that the caller gives.",
        )?,
        http.output("claims", claims_with(&wit()?, &[("aud", json!("http://localhost:8080/orders"))])),
        at_expiry.output("claims", claims_with(&wit()?, &[("exp", json!(NOW + HOUR + 59))])),
        made(
            "wpt-make-proxy-authorization",
            WORKLOAD_ED25519,
            &["WPT-2.2-1"],
            "A proxy has credentials of its own.",
        )?
        .input("headers", headers(&[("Proxy-Authorization", "Basic cHJveHk6cGFzcw==")])),
    ])
}

/// An accepted `wpt.create` of `POST /orders` with the WIT of a workload.
pub(super) fn made(
    id: &str,
    key: KeyPair,
    requirements: &[&str],
    comment: &str,
) -> Result<Vector, Box<dyn Error>> {
    let wit = tokens::wit(key)?;
    let jwk: Value = serde_json::from_str(key.private_jwk())?;
    let algorithm = jwk["alg"].as_str().unwrap_or_default().to_owned();
    Ok(Vector::accepted(id, "wpt.create", comment)
        .requires(requirements)
        .needs(&algorithm)
        .input("method", "POST")
        .input("uri", "https://api.example.com/orders")
        .config("wit", wit.as_str())
        .config("key", jwk)
        .config("now", NOW)
        .config("nonce", JTI)
        .output("header", json!({"alg": algorithm, "typ": "wpt+jwt"}))
        .output("claims", claims_with(&wit, &[]))
        .output("signature_valid", true))
}

/// The claims that a proof for that WIT has by default, and these.
fn claims_with(wit: &str, changed: &[(&str, Value)]) -> Value {
    let mut claims =
        json!({"aud": "https://api.example.com/orders", "exp": NOW + 60, "jti": JTI, "wth": hash(wit)});
    for (name, value) in changed {
        claims[*name] = value.clone();
    }
    claims
}

/// The header fields of a request.
pub(super) fn headers(fields: &[(&str, &str)]) -> Value {
    fields.iter().map(|(name, value)| json!([name, Value::from(Bytes::from(value.as_bytes()))])).collect()
}

fn wit() -> Result<String, Box<dyn Error>> {
    tokens::wit(WORKLOAD_ED25519)
}

/// What every proof shows.
const BASIC: [&str; 12] = [
    "WPT-2-1",
    "WPT-2-2",
    "WPT-2-3",
    "WPT-2-4",
    "WPT-2-5",
    "WPT-2-6",
    "WPT-2-7",
    "WPT-2-8",
    "WPT-3.1.2-1",
    "WIT-5.1-10",
    "WIT-5.1-13",
    "WIT-9.3.2-1",
];
pub(super) const SECURE: &[&str] = &["WPT-3.1.1-1", "WIT-9.6-1"];

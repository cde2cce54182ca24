//! `aud`: the target URI, compared with the configuration and the path of the request.

use serde_json::json;

use super::{
    super::Cases,
    exchange::{Exchange, Refused, reconfigured, refuse},
};

pub(super) fn vectors() -> Cases {
    let proof = Exchange::ed25519();
    let accepted = |id, exchange: Exchange, comment| exchange.accepted(id, RULES, comment);
    let aud = |aud| proof.claim("aud", aud);
    let plain = accepted("wpt-aud", proof.clone(), "Base and path of the request.")?;
    let mut vectors = vec![
        plain.clone(),
        accepted("wpt-aud-es256", Exchange::es256(), "Base and path of the request.")?,
        accepted("wpt-aud-upper-case-host", aud("https://API.Example.COM/orders"), "A host has no case.")?,
        accepted(
            "wpt-aud-upper-case-scheme",
            aud("HTTPS://api.example.com/orders"),
            "A scheme has no case.",
        )?,
        accepted("wpt-aud-default-port", aud("https://api.example.com:443/orders"), "443 is no port.")?,
        accepted("wpt-aud-empty-port", aud("https://api.example.com:/orders"), "An empty port is no port.")?,
        accepted("wpt-aud-query", aud("https://api.example.com/orders?page=2"), "A query is ignored.")?,
        accepted("wpt-aud-fragment", aud("https://api.example.com/orders#top"), "A fragment is ignored.")?,
        accepted("wpt-aud-request-query", proof.start("POST /orders?page=2"), "A query is ignored.")?,
        accepted(
            "wpt-aud-escaped",
            proof.claim_json("aud", r#""https:\/\/api.example.com\/\u006frders""#),
            "Escapes of JSON stand for the same characters.",
        )?,
        accepted(
            "wpt-aud-dot-segments-same",
            aud("https://api.example.com/x/../orders").start("POST /x/../orders"),
            "A path is compared as it is spelt, and this is the spelling of both.",
        )?,
        accepted(
            "wpt-aud-double-slash-same",
            aud("https://api.example.com//orders").start("POST //orders"),
            "A path is compared as it is spelt, and this is the spelling of both.",
        )?,
        accepted(
            "wpt-aud-array-of-one",
            proof.claim_json("aud", r#"["https://api.example.com/orders"]"#),
            "An array with exactly one string.",
        )?,
        accepted(
            "wpt-aud-no-path",
            aud("https://api.example.com").start("POST /"),
            "An empty path is the path /.",
        )?,
        accepted(
            "wpt-aud-encoded-path",
            aud("https://api.example.com/a%2Fb").start("POST /a%2Fb"),
            "A path is compared as it is spelt.",
        )?,
    ];
    let showing = |requirements| plain.clone().requires(requirements);
    vectors.extend(refuse(&showing(RULES_OF_AUTHORITY), authorities(&proof))?);
    vectors.extend(refuse(&showing(&["WPT-2-4", "WPT-2-19"]), paths(&proof))?);
    vectors.extend(refuse(&showing(&["WPT-2-5", "WPT-2-19"]), types(&proof))?);
    vectors.push(reconfigured(
        &plain,
        (
            "wpt-aud-other-configuration",
            "wpt.audience_mismatch",
            "a recipient with another base",
            "A proof for one service is passed on to another.",
        ),
        ("audience", json!({"bases": ["https://billing.example.com"]})),
    ));
    Ok(vectors)
}

fn authorities(proof: &Exchange) -> Vec<Refused> {
    let aud = |id, aud, differs, comment| (id, MISMATCH, proof.claim("aud", aud), differs, comment);
    vec![
        aud(
            "wpt-aud-other-host",
            "https://other.example/orders",
            "another host",
            "A proof for one service is passed on to another.",
        ),
        aud(
            "wpt-aud-subdomain",
            "https://eu.api.example.com/orders",
            "a subdomain",
            "A host is not known by its ending.",
        ),
        aud(
            "wpt-aud-longer-host",
            "https://api.example.com.attacker.example/orders",
            "a host that begins like ours",
            "A host is not known by its beginning.",
        ),
        aud(
            "wpt-aud-other-port",
            "https://api.example.com:8443/orders",
            "another port",
            "Another port is another service.",
        ),
        aud(
            "wpt-aud-other-scheme",
            "http://api.example.com/orders",
            "the scheme http",
            "A proof made for an unprotected connection.",
        ),
        aud(
            "wpt-aud-http-port",
            "https://api.example.com:80/orders",
            "the default port of http",
            "80 is a port of its own for https.",
        ),
        aud(
            "wpt-aud-user",
            "https://user@api.example.com/orders",
            "user information",
            "User information is a way to dress up another host.",
        ),
        aud(
            "wpt-aud-user-empty",
            "https://@api.example.com/orders",
            "an empty user",
            "A user, if an empty one.",
        ),
        aud(
            "wpt-aud-port-zero",
            "https://api.example.com:0443/orders",
            "a zero before 443",
            "Another spelling.",
        ),
        aud(
            "wpt-aud-host-as-user",
            "https://api.example.com@attacker.example/orders",
            "our host as user information",
            "What is before the @ is no host.",
        ),
        aud(
            "wpt-aud-backslash",
            "https://api.example.com\\@attacker.example/orders",
            "a backslash",
            "URL readers disagree on what a backslash ends.",
        ),
        aud("wpt-aud-root-label", "https://api.example.com./orders", "a final dot", "Another spelling."),
        aud("wpt-aud-space", " https://api.example.com/orders", "a space before it", "No URI has a space."),
        aud(
            "wpt-aud-inside",
            "https://attacker.example/https://api.example.com/orders",
            "our URI inside of another",
            "A search for the audience inside of the claim finds it in the wrong place.",
        ),
        aud(
            "wpt-aud-no-scheme",
            "//api.example.com/orders",
            "no scheme",
            "A relative reference names nobody.",
        ),
        aud("wpt-aud-host-only", "api.example.com", "the host alone", "A host is not the target URI."),
        aud("wpt-aud-path-only", "/orders", "the path alone", "A path is not the target URI."),
        aud(
            "wpt-aud-identifier",
            "wimse://example.com/api",
            "an identifier that is not configured",
            "Only configured values are for us.",
        ),
    ]
}

fn paths(proof: &Exchange) -> Vec<Refused> {
    let aud = |id, aud, differs, comment| (id, MISMATCH, proof.claim("aud", aud), differs, comment);
    vec![
        aud(
            "wpt-aud-other-path",
            "https://api.example.com/refunds",
            "another path",
            "A proof for one resource is used for another.",
        ),
        aud(
            "wpt-aud-parent-path",
            "https://api.example.com/",
            "the path /",
            "A path does not include others.",
        ),
        aud(
            "wpt-aud-child-path",
            "https://api.example.com/orders/1",
            "one more segment",
            "A path does not include others.",
        ),
        aud("wpt-aud-trailing-slash", "https://api.example.com/orders/", "a final slash", "Another path."),
        aud("wpt-aud-path-case", "https://api.example.com/Orders", "a capital letter", "Paths have case."),
        aud(
            "wpt-aud-path-encoded",
            "https://api.example.com/%6Frders",
            "a letter percent-encoded",
            "Byte for byte: nothing is decoded.",
        ),
        aud(
            "wpt-aud-dot-segments",
            "https://api.example.com/x/../orders",
            "dot segments",
            "Byte for byte: nothing is resolved.",
        ),
        aud("wpt-aud-double-slash", "https://api.example.com//orders", "two slashes", "Another path."),
        (
            "wpt-aud-request-other-path",
            MISMATCH,
            proof.start("POST /refunds"),
            "a request to another path",
            "A captured proof is sent with another request.",
        ),
        (
            "wpt-aud-request-encoded-path",
            MISMATCH,
            proof.start("POST /%6Frders"),
            "the path of the request percent-encoded",
            "A route that decodes would be reached by a proof for another spelling.",
        ),
    ]
}

fn types(proof: &Exchange) -> Vec<Refused> {
    let aud = |id, value, differs, comment| {
        (id, "wpt.aud_malformed", proof.claim_json("aud", value), differs, comment)
    };
    vec![
        (
            "wpt-aud-missing",
            "wpt.aud_missing",
            proof.claims(|claims| claims.without("aud")),
            "no aud",
            "A proof for nobody is a proof for everybody.",
        ),
        aud("wpt-aud-empty", r#""""#, "an empty string", "A proof for nobody."),
        aud("wpt-aud-null", "null", "null", "A proof for nobody."),
        aud("wpt-aud-number", "443", "a number", "An audience of the wrong JSON type."),
        aud(
            "wpt-aud-object",
            r#"{"uri":"https://api.example.com/orders"}"#,
            "an object",
            "The wrong JSON type.",
        ),
        aud("wpt-aud-array-empty", "[]", "an empty array", "A proof for nobody."),
        aud(
            "wpt-aud-array-of-two",
            r#"["https://api.example.com/orders","https://other.example/orders"]"#,
            "an array of two",
            "A proof for two can be passed on by one of them to the other.",
        ),
        aud(
            "wpt-aud-array-same-twice",
            r#"["https://api.example.com/orders","https://api.example.com/orders"]"#,
            "an array of the same twice",
            "The draft speaks of one URI.",
        ),
        aud("wpt-aud-array-empty-string", r#"[""]"#, "an array of an empty string", "A proof for nobody."),
        aud("wpt-aud-array-number", "[443]", "an array of a number", "The wrong JSON type."),
    ]
}

const MISMATCH: &str = "wpt.audience_mismatch";
const RULES_OF_AUTHORITY: &[&str] = &["WPT-2-19", "WPT-3.1.7-1", "WPT-3.1.7-3"];
const RULES: &[&str] = &["WPT-2-4", "WPT-2-5", "WPT-2-19", "WPT-3.1.7-1", "WPT-3.1.7-3"];

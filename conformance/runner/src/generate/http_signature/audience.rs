//! `wimse-aud`: compared byte for byte with what the recipient is configured with, and never with the request.

use serde_json::{Value, json};

use super::{
    super::Cases,
    cases::{Refused, both, message, reconfigured, refuse},
    signed::Signed,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    both(|request| {
        let twin = request.accepted("sig-aud", RULES, "A base and the path of the request.")?;
        let mut vectors = vec![twin.clone()];
        let twin = twin.requires(COMPARED);
        vectors.extend(refuse(&twin, spellings(request))?);
        vectors.push(reconfigured(
            &twin,
            (
                "sig-aud-other-recipient",
                MISMATCH,
                "a recipient with another base",
                "A request for one service is passed on to another.",
            ),
            ("audience", json!({"bases": ["https://billing.example.com"]})),
        ));
        vectors.extend(values(request)?);
        vectors.extend(claimed(request)?);
        Ok(vectors)
    })
}

/// SIG8-3.2-2: every other spelling is another audience.
fn spellings(request: &Signed) -> Vec<Refused> {
    let row = |id, audience, differs, comment| {
        (id, MISMATCH, request.string("wimse-aud", audience), differs, comment)
    };
    vec![
        row("sig-aud-slash", "https://api.example.com/orders/", "a final slash", "Nothing is normalized."),
        row(
            "sig-aud-port",
            "https://api.example.com:443/orders",
            "the default port",
            "Nothing is normalized.",
        ),
        row(
            "sig-aud-scheme-case",
            "HTTPS://api.example.com/orders",
            "capital letters",
            "Nothing is normalized.",
        ),
        row(
            "sig-aud-host-case",
            "https://API.example.com/orders",
            "capital letters",
            "Nothing is normalized.",
        ),
        row(
            "sig-aud-encoded",
            "https://api.example.com/%6Frders",
            "a letter percent-encoded",
            "Nothing is decoded.",
        ),
        row("sig-aud-dots", "https://api.example.com/./orders", "a dot segment", "Nothing is removed."),
        row(
            "sig-aud-query",
            "https://api.example.com/orders?draft=1",
            "the query",
            "The audience has no query.",
        ),
        row("sig-aud-other-path", "https://api.example.com/refunds", "another path", "For another resource."),
        row("sig-aud-base-only", "https://api.example.com", "no path", "A base alone is for every path."),
        row("sig-aud-other-host", "https://other.example/orders", "another host", "For another service."),
        row(
            "sig-aud-prefix",
            "https://api.example.com/orders.evil",
            "a longer path",
            "Strings are compared whole.",
        ),
        row(
            "sig-aud-suffix",
            "https://evil.example/https://api.example.com/orders",
            "ours at its end",
            "An audience is not known by its ending.",
        ),
        row(
            "sig-aud-http",
            "http://api.example.com/orders",
            "another scheme",
            "For an unprotected connection.",
        ),
    ]
}

/// Values that both sides have agreed on.
fn values(request: &Signed) -> Cases {
    let agreed = request.string("wimse-aud", "urn:example:orders");
    let configured = |id, request: &Signed, audience: Value, comment| {
        Ok::<_, Box<dyn std::error::Error>>(
            request.accepted(id, RULES, comment)?.config("audience", audience),
        )
    };
    let twin = configured(
        "sig-aud-value",
        &agreed,
        json!({"values": ["urn:example:orders"]}),
        "A value that both sides agreed on.",
    )?;
    let public = request.string("wimse-aud", "https://gateway.example.com/v1/orders");
    let rewritten = configured(
        "sig-aud-rewritten",
        &public.start("POST /v1/orders?draft=1 HTTP/1.1"),
        json!({"values": ["https://gateway.example.com/v1/orders"]}),
        "A listed URI, for a request to its path.",
    )?;
    let row = |id, audience, differs, comment| {
        (id, MISMATCH, request.string("wimse-aud", audience), differs, comment)
    };
    let rows = [
        row(
            "sig-aud-value-case",
            "urn:example:Orders",
            "a capital letter",
            "A value is compared byte for byte.",
        ),
        row(
            "sig-aud-value-longer",
            "urn:example:orders:all",
            "a longer value",
            "Strings are compared whole.",
        ),
        row("sig-aud-value-uri", "https://api.example.com/orders", "a URI", "It is not configured."),
    ];
    let elsewhere = (
        "sig-aud-rewritten-elsewhere",
        MISMATCH,
        public.start("POST /v1/refunds?draft=1 HTTP/1.1"),
        "a request to another path",
        "A listed URI is for its own path.",
    );
    let mut vectors = vec![
        twin.clone(),
        configured(
            "sig-aud-either",
            &agreed,
            json!({"bases": ["https://api.example.com"], "values": ["urn:example:orders"]}),
            "A value beside a base.",
        )?,
        rewritten.clone(),
    ];
    vectors.extend(refuse(&twin.requires(COMPARED), rows)?);
    vectors.extend(refuse(&rewritten.requires(COMPARED), [elsewhere])?);
    Ok(vectors)
}

/// SIG-3.2-2: what the request says of its own target is not asked.
fn claimed(request: &Signed) -> Cases {
    let elsewhere = request.string("wimse-aud", "https://other.example/orders");
    let places: [Place; 4] = [
        ("host", "Host", |request| request.field("Host", "other.example")),
        ("forwarded-host", "X-Forwarded-Host", |request| request.line("X-Forwarded-Host", "other.example")),
        ("forwarded", "Forwarded", |request| request.line("Forwarded", "host=other.example;proto=https")),
        ("absolute", "the target", |request| {
            request.start("POST https://other.example/orders?draft=1 HTTP/1.1")
        }),
    ];
    let mut vectors: Vec<Vector> = Vec::new();
    for (end, place, change) in places {
        let id = format!("sig-aud-{end}");
        let twin = change(request).accepted(
            &id,
            &["SIG-3.2-2", "SIG8-3.2-1"],
            &format!("The audience is the configured one, whatever {place} says."),
        )?;
        let forged = twin.refused(
            &format!("{id}-forged"),
            MISMATCH,
            "a signature for the host that the request names",
            &format!("A request made for another recipient is passed on with its name in {place}."),
        );
        vectors.push(twin);
        vectors.push(forged.input("request", message(&change(&elsewhere).bytes()?)));
    }
    Ok(vectors)
}

type Place = (&'static str, &'static str, fn(&Signed) -> Signed);

const MISMATCH: &[&str] = &["httpsig.audience_mismatch"];
const COMPARED: &[&str] = &["SIG-3.2-1", "SIG-3.2-2", "SIG8-3.2-1", "SIG8-3.2-2"];
const RULES: &[&str] = &["SIG-3-25", "SIG-3.2-1", "SIG-3.2-2", "SIG8-3.2-1", "SIG8-3.2-2"];

//! Signing requests: what is covered and what is said.

use serde_json::{Value, json};

use super::{
    super::{Cases, tokens::NOW},
    cases::both,
    making::{Made, headers},
    signed::{Signed, TAG},
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let mut vectors = both(|request| {
        let made = |id, comment| Made::request(id, request, ALL, comment);
        Ok(vec![
            made("sig-make", "A request with content.")?.vector(),
            made("sig-make-get", "A request without content.")?
                .bodiless()
                .with(|vector| vector.input("method", "GET"))
                .vector(),
            demanding(made("sig-make-demanding", "A signed response is demanded.")?),
            tokens(made("sig-make-tokens", "Tokens of users and transactions are covered.")?),
            accepting(made("sig-make-accept-signature", "A wish for the response.")?),
            connect(made("sig-make-connect", "CONNECT covers the authority in place of path and query.")?),
        ])
    })?;
    let request = Signed::ed25519();
    vectors.extend(audiences(&request)?);
    vectors.extend(options(&request)?);
    vectors.extend(present(&request)?);
    Ok(vectors)
}

fn demanding(made: Made) -> Vector {
    let made = made
        .with(|vector| vector.config("require_signed_response", true).requires(&["SIG-3-26", "SIG-3.3-1"]));
    made.says("wimse-sign-response", true).vector()
}

fn accepting(made: Made) -> Vector {
    let made = made.with(|vector| {
        vector
            .requires(&["SIG-3.5-9", "SIG-3.5-11", "SIG-3.5-13"])
            .config("accept_signature", true)
            .output("accept_signature", wish())
    });
    made.vector()
}

fn tokens(made: Made) -> Vector {
    let lines = [
        ("Content-Type", "application/json"),
        ("Authorization", "Bearer user.token.value"),
        ("Txn-Token", "txn.token.value"),
    ];
    let made = made.with(|vector| vector.input("headers", headers(&lines)).requires(&["SIG-3-6", "SIG-3-7"]));
    made.covers("\"authorization\"").covers("\"txn-token\"").vector()
}

fn connect(made: Made) -> Vector {
    let made = made.bodiless().with(|vector| {
        vector
            .requires(&["SIG8-3-1", "SIG8-3-2"])
            .input("method", "CONNECT")
            .input("uri", "backend.example.com:443")
            .config("aud", "urn:example:proxy")
    });
    let made = made.covers_not("\"@path\"").covers_not("\"@query\"").covers("\"@authority\"");
    made.says("wimse-aud", "urn:example:proxy").vector()
}

/// SIG-3.2-1: the target URI without query and fragment, in one spelling; or what was agreed on.
fn audiences(request: &Signed) -> Cases {
    let rows = [
        ("query", "https://api.example.com/orders?page=2", "https://api.example.com/orders", "No query."),
        (
            "upper-case",
            "HTTPS://API.Example.com/Orders",
            "https://api.example.com/Orders",
            "Case of scheme and host.",
        ),
        ("default-port", "https://api.example.com:443/a", "https://api.example.com/a", "No default port."),
        ("port", "https://api.example.com:8443/a", "https://api.example.com:8443/a", "A port."),
        ("no-path", "https://api.example.com", "https://api.example.com/", "An empty path is /."),
        (
            "encoded",
            "https://api.example.com/a%2Fb//",
            "https://api.example.com/a%2Fb//",
            "The path as spelt.",
        ),
        ("ipv6", "https://[2001:DB8::1]/a", "https://[2001:db8::1]/a", "An address."),
    ];
    let mut vectors = Vec::new();
    for (end, uri, audience, comment) in rows {
        let made = Made::request(&format!("sig-make-aud-{end}"), request, AUDIENCE, comment)?;
        vectors.push(made.with(|vector| vector.input("uri", uri)).says("wimse-aud", audience).vector());
    }
    let agreed = |id, uri: &str, comment| {
        let made = Made::request(id, request, AUDIENCE, comment)?;
        let made = made.with(|vector| vector.input("uri", uri).config("aud", "urn:example:orders"));
        Ok::<_, Box<dyn std::error::Error>>(made.says("wimse-aud", "urn:example:orders").vector())
    };
    vectors.push(agreed(
        "sig-make-aud-agreed",
        "https://gateway.example.com/v1/orders",
        "A value agreed on for a rewritten target.",
    )?);
    vectors.push(agreed(
        "sig-make-aud-origin-form",
        "/orders",
        "A value agreed on where the target has no host.",
    )?);
    Ok(vectors)
}

fn options(request: &Signed) -> Cases {
    let made = |id, requirements, comment| Made::request(id, request, requirements, comment);
    let set = |made: Made, name: &str, value: Value| made.with(|vector| vector.config(name, value));
    let lifetime = |id, seconds: u64, comment| {
        let made =
            set(made(id, &["SIG-3-21", "SIG-3-22", "SIG-5.1-4"], comment)?, "lifetime", seconds.into());
        Ok::<_, Box<dyn std::error::Error>>(made.says("expires", NOW + seconds).vector())
    };
    let nonce = |id, nonce: &str, requirements, comment| {
        let made = set(made(id, requirements, comment)?, "nonce", nonce.into());
        Ok::<_, Box<dyn std::error::Error>>(made.says("nonce", nonce).vector())
    };
    let sha512 = request.field("Content-Digest", "{digest512}").unsigned()?.field("content-digest");
    let dated = [("Content-Type", "application/json"), ("Date", "Fri, 15 Jan 2027 08:00:00 GMT")];
    Ok(vec![
        lifetime("sig-make-longest", 300, "Five minutes at most.")?,
        lifetime("sig-make-shortest", 1, "One second.")?,
        nonce(
            "sig-make-nonce-64-bits",
            "AAECAwQFBgc",
            &["SIG-3-23", "SIG-3-35", "SIG8-3-4"],
            "64 bits at least.",
        )?,
        nonce(
            "sig-make-nonce-96-bits",
            "AAECAwQFBgcICQoL",
            &["SIG-3-23", "SIG-3-35", "SIG8-3-4", "SIG8-3-5"],
            "96 bits and more are recommended.",
        )?,
        nonce(
            "sig-make-nonce-256-bits",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
            &["SIG-3-23", "SIG-3-35", "SIG8-3-4", "SIG8-3-5"],
            "256 bits.",
        )?,
        set(
            made("sig-make-covering", &["SIG-3-16"], "Another field is covered too.")?,
            "covering",
            json!(["date"]),
        )
        .with(|vector| vector.input("headers", headers(&dated)))
        .covers("\"date\"")
        .vector(),
        set(
            made("sig-make-covering-authority", &["SIG-3-16"], "The authority is covered too.")?,
            "covering",
            json!(["@authority", "content-type"]),
        )
        .covers("\"@authority\"")
        .vector(),
        set(
            made("sig-make-sha-512", &["SIG-3-17"], "The other digest algorithm.")?,
            "digest_algorithm",
            "sha-512".into(),
        )
        .with(|vector| vector.output("content_digest", sha512))
        .vector(),
        set(made("sig-make-label", &["SIG-3-34"], "A label of one's own.")?, "label", "mine".into())
            .with(|vector| vector.output("label", "mine"))
            .vector(),
        set(
            made("sig-make-secure-channel", &["SIG-5.1-2"], "A channel that is known to be secure.")?,
            "channel_is_secure",
            true.into(),
        )
        .with(|vector| vector.input("uri", "http://api.example.com/orders?draft=1"))
        .says("wimse-aud", "http://api.example.com/orders")
        .vector(),
    ])
}

/// At least what the profile covers in responses.
fn wish() -> Value {
    json!({
        "components": [
            "\"@method\";req", "\"@path\";req", "\"@query\";req", "\"@status\"", "\"content-digest\"",
            "\"content-type\"", "\"workload-identity-token\""
        ],
        "parameters": {"created": true, "expires": true, "tag": TAG}
    })
}

/// What the request has already.
fn present(request: &Signed) -> Cases {
    let digest = request.unsigned()?.field("content-digest");
    let given = [("Content-Type", "application/json"), ("Content-Digest", digest.as_str())];
    let other = [
        ("Content-Type", "application/json"),
        ("Signature-Input", "wimse=(\"@method\");keyid=\"other\";tag=\"other\""),
        ("Signature", "wimse=:AAAA:"),
    ];
    let none = [("Accept-Signature", "sig1=(\"@status\");tag=\"wimse-workload-to-workload\"")];
    let made = |id, requirements, comment| Made::request(id, request, requirements, comment);
    Ok(vec![
        made("sig-make-digest-given", &["SIG-3-5", "SIG-3-17"], "A digest that is there and right stays.")?
            .with(|vector| vector.input("headers", headers(&given)))
            .vector(),
        made(
            "sig-make-beside",
            &["SIG-3-31", "SIG-3-33", "SIG-5.2-1"],
            "Another signature stays, with its label.",
        )?
        .with(|vector| vector.input("headers", headers(&other)).output("signatures", 2))
        .vector(),
        made("sig-make-accept-given", &["SIG-3.5-9"], "A wish that is there stays, and is not covered.")?
            .bodiless()
            .with(|vector| vector.input("method", "GET").input("headers", headers(&none)))
            .vector(),
    ])
}

const AUDIENCE: &[&str] = &["SIG-3-25", "SIG-3.2-1"];
const ALL: &[&str] = &[
    "SIG-3-1",
    "SIG-3-2",
    "SIG-3-3",
    "SIG-3-4",
    "SIG-3-5",
    "SIG-3-8",
    "SIG-3-17",
    "SIG-3-20",
    "SIG-3-21",
    "SIG-3-22",
    "SIG-3-23",
    "SIG-3-24",
    "SIG-3-25",
    "SIG-3-28",
    "SIG-3-29",
    "SIG-3-31",
    "SIG-3-40",
    "SIG-3.1-1",
    "SIG-3.1-2",
    "SIG-3.2-1",
    "SIG-5.1-4",
];

//! The peer of the connection beside the peer of the message (mutual-tls 5).

use std::error::Error;

use serde_json::{Value, json};

use super::super::{
    Cases,
    authorities::{CA, chain, root},
    certificate_cases::{by_ca, usual},
    certificates::Draft,
    keys::{Keys, by_both},
    tokens::{HOUR, KeyPair, NOW, ORIGIN, SUBJECT, base64url, sign, wit_claims},
};
use crate::vector::{Bytes, Vector};

const GATEWAY: &str = "wimse://example.com/gateway";

pub(super) fn vectors() -> Cases {
    by_both(cases)
}

fn cases(keys: &Keys) -> Cases {
    let mut vectors = same(keys)?;
    vectors.extend(both(keys)?);
    vectors.extend(either(keys)?);
    Ok(vectors)
}

fn permitted(identifier: &str) -> Value {
    json!({"exact": [identifier]})
}

fn accept(keys: &Keys, id: &str, policy: Value, comment: &str) -> Result<Vector, Box<dyn Error>> {
    let anchors = json!([{
        "origin": ORIGIN,
        "jwk_set": {"keys": [keys.issuer.public_jwk()]},
        "ca_certificates": chain([root(CA, keys.ca)?]),
    }]);
    Ok(Vector::accepted(id, "layers.authorize", comment)
        .requires(&["MTLS-5-11"])
        .config("now", NOW)
        .config("anchors", anchors)
        .config("policy", policy)
        .output("caller", SUBJECT))
}

/// The certificate of a workload, as the client of the connection.
fn client(keys: &Keys, identifier: &str) -> Result<Value, Box<dyn Error>> {
    Ok(chain([by_ca(keys, &Draft::workload(CA, identifier))?]))
}

/// A message by a workload, signed by a key.
fn message(keys: &Keys, subject: &str, signer: KeyPair) -> Result<Value, Box<dyn Error>> {
    let claims = wit_claims(keys.workload).string("sub", subject);
    let token = sign(keys.issuer, &keys.wit_header().text(), &claims.text())?;
    let signature = base64url(signer.signature(b"a message")?);
    let [token, content] = [Bytes::from(token.as_bytes()), Bytes::from(&b"a message"[..])].map(Value::from);
    Ok(json!({"token": token, "content": content, "signature": signature}))
}

fn same(keys: &Keys) -> Cases {
    let twin = accept(
        keys,
        "layers-same",
        json!({"same": permitted(SUBJECT)}),
        "TLS from end to end: both layers are one workload.",
    )?
    .input("chain", client(keys, SUBJECT)?)
    .input("message", message(keys, SUBJECT, keys.workload)?)
    .output("layer", "application")
    .output("transport", SUBJECT)
    .output("application", SUBJECT);
    let refused =
        |id: &str, code: &str, differs: &str, comment: &str| twin.refused(id, &[code], differs, comment);
    let expired = usual().valid(NOW - HOUR, NOW);
    Ok(vec![
        twin.clone(),
        refused(
            "layers-same-of-two",
            "layers.different",
            "a message of another workload",
            "The message claims another caller than the connection.",
        )
        .input("message", message(keys, "wimse://example.com/orders", keys.workload)?),
        refused(
            "layers-same-unproven",
            "key.signature",
            "a token without its key",
            "An assertion about a caller overrides nothing.",
        )
        .input("message", message(keys, SUBJECT, keys.other_workload)?),
        refused(
            "layers-same-connection-of-another",
            "layers.different",
            "a connection of another workload",
            "A message that was passed on by somebody.",
        )
        .input("chain", client(keys, GATEWAY)?),
        refused(
            "layers-same-connection-expired",
            "wic.expired",
            "the certificate has expired",
            "A connection that was left open.",
        )
        .input("chain", chain([by_ca(keys, &expired)?])),
        refused(
            "layers-same-not-permitted",
            "layers.application_not_permitted",
            "another workload is permitted",
            "Both layers are the same stranger.",
        )
        .config("policy", json!({"same": permitted(GATEWAY)})),
    ])
}

fn both(keys: &Keys) -> Cases {
    let policy = |below: &str, above: &str| {
        let (below, above) = (permitted(below), permitted(above));
        json!({"both": {"transport": below, "application": above}})
    };
    let twin = accept(
        keys,
        "layers-both",
        policy(GATEWAY, SUBJECT),
        "A gateway ends TLS, and passes on what the caller has signed.",
    )?
    .input("chain", client(keys, GATEWAY)?)
    .input("message", message(keys, SUBJECT, keys.workload)?)
    .output("layer", "application")
    .output("transport", GATEWAY)
    .output("application", SUBJECT);
    let refused =
        |id: &str, code: &str, differs: &str, comment: &str| twin.refused(id, &[code], differs, comment);
    let mut alone = refused(
        "layers-both-no-message",
        "layers.application_missing",
        "no message",
        "The gateway is not the caller.",
    );
    alone.input.remove("message");
    let mut unconnected = refused(
        "layers-both-no-connection",
        "layers.transport_missing",
        "no connection",
        "A message that came around the gateway.",
    );
    unconnected.input.remove("chain");
    Ok(vec![
        twin.clone(),
        alone,
        unconnected,
        refused(
            "layers-both-other-gateway",
            "layers.transport_not_permitted",
            "another gateway",
            "Somebody in between who should not be.",
        )
        .input("chain", client(keys, "wimse://example.com/orders")?),
        refused(
            "layers-both-gateway-signs",
            "layers.application_not_permitted",
            "a message of the gateway",
            "The gateway speaks for itself.",
        )
        .input("message", message(keys, GATEWAY, keys.workload)?),
    ])
}

fn either(keys: &Keys) -> Cases {
    let policy = || json!({"either": permitted(SUBJECT)});
    let connection =
        accept(keys, "layers-connection-alone", policy(), "The caller is the client of the connection.")?
            .input("chain", client(keys, SUBJECT)?)
            .output("layer", "transport")
            .output("transport", SUBJECT)
            .output("application", Value::Null);
    let message_alone =
        accept(keys, "layers-message-alone", policy(), "The caller is who has signed the message.")?
            .input("message", message(keys, SUBJECT, keys.workload)?)
            .output("layer", "application")
            .output("transport", Value::Null)
            .output("application", SUBJECT);
    let overridden = connection
        .refused(
            "layers-overridden",
            &["layers.application_not_permitted"],
            "a message of another workload as well",
            "What is permitted in one layer does not hide what is not in the other.",
        )
        .input("message", message(keys, "wimse://example.com/orders", keys.workload)?);
    let stranger = connection
        .refused(
            "layers-connection-stranger",
            &["layers.transport_not_permitted"],
            "another workload",
            "A connection of somebody who is not permitted.",
        )
        .input("chain", client(keys, "wimse://example.com/orders")?);
    Ok(vec![connection, message_alone, overridden, stranger])
}

//! WIT and WPT in another protocol than HTTP: a message queue, an RPC without header fields.

use std::error::Error;

use serde_json::{Value, json};

use super::{
    super::{Cases, tokens::OTHER_WORKLOAD_ED25519},
    exchange::{Exchange, by_code, hash, reconfigured},
};
use crate::vector::{Bytes, Vector};

pub(super) fn vectors() -> Cases {
    let proof = Exchange::ed25519().claim("aud", "urn:example:queue:orders");
    let queue = accepted("wpt-message", &proof, "A message on a queue that both sides agreed on.")?;
    let path = accepted("wpt-message-path", &Exchange::ed25519(), "A message with a path.")?
        .config("audience", json!({"bases": ["https://api.example.com"]}))
        .input("path", "/orders");
    let covered = proof.claims(|claims| {
        claims.string("tth", &hash("txn.token.value")).set("oth", entry("user", "user.token"))
    });
    let context =
        accepted("wpt-message-context", &covered, "A message with a transaction token and a context token.")?
            .config("context_fields", json!(["user"]))
            .input("txn_token", Bytes::from(&b"txn.token.value"[..]))
            .input("context", json!({"user": {"text": "user.token"}}))
            .output("covers", json!(["user", "txn-token"]));
    let es256 = Exchange::es256().claim("aud", "urn:example:queue:orders");
    let mut vectors = vec![
        queue.clone(),
        path.clone(),
        context.clone(),
        accepted("wpt-message-es256", &es256, "A message on a queue that both sides agreed on.")?,
    ];
    vectors.extend(of_queue(&queue, &proof)?);
    vectors.push(path.refused(
        "wpt-message-base-without-path",
        &["wpt.audience_mismatch"],
        "no path",
        "Without a path, a base is for nothing.",
    ));
    if let Some(last) = vectors.last_mut() {
        last.input.remove("path");
    }
    vectors.push(
        path.refused(
            "wpt-message-other-path",
            &["wpt.audience_mismatch"],
            "another path",
            "Another resource.",
        )
        .input("path", "/refunds"),
    );
    vectors.extend(of_context(&context));
    Ok(by_code(vectors, |code| match code {
        "wpt.tth_missing" | "wpt.tth_mismatch" => &["WPT-2-24"],
        "wpt.oth_missing" | "wpt.oth_mismatch" => &["WPT-2-25"],
        "wpt.oth_unknown" => &["WPT-2-27"],
        "wpt.oth_without_field" => &["WPT-2-26"],
        "wpt.signature" => &["WPT-2-17"],
        "wpt.wth_mismatch" => &["WPT-2-22"],
        "wpt.base64" => &["WPT-2-15"],
        _ => &["WPT-2-4", "WPT-2-19"],
    }))
}

fn of_queue(queue: &Vector, proof: &Exchange) -> Cases {
    let rows = [
        (
            "wpt-message-other-queue",
            "wpt.audience_mismatch",
            proof.claim("aud", "urn:example:queue:refunds"),
            "a proof for another queue",
            "A message is moved to another queue.",
        ),
        (
            "wpt-message-other-key",
            "wpt.signature",
            proof.signed_by(OTHER_WORKLOAD_ED25519),
            "a signature by another key",
            "Whoever has seen a WIT signs a proof of their own for it.",
        ),
        (
            "wpt-message-other-wit",
            "wpt.wth_mismatch",
            proof.claim("wth", &hash("another WIT")),
            "the hash of another WIT",
            "A captured proof is sent with another WIT.",
        ),
    ];
    let rows = rows.into_iter().map(|(id, code, exchange, differs, comment)| {
        Ok(queue.refused(id, &[code], differs, comment).input("proof", exchange.proof()?))
    });
    let mut vectors = rows.collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    vectors.push(
        queue
            .refused(
                "wpt-message-scheme",
                &["wpt.base64"],
                "the scheme before the token",
                "The scheme belongs to the field of HTTP, not to the token.",
            )
            .input("proof", format!("WPT {}", proof.proof()?)),
    );
    vectors.push(
        queue
            .refused(
                "wpt-message-txn-token",
                &["wpt.tth_missing"],
                "a transaction token",
                "A transaction token that the proof does not cover.",
            )
            .input("txn_token", json!({"text": "txn.token.value"})),
    );
    vectors.push(
        queue
            .refused(
                "wpt-message-context-added",
                &["wpt.oth_missing"],
                "a context token",
                "A context token that the proof does not cover.",
            )
            .input("context", json!({"user": {"text": "user.token"}})),
    );
    Ok(vectors)
}

fn of_context(context: &Vector) -> Vec<Vector> {
    let exchanged = |id, code, member: &str, value: Value, differs, comment| {
        context.refused(id, &[code], differs, comment).input(member, value)
    };
    vec![
        exchanged(
            "wpt-message-other-txn-token",
            "wpt.tth_mismatch",
            "txn_token",
            json!({"text": "other.token.value"}),
            "another transaction token",
            "The transaction token was exchanged.",
        ),
        exchanged(
            "wpt-message-other-context",
            "wpt.oth_mismatch",
            "context",
            json!({"user": {"text": "other.token"}}),
            "another context token",
            "The context token was exchanged.",
        ),
        exchanged(
            "wpt-message-context-gone",
            "wpt.oth_without_field",
            "context",
            json!({}),
            "no context token",
            "The context token was taken away.",
        ),
        reconfigured(
            context,
            (
                "wpt-message-context-unknown",
                "wpt.oth_unknown",
                "a recipient that does not know the name",
                "An entry that is not understood is refused.",
            ),
            ("context_fields", json!([])),
        ),
    ]
}

fn accepted(id: &str, exchange: &Exchange, comment: &str) -> Result<Vector, Box<dyn Error>> {
    let mut vector = exchange.accepted(id, RULES, comment)?;
    vector.operation = "wpt.message".to_owned();
    vector.input.remove("request");
    Ok(vector
        .input("wit", exchange.wit()?)
        .input("proof", exchange.proof()?)
        .config("audience", json!({"values": ["urn:example:queue:orders"]})))
}

fn entry(name: &str, value: &str) -> String {
    format!(r#"{{"{name}":"{}"}}"#, hash(value))
}

const RULES: &[&str] = &["WPT-2-4", "WPT-2-19", "WPT-2-24", "WPT-2-25"];

//! What may be logged: nothing that is printed has a token, a proof or a private key in it.

use serde_json::json;

use super::{
    super::{
        Cases,
        tokens::{self, WORKLOAD_ED25519, WORKLOAD_ES256},
    },
    create::{headers, made},
};
use crate::vector::{Expectation, Vector};

pub(super) fn vectors() -> Cases {
    let mut vectors = Vec::new();
    for (id, key) in [("wpt-printed-ed25519", WORKLOAD_ED25519), ("wpt-printed-es256", WORKLOAD_ES256)] {
        let vector = made(id, key, RULES, "Every object and every error of an exchange, printed.")?;
        vectors.push(printed(vector));
    }
    let vector =
        made("wpt-printed-context", WORKLOAD_ED25519, RULES, "An exchange with context tokens, printed.")?
            .input(
                "headers",
                headers(&[("Txn-Token", "txn.token.value"), ("X-User-Token", "user.token.value")]),
            )
            .config("context_fields", json!(["x-user-token"]));
    vectors.push(printed(vector));
    Ok(vectors)
}

fn printed(mut vector: Vector) -> Vector {
    vector.operation = "wpt.debug".to_owned();
    vector.expect = Expectation::Accept { outputs: serde_json::Map::new() };
    vector
        .config("anchors", tokens::anchors())
        .config("audience", json!({"bases": ["https://api.example.com"]}))
        .output("leaked", false)
        .output("sent", true)
}

const RULES: &[&str] = &["WPT-3.1.5-1", "WIT-9.5-1", "WPT-3.2-1"];

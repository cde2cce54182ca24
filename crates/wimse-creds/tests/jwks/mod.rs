//! Keys as JSON, and one change at a time.
#![allow(dead_code, reason = "no test file uses all of it")]

use serde_json::{Value, json};

/// RFC 7515 A.3 and RFC 8037 A.1, with `alg`.
pub(crate) fn private_jwks() -> [Value; 2] {
    [
        json!({"kty": "EC", "crv": "P-256", "alg": "ES256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}),
        json!({"kty": "OKP", "crv": "Ed25519", "alg": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}),
    ]
}

/// The same without `d`.
pub(crate) fn public_jwks() -> [Value; 2] {
    private_jwks().map(|jwk| without(&jwk, "d"))
}

pub(crate) fn with(jwk: &Value, member: &str, value: impl Into<Value>) -> Value {
    let mut jwk = jwk.clone();
    jwk[member] = value.into();
    jwk
}

pub(crate) fn without(jwk: &Value, member: &str) -> Value {
    let mut jwk = jwk.clone();
    jwk.as_object_mut().unwrap().remove(member);
    jwk
}

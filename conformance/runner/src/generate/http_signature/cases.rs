//! What the cases of the profile share: how a signed message becomes an accepted case, and what is made of it.

use std::error::Error;

use serde_json::{Value, json};

use super::{
    super::{
        Cases,
        tokens::{self, ISSUER_ES256, NOW, ORIGIN, SUBJECT},
    },
    signed::{NONCE, RESPONSE_NONCE, SERVER, Signed},
};
use crate::vector::{Bytes, Vector};

/// Codes of which any one is right.
pub(super) type Codes = &'static [&'static str];
/// A refused message: id, codes, the message, what differs from the twin, the attack or the mistake.
pub(super) type Refused<I = &'static str> = (I, Codes, Signed, &'static str, &'static str);

impl Signed {
    /// An accepted `profile.verify_request` or `profile.verify_response`.
    pub(super) fn accepted(
        &self,
        id: &str,
        requirements: &[&str],
        comment: &str,
    ) -> Result<Vector, Box<dyn Error>> {
        let received = message(&self.bytes()?);
        let operation = if self.request.is_some() { RESPONSE } else { REQUEST };
        let vector = Vector::accepted(id, operation, comment)
            .requires(requirements)
            .needs(self.algorithm)
            .config("now", NOW)
            .config("anchors", anchors())
            .output("binding", "http-signature");
        Ok(match &self.request {
            Some(request) => vector
                .input("response", received)
                .config("sent", message(&request.bytes()?))
                .config("expected_peer", json!({"workload": SERVER}))
                .output("identifier", SERVER)
                .output("nonce", RESPONSE_NONCE),
            None => vector
                .input("request", received)
                .config("audience", json!({"bases": ["https://api.example.com"]}))
                .output("identifier", SUBJECT)
                .output("nonce", NONCE),
        })
    }
}

/// Refused messages made from one twin.
pub(super) fn refuse<I: AsRef<str>>(twin: &Vector, rows: impl IntoIterator<Item = Refused<I>>) -> Cases {
    let member = if twin.operation == RESPONSE { "response" } else { "request" };
    let rows = rows.into_iter().map(|(id, codes, signed, differs, comment)| {
        Ok(twin.refused(id.as_ref(), codes, differs, comment).input(member, message(&signed.bytes()?)))
    });
    rows.collect()
}

/// Another configuration, which refuses the message of the twin.
pub(super) fn reconfigured(
    twin: &Vector,
    (id, codes, differs, comment): (&str, &[&str], &str, &str),
    (name, value): (&str, Value),
) -> Vector {
    twin.refused(id, codes, differs, comment).config(name, value)
}

/// The same cases by an Ed25519 key and by a P-256 key; the ids of the latter say so.
pub(super) fn both(make: impl Fn(&Signed) -> Cases) -> Cases {
    let mut vectors = make(&Signed::ed25519())?;
    vectors.extend(make(&Signed::es256())?.into_iter().map(|vector| vector.suffixed("-es256")));
    Ok(vectors)
}

/// The refused cases with the requirements that their first code stands for; none leaves those of the twin.
pub(super) fn by_code(
    cases: Vec<Vector>,
    requirements: impl Fn(&str) -> &'static [&'static str],
) -> Vec<Vector> {
    let precise = |vector: Vector| match vector.expect.codes() {
        [] => vector,
        [code, ..] => match requirements(code) {
            [] => vector,
            requirements => vector.requires(requirements),
        },
    };
    cases.into_iter().map(precise).collect()
}

/// One issuer for the workloads of [`ORIGIN`].
pub(super) fn anchors() -> Value {
    json!([tokens::domain(ORIGIN, &[ISSUER_ES256.public_jwk()])])
}

/// The bytes of a message, which stay readable with their line ends.
pub(super) fn message(bytes: &[u8]) -> Value {
    let readable = |byte: &u8| byte.is_ascii_graphic() || b" \r\n".contains(byte);
    match std::str::from_utf8(bytes) {
        Ok(text) if bytes.iter().all(readable) => Bytes::Text(text.to_owned()).into(),
        _ => Bytes::from(bytes).into(),
    }
}

pub(super) const REQUEST: &str = "profile.verify_request";
pub(super) const RESPONSE: &str = "profile.verify_response";

//! The operations of the workload-creds draft.

use super::{Examined, Explained, InvalidCase, Operation, Outcome, Step, done, refuse};
use crate::Case;

pub(super) mod certificate;
mod certificate_issue;
mod issue;
pub(super) mod jws;
mod keys;
mod layers;
pub(super) mod peer;
pub(super) mod setup;
mod wit;

pub(super) const OPERATIONS: &[Operation] = &[
    ("jwk.parse", keys::parse),
    ("jwk.thumbprint", keys::thumbprint),
    ("bundle.parse", keys::bundle),
    ("anchors.load", keys::anchors),
    ("jws.verify", jws::verify),
    ("jws.sign", jws::sign),
    ("wit.verify", wit::verify),
    ("wit.field", wit::field),
    ("wit.issue", issue::issue),
    ("credential.sign", issue::sign),
    ("peer.authorize", peer::authorize),
    ("wic.verify", certificate::verify),
    ("wic.issue", certificate_issue::issue),
    ("wic.credential", certificate::credential),
    ("chain.verify", certificate::verify_chain),
    ("layers.authorize", layers::authorize),
];

pub(super) const EXAMINED: &[Examined] = &[
    ("jws.sign", jws::examine),
    ("wit.issue", issue::examine),
    ("credential.sign", issue::examine_signature),
    ("wic.issue", certificate_issue::examine),
];

pub(super) const EXPLAINED: &[Explained] = &[("wit.verify", wit::explain), ("wit.field", wit::explain_field)];

/// The API takes `&str`; the code is that of bytes which are not the JSON or the token that is wanted.
fn text<'a>(bytes: &'a [u8], code: &str) -> Step<&'a str> {
    std::str::from_utf8(bytes).map_err(|error| Outcome::reject(code, &error))
}

/// A member of the configuration as JSON text.
fn json_text(case: &Case, name: &str) -> Result<String, InvalidCase> {
    case.config_fields().required::<serde_json::Value>(name).map(|value| value.to_string())
}

//! The vectors of the workload-creds draft, one topic per file.

use std::error::Error;

use super::{
    Cases, Topic,
    keys::ES256,
    tokens::{
        HOUR, ISSUER, ISSUER_ES256, KeyPair, Members, NOW, ORIGIN, SUBJECT, WORKLOAD_ES256, anchors, sign,
        wit_claims, wit_header,
    },
};
use crate::vector::Vector;

mod algorithm;
mod anchors;
mod bundle;
mod certificate;
mod certificate_anchors;
mod certificate_issue;
mod certificate_trust;
mod confirmation;
mod confirmation_algorithm;
mod confirmation_key;
mod credential;
mod examples;
mod field;
mod header;
mod issue;
mod issue_claims;
mod issue_refused;
mod issuer;
mod issuer_algorithms;
mod json;
mod jwk;
mod jws;
mod jws_sign;
mod key_selection;
mod lifetime;
mod other_claims;
mod peer;
mod profile;
mod rotation;
mod serialization;
mod signature;
mod subject;
mod subject_form;
mod thumbprint;
mod trust;

pub(super) const TOPICS: &[Topic] = &[
    topic("examples", examples::vectors),
    topic("jwk", jwk::vectors),
    topic("thumbprint", thumbprint::vectors),
    topic("bundle", bundle::vectors),
    topic("anchors", anchors::vectors),
    topic("jws", jws::vectors),
    topic("jws-sign", jws_sign::vectors),
    topic("serialization", serialization::vectors),
    topic("json", json::vectors),
    topic("header", header::vectors),
    topic("subject", subject::vectors),
    topic("confirmation", confirmation::vectors),
    topic("lifetime", lifetime::vectors),
    topic("other-claims", other_claims::vectors),
    topic("issuer", issuer::vectors),
    topic("trust", trust::vectors),
    topic("key-selection", key_selection::vectors),
    topic("signature", signature::vectors),
    topic("issuer-algorithms", issuer_algorithms::vectors),
    topic("rotation", rotation::vectors),
    topic("profile", profile::vectors),
    topic("field", field::vectors),
    topic("issue", issue::vectors),
    topic("issue-claims", issue_claims::vectors),
    topic("credential", credential::vectors),
    topic("peer", peer::vectors),
    topic("certificate", certificate::vectors),
    topic("certificate-trust", certificate_trust::vectors),
    topic("certificate-anchors", certificate_anchors::vectors),
    topic("certificate-issue", certificate_issue::vectors),
];

const fn topic(name: &'static str, vectors: fn() -> Cases) -> Topic {
    Topic { draft: "workload-creds", revision: "towards-03", name, vectors }
}

/// What is done to the members of a header, a claims set or a key.
type Change = fn(Members) -> Members;

/// A token, or why it could not be made.
type Token = Result<String, Box<dyn Error>>;

/// The thumbprint of [`WORKLOAD_ES256`], computed by other means than the crates under test.
const WORKLOAD_ES256_THUMBPRINT: &str = "fSrJ5d32sl0poulZ8yFurkHIHJKXt1-a7H4XC4jMW8Q";

/// An accepted `wit.verify` at [`NOW`] under the usual anchors.
fn accept(id: &str, token: &str, requirements: &[&str], comment: &str) -> Vector {
    Vector::accepted(id, "wit.verify", comment)
        .requires(requirements)
        .input_bytes("token", token)
        .config("now", NOW)
        .config("anchors", anchors())
        .output("subject", SUBJECT)
}

/// The plain case: the usual token with everything that comes out of it.
fn plain(id: &str, requirements: &[&str], comment: &str) -> Result<Vector, Box<dyn Error>> {
    Ok(accept(id, &claims(|claims| claims)?, requirements, comment)
        .output("trust_domain", "example.com")
        .output("origin", ORIGIN)
        .output("algorithm", "ES256")
        .output("thumbprint", WORKLOAD_ES256_THUMBPRINT)
        .output("expires", NOW + HOUR)
        .output("issued_at", NOW)
        .output("issuer", ISSUER)
        .output("jti", "wit-1")
        .output("extra", serde_json::json!({})))
}

/// The usual token with other claims, validly signed.
fn claims(change: impl FnOnce(Members) -> Members) -> Token {
    ES256.wit(change)
}

/// The usual token with another header, validly signed.
fn header(change: impl FnOnce(Members) -> Members) -> Token {
    header_signed(ISSUER_ES256, change)
}

/// The usual claims under another header, signed with any key.
fn header_signed(key: KeyPair, change: impl FnOnce(Members) -> Members) -> Token {
    sign(key, &change(wit_header()).text(), &wit_claims(WORKLOAD_ES256).text())
}

/// A refused token: id, the token, what differs from the twin, the attack or the mistake.
type Refused<'a> = (&'a str, String, &'a str, &'a str);

/// Refused tokens made from one twin, all for the same reason.
fn refuse<'a>(
    twin: &Vector,
    requirements: &'a [&'a str],
    code: &'a str,
    rows: impl IntoIterator<Item = Refused<'a>>,
) -> Vec<Vector> {
    let refused = |(id, token, differs, comment): Refused<'_>| {
        twin.refused(id, &[code], differs, comment).requires(requirements).input_bytes("token", token)
    };
    rows.into_iter().map(refused).collect()
}

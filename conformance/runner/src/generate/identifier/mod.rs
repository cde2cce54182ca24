//! The vectors of the identifier draft, one topic per file.

use serde_json::{Value, json};

use super::{Cases, Topic};
use crate::vector::Vector;

mod compare;
mod components;
mod examples;
mod handle;
mod length;
mod matching;
mod origin;
mod structure;
mod syntax;
mod trust_domain;

pub(super) const TOPICS: &[Topic] = &[
    topic("examples", || Ok(examples::vectors())),
    topic("structure", || Ok(structure::vectors())),
    topic("components", || Ok(components::vectors())),
    topic("syntax", || Ok(syntax::vectors())),
    topic("trust-domain", || Ok(trust_domain::vectors())),
    topic("length", || Ok(length::vectors())),
    topic("origin", || Ok(origin::vectors())),
    topic("compare", || Ok(compare::vectors())),
    topic("match", || Ok(matching::vectors())),
    topic("handle", || Ok(handle::vectors())),
];

const fn topic(name: &'static str, vectors: fn() -> Cases) -> Topic {
    Topic { draft: "identifier", revision: "after-03", name, vectors }
}

/// An accepted `identifier.parse`. The outputs are cut out of the text, not parsed: an accepted identifier is
/// its own canonical form.
pub(super) fn parse(id: &str, identifier: &str, requirements: &[&str], comment: &str) -> Vector {
    let (scheme, rest) = identifier.split_once("://").unwrap_or_default();
    let (trust_domain, _) = rest.split_once('/').unwrap_or_default();
    Vector::accepted(id, "identifier.parse", comment)
        .requires(requirements)
        .input_bytes("identifier", identifier)
        .output("scheme", scheme)
        .output("trust_domain", trust_domain)
        .output("path", &rest[trust_domain.len()..])
        .output("origin", format!("{scheme}://{trust_domain}"))
        .output("display", identifier)
}

/// A refused value: id, the value, what differs from the twin, the attack or the mistake.
pub(super) type Refused<'a> = (&'a str, &'a str, &'a str, &'a str);

/// Refused identifiers made from one twin, all for the same reason.
pub(super) fn refuse<'a>(
    twin: &Vector,
    code: &str,
    rows: impl IntoIterator<Item = Refused<'a>>,
) -> impl Iterator<Item = Vector> {
    rows.into_iter().map(move |(id, identifier, differs, comment)| {
        twin.refused(id, &[code], differs, comment).input_bytes("identifier", identifier)
    })
}

/// The default policy and the scheme `workload` by the generic rules.
pub(super) fn generic() -> Value {
    json!({"generic": ["workload"]})
}

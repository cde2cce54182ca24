//! Origins: scheme and trust domain, and nothing else (section 4.6).

use super::generic;
use crate::vector::Vector;

pub(super) fn vectors() -> Vec<Vector> {
    let twin = origin(
        "origin-wimse-example",
        "wimse://trust.corp.example.com",
        "The wimse origin that the draft prints.",
    )
    .source("draft-ietf-wimse-identifier, section 4.6");
    let spiffe = origin(
        "origin-spiffe-example",
        "spiffe://prod.trust.domain",
        "The spiffe origin that the draft prints.",
    )
    .source("draft-ietf-wimse-identifier, section 4.6");
    let other = origin("origin-generic", "workload://trust.example.com", "An origin of a further scheme.")
        .config("policy", generic());
    let mut vectors = vec![twin.clone(), spiffe, other.clone()];
    vectors.extend(REFUSED.map(|(id, requirement, code, text, differs, comment)| {
        twin.refused(id, &[code], differs, comment).requires(&[requirement]).input_bytes("origin", text)
    }));
    vectors.push(
        other
            .refused(
                "origin-generic-not-configured",
                &["identifier.scheme_unsupported"],
                "a policy without the scheme",
                "A scheme that nobody configured has no rules, so nothing in it is trusted.",
            )
            .requires(&["ID-4.1-1"])
            .config("policy", "default"),
    );
    vectors
}

fn origin(id: &str, text: &str, comment: &str) -> Vector {
    let (scheme, trust_domain) = text.split_once("://").unwrap_or_default();
    Vector::accepted(id, "origin.parse", comment)
        .requires(&["ID-4.1-1", "ID-4.1-2", "ID-4.1-4", "ID-4.1-5", "ID-4.1-6", "ID-4.1-7"])
        .input_bytes("origin", text)
        .output("scheme", scheme)
        .output("trust_domain", trust_domain)
        .output("display", text)
}

type Refused = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

const REFUSED: [Refused; 10] = [
    (
        "origin-with-path",
        "ID-4.1-3",
        "identifier.path_not_allowed",
        "wimse://trust.corp.example.com/service",
        "a path",
        "An identifier where an origin is meant would let in the whole domain instead of one workload.",
    ),
    (
        "origin-with-slash",
        "ID-4.1-3",
        "identifier.path_not_allowed",
        "wimse://trust.corp.example.com/",
        "a slash at the end",
        "A second spelling of the same origin.",
    ),
    (
        "origin-with-query",
        "ID-4.1-4",
        "identifier.query",
        "wimse://trust.corp.example.com?",
        "an empty query",
        "A second spelling of the same origin.",
    ),
    (
        "origin-with-fragment",
        "ID-4.1-5",
        "identifier.fragment",
        "wimse://trust.corp.example.com#x",
        "a fragment",
        "A second spelling of the same origin.",
    ),
    (
        "origin-with-userinfo",
        "ID-4.1-6",
        "identifier.userinfo",
        "wimse://trust.corp.example.com@attacker.example",
        "user information that looks like the trust domain",
        "A reader that stops at the at sign trusts the wrong domain.",
    ),
    (
        "origin-with-port",
        "ID-4.1-7",
        "identifier.port",
        "wimse://trust.corp.example.com:443",
        "a port",
        "A web origin has a port; a Workload Identifier Origin is none.",
    ),
    (
        "origin-without-scheme",
        "ID-4.1-1",
        "identifier.scheme_missing",
        "trust.corp.example.com",
        "no scheme",
        "A bare trust domain may mean different things in different schemes.",
    ),
    (
        "origin-without-authority",
        "ID-4.1-2",
        "identifier.authority_empty",
        "wimse://",
        "no trust domain",
        "An empty trust domain would match every unset value.",
    ),
    (
        "origin-of-the-web",
        "ID-4.1-1",
        "identifier.scheme_unsupported",
        "https://trust.corp.example.com",
        "the scheme https",
        "A web origin is taken for a Workload Identifier Origin.",
    ),
    (
        "origin-null",
        "ID-4.1-1",
        "identifier.scheme_missing",
        "null",
        "the text null",
        "The serialization of an opaque web origin is taken for an origin.",
    ),
];

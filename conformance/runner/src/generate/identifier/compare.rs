//! Comparison of complete URIs: no component alone decides.

use crate::vector::Vector;

pub(super) fn vectors() -> Vec<Vector> {
    let twin = equal("identifier-equal", "wimse://trust.example.com/service/payment");
    let spiffe = equal("identifier-equal-spiffe", "spiffe://trust.example.com/service/payment");
    let baseline = equal("identifier-equal-baseline", "wimse://trust.example.com/service/payment")
        .config("policy", "baseline");
    let mut vectors = vec![twin.clone(), spiffe, baseline.clone()];
    let not_equal = |twin: &Vector, (id, b, differs, comment): super::Refused<'_>| {
        twin.refused(id, &["identifier.not_equal"], differs, comment).input_bytes("b", b)
    };
    vectors.extend(DIFFERENT.map(|row| not_equal(&twin, row)));
    vectors.extend(SPELT_DIFFERENTLY.map(|row| not_equal(&baseline, row)));
    vectors
}

fn equal(id: &str, identifier: &str) -> Vector {
    Vector::accepted(id, "identifier.compare", "The same bytes are the same identifier.")
        .requires(&["ID-4.3-3"])
        .input_bytes("a", identifier)
        .input_bytes("b", identifier)
}

const DIFFERENT: [super::Refused<'static>; 8] = [
    (
        "identifier-same-path-other-domain",
        "wimse://attacker.example/service/payment",
        "another trust domain",
        "Comparison by the path alone lets any domain issue the name.",
    ),
    (
        "identifier-same-rest-other-scheme",
        "spiffe://trust.example.com/service/payment",
        "another scheme",
        "The same trust domain may mean something else in another scheme.",
    ),
    (
        "identifier-same-domain-other-path",
        "wimse://trust.example.com/service/billing",
        "another path",
        "Comparison by the trust domain alone makes all of its workloads one.",
    ),
    (
        "identifier-subdomain",
        "wimse://eu.trust.example.com/service/payment",
        "a subdomain",
        "A subdomain is another trust domain, whoever owns the parent.",
    ),
    (
        "identifier-domain-with-suffix",
        "wimse://trust.example.com.attacker.example/service/payment",
        "a longer trust domain with the same beginning",
        "Comparison by prefix lets an attacker extend the domain.",
    ),
    (
        "identifier-path-longer",
        "wimse://trust.example.com/service/payment/admin",
        "one more segment",
        "Comparison by prefix makes all workloads below one.",
    ),
    (
        "identifier-path-shorter",
        "wimse://trust.example.com/service",
        "one segment less",
        "A parent is not its child.",
    ),
    (
        "identifier-path-other-case",
        "wimse://trust.example.com/service/Payment",
        "an upper-case letter in the path",
        "Paths are case-sensitive: an issuer may give both names away.",
    ),
];

/// Accepted by the published text alone, which defines no normal form: other bytes, another workload.
const SPELT_DIFFERENTLY: [super::Refused<'static>; 5] = [
    (
        "identifier-percent-encoded-letter",
        "wimse://trust.example.com/service/%70ayment",
        "a percent-encoded letter",
        "Decoding before comparing gives one principal the rights of another.",
    ),
    (
        "identifier-dot-segment-path",
        "wimse://trust.example.com/service/x/../payment",
        "a dot segment",
        "Resolving before comparing gives one principal the rights of another.",
    ),
    (
        "identifier-empty-segment-path",
        "wimse://trust.example.com/service//payment",
        "a repeated slash",
        "Merging slashes before comparing gives one principal the rights of another.",
    ),
    (
        "identifier-upper-case-domain",
        "wimse://Trust.example.com/service/payment",
        "an upper-case letter in the trust domain",
        "Changing case before comparing gives one principal the rights of another.",
    ),
    (
        "identifier-trailing-dot-domain",
        "wimse://trust.example.com./service/payment",
        "a dot after the trust domain",
        "Dropping the root label before comparing gives one principal the rights of another.",
    ),
];

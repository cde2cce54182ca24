//! Consumers compare canonical strings byte for byte, and refuse others before anything is looked up.

use serde_json::json;

use crate::vector::Vector;

pub(super) fn vectors() -> Vec<Vector> {
    let mut vectors = comparison();
    vectors.extend(authorization());
    vectors
}

fn comparison() -> Vec<Vector> {
    let twin = equal("canonical-equal", WIMSE, &["IDP-4.1-1", "IDP-4.4-7"]);
    let spiffe = equal("canonical-equal-spiffe", "spiffe://trust.example.com/a", &["IDP-4.1-1"]);
    let generic = equal("canonical-equal-generic", "workload://trust.example.com/a%2Fb", &["IDP-4.1-1"])
        .config("policy", json!({"generic": ["workload"]}));
    let mut vectors = vec![twin.clone(), spiffe.clone(), generic.clone()];
    vectors.extend(UNEQUAL.map(|(id, code, b, differs, comment)| {
        twin.refused(id, &[code], differs, comment).input_bytes("b", b)
    }));
    let spellings = [
        (&spiffe, "spiffe-case", "identifier.trust_domain_character", "spiffe://TRUST.example.com/a"),
        (&spiffe, "spiffe-percent", "identifier.path_percent_encoding", "spiffe://trust.example.com/%61"),
        (
            &generic,
            "generic-hex-case",
            "identifier.path_percent_encoding",
            "workload://trust.example.com/a%2fb",
        ),
        (
            &generic,
            "generic-letter",
            "identifier.path_percent_encoding",
            "workload://trust.example.com/%61%2Fb",
        ),
        (&generic, "generic-case", "identifier.trust_domain_character", "workload://Trust.example.com/a%2Fb"),
        (
            &generic,
            "generic-dot-segment",
            "identifier.path_dot_segment",
            "workload://trust.example.com/./a%2Fb",
        ),
    ];
    vectors.extend(spellings.map(|(twin, id, code, b)| {
        let comment = "Equal after normalization by RFC 3986; each scheme has one spelling, so this is none.";
        let id = format!("canonical-unequal-{id}");
        twin.refused(&id, &[code], "another spelling of the second identifier", comment).input_bytes("b", b)
    }));
    vectors
}

fn equal(id: &str, identifier: &str, requirements: &[&str]) -> Vector {
    Vector::accepted(id, "identifier.compare", "The same canonical string is the same workload.")
        .requires(requirements)
        .input_bytes("a", identifier)
        .input_bytes("b", identifier)
}

/// The configuration would permit the identifier that each of these normalizes to.
fn authorization() -> Vec<Vector> {
    let exact = permitted("canonical-permitted-exact", "A canonical identifier that is listed.")
        .config("exact", json!([WIMSE]));
    let origin = permitted("canonical-permitted-origin", "A canonical identifier of a listed origin.")
        .config("origins", json!(["wimse://trust.example.com"]));
    let below = permitted("canonical-permitted-subtree", "A canonical identifier in a listed subtree.")
        .config("subtrees", json!(["wimse://trust.example.com/service"]));
    let mut vectors = vec![exact.clone(), origin.clone(), below.clone()];
    for (twin, kind) in [(&exact, "exact"), (&origin, "origin"), (&below, "subtree")] {
        vectors.extend(REPAIRABLE.map(|(name, code, identifier, differs)| {
            let id = format!("canonical-repair-{kind}-{name}");
            let comment = "Repaired before the look-up, a second spelling would get the rights of the first.";
            twin.refused(&id, &[code], differs, comment).input_bytes("identifier", identifier)
        }));
    }
    vectors
}

fn permitted(id: &str, comment: &str) -> Vector {
    Vector::accepted(id, "identifier.match", comment)
        .requires(&["IDP-4.1-3", "IDP-4.1-4", "IDP-4.4-8", "IDP-7.1-1"])
        .input_bytes("identifier", WIMSE)
}

const WIMSE: &str = "wimse://trust.example.com/service/payment";

const UNEQUAL: [(&str, &str, &str, &str, &str); 5] = [
    (
        "canonical-unequal-path-case",
        "identifier.not_equal",
        "wimse://trust.example.com/service/Payment",
        "an upper-case letter in the path",
        "The path is case-sensitive: an issuer may give both names away.",
    ),
    (
        "canonical-unequal-last-byte",
        "identifier.not_equal",
        "wimse://trust.example.com/service/paymenu",
        "another last letter",
        "A comparison that leaves out the end.",
    ),
    (
        "canonical-unequal-boundary",
        "identifier.not_equal",
        "wimse://trust.example.com/servicepayment",
        "one slash less",
        "A comparison of joined segments does not see the boundary.",
    ),
    (
        "canonical-unequal-domain-case",
        "identifier.trust_domain_character",
        "wimse://TRUST.example.com/service/payment",
        "an upper-case trust domain",
        "Host comparison without case is for canonical input only, and this is none.",
    ),
    (
        "canonical-unequal-percent",
        "identifier.path_percent_encoding",
        "wimse://trust.example.com/service/%70ayment",
        "a percent-encoded letter",
        "Comparison after decoding is the collision that the proposal describes.",
    ),
];

const REPAIRABLE: [(&str, &str, &str, &str); 3] = [
    (
        "percent",
        "identifier.path_percent_encoding",
        "wimse://trust.example.com/service/%70ayment",
        "a percent-encoded letter",
    ),
    (
        "dot-segment",
        "identifier.path_dot_segment",
        "wimse://trust.example.com/service/guest/../payment",
        "a dot segment",
    ),
    (
        "case",
        "identifier.trust_domain_character",
        "wimse://Trust.example.com/service/payment",
        "an upper-case letter in the trust domain",
    ),
];

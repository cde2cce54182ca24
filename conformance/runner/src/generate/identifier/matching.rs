//! Authorization: exact identifiers, whole origins and explicit subtrees; never a wildcard or a text prefix.

use serde_json::json;

use crate::vector::Vector;

pub(super) fn vectors() -> Vec<Vector> {
    let exact = permitted("match-exact", "wimse://trust.example.com/ns/db", "An identifier that is listed.")
        .config("exact", json!(["wimse://trust.example.com/ns/db"]));
    let origin =
        permitted("match-origin", "wimse://trust.example.com/ns/db", "Any workload of a listed origin.")
            .requires(&["ID-4.3-3", "ID-7.3-3"])
            .config("origins", json!(["wimse://trust.example.com"]));
    let root =
        permitted("match-subtree-root", "wimse://trust.example.com/ns/db", "The root of a subtree itself.")
            .config("subtrees", json!(["wimse://trust.example.com/ns/db"]));
    let below = permitted(
        "match-subtree-below",
        "wimse://trust.example.com/ns/db/primary",
        "A workload in a subtree.",
    )
    .config("subtrees", json!(["wimse://trust.example.com/ns/db"]));

    let mut vectors = vec![exact.clone(), origin.clone(), root, below.clone()];
    for (twin, rows) in [(&exact, &EXACT[..]), (&origin, &ORIGIN), (&below, &SUBTREE)] {
        vectors.extend(rows.iter().map(|(id, identifier, differs, comment)| {
            twin.refused(id, NOT_PERMITTED, differs, comment).input_bytes("identifier", identifier)
        }));
    }
    vectors.push(
        exact
            .refused(
                "match-nothing-configured",
                NOT_PERMITTED,
                "an empty list",
                "An empty configuration permits nobody, not everybody.",
            )
            .config("exact", json!([])),
    );
    vectors.extend(patterns());
    vectors
}

/// Pattern characters are legal in a path by the published text; they stand for themselves.
fn patterns() -> Vec<Vector> {
    let twin = permitted(
        "match-star-is-literal",
        "wimse://trust.example.com/ns/*",
        "A star in a listed identifier is a star.",
    )
    .config("policy", "baseline")
    .config("exact", json!(["wimse://trust.example.com/ns/*"]));
    let refused = [
        (
            "match-star-is-no-wildcard",
            "wimse://trust.example.com/ns/db",
            "a name that the star would stand for",
            "A wildcard that nobody asked for permits every workload of the namespace.",
        ),
        (
            "match-star-is-no-deep-wildcard",
            "wimse://trust.example.com/ns/db/admin",
            "two segments that the star would stand for",
            "A wildcard that crosses segments permits even more.",
        ),
        (
            "match-presented-star",
            "wimse://trust.example.com/*/*",
            "a star in the presented identifier",
            "A pattern in the credential must not match the configuration.",
        ),
    ]
    .map(|(id, identifier, differs, comment)| {
        twin.refused(id, NOT_PERMITTED, differs, comment).input_bytes("identifier", identifier)
    });
    [vec![twin], refused.to_vec()].concat()
}

fn permitted(id: &str, identifier: &str, comment: &str) -> Vector {
    Vector::accepted(id, "identifier.match", comment)
        .requires(&["ID-4.3-3", "ID-7.6-1"])
        .input_bytes("identifier", identifier)
}

const NOT_PERMITTED: &[&str] = &["authorization.not_permitted"];

const EXACT: [super::Refused<'static>; 5] = [
    (
        "match-exact-child",
        "wimse://trust.example.com/ns/db/admin",
        "one more segment",
        "An exact entry taken for a prefix permits everything below it.",
    ),
    (
        "match-exact-sibling-prefix",
        "wimse://trust.example.com/ns/dbx",
        "one more letter",
        "A text prefix permits a sibling with a longer name.",
    ),
    (
        "match-exact-parent",
        "wimse://trust.example.com/ns",
        "one segment less",
        "The prefix test the wrong way round permits the parent.",
    ),
    (
        "match-exact-other-domain",
        "wimse://attacker.example/ns/db",
        "another trust domain",
        "Authorization by the path alone lets any domain issue the name.",
    ),
    (
        "match-exact-other-scheme",
        "spiffe://trust.example.com/ns/db",
        "another scheme",
        "Authorization without the scheme trusts another naming authority.",
    ),
];

const ORIGIN: [super::Refused<'static>; 4] = [
    (
        "match-origin-subdomain",
        "wimse://eu.trust.example.com/ns/db",
        "a subdomain",
        "A listed origin does not include its subdomains.",
    ),
    (
        "match-origin-suffix",
        "wimse://trust.example.com.attacker.example/ns/db",
        "a longer trust domain with the same beginning",
        "An origin taken for a text prefix lets an attacker extend the domain.",
    ),
    (
        "match-origin-other-scheme",
        "spiffe://trust.example.com/ns/db",
        "another scheme",
        "An origin is scheme and trust domain, not the trust domain alone.",
    ),
    (
        "match-origin-parent",
        "wimse://example.com/ns/db",
        "the parent domain",
        "A listed origin does not include its parent.",
    ),
];

const SUBTREE: [super::Refused<'static>; 5] = [
    (
        "match-subtree-sibling-prefix",
        "wimse://trust.example.com/ns/dbx",
        "a longer name of the last segment",
        "A subtree ends at a segment boundary, not in the middle of a name.",
    ),
    (
        "match-subtree-parent",
        "wimse://trust.example.com/ns",
        "the parent",
        "A subtree does not include its parent.",
    ),
    (
        "match-subtree-nested-elsewhere",
        "wimse://trust.example.com/x/ns/db/primary",
        "a segment before the subtree",
        "A search for the path inside of the path finds it in the wrong place.",
    ),
    (
        "match-subtree-other-domain",
        "wimse://attacker.example/ns/db/primary",
        "another trust domain",
        "A subtree belongs to its trust domain.",
    ),
    (
        "match-subtree-other-scheme",
        "spiffe://trust.example.com/ns/db/primary",
        "another scheme",
        "A subtree belongs to its scheme.",
    ),
];

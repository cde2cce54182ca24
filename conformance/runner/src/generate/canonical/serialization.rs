//! The canonical form of `wimse`: one spelling for each identifier, every other one refused.

use super::identifier::{Refused, parse, refuse};
use crate::vector::Vector;

pub(super) fn vectors() -> Vec<Vector> {
    let twin = parse(
        "canonical-plain",
        "wimse://trust.example.com/service/payment",
        &[
            "IDP-4.1-3",
            "IDP-4.4-1",
            "IDP-4.4-2",
            "IDP-4.4-3",
            "IDP-4.4-4",
            "IDP-4.4-5",
            "IDP-4.4-6",
            "IDP-7.1-2",
        ],
        "A canonical identifier, which is its own serialization.",
    );
    let mut vectors = vec![
        twin.clone(),
        parse(
            "canonical-trust-domain-characters",
            "wimse://xn--trst-0ra.a_b-c.1.example/a",
            &["IDP-4.4-2", "IDP-4.4-3"],
            "All kinds of characters that a trust domain may have, an internationalized label in ASCII form.",
        ),
        parse(
            "canonical-path-characters",
            "wimse://trust.example.com/AZaz09-._~/...",
            &["IDP-4.4-5", "IDP-4.4-6"],
            "All kinds of characters that a segment may have; three dots are no dot segment.",
        ),
    ];
    for (requirement, code, rows) in GROUPS {
        let refused = refuse(&twin, code, rows.iter().copied());
        vectors.extend(refused.map(|vector| vector.requires(&["IDP-4.1-3", requirement, "IDP-7.1-2"])));
    }
    vectors
}

type Group = (&'static str, &'static str, &'static [Refused<'static>]);

const GROUPS: [Group; 11] = [
    ("IDP-4.4-1", "identifier.scheme_unsupported", PREFIX),
    ("IDP-4.4-2", "identifier.trust_domain_character", DOMAIN_CHARACTER),
    ("IDP-4.4-3", "identifier.trust_domain_percent_encoding", DOMAIN_PERCENT),
    ("IDP-4.4-3", "identifier.trust_domain_trailing_dot", DOMAIN_DOT),
    ("IDP-4.4-4", "identifier.path_empty", NO_SEGMENT),
    ("IDP-4.4-4", "identifier.path_trailing_slash", EMPTY_SEGMENTS_ONLY),
    ("IDP-4.4-5", "identifier.path_character", PATH_CHARACTER),
    ("IDP-4.4-6", "identifier.path_empty_segment", EMPTY_SEGMENT),
    ("IDP-4.4-6", "identifier.path_dot_segment", DOT_SEGMENT),
    ("IDP-4.4-6", "identifier.path_percent_encoding", PATH_PERCENT),
    ("IDP-4.4-6", "identifier.path_trailing_slash", TRAILING_SLASH),
];

const PREFIX: &[Refused<'static>] = &[
    (
        "canonical-scheme-upper-case",
        "WIMSE://trust.example.com/service/payment",
        "an upper-case scheme",
        "Generic URI rules would lower it and so make two texts one principal.",
    ),
    (
        "canonical-scheme-capital",
        "Wimse://trust.example.com/service/payment",
        "a capital letter in the scheme",
        "Auto-correction of a sentence start must not be repaired silently.",
    ),
    (
        "canonical-scheme-last-letter",
        "wimsE://trust.example.com/service/payment",
        "an upper-case last letter of the scheme",
        "A comparison that stops early would not see it.",
    ),
];

const DOMAIN_CHARACTER: &[Refused<'static>] = &[
    (
        "canonical-domain-upper-case",
        "wimse://Trust.example.com/service/payment",
        "an upper-case letter in the trust domain",
        "Generic URI rules would lower it and so make two texts one principal.",
    ),
    (
        "canonical-domain-tilde",
        "wimse://trust~example.com/service/payment",
        "a tilde for a dot",
        "A tilde is legal in a registered name of RFC 3986, but not here.",
    ),
    (
        "canonical-domain-sub-delimiter",
        "wimse://trust.example.com,attacker.example/service/payment",
        "a comma and another domain",
        "A list of domains is legal in RFC 3986 and read by its first entry.",
    ),
    (
        "canonical-domain-star",
        "wimse://*.example.com/service/payment",
        "a star for a label",
        "A wildcard domain would name every domain below.",
    ),
];

const DOMAIN_PERCENT: &[Refused<'static>] = &[
    (
        "canonical-domain-percent-letter",
        "wimse://%74rust.example.com/service/payment",
        "a percent-encoded letter",
        "Decoding it gives the trusted domain to another text.",
    ),
    (
        "canonical-domain-percent-dot",
        "wimse://trust%2eexample.com/service/payment",
        "a percent-encoded dot",
        "Decoding it gives the trusted domain to another text.",
    ),
    (
        "canonical-domain-percent-slash",
        "wimse://trust.example.com%2Fx.attacker.example/service/payment",
        "a percent-encoded slash and another domain",
        "Decoding it before splitting moves the end of the trust domain.",
    ),
];

const DOMAIN_DOT: &[Refused<'static>] = &[(
    "canonical-domain-trailing-dot",
    "wimse://trust.example.com./service/payment",
    "a dot after the trust domain",
    "The same host in the DNS, but another text: two identities for one name.",
)];

const NO_SEGMENT: &[Refused<'static>] = &[
    (
        "canonical-no-path",
        "wimse://trust.example.com",
        "no path",
        "An origin is presented as the identity of a workload.",
    ),
    (
        "canonical-slash-path",
        "wimse://trust.example.com/",
        "a path of one slash",
        "The root of a domain stands for all of its workloads.",
    ),
];

const EMPTY_SEGMENTS_ONLY: &[Refused<'static>] = &[(
    "canonical-slashes-path",
    "wimse://trust.example.com///",
    "a path of slashes only",
    "Merged slashes make the root of the domain out of it.",
)];

const PATH_CHARACTER: &[Refused<'static>] = &[
    (
        "canonical-path-plus",
        "wimse://trust.example.com/service/pay+ment",
        "a plus sign",
        "Form decoding turns it into a space.",
    ),
    (
        "canonical-path-colon",
        "wimse://trust.example.com/service/payment:admin",
        "a colon and a suffix",
        "Code that splits roles at the colon reads a role out of the name.",
    ),
    (
        "canonical-path-parameter",
        "wimse://trust.example.com/service/payment;v=1",
        "a semicolon and a parameter",
        "Frameworks drop path parameters and so make two names one.",
    ),
    (
        "canonical-path-star",
        "wimse://trust.example.com/service/*",
        "a star for the last segment",
        "A pattern in the place of a name.",
    ),
    (
        "canonical-path-at",
        "wimse://trust.example.com/service/payment@eu",
        "an at sign and a suffix",
        "Code that searches the whole text for an at sign finds user information.",
    ),
];

const EMPTY_SEGMENT: &[Refused<'static>] = &[
    (
        "canonical-repeated-slash",
        "wimse://trust.example.com/service//payment",
        "a repeated slash",
        "Merged slashes give the rights of another name.",
    ),
    (
        "canonical-leading-slashes",
        "wimse://trust.example.com//service/payment",
        "two slashes before the path",
        "Code that resolves the path alone reads service as an authority.",
    ),
];

const DOT_SEGMENT: &[Refused<'static>] = &[
    (
        "canonical-dot-segment",
        "wimse://trust.example.com/./service/payment",
        "a segment of one dot",
        "Resolved, it is another name.",
    ),
    (
        "canonical-dot-dot-segment",
        "wimse://trust.example.com/guest/../service/payment",
        "a segment of two dots",
        "Resolved, it gives a guest the rights of the payment service.",
    ),
    (
        "canonical-dot-dot-last",
        "wimse://trust.example.com/service/payment/..",
        "two dots at the end",
        "Resolved, it is the parent.",
    ),
];

const PATH_PERCENT: &[Refused<'static>] = &[
    (
        "canonical-path-percent-letter",
        "wimse://trust.example.com/service/%70ayment",
        "a percent-encoded letter",
        "The collision that the proposal describes: decoded, it is another principal.",
    ),
    (
        "canonical-path-percent-dots",
        "wimse://trust.example.com/guest/%2e%2e/service/payment",
        "percent-encoded dots",
        "Decoded and resolved, it gives a guest the rights of the payment service.",
    ),
    (
        "canonical-path-percent-slash",
        "wimse://trust.example.com/service%2Fpayment",
        "a percent-encoded slash",
        "Decoded, it has a segment boundary that was not checked.",
    ),
    (
        "canonical-path-percent-twice",
        "wimse://trust.example.com/service/%2570ayment",
        "a percent-encoded percent sign",
        "Decoded twice, it is another principal.",
    ),
    (
        "canonical-path-percent-malformed",
        "wimse://trust.example.com/service/%zzpayment",
        "a malformed triplet",
        "Parsers disagree about what this is.",
    ),
];

const TRAILING_SLASH: &[Refused<'static>] = &[(
    "canonical-trailing-slash",
    "wimse://trust.example.com/service/payment/",
    "a trailing slash",
    "Frameworks drop a trailing slash and so make two names one.",
)];

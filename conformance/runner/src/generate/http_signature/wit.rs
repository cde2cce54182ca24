//! The WIT, which is judged before the signature, and is nothing without it.

use super::{
    super::{
        Cases,
        tokens::{NOW, OTHER_ISSUER_ES256},
    },
    cases::{Codes, Refused, both, by_code, refuse},
    selection::flipped,
    signed::Signed,
};

pub(super) fn vectors() -> Cases {
    both(|request| {
        let mut vectors = of("sig-wit", request)?;
        vectors.extend(of("sig-response-wit", &request.response())?);
        Ok(vectors)
    })
}

fn of(id: &str, signed: &Signed) -> Cases {
    let rules = &["SIG-3-38", "SIG-5.1-1", own(signed)];
    let twin = signed.accepted(id, rules, "A WIT that is valid, and a signature by its key.")?;
    let row = |end: &str, codes: Codes, signed: Signed, differs, comment| {
        (format!("{id}-{end}"), codes, signed, differs, comment)
    };
    let mut rows: Vec<Refused<String>> = vec![
        row(
            "missing",
            &["wit.field_missing", "httpsig.component_missing"],
            signed.then(|message| message.remove("Workload-Identity-Token")),
            "no WIT",
            "A signature by nobody.",
        ),
        row(
            "not-covered",
            &["httpsig.not_covered", "wit.field_missing"],
            signed.without_field("Workload-Identity-Token").uncovered("\"workload-identity-token\""),
            "no WIT, and none covered",
            "The field must be covered when it is there, and it must be there.",
        ),
        row(
            "twice",
            REPEATED,
            signed.line("Workload-Identity-Token", "{wit}"),
            "the WIT twice",
            "Which of them counts?",
        ),
        row(
            "and-other",
            REPEATED,
            signed.line("Workload-Identity-Token", "a.b.c"),
            "a second field line",
            "Readers disagree on which line counts.",
        ),
        row(
            "other",
            &["wit.kid_unknown", "wit.signature", "wit.trust_domain_unknown", "httpsig.signature"],
            signed.then(|message| message.set("Workload-Identity-Token", FOREIGN)),
            "another WIT",
            "A captured signature is sent with another WIT.",
        ),
    ];
    for (end, codes, change, differs) in INVALID {
        let invalid = change(signed);
        rows.push(row(end, codes, invalid.clone(), differs, "The credential itself is not good."));
        // Both are wrong, and the WIT is what is looked at first.
        let comment = "A key is not used before it is known to be that of a workload.";
        rows.push(row(&format!("{end}-first"), codes, invalid.signature(flipped), differs, comment));
    }
    let refused = by_code(refuse(&twin, rows)?, |code| match code {
        "wit.field_missing" | "wit.field_repeated" | "httpsig.not_covered" if signed.request.is_some() => {
            OF_RESPONSES
        }
        "wit.field_missing" | "wit.field_repeated" | "httpsig.not_covered" => OF_REQUESTS,
        "wit.expired" => &["SIG-3-38", "WIT-5.1.4-7"],
        "wit.signature" => &["SIG-3-38", "WIT-5.1.4-4"],
        "wit.cnf_missing" => &["SIG-3-38", "WIT-5.1.4-5"],
        _ => &["SIG-3-38", "ID-7.3-1"],
    });
    Ok([vec![twin], refused].concat())
}

/// What asks for the WIT in such a message.
fn own(signed: &Signed) -> &'static str {
    if signed.request.is_some() { "SIG-3-15" } else { "SIG-3-8" }
}

type Invalid = (&'static str, &'static [&'static str], fn(&Signed) -> Signed, &'static str);

const INVALID: [Invalid; 4] = [
    (
        "expired",
        &["wit.expired"],
        |signed| signed.wit_claims(|claims| claims.set("exp", NOW - 31)),
        "a WIT that has expired",
    ),
    (
        "forged",
        &["wit.signature"],
        |signed| signed.issued_by(OTHER_ISSUER_ES256),
        "a WIT by another issuer under the same key id",
    ),
    (
        "unknown-domain",
        &["wit.trust_domain_unknown"],
        |signed| signed.wit_claims(|claims| claims.string("sub", "wimse://unknown.example/billing")),
        "a WIT of a trust domain that is not known",
    ),
    (
        "no-key",
        &["wit.cnf_missing"],
        |signed| signed.wit_claims(|claims| claims.without("cnf")),
        "a WIT without a key",
    ),
];

/// A WIT of nobody known: `{"alg":"ES256","kid":"x","typ":"wit+jwt"}`, with a subject in another trust domain.
const FOREIGN: &str = "eyJhbGciOiJFUzI1NiIsImtpZCI6IngiLCJ0eXAiOiJ3aXQrand0In0.eyJleHAiOjE4MDAwMDM2MDAsInN1YiI6IndpbXNlOi8vdW5rbm93bi5leGFtcGxlL2EifQ.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const OF_REQUESTS: &[&str] = &["SIG-3-8", "SIG-3-16", "SIG-5.1-1", "WIT-5.1.1-1"];
const OF_RESPONSES: &[&str] = &["SIG-3-15", "SIG-3-16", "SIG-5.1-1", "WIT-5.1.1-1"];
const REPEATED: &[&str] = &["wit.field_repeated", "httpsig.field_repeated"];

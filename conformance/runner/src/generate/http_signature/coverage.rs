//! What the signature of a request has to cover.

use super::{
    super::Cases,
    cases::{both, refuse},
    signed::Signed,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    both(|request| {
        let mut vectors = Vec::new();
        for Rule { name, requirement, request, component, other_forms } in rules(request) {
            let id = format!("sig-covers-{name}");
            let requirements = [requirement, "SIG-3-16"];
            let twin = request.accepted(&id, &requirements, "Everything that has to be covered is.")?;
            vectors.push(twin.clone());
            let missing = (
                format!("{id}-not"),
                NOT_COVERED,
                request.uncovered(component),
                "the component is not covered",
                "Somebody on the way could exchange it.",
            );
            vectors.extend(refuse(&twin, [missing])?.into_iter().map(|vector| vector.of(name)));
            vectors.extend(in_other_form(&twin, &request, component, other_forms)?);
        }
        vectors.extend(request_target(request)?);
        vectors.extend(nothing(request)?);
        Ok(vectors)
    })
}

/// A component that has to be covered.
struct Rule {
    name: &'static str,
    requirement: &'static str,
    /// A request to which the rule applies.
    request: Signed,
    component: &'static str,
    /// What does not stand in for it.
    other_forms: &'static [Form],
}

/// End of the id, identifier, value in the signature base, and the mistake.
type Form = (&'static str, &'static str, &'static str, &'static str);

fn rules(request: &Signed) -> Vec<Rule> {
    let rule = |name, requirement, request: &Signed, component, other_forms| Rule {
        name,
        requirement,
        request: request.clone(),
        component,
        other_forms,
    };
    let with = |field, value, component| request.field(field, value).covering(component);
    let authorization = with("Authorization", "Bearer user.token.value", "\"authorization\"");
    // Decision 28: both proofs on one request, by the same WIT.
    let wpt = with("Authorization", "WPT header.claims.signature", "\"authorization\"");
    let txn_token = with("Txn-Token", "txn.token.value", "\"txn-token\"");
    vec![
        rule("method", "SIG-3-1", request, "\"@method\"", METHOD),
        rule("path", "SIG-3-2", request, "\"@path\"", PATH),
        rule("query", "SIG-3-3", request, "\"@query\"", QUERY),
        rule("no-query", "SIG-3-3", &request.start("POST /orders HTTP/1.1"), "\"@query\"", &[]),
        rule("content-type", "SIG-3-4", request, "\"content-type\"", CONTENT_TYPE),
        rule("content-digest", "SIG-3-5", request, "\"content-digest\"", CONTENT_DIGEST),
        rule("authorization", "SIG-3-6", &authorization, "\"authorization\"", AUTHORIZATION),
        rule("authorization-wpt", "SIG-3-6", &wpt, "\"authorization\"", &[]),
        rule("txn-token", "SIG-3-7", &txn_token, "\"txn-token\"", TXN_TOKEN),
        rule("txn-token-empty", "SIG-3-7", &with("Txn-Token", "", "\"txn-token\""), "\"txn-token\"", &[]),
        rule("wit", "SIG-3-8", request, "\"workload-identity-token\"", WIT),
    ]
}

const METHOD: &[Form] = &[
    ("req", "\"@method\";req", "POST", "A request has no request of its own."),
    ("field", "\"method\"", "POST", "A field of that name is not the method."),
];
const PATH: &[Form] = &[
    (
        "target-uri",
        "\"@target-uri\"",
        "https://api.example.com/orders?draft=1",
        "The profile asks for the path.",
    ),
    ("req", "\"@path\";req", "/orders", "A request has no request of its own."),
];
const QUERY: &[Form] = &[
    (
        "param",
        "\"@query-param\";name=\"draft\"",
        "1",
        "One parameter is not the query: others could be added.",
    ),
    ("req", "\"@query\";req", "?draft=1", "A request has no request of its own."),
];
const CONTENT_TYPE: &[Form] = &[
    (
        "bs",
        "\"content-type\";bs",
        ":YXBwbGljYXRpb24vanNvbg==:",
        "A required component counts in its plain form.",
    ),
    ("capital", "\"Content-Type\"", "application/json", "Names of fields are in lower case."),
];
const CONTENT_DIGEST: &[Form] = &[
    (
        "key",
        "\"content-digest\";key=\"sha-256\"",
        DIGEST,
        "One member is not the field: others could be added.",
    ),
    ("tr", "\"content-digest\";tr", "", "A field of the trailers is another field."),
];
const AUTHORIZATION: &[Form] = &[
    ("bs", "\"authorization\";bs", ":QmVhcmVyIHVzZXIudG9rZW4udmFsdWU=:", "It counts in its plain form."),
    ("other", "\"proxy-authorization\"", "", "Another field."),
];
const TXN_TOKEN: &[Form] = &[
    ("bs", "\"txn-token\";bs", ":dHhuLnRva2VuLnZhbHVl:", "It counts in its plain form."),
    ("tr", "\"txn-token\";tr", "", "A field of the trailers is another field."),
];
const WIT: &[Form] = &[
    ("tr", "\"workload-identity-token\";tr", "", "A field of the trailers is another field."),
    (
        "sf",
        "\"workload-identity-token\";sf",
        "",
        "It counts in its plain form, and it is no structured field.",
    ),
];
/// SHA-256 of the content of most requests.
const DIGEST: &str = ":{digest}:";

fn in_other_form(twin: &Vector, request: &Signed, component: &str, forms: &[Form]) -> Cases {
    let digest = request.unsigned()?.field("content-digest");
    let digest = digest.trim_start_matches("sha-256=");
    let mut vectors = Vec::new();
    for (end, identifier, value, comment) in forms {
        let value = if *value == DIGEST { digest } else { value };
        let row = (
            format!("{}-{end}", twin.id),
            OTHER_FORM,
            request.replaced(component, identifier, Some(value)),
            "another form or component in its place",
            *comment,
        );
        vectors
            .extend(refuse(twin, [row])?.into_iter().map(|vector| vector.of(&format!("{component} {end}"))));
    }
    Ok(vectors)
}

/// SIG-3-40: it may be covered, but it does not count.
fn request_target(request: &Signed) -> Cases {
    let target = "\"@request-target\"";
    let twin = request.covering(target).accepted(
        "sig-request-target",
        &["SIG-3-40", "SIG-3-2", "SIG-3-3", "SIG-3-16"],
        "The request target may be covered besides path and query.",
    )?;
    let place = |component| request.replaced(component, target, None);
    let refused = refuse(
        &twin,
        [
            (
                "sig-request-target-for-path",
                NOT_COVERED,
                place("\"@path\""),
                "it stands in place of the path",
                "The wire form of an older revision: a proxy may write the target in another form.",
            ),
            (
                "sig-request-target-for-query",
                NOT_COVERED,
                place("\"@query\""),
                "it stands in place of the query",
                "The wire form of an older revision: a proxy may write the target in another form.",
            ),
            (
                "sig-request-target-for-both",
                NOT_COVERED,
                place("\"@path\"").uncovered("\"@query\""),
                "it stands in place of path and query",
                "The wire form of an older revision: a proxy may write the target in another form.",
            ),
        ],
    )?;
    Ok([vec![twin], refused].concat())
}

/// A signature that covers little or nothing.
fn nothing(request: &Signed) -> Cases {
    let get = request.bodiless();
    let twin =
        get.accepted("sig-covers-least", &["SIG-3-16"], "A request without content covers the least.")?;
    let refused = refuse(
        &twin,
        [
            (
                "sig-covers-nothing",
                NOTHING_COVERED,
                get.covered(&[]),
                "an empty list of components",
                "A signature over nothing is good for every request.",
            ),
            (
                "sig-covers-wit-only",
                NOT_COVERED,
                get.covered(&["\"workload-identity-token\""]),
                "only the WIT is covered",
                "A signature over the WIT alone makes it a bearer token.",
            ),
            (
                "sig-covers-method-only",
                NOT_COVERED,
                get.covered(&["\"@method\""]),
                "only the method is covered",
                "A signature that is good for every path.",
            ),
        ],
    )?;
    Ok([vec![twin], refused].concat())
}

const NOTHING_COVERED: &[&str] = &["httpsig.not_covered", "httpsig.nothing_covered"];
const NOT_COVERED: &[&str] = &["httpsig.not_covered"];
/// A list that is not understood may be refused before it is looked for what it lacks.
const OTHER_FORM: &[&str] = &[
    "httpsig.not_covered",
    "httpsig.component_forbidden",
    "httpsig.component_req_on_request",
    "httpsig.component_name",
    "httpsig.component_missing",
];

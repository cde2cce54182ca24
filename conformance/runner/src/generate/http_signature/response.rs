//! What the signature of a response has to cover: of itself, and of the request that it answers.

use super::{
    super::Cases,
    cases::{Codes, Refused, both, by_code, refuse},
    signed::{NONCE, Signed},
};

pub(super) fn vectors() -> Cases {
    both(|request| {
        let mut vectors = coverage(&request.response())?;
        vectors.extend(least(&request.response())?);
        vectors.extend(by_code(binding(request)?, |code| match code {
            "httpsig.signature" => &["SIG-3-10", "SIG-3-11", "SIG-3-12", "SIG-3.1-3"],
            _ => &["SIG-3-27", "SIG-3.4-2", "SIG-3.5-8"],
        }));
        Ok(vectors)
    })
}

/// End of the id, requirement, component, and forms that do not stand in for it with their values.
type Rule = (&'static str, &'static str, &'static str, [(&'static str, &'static str, &'static str); 2]);

const RULES: [Rule; 7] = [
    ("status", "SIG-3-9", "\"@status\"", [("req", "\"@status\";req", "200"), ("field", "\"status\"", "200")]),
    (
        "method",
        "SIG-3-10",
        "\"@method\";req",
        [("own", "\"@method\"", "POST"), ("field", "\"method\";req", "POST")],
    ),
    (
        "path",
        "SIG-3-11",
        "\"@path\";req",
        [("own", "\"@path\"", "/orders"), ("target", "\"@request-target\";req", "/orders?draft=1")],
    ),
    (
        "query",
        "SIG-3-12",
        "\"@query\";req",
        [("own", "\"@query\"", "?draft=1"), ("param", "\"@query-param\";req;name=\"draft\"", "1")],
    ),
    (
        "content-type",
        "SIG-3-13",
        "\"content-type\"",
        [
            ("of-request", "\"content-type\";req", "application/json"),
            ("bs", "\"content-type\";bs", ":YXBwbGljYXRpb24vanNvbg==:"),
        ],
    ),
    (
        "content-digest",
        "SIG-3-14",
        "\"content-digest\"",
        [("of-request", "\"content-digest\";req", "{digest}"), ("tr", "\"content-digest\";tr", "")],
    ),
    (
        "wit",
        "SIG-3-15",
        "\"workload-identity-token\"",
        [
            ("of-request", "\"workload-identity-token\";req", "{wit}"),
            ("tr", "\"workload-identity-token\";tr", ""),
        ],
    ),
];

fn coverage(response: &Signed) -> Cases {
    let request = response.request.as_ref().ok_or("a response answers a request")?.unsigned()?;
    let mut vectors = Vec::new();
    for (end, requirement, component, forms) in RULES {
        let id = format!("sig-response-covers-{end}");
        let twin =
            response.accepted(&id, &[requirement, "SIG-3-16"], "Everything that has to be covered is.")?;
        vectors.push(twin.clone());
        let missing = (
            format!("{id}-not"),
            &["httpsig.not_covered"][..],
            response.uncovered(component),
            "the component is not covered",
            "Somebody on the way could exchange it, or the whole response.",
        );
        vectors.extend(refuse(&twin, [missing])?.into_iter().map(|vector| vector.of(end)));
        for (form, identifier, value) in forms {
            let value = match value {
                "{digest}" => request.field("content-digest"),
                "{wit}" => request.field("workload-identity-token"),
                value => value.to_owned(),
            };
            let other = (
                format!("{id}-{form}"),
                OTHER_FORM,
                response.replaced(component, identifier, Some(&value)),
                "another form or component in its place",
                "What the response has and what the request had are not the same.",
            );
            let of = format!("{end} {form}");
            vectors.extend(refuse(&twin, [other])?.into_iter().map(|vector| vector.of(&of)));
        }
    }
    Ok(vectors)
}

/// A response without content.
fn least(response: &Signed) -> Cases {
    let empty = response.bodiless();
    let twin = empty.accepted("sig-response-covers-least", &["SIG-3-16"], "A response without content.")?;
    let row = |id, codes: Codes, components: &[&str], differs, comment| {
        (id, codes, empty.covered(components), differs, comment)
    };
    let rows: [Refused; 3] = [
        row(
            "sig-response-covers-nothing",
            &["httpsig.not_covered", "httpsig.nothing_covered"],
            &[],
            "an empty list of components",
            "A signature over nothing is good for every response.",
        ),
        row(
            "sig-response-covers-wit-only",
            &["httpsig.not_covered"],
            &["\"workload-identity-token\""],
            "only the WIT is covered",
            "A signature over the WIT alone makes it a bearer token.",
        ),
        row(
            "sig-response-covers-itself-only",
            &["httpsig.not_covered"],
            &["\"@status\"", "\"workload-identity-token\""],
            "nothing of the request is covered",
            "A response that answers any request of that nonce.",
        ),
    ];
    let more = empty.line("Cache-Control", "no-store").covering("\"cache-control\"");
    let of_request = empty.covering("\"content-digest\";req").covering("\"workload-identity-token\";req");
    Ok([
        vec![
            twin.clone(),
            more.accepted("sig-response-covers-more", &["SIG-3-16"], "Another field may be covered.")?,
            of_request.accepted(
                "sig-response-covers-more-of-request",
                &["SIG-3-16"],
                "More of the request may be covered.",
            )?,
        ],
        refuse(&twin, rows)?,
    ]
    .concat())
}

/// `wimse-req-nonce`, and the request that is covered: a response to another request is no response to this one.
fn binding(request: &Signed) -> Cases {
    let response = request.response();
    let twin = response.accepted("sig-response-binding", BINDING, "The nonce of the request.")?;
    let other_nonce = request.string("nonce", OTHER).response().answering(request);
    let to = |start: &str| response.answering(&request.start(start));
    let nonce = |id, value: &str, differs, comment| {
        (id, OF_OTHER, response.string("wimse-req-nonce", value), differs, comment)
    };
    let forged: Codes = &["httpsig.signature"];
    let rows: [Refused; 8] = [
        (
            "sig-response-binding-other",
            OF_OTHER,
            other_nonce,
            "a response to another request",
            "A response is played to another client, or to another request of this one.",
        ),
        nonce(
            "sig-response-binding-case",
            &NONCE.to_ascii_lowercase(),
            "a nonce in lower case",
            "A nonce has case.",
        ),
        nonce(
            "sig-response-binding-longer",
            "AAECAwQFBgcICQoLDA0ODwA",
            "one character more",
            "It is compared whole.",
        ),
        nonce(
            "sig-response-binding-shorter",
            "AAECAwQFBgcICQoLDA0OD",
            "one character less",
            "It is compared whole.",
        ),
        nonce(
            "sig-response-binding-own",
            "ICEiIyQlJicoKSorLC0uLw",
            "the nonce of the response",
            "Its own nonce is another.",
        ),
        (
            "sig-response-binding-method",
            forged,
            to("PUT /orders?draft=1 HTTP/1.1"),
            "made for another method",
            MIDDLEBOX,
        ),
        (
            "sig-response-binding-path",
            forged,
            to("POST /refunds?draft=1 HTTP/1.1"),
            "made for another path",
            MIDDLEBOX,
        ),
        (
            "sig-response-binding-query",
            forged,
            to("POST /orders?draft=0 HTTP/1.1"),
            "made for another query",
            MIDDLEBOX,
        ),
    ];
    Ok([vec![twin.clone()], refuse(&twin, rows)?].concat())
}

const OTHER: &str = "MDEyMzQ1Njc4OTo7PD0-Pw";
const MIDDLEBOX: &str =
    "A middlebox sends another request with the nonce of this one, and passes the answer on.";
const OF_OTHER: &[&str] = &["httpsig.req_nonce_mismatch"];
const OTHER_FORM: &[&str] = &[
    "httpsig.not_covered",
    "httpsig.component_wrong_message",
    "httpsig.component_missing",
    "httpsig.component_name",
];
const BINDING: &[&str] = &["SIG-3-27", "SIG-3.4-1", "SIG-3.4-2", "SIG-3.5-8", "SIG-3.5-7"];

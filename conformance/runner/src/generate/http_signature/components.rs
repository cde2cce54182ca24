//! What the signature of a request may cover besides, and components that make no sense.

use std::error::Error;

use super::{
    super::Cases,
    cases::{Codes, Refused, both, by_code, message, refuse},
    signed::{REQUEST_COMPONENTS, Signed},
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let request = Signed::ed25519();
    let mut vectors = both(|request| {
        let dated = dated(request);
        let twin = dated.accepted("sig-components", RULES, "Another field may be covered.")?;
        let refused = refuse(&twin, not_understood(&dated))?;
        Ok([vec![twin], refused].concat())
    })?;
    vectors.extend(more(&request)?);
    vectors.extend(others(&request)?);
    vectors.extend(authority(&request)?);
    Ok(by_code(vectors, |code| match code {
        "httpsig.signature" => &["SIG-3-16", "SIG-3.1-3"],
        "httpsig.field_malformed" => &["SIG-3-16", "SIG-3-30"],
        _ => RULES,
    }))
}

/// A request with a field that need not be covered, and is.
fn dated(request: &Signed) -> Signed {
    request.field("Date", "Fri, 15 Jan 2027 08:00:00 GMT").covering("\"date\"")
}

fn not_understood(dated: &Signed) -> Vec<Refused> {
    let row = |id, codes: Codes, component, value, differs, comment| {
        (id, codes, dated.covering_as(component, value), differs, comment)
    };
    vec![
        row(
            "sig-components-unknown",
            &["httpsig.component_unknown"],
            "\"@unknown\"",
            "1",
            "an unknown derived component",
            "A recipient that skips it verifies something else than was signed.",
        ),
        row(
            "sig-components-parameter-unknown",
            &["httpsig.component_parameter_unknown"],
            "\"host\";x",
            "api.example.com",
            "an unknown parameter of a component",
            "It might change what the component is worth.",
        ),
        row(
            "sig-components-status",
            &["httpsig.component_wrong_message"],
            "\"@status\"",
            "200",
            "@status",
            "A request has no status.",
        ),
        row(
            "sig-components-req",
            &["httpsig.component_forbidden", "httpsig.component_req_on_request"],
            "\"host\";req",
            "api.example.com",
            "a component of the request of a request",
            "A request has no request of its own.",
        ),
        row(
            "sig-components-absent",
            &["httpsig.component_missing"],
            "\"x-absent\"",
            "",
            "a field that is not there",
            "A field was taken away on the way.",
        ),
        row(
            "sig-components-twice",
            &["httpsig.component_repeated"],
            "\"date\"",
            "Fri, 15 Jan 2027 08:00:00 GMT",
            "a component twice",
            "A list names each component once.",
        ),
    ]
}

/// What else there can be, accepted.
fn more(request: &Signed) -> Cases {
    let with_query = request.covering_as("\"@query-param\";name=\"draft\"", "1");
    let two_forms = request.covering_as("\"content-type\";bs", ":YXBwbGljYXRpb24vanNvbg==:");
    let structured =
        request.covering_as("\"content-digest\";sf", &request.unsigned()?.field("content-digest"));
    let reversed: Vec<_> = REQUEST_COMPONENTS.iter().rev().copied().collect();
    let lines = request.line("X-List", "a, b").line("X-List", "c").covering("\"x-list\"");
    let accepted = |id, request: &Signed, comment| request.accepted(id, RULES, comment);
    Ok(vec![
        accepted("sig-components-query-param", &with_query, "A parameter of the query, besides the query.")?,
        accepted("sig-components-two-forms", &two_forms, "A field in two forms is two components.")?,
        accepted(
            "sig-components-structured",
            &structured,
            "A field in its structured form, besides the plain one.",
        )?,
        accepted("sig-components-order", &request.covered(&reversed), "The order is free.")?,
        accepted("sig-components-lines", &lines, "Lines of one field are joined.")?,
        accepted(
            "sig-components-not-covered",
            &request.field("Host", "internal.example").field("Via", "1.1 proxy.example"),
            "What need not be covered may be rewritten on the way.",
        )?,
    ])
}

/// More components that make no sense.
fn others(request: &Signed) -> Cases {
    let dated = dated(request);
    let twin = dated.accepted("sig-components-more", RULES, "Another field may be covered.")?;
    let row = |id, codes: Codes, component, value, differs, comment| {
        (id, codes, dated.covering_as(component, value), differs, comment)
    };
    let many = (0..70).fold(dated.clone(), |request, number| {
        request.line(&format!("X-{number}"), "1").covering(&format!("\"x-{number}\""))
    });
    let rows: [Refused; 13] = [
        (
            "sig-components-not-ascii",
            &["httpsig.field_value"],
            dated.line("X-Name", "Zo\u{eb}").covering("\"x-name\""),
            "a field with a letter beyond ASCII",
            "Such a value stands in no signature base, but as bytes.",
        ),
        row(
            "sig-components-signature-params",
            &["httpsig.component_signature_params"],
            "\"@signature-params\"",
            "",
            "@signature-params in the list",
            "It is always the last line, and never in the list.",
        ),
        row(
            "sig-components-capital",
            &["httpsig.component_name"],
            "\"Host\"",
            "api.example.com",
            "a name with a capital letter",
            "Names of fields are in lower case.",
        ),
        row(
            "sig-components-token",
            &["httpsig.member_type"],
            "host",
            "api.example.com",
            "a token in the list",
            "A name is a String.",
        ),
        row(
            "sig-components-number",
            &["httpsig.member_type"],
            "1",
            "",
            "a number in the list",
            "A name is a String.",
        ),
        row(
            "sig-components-list",
            &["httpsig.field_malformed", "httpsig.member_type"],
            "(\"host\")",
            "",
            "a list in the list",
            "Lists of lists are not known.",
        ),
        row(
            "sig-components-flag-type",
            &["httpsig.component_parameter_type"],
            "\"host\";bs=1",
            ":YXBpLmV4YW1wbGUuY29t:",
            "a flag with a number",
            "A flag is there or not.",
        ),
        row(
            "sig-components-exclusive",
            &["httpsig.component_parameters_exclusive"],
            "\"content-digest\";bs;sf",
            "",
            "two forms that exclude each other",
            "The value would be read in two ways.",
        ),
        row(
            "sig-components-form-of-derived",
            &["httpsig.component_parameter_not_applicable"],
            "\"@method\";bs",
            ":UE9TVA==:",
            "a derived component in a form of fields",
            "A method has no lines.",
        ),
        row(
            "sig-components-query-param-nameless",
            &["httpsig.component_parameter_missing"],
            "\"@query-param\"",
            "1",
            "a parameter of the query without its name",
            "Which one is not said.",
        ),
        row(
            "sig-components-query-param-absent",
            &["httpsig.query_parameter"],
            "\"@query-param\";name=\"page\"",
            "",
            "a parameter that the query does not have",
            "It was taken away on the way.",
        ),
        row(
            "sig-components-structure-unknown",
            &["httpsig.field_type"],
            "\"date\";sf",
            "Fri, 15 Jan 2027 08:00:00 GMT",
            "the structured form of a field that has none",
            "What is not a structured field has no such form.",
        ),
        (
            "sig-components-many",
            &["httpsig.too_many_components"],
            many,
            "70 fields more, each covered",
            "Work for the recipient at no cost for the sender.",
        ),
    ];
    let refused = refuse(&twin, rows)?;
    Ok([vec![twin], refused].concat())
}

/// Components that need more than the request: scheme and authority of the recipient.
fn authority(request: &Signed) -> Cases {
    let known = |id, component, comment| {
        let vector = request.covering(component).accepted(id, RULES, comment)?;
        Ok::<_, Box<dyn Error>>(vector.config("scheme", "https").config("authority", "api.example.com"))
    };
    let authority: Vector =
        known("sig-components-authority", "\"@authority\"", "The authority may be covered.")?;
    let mut unknown = authority.refused(
        "sig-components-authority-unknown",
        &["httpsig.target_authority_unknown"],
        "the recipient does not know its authority",
        "What cannot be derived is not guessed from a request that nobody has verified.",
    );
    unknown.config.remove("authority");
    let other = authority.refused(
        "sig-components-authority-other",
        &["httpsig.signature"],
        "the recipient has another authority",
        "A request for another host is passed on, with the host covered.",
    );
    let rewritten = authority.refused(
        "sig-components-authority-conflict",
        &["httpsig.target_conflict", "httpsig.audience_mismatch"],
        "a target in absolute form with another host",
        "Request and connection disagree on the host.",
    );
    let absolute = request.start("POST https://other.example/orders?draft=1 HTTP/1.1");
    let absolute = absolute.covering_as("\"@authority\"", "api.example.com");
    Ok(vec![
        authority,
        known("sig-components-scheme", "\"@scheme\"", "The scheme may be covered.")?,
        known("sig-components-target-uri", "\"@target-uri\"", "The target URI may be covered.")?,
        unknown,
        other.config("authority", "other.example"),
        rewritten.input("request", message(&absolute.bytes()?)),
    ])
}

const RULES: &[&str] = &["SIG-3-16"];

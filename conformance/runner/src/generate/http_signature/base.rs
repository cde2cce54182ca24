//! Signature bases: what a component is worth (RFC 9421 2).

use std::error::Error;

use super::{super::Cases, base_refused, cases::message};
use crate::vector::{Bytes, Vector};

pub(super) fn vectors() -> Cases {
    let mut vectors = Vec::new();
    for (id, message, lines, section, comment) in VALUES {
        vectors.push(based(id, message, lines, comment)?.source(&format!("RFC 9421 section {section}")));
    }
    for (id, message, lines, comment) in TARGETS {
        vectors.push(based(id, message, lines, comment)?);
    }
    vectors.push(of_request()?);
    for (twin, rows) in base_refused::REFUSED {
        let twin: Vector = vectors.iter().find(|vector| vector.id == *twin).cloned().ok_or("no such twin")?;
        let rows = rows.iter().map(|(id, codes, component, differs, comment)| {
            let covered = format!("({component});created=1618884473");
            twin.refused(id, codes, differs, comment).input("covered", Bytes::from(covered.as_bytes()))
        });
        vectors.extend(rows);
    }
    Ok(vectors)
}

/// A case of a message, the identifiers, and the lines that come of them.
fn based(id: &str, bytes: &str, lines: &[(&str, &str)], comment: &str) -> Result<Vector, Box<dyn Error>> {
    let covered: Vec<_> = lines.iter().map(|(identifier, _)| *identifier).collect();
    let covered = format!("({});created=1618884473", covered.join(" "));
    let base: String = lines.iter().map(|(identifier, value)| format!("{identifier}: {value}\n")).collect();
    let bytes = bytes.replace('\n', "\r\n") + "\r\n\r\n";
    let kind = if bytes.starts_with("HTTP/") { "response" } else { "request" };
    Ok(Vector::accepted(id, "httpsig.base", comment)
        .requires(requirement(lines))
        .input(kind, message(bytes.as_bytes()))
        .input("covered", Bytes::from(covered.as_bytes()))
        .config("scheme", "https")
        .config("authority", "www.example.com")
        .output("base", format!("{base}\"@signature-params\": {covered}")))
}

/// The rule of the profile that needs the first of the components.
fn requirement(lines: &[(&str, &str)]) -> &'static [&'static str] {
    match lines.first().map(|(identifier, _)| *identifier) {
        Some("\"@method\"") => &["SIG-3-1"],
        Some("\"@path\"") => &["SIG-3-2"],
        Some("\"@query\"") => &["SIG-3-3"],
        Some("\"@status\"") => &["SIG-3-9"],
        Some("\"@authority\"") => &["SIG8-3-1"],
        _ => &["SIG-3-16"],
    }
}

/// `req` takes from the request that the response answers.
fn of_request() -> Result<Vector, Box<dyn Error>> {
    let lines = [
        ("\"@status\"", "503"),
        ("\"@method\";req", "POST"),
        ("\"@path\";req", "/foo"),
        ("\"@query\";req", "?"),
        ("\"x-a\";req", "of the request"),
        ("\"x-a\"", "of the response"),
    ];
    let response =
        based("sig-base-req", "HTTP/1.1 503 Service Unavailable\nX-A: of the response", &lines, "Of both.")?;
    let request = "POST /foo HTTP/1.1\r\nHost: www.example.com\r\nX-A: of the request\r\n\r\n";
    let rules = &["SIG-3-9", "SIG-3-10", "SIG-3-11", "SIG-3-12"];
    Ok(response.requires(rules).input("request", message(request.as_bytes())))
}

/// Id, message with bare line ends, identifiers and values, section, comment.
type Value =
    (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str, &'static str);

const VALUES: &[Value] = &[
    (
        "sig-base-fields",
        "GET / HTTP/1.1\nHost: www.example.com\nDate: Tue, 20 Apr 2021 02:07:56 GMT\n\
         X-OWS-Header:   Leading and trailing whitespace.   \nX-Obs-Fold-Header: Obsolete\n    line folding.\n\
         Cache-Control: max-age=60\nCache-Control:    must-revalidate\n\
         Example-Dict:  a=1,    b=2;x=1;y=2,   c=(a   b   c)",
        &[
            ("\"host\"", "www.example.com"),
            ("\"date\"", "Tue, 20 Apr 2021 02:07:56 GMT"),
            ("\"x-ows-header\"", "Leading and trailing whitespace."),
            ("\"x-obs-fold-header\"", "Obsolete line folding."),
            ("\"cache-control\"", "max-age=60, must-revalidate"),
            ("\"example-dict\"", "a=1,    b=2;x=1;y=2,   c=(a   b   c)"),
        ],
        "2.1",
        "White space around a value goes, folding becomes a space, lines are joined.",
    ),
    (
        "sig-base-empty-field",
        "GET / HTTP/1.1\nX-Empty-Header:",
        &[("\"x-empty-header\"", "")],
        "2.1",
        "An empty value.",
    ),
    (
        "sig-base-bs-lines",
        "GET / HTTP/1.1\nExample-Header: value, with, lots\nExample-Header: of, commas",
        &[("\"example-header\";bs", ":dmFsdWUsIHdpdGgsIGxvdHM=:, :b2YsIGNvbW1hcw==:")],
        "2.1.3",
        "Two lines as bytes.",
    ),
    (
        "sig-base-bs-line",
        "GET / HTTP/1.1\nExample-Header: value, with, lots, of, commas",
        &[("\"example-header\";bs", ":dmFsdWUsIHdpdGgsIGxvdHMsIG9mLCBjb21tYXM=:")],
        "2.1.3",
        "One line as bytes: not the same as two.",
    ),
    (
        "sig-base-trailer",
        "HTTP/1.1 200 OK\nContent-Type: text/plain\nTransfer-Encoding: chunked\nTrailer: Expires\n\n\
         4\nHTTP\n7\nMessage\na\nSignatures\n0\nExpires: Wed, 9 Nov 2022 07:28:00 GMT",
        &[
            ("\"@status\"", "200"),
            ("\"trailer\"", "Expires"),
            ("\"expires\";tr", "Wed, 9 Nov 2022 07:28:00 GMT"),
        ],
        "2.1.4",
        "A field of the trailers.",
    ),
    (
        "sig-base-method",
        "POST /path?param=value HTTP/1.1\nHost: www.example.com",
        &[("\"@method\"", "POST")],
        "2.2.1",
        "The method.",
    ),
    (
        "sig-base-target-uri",
        "POST /path?param=value HTTP/1.1\nHost: www.example.com",
        &[("\"@target-uri\"", "https://www.example.com/path?param=value")],
        "2.2.2",
        "The target URI, with what the recipient knows of its own address.",
    ),
    (
        "sig-base-authority",
        "POST /path?param=value HTTP/1.1\nHost: www.example.com",
        &[("\"@authority\"", "www.example.com"), ("\"@scheme\"", "https")],
        "2.2.3",
        "Authority and scheme.",
    ),
    (
        "sig-base-request-target",
        "POST /path?param=value HTTP/1.1\nHost: www.example.com",
        &[("\"@request-target\"", "/path?param=value")],
        "2.2.5",
        "The request target in origin-form.",
    ),
    (
        "sig-base-request-target-absolute",
        "GET https://www.example.com/path?param=value HTTP/1.1",
        &[("\"@request-target\"", "https://www.example.com/path?param=value")],
        "2.2.5",
        "The request target in absolute-form.",
    ),
    (
        "sig-base-request-target-authority",
        "CONNECT www.example.com:80 HTTP/1.1\nHost: www.example.com",
        &[("\"@request-target\"", "www.example.com:80")],
        "2.2.5",
        "The request target in authority-form.",
    ),
    (
        "sig-base-request-target-asterisk",
        "OPTIONS * HTTP/1.1\nHost: www.example.com",
        &[("\"@request-target\"", "*")],
        "2.2.5",
        "The request target in asterisk-form.",
    ),
    ("sig-base-path", "GET /path?param=value HTTP/1.1", &[("\"@path\"", "/path")], "2.2.6", "The path."),
    (
        "sig-base-query",
        "GET /path?param=value&foo=bar&baz=bat%2Dman HTTP/1.1",
        &[("\"@query\"", "?param=value&foo=bar&baz=bat%2Dman")],
        "2.2.7",
        "The query, as it is spelt.",
    ),
    (
        "sig-base-query-word",
        "POST /path?queryString HTTP/1.1",
        &[("\"@query\"", "?queryString")],
        "2.2.7",
        "One word.",
    ),
    ("sig-base-query-absent", "GET /path HTTP/1.1", &[("\"@query\"", "?")], "2.2.7", "No query at all."),
    (
        "sig-base-query-param",
        "GET /path?param=value&foo=bar&baz=batman&qux= HTTP/1.1",
        &[
            ("\"@query-param\";name=\"baz\"", "batman"),
            ("\"@query-param\";name=\"qux\"", ""),
            ("\"@query-param\";name=\"param\"", "value"),
        ],
        "2.2.8",
        "Parameters of the query.",
    ),
    (
        "sig-base-query-param-encoded",
        "GET /parameters?var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something HTTP/1.1",
        &[
            ("\"@query-param\";name=\"var\"", "this%20is%20a%20big%0Amultiline%20value"),
            ("\"@query-param\";name=\"bar\"", "with%20plus%20whitespace"),
            ("\"@query-param\";name=\"fa%C3%A7ade%22%3A%20\"", "something"),
        ],
        "2.2.8",
        "Parameters are decoded and encoded again in one way.",
    ),
    (
        "sig-base-status",
        "HTTP/1.1 200 OK\nDate: Fri, 26 Mar 2010 00:05:00 GMT",
        &[("\"@status\"", "200")],
        "2.2.9",
        "The status.",
    ),
];

/// Id, message, identifiers and values, comment.
type Target = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str);

const TARGETS: &[Target] = &[
    ("sig-base-path-double-slash", "GET //a//b HTTP/1.1", &[("\"@path\"", "//a//b")], "Slashes stay."),
    (
        "sig-base-path-encoded",
        "GET /a%2Fb%2fc HTTP/1.1",
        &[("\"@path\"", "/a%2Fb%2fc")],
        "Nothing is decoded.",
    ),
    ("sig-base-path-dots", "GET /a/./../b HTTP/1.1", &[("\"@path\"", "/a/./../b")], "Dot segments stay."),
    (
        "sig-base-path-empty",
        "GET https://www.example.com HTTP/1.1",
        &[("\"@path\"", "/")],
        "An empty path is /.",
    ),
    (
        "sig-base-path-empty-query",
        "GET https://www.example.com?a HTTP/1.1",
        &[("\"@path\"", "/"), ("\"@query\"", "?a")],
        "An empty path is /.",
    ),
    ("sig-base-query-empty", "GET /a? HTTP/1.1", &[("\"@query\"", "?")], "An empty query is as none."),
    (
        "sig-base-query-question",
        "GET /a??b?c HTTP/1.1",
        &[("\"@query\"", "??b?c")],
        "A question mark in the query.",
    ),
    (
        "sig-base-authority-absolute",
        "GET https://WWW.Example.com:443/ HTTP/1.1",
        &[("\"@authority\"", "www.example.com")],
        "Lower case, and no default port.",
    ),
    (
        "sig-base-authority-connect",
        "CONNECT Backend.example:443 HTTP/1.1",
        &[("\"@authority\"", "backend.example:443")],
        "The target of CONNECT keeps its port.",
    ),
    (
        "sig-base-params",
        "GET / HTTP/1.1\nX-A: 1",
        &[("\"x-a\"", "1")],
        "The parameters stand as they were received.",
    ),
];

//! `CONNECT`: the target is host and port, which the signature covers in place of path and query.

use serde_json::json;

use super::{
    super::Cases,
    cases::{Codes, Refused, both, by_code, reconfigured, refuse},
    signed::Signed,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    both(|request| {
        let mut vectors = by_code(requests(request)?, |code| match code {
            "httpsig.not_covered" => &["SIG8-3-1", "SIG-3-16"],
            "httpsig.component_forbidden" => &["SIG8-3-2"],
            "httpsig.audience_mismatch" => &["SIG8-3.2-1"],
            _ => &["SIG8-3-1", "SIG-3.1-3"],
        });
        vectors.extend(by_code(responses(request)?, |code| match code {
            "httpsig.not_covered" => &["SIG8-3-3", "SIG-3-16"],
            _ => &["SIG8-3-3", "SIG8-3-2"],
        }));
        Ok(vectors)
    })
}

/// A tunnel to a backend, through a proxy that both sides have a name for.
fn tunnel(request: &Signed) -> Signed {
    request
        .bodiless()
        .start("CONNECT backend.example.com:443 HTTP/1.1")
        .field("Host", "backend.example.com:443")
        .covered(&["\"@method\"", "\"@authority\"", "\"workload-identity-token\""])
        .string("wimse-aud", "urn:example:proxy")
}

fn accepted(
    id: &str,
    signed: &Signed,
    rules: &[&str],
    comment: &str,
) -> Result<Vector, Box<dyn std::error::Error>> {
    let vector = signed.accepted(id, rules, comment)?;
    let is_response = signed.request.is_some();
    Ok(if is_response { vector } else { vector.config("audience", json!({"values": ["urn:example:proxy"]})) })
}

fn requests(request: &Signed) -> Cases {
    let tunnel = tunnel(request);
    let rules = &["SIG8-3-1", "SIG8-3-2"];
    let twin = accepted("sig-connect", &tunnel, rules, "Method and authority are covered.")?;
    let upper = tunnel.start("CONNECT Backend.Example.com:443 HTTP/1.1");
    let other_port = tunnel.start("CONNECT backend.example.com:8443 HTTP/1.1");
    let token = tunnel.field("Txn-Token", "txn.token.value");
    let row = |id, codes: Codes, signed: Signed, differs, comment| (id, codes, signed, differs, comment);
    let rows: [Refused; 9] = [
        row(
            "sig-connect-no-authority",
            NOT_COVERED,
            tunnel.uncovered("\"@authority\""),
            "the authority is not covered",
            "A signature for any backend.",
        ),
        row(
            "sig-connect-no-method",
            NOT_COVERED,
            tunnel.uncovered("\"@method\""),
            "the method is not covered",
            "A signature for any method.",
        ),
        row(
            "sig-connect-host-field",
            NOT_COVERED,
            tunnel.replaced("\"@authority\"", "\"host\"", None),
            "Host in place of the authority",
            "The field is not the target.",
        ),
        row(
            "sig-connect-path",
            FORBIDDEN,
            tunnel.covering_as("\"@path\"", "/"),
            "the path is covered",
            "CONNECT has no path.",
        ),
        row(
            "sig-connect-path-empty",
            FORBIDDEN,
            tunnel.covering_as("\"@path\"", ""),
            "an empty path is covered",
            "CONNECT has no path.",
        ),
        row(
            "sig-connect-query",
            FORBIDDEN,
            tunnel.covering_as("\"@query\"", "?"),
            "the query is covered",
            "CONNECT has no query.",
        ),
        row(
            "sig-connect-as-others",
            &["httpsig.component_forbidden", "httpsig.not_covered", "httpsig.target_no_path"],
            tunnel
                .uncovered("\"@authority\"")
                .covering_as("\"@path\"", "backend.example.com:443")
                .covering_as("\"@query\"", "?"),
            "path and query in place of the authority",
            "The rule for other methods.",
        ),
        row(
            "sig-connect-token-not-covered",
            NOT_COVERED,
            token.clone(),
            "a Txn-Token that is not covered",
            "The rules for fields are the same.",
        ),
        row(
            "sig-connect-other-backend",
            &["httpsig.signature"],
            tunnel.then(|message| message.start = "CONNECT admin.example.com:443 HTTP/1.1".to_owned()),
            "another backend",
            "Somebody on the way changes the target.",
        ),
    ];
    let mut vectors = vec![
        twin.clone(),
        accepted("sig-connect-upper-case", &upper, rules, "A host has no case: it is signed in lower case.")?,
        accepted("sig-connect-other-port", &other_port, rules, "Another port.")?,
        accepted(
            "sig-connect-token",
            &token.covering("\"txn-token\""),
            &["SIG8-3-1", "SIG-3-7"],
            "Fields are covered as in other requests.",
        )?,
    ];
    vectors.extend(refuse(&twin, rows)?);
    let uri = tunnel.string("wimse-aud", "https://backend.example.com/");
    let value = uri.accepted("sig-connect-uri", &["SIG8-3.2-1"], "A URI that both sides agreed on.")?;
    let listed = ["https://backend.example.com/", "https://backend.example.com/admin"];
    let value = value.config("audience", json!({"values": listed}));
    vectors.push(value.clone());
    let row: Refused = (
        "sig-connect-uri-path",
        &["httpsig.audience_mismatch"],
        tunnel.string("wimse-aud", "https://backend.example.com/admin"),
        "a URI with a path",
        "A listed URI is for requests to its path, and CONNECT has none.",
    );
    vectors.extend(refuse(&value, [row])?);
    vectors.push(reconfigured(
        &value,
        (
            "sig-connect-base",
            &["httpsig.audience_mismatch"],
            "a base in place of the URI",
            "CONNECT has no path: a base is not for it.",
        ),
        ("audience", json!({"bases": ["https://backend.example.com"]})),
    ));
    Ok(vectors)
}

fn responses(request: &Signed) -> Cases {
    let tunnel = tunnel(request);
    let response = tunnel.response().bodiless().covered(&[
        "\"@status\"",
        "\"workload-identity-token\"",
        "\"@method\";req",
        "\"@authority\";req",
    ]);
    let rules = &["SIG8-3-3"];
    let twin =
        accepted("sig-response-connect", &response, rules, "The authority of the request is covered.")?;
    let rows: [Refused; 4] = [
        (
            "sig-response-connect-no-authority",
            NOT_COVERED,
            response.uncovered("\"@authority\";req"),
            "the authority of the request is not covered",
            "An answer to a request for another backend.",
        ),
        (
            "sig-response-connect-plain-authority",
            &["httpsig.not_covered", "httpsig.component_wrong_message"],
            response.replaced("\"@authority\";req", "\"@authority\"", Some("backend.example.com:443")),
            "an authority of its own",
            "A response has no authority.",
        ),
        (
            "sig-response-connect-path",
            FORBIDDEN,
            response.covering_as("\"@path\";req", "/"),
            "the path of the request is covered",
            "CONNECT has no path.",
        ),
        (
            "sig-response-connect-query",
            FORBIDDEN,
            response.covering_as("\"@query\";req", "?"),
            "the query of the request is covered",
            "CONNECT has no query.",
        ),
    ];
    Ok([vec![twin.clone()], refuse(&twin, rows)?].concat())
}

const NOT_COVERED: &[&str] = &["httpsig.not_covered"];
/// By the rule, or because there is nothing to cover.
const FORBIDDEN: &[&str] = &["httpsig.component_forbidden", "httpsig.target_no_path"];

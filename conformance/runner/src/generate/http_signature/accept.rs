//! `Accept-Signature`: what a party wishes to be signed, which is never less than the profile.

use std::error::Error;

use serde_json::json;

use super::{
    super::Cases,
    making::headers,
    signed::{REQUEST_COMPONENTS, RESPONSE_COMPONENTS, TAG},
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let of_requests = [REQUEST_COMPONENTS, &["\"authorization\"", "\"txn-token\""]].concat();
    let least = ["\"@method\"", "\"@path\"", "\"@query\"", "\"workload-identity-token\""];
    let connect = ["\"@status\"", "\"content-type\"", "\"content-digest\"", "\"workload-identity-token\""];
    let connect = [&connect[..], &["\"@method\";req", "\"@authority\";req"]].concat();
    let tunnel = ["\"@method\"", "\"@authority\"", "\"workload-identity-token\""];
    let post = |id, rules, wanted: &str, components: &[&str], comment| {
        wish(id, rules, ("POST", "https://api.example.com/orders"), wanted, components, comment)
    };
    let server: &[&str] = &["SIG-3.5-9", "SIG-3.5-12", "SIG-3.5-13"];
    let client: &[&str] = &["SIG-3.5-9", "SIG-3.5-11", "SIG-3.5-13"];
    let with_date = [RESPONSE_COMPONENTS, &["\"date\""]].concat();
    let this = [&least[..], &["\"content-type\""]].concat();
    Ok(vec![
        post(
            "sig-accept-response",
            client,
            "response",
            RESPONSE_COMPONENTS,
            "A client asks for all of the profile.",
        )?,
        post(
            "sig-accept-requests",
            server,
            "requests",
            &of_requests,
            "A server asks for all of the profile.",
        )?,
        post(
            "sig-accept-this-request",
            server,
            "this_request",
            &least,
            "A server asks for what applies to a request.",
        )?,
        post(
            "sig-accept-this-request-type",
            server,
            "this_request",
            &this,
            "What the request has is asked for.",
        )?
        .input("headers", headers(&[("Content-Type", "application/json")])),
        post("sig-accept-more", client, "response", &with_date, "More may be asked for.")?
            .config("covering", json!(["date"])),
        post(
            "sig-accept-not-less",
            client,
            "response",
            RESPONSE_COMPONENTS,
            "What is asked for anyway is said once.",
        )?
        .config("covering", json!(["content-type"])),
        wish(
            "sig-accept-response-connect",
            &["SIG-3.5-11", "SIG8-3-3"],
            ("CONNECT", "backend.example.com:443"),
            "response",
            &connect,
            "A client asks for the authority of CONNECT.",
        )?,
        wish(
            "sig-accept-connect",
            &["SIG-3.5-12", "SIG8-3-1"],
            ("CONNECT", "backend.example.com:443"),
            "this_request",
            &tunnel,
            "A server asks for the authority of CONNECT.",
        )?,
    ])
}

fn wish(
    id: &str,
    requirements: &[&str],
    (method, uri): (&str, &str),
    wanted: &str,
    components: &[&str],
    comment: &str,
) -> Result<Vector, Box<dyn Error>> {
    let mut components: Vec<_> = components.to_vec();
    components.sort_unstable();
    let parameters = json!({"created": true, "expires": true, "tag": TAG});
    Ok(Vector::accepted(id, "profile.accept_signature", comment)
        .requires(requirements)
        .input("method", method)
        .input("uri", uri)
        .config("wanted", wanted)
        .output("accept_signature", json!({"components": components, "parameters": parameters})))
}

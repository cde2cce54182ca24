//! What a party asks for with `Accept-Signature`.

use http::Method;
use serde::Deserialize;
use serde_json::json;
use wimse::httpsig::AcceptSignatureOptions;

use super::{
    super::{InvalidCase, Outcome},
    client::application_request,
    signed::{Options, wanted},
};
use crate::Case;

/// Accepted with what is asked for: of the response to this request, or of requests like it.
pub(super) fn accept(case: &Case) -> Result<Outcome, InvalidCase> {
    let (input, config) = (case.input_fields(), case.config_fields());
    let mut request = application_request(input)?;
    let method: &Method = &request.method().clone();
    let options = match config.required("wanted")? {
        Wanted::Response => AcceptSignatureOptions::of_responses(method),
        Wanted::Requests => AcceptSignatureOptions::of_requests(method),
        Wanted::ThisRequest => AcceptSignatureOptions::of_this_request(method, request.headers()),
    };
    let value = options.also(Options::of(config)?.covering).to_value();
    let value = value.map_err(|error| config.invalid("covering", &error))?;
    let headers = request.headers_mut();
    headers.insert("accept-signature", value);
    Ok(Outcome::accept([("accept_signature", json!(wanted(headers)?))]))
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Wanted {
    Response,
    Requests,
    ThisRequest,
}

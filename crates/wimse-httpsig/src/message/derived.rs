//! Derived components (RFC 9421 2.2).

use super::error::ComponentError;
use super::{Component, Message, RequestMessage, query_param};

pub(crate) fn write_value(
    component: &Component<'_>,
    message: Message<'_>,
    out: &mut String,
) -> Result<(), ComponentError> {
    let name = &*component.name;
    if name == "@signature-params" {
        return Err(ComponentError::SignatureParams);
    }
    if !NAMES.contains(&name) {
        return Err(ComponentError::DerivedUnknown);
    }
    let of_field = component.sf || component.bs || component.tr || component.key.is_some();
    if of_field || (component.query_name.is_some() && name != "@query-param") {
        return Err(ComponentError::ParameterNotApplicable);
    }
    if let ("@status", Message::Response(response), false) = (name, message, component.req) {
        out.push_str(response.status().as_str());
        return Ok(());
    }
    let request = request_of(component, message)?;
    if name == "@status" {
        return Err(ComponentError::WrongMessage);
    }
    of_request(component, request, out)
}

const NAMES: [&str; 9] = [
    "@method",
    "@target-uri",
    "@authority",
    "@scheme",
    "@request-target",
    "@path",
    "@query",
    "@query-param",
    "@status",
];

/// How much of the message is searched for the value.
pub(crate) fn searched_bytes(component: &Component<'_>, message: Message<'_>) -> usize {
    if component.query_name.is_none() {
        return 0;
    }
    let request = request_of(component, message).ok();
    let query = request.and_then(|request| request.target().query(request.method()).ok().flatten());
    query.map_or(0, str::len)
}

/// The request from which a component of requests is taken.
fn request_of<'m>(
    component: &Component<'_>,
    message: Message<'m>,
) -> Result<&'m RequestMessage<'m>, ComponentError> {
    match (message, component.req) {
        (Message::Request(_), true) => Err(ComponentError::ReqOnRequest),
        (Message::Request(request), false) => Ok(request),
        (Message::Response(response), true) => response.request().ok_or(ComponentError::RequestUnknown),
        (Message::Response(_), false) => Err(ComponentError::WrongMessage),
    }
}

fn of_request(
    component: &Component<'_>,
    request: &RequestMessage<'_>,
    out: &mut String,
) -> Result<(), ComponentError> {
    let (method, target) = (request.method(), request.target());
    if method.is_empty() || !method.bytes().all(is_token_byte) {
        return Err(ComponentError::Method);
    }
    match &*component.name {
        "@method" => out.push_str(method),
        "@target-uri" => target.write_target_uri(method, out).map_err(ComponentError::Target)?,
        "@authority" => target.write_authority(method, out).map_err(ComponentError::Target)?,
        "@scheme" => out.push_str(target.normalized_scheme(method).map_err(ComponentError::Target)?),
        "@request-target" => out.push_str(target.request_target(method).map_err(ComponentError::Target)?),
        "@path" => out.push_str(target.path(method).map_err(ComponentError::Target)?),
        "@query" => {
            // Without a query it is "?" alone.
            out.push('?');
            out.push_str(target.query(method).map_err(ComponentError::Target)?.unwrap_or_default());
        }
        _ => {
            let name = component.query_name.as_deref().ok_or(ComponentError::ParameterMissing)?;
            let query = target.query(method).map_err(ComponentError::Target)?;
            query_param::write_value(query.unwrap_or_default(), name, out)?;
        }
    }
    Ok(())
}

/// RFC 9110 5.6.2.
pub(crate) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

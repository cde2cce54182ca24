//! What a signature covers, and has to.

use super::revision_08::{excluded_components, target_components};
use crate::HttpSignatureError;
use crate::digest::CONTENT_DIGEST;
use crate::message::{Component, ComponentError, CoveredComponent, Fields, ParameterValue, SignatureInput};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName};
use wimse_creds::WORKLOAD_IDENTITY_TOKEN;
use wimse_creds::explain::Excerpt;

/// The field name `Txn-Token`.
pub(crate) const TXN_TOKEN: HeaderName = HeaderName::from_static("txn-token");

/// The fields that the signature of a request covers where they are there, but for the WIT (SIG-3-4 to SIG-3-7).
static REQUEST_FIELDS: [HeaderName; 4] = [CONTENT_TYPE, CONTENT_DIGEST, AUTHORIZATION, TXN_TOKEN];
/// The fields that the signature of a response covers where they are there, but for the WIT (SIG-3-13, SIG-3-14).
static RESPONSE_FIELDS: [HeaderName; 2] = [CONTENT_TYPE, CONTENT_DIGEST];
/// README row 19: those that a message has at most once. The WIT comes last: a verifier looks at it where it is read,
/// whoever signs looks at it with the others.
static SINGLE_IN_REQUEST: [HeaderName; 4] = [CONTENT_TYPE, AUTHORIZATION, TXN_TOKEN, WORKLOAD_IDENTITY_TOKEN];
static SINGLE_IN_RESPONSE: [HeaderName; 2] = [CONTENT_TYPE, WORKLOAD_IDENTITY_TOKEN];
/// SIG-3-8, SIG-3-15: recipients validate it, so it is always there.
const WIT: &str = "workload-identity-token";

/// A component that must be covered: plain, or with `req` and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Required {
    pub(crate) name: &'static str,
    pub(crate) is_req: bool,
}

/// SIG-3-1 to SIG-3-8, in the order in which we write them. `has` tells which fields the request has.
pub(crate) fn of_request(method: &str, has: impl Fn(&HeaderName) -> bool) -> impl Iterator<Item = Required> {
    let always = target_components(method).iter().copied().chain([WIT]);
    let fields = REQUEST_FIELDS.iter().filter(move |name| has(name)).map(HeaderName::as_str);
    always.chain(fields).map(Required::plain)
}

/// SIG-3-9 to SIG-3-15, in the order in which we write them. `method` is that of the request; `has` tells which fields
/// the response has.
pub(crate) fn of_response(method: &str, has: impl Fn(&HeaderName) -> bool) -> impl Iterator<Item = Required> {
    let fields = RESPONSE_FIELDS.iter().filter(move |name| has(name)).map(HeaderName::as_str);
    let own = ["@status", WIT].into_iter().chain(fields).map(Required::plain);
    own.chain(target_components(method).iter().map(|name| Required { name, is_req: true }))
}

/// Whether this is covered anyway, in every message that has it.
pub(crate) fn may_be_required(component: CoveredComponent<'_>) -> bool {
    let fields = REQUEST_FIELDS.iter().chain(&RESPONSE_FIELDS).map(HeaderName::as_str).chain([WIT]);
    fields.map(Required::plain).any(|required| required.is(component))
}

/// SIG-3-16.
pub(crate) fn check_request(
    input: &SignatureInput,
    method: &str,
    headers: Fields<'_>,
) -> Result<(), HttpSignatureError> {
    nothing_excluded(input, method)?;
    everything_required(input, of_request(method, |name| headers.field(name).is_there()))
}

/// SIG-3-16.
pub(crate) fn check_response(
    input: &SignatureInput,
    method: &str,
    headers: Fields<'_>,
) -> Result<(), HttpSignatureError> {
    nothing_excluded(input, method)?;
    everything_required(input, of_response(method, |name| headers.field(name).is_there()))
}

/// README row 19, for those that a message has at most once; the WIT is looked at where it is read.
pub(crate) fn single_in_request(headers: Fields<'_>) -> Result<(), HttpSignatureError> {
    single(headers, &SINGLE_IN_REQUEST[..3])
}

/// README row 19.
pub(crate) fn single_in_response(headers: Fields<'_>) -> Result<(), HttpSignatureError> {
    single(headers, &SINGLE_IN_RESPONSE[..1])
}

/// A name that a request which is to be signed gives more than once, and must not.
pub(crate) fn repeated_in_request(headers: Fields<'_>) -> Option<&'static str> {
    repeated(headers, &SINGLE_IN_REQUEST)
}

/// A name that a response which is to be signed gives more than once, and must not.
pub(crate) fn repeated_in_response(headers: Fields<'_>) -> Option<&'static str> {
    repeated(headers, &SINGLE_IN_RESPONSE)
}

fn single(headers: Fields<'_>, names: &'static [HeaderName]) -> Result<(), HttpSignatureError> {
    match repeated(headers, names) {
        Some(name) => Err(HttpSignatureError::FieldRepeated(name)),
        None => Ok(()),
    }
}

fn repeated(headers: Fields<'_>, names: &'static [HeaderName]) -> Option<&'static str> {
    names.iter().find(|name| headers.field(name).lines().nth(1).is_some()).map(HeaderName::as_str)
}

/// SIG8-3-2, SIG8-3-3: in whatever form.
pub(crate) fn nothing_excluded(input: &SignatureInput, method: &str) -> Result<(), HttpSignatureError> {
    let excluded = excluded_components(method);
    if excluded.is_empty() {
        return Ok(());
    }
    match input.components().find(|component| excluded.contains(&&*component.name())) {
        Some(found) => Err(HttpSignatureError::ComponentForbidden(Excerpt::new(found.as_str()))),
        None => Ok(()),
    }
}

/// README row 22: a form with other parameters does not stand in for the plain one.
pub(crate) fn everything_required(
    input: &SignatureInput,
    mut required: impl Iterator<Item = Required>,
) -> Result<(), HttpSignatureError> {
    match required.find(|required| !input.components().any(|component| required.is(component))) {
        Some(missing) => Err(HttpSignatureError::NotCovered(missing.name)),
        None => Ok(()),
    }
}

impl Required {
    fn plain(name: &'static str) -> Self {
        Self { name, is_req: false }
    }

    pub(crate) fn is(self, component: CoveredComponent<'_>) -> bool {
        if self.is_req { component.is_req(self.name) } else { component.is_plain(self.name) }
    }

    pub(crate) fn parameters(self) -> impl Iterator<Item = (&'static str, ParameterValue<'static>)> {
        self.is_req.then_some(("req", ParameterValue::Boolean(true))).into_iter()
    }

    pub(crate) fn component(self) -> Result<Component<'static>, ComponentError> {
        let component = match self.name {
            "@method" => Component::METHOD,
            "@authority" => Component::AUTHORITY,
            "@path" => Component::PATH,
            "@query" => Component::QUERY,
            "@status" => Component::STATUS,
            field => Component::field(field)?,
        };
        Ok(if self.is_req { component.req() } else { component })
    }
}

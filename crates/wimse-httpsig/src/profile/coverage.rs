//! What a signature covers, and has to.

use super::Present;
use super::revision_08::{excluded_components, target_components};
use crate::HttpSignatureError;
use crate::message::{Component, ComponentError, CoveredComponent, ParameterValue, SignatureInput};
use http::header::HeaderName;
use wimse_creds::explain::Excerpt;

/// The field name `Txn-Token`.
pub(crate) const TXN_TOKEN: HeaderName = HeaderName::from_static("txn-token");

/// SIG-3-8, SIG-3-15: recipients validate it, so it is always there.
const WIT: &str = "workload-identity-token";

/// A component that must be covered: plain, or with `req` and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Required {
    pub(crate) name: &'static str,
    pub(crate) is_req: bool,
}

/// SIG-3-1 to SIG-3-8, in the order in which we write them.
pub(crate) fn of_request(method: &str, present: &Present) -> impl Iterator<Item = Required> + use<> {
    let always = target_components(method).iter().copied().chain([WIT]);
    always.chain(present.names()).map(Required::plain)
}

/// SIG-3-9 to SIG-3-15, in the order in which we write them. `method` is that of the request.
pub(crate) fn of_response(method: &str, present: &Present) -> impl Iterator<Item = Required> + use<> {
    let own = ["@status", WIT].into_iter().chain(present.names()).map(Required::plain);
    own.chain(target_components(method).iter().map(|name| Required { name, is_req: true }))
}

/// Whether this is covered anyway, in every message that has it.
pub(crate) fn may_be_required(component: CoveredComponent<'_>) -> bool {
    let fields = Present::all_of_request().names().chain(Present::all_of_response().names()).chain([WIT]);
    fields.map(Required::plain).any(|required| required.is(component))
}

/// SIG-3-16.
pub(crate) fn check_request(
    input: &SignatureInput,
    method: &str,
    present: &Present,
) -> Result<(), HttpSignatureError> {
    nothing_excluded(input, method)?;
    everything_required(input, of_request(method, present))
}

/// SIG-3-16.
pub(crate) fn check_response(
    input: &SignatureInput,
    method: &str,
    present: &Present,
) -> Result<(), HttpSignatureError> {
    nothing_excluded(input, method)?;
    everything_required(input, of_response(method, present))
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

/// Decision 22: a form with other parameters does not stand in for the plain one.
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

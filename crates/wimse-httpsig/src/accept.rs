//! Asking for signatures with `Accept-Signature`, never for less than the profile (SIG-3.5-13).

use crate::message::{AcceptSignature, Component, MakeError, SignatureInput};
use crate::message::{BaseError, Excerpt};
use crate::profile::coverage::{self, Required};
use crate::profile::{Present, TAG, WIMSE_AUD};
use http::{HeaderMap, HeaderValue, Method};
use wimse_creds::pop::Nonce;

/// What to ask for with `Accept-Signature`: everything that the profile demands, and what is added here.
///
/// It states a preference. Whether a signed response is required is said by `wimse-sign-response` only (SIG-3.5-10).
///
/// ```
/// use http::Method;
/// use wimse_httpsig::AcceptSignatureOptions;
/// use wimse_httpsig::message::Component;
///
/// let wanted = AcceptSignatureOptions::of_responses(&Method::GET)
///     .also([Component::field("cache-control")?])
///     .to_value()?;
/// let wanted = wanted.to_str()?;
/// assert!(wanted.starts_with(r#"wimse=("@status" "workload-identity-token" "content-type" "content-digest""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct AcceptSignatureOptions {
    label: String,
    required: Vec<Required>,
    extra: Vec<Component<'static>>,
    nonce: Option<Nonce>,
    audience: Option<String>,
}

impl AcceptSignatureOptions {
    /// For a response: how the next requests of this method should be signed (SIG-3.5-12). Fields that are to be covered
    /// where they are there are all listed.
    #[must_use]
    pub fn of_requests(method: &Method) -> Self {
        Self::new(coverage::of_request(method.as_str(), &Present::all_of_request()))
    }

    /// For a response: how a request with these fields should have been signed, once it has a WIT.
    #[must_use]
    pub fn of_this_request(method: &Method, headers: &HeaderMap) -> Self {
        Self::new(coverage::of_request(method.as_str(), &Present::in_request(headers.into())))
    }

    /// For a request of this method: how its response should be signed (SIG-3.5-11). Fields that are to be covered
    /// where they are there are all listed.
    #[must_use]
    pub fn of_responses(method: &Method) -> Self {
        Self::new(coverage::of_response(method.as_str(), &Present::all_of_response()))
    }

    fn new(required: impl Iterator<Item = Required>) -> Self {
        let required = required.collect();
        Self { label: "wimse".to_owned(), required, extra: Vec::new(), nonce: None, audience: None }
    }

    /// Asks for these components too.
    #[must_use]
    pub fn also(mut self, components: impl IntoIterator<Item = Component<'static>>) -> Self {
        self.extra.extend(components);
        self
    }

    /// Asks for this label.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Asks for this nonce. Nothing here remembers which nonces were asked for.
    #[must_use]
    pub fn nonce(mut self, nonce: Nonce) -> Self {
        self.nonce = Some(nonce);
        self
    }

    /// Asks for this `wimse-aud`.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// The one member of the field.
    ///
    /// # Errors
    ///
    /// A [`MakeError`] for a label, a component or an audience that cannot be written.
    pub fn build(&self) -> Result<AcceptSignature, MakeError> {
        let mut builder = SignatureInput::builder(self.label.as_str());
        for required in &self.required {
            builder = builder.component(component(*required)?);
        }
        let extra = self.extra.iter().filter(|extra| !self.demands(extra));
        builder = builder.components(extra.cloned()).want_created().want_expires();
        if let Some(nonce) = &self.nonce {
            builder = builder.nonce(nonce.as_str());
        }
        builder = builder.tag(TAG);
        if let Some(audience) = &self.audience {
            builder = builder.parameter(WIMSE_AUD, audience.as_str());
        }
        AcceptSignature::new([builder.build()?])
    }

    /// The value of the field.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build).
    pub fn to_value(&self) -> Result<HeaderValue, MakeError> {
        self.build().map(|accept| accept.to_value())
    }

    fn demands(&self, component: &Component<'_>) -> bool {
        self.required.iter().any(|required| required.component().is_ok_and(|required| required == *component))
    }
}

fn component(required: Required) -> Result<Component<'static>, MakeError> {
    let unwritable = |reason| MakeError::Base(BaseError { component: Excerpt::new(required.name), reason });
    required.component().map_err(unwritable)
}

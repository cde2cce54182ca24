//! Making signature inputs and the fields that carry them.

use super::error::{FieldError, MakeError};
use super::writer::InputWriter;
use super::{Component, Excerpt, Fields, Limits, ParameterValue, SignatureInput, Signatures};
use http::header::{HeaderMap, HeaderName, HeaderValue};
use wimse_creds::UnixTime;

/// The field name `Signature-Input`.
pub const SIGNATURE_INPUT: HeaderName = HeaderName::from_static("signature-input");
/// The field name `Signature`.
pub const SIGNATURE: HeaderName = HeaderName::from_static("signature");
/// The field name `Accept-Signature`.
pub const ACCEPT_SIGNATURE: HeaderName = HeaderName::from_static("accept-signature");

/// Puts a [`SignatureInput`] together. Components and parameters are written in the order of the calls; what is wrong
/// with them is said by [`build`](Self::build).
#[derive(Debug, Clone)]
pub struct SignatureInputBuilder {
    label: String,
    components: Vec<(String, Vec<Parameter>)>,
    parameters: Vec<Parameter>,
}

type Parameter = (String, ParameterValue<'static>);

impl SignatureInputBuilder {
    pub(super) fn new(label: String) -> Self {
        Self { label, components: Vec::new(), parameters: Vec::new() }
    }

    /// The components and the label of a request for a signature, in the form in which they are asked for.
    pub(super) fn like(input: &SignatureInput) -> Self {
        let owned = |(key, value): (&str, ParameterValue<'_>)| (key.to_owned(), value.into_owned());
        let components = input.components().map(|component| {
            (component.name().into_owned(), component.parameters().iter().map(owned).collect())
        });
        let components = components.collect();
        Self { components, ..Self::new(input.label().to_owned()) }
    }

    /// Covers a component.
    #[must_use]
    pub fn component(mut self, component: Component<'_>) -> Self {
        let parameters = component.parameters().map(|(key, value)| (key.to_owned(), value.into_owned()));
        let parameters = parameters.collect();
        self.components.push((component.name.into_owned(), parameters));
        self
    }

    /// Covers components, in order.
    #[must_use]
    pub fn components<'c>(self, components: impl IntoIterator<Item = Component<'c>>) -> Self {
        components.into_iter().fold(self, Self::component)
    }

    /// `created`, in seconds since 1970.
    #[must_use]
    pub fn created(self, time: UnixTime) -> Self {
        self.parameter("created", time.as_secs())
    }

    /// `expires`, in seconds since 1970.
    #[must_use]
    pub fn expires(self, time: UnixTime) -> Self {
        self.parameter("expires", time.as_secs())
    }

    /// `nonce`.
    #[must_use]
    pub fn nonce(self, nonce: &str) -> Self {
        self.parameter("nonce", nonce)
    }

    /// `tag`.
    #[must_use]
    pub fn tag(self, tag: &str) -> Self {
        self.parameter("tag", tag)
    }

    /// `keyid`.
    #[must_use]
    pub fn key_id(self, key_id: &str) -> Self {
        self.parameter("keyid", key_id)
    }

    /// `alg`, a name of the registry "HTTP Signature Algorithms". Not for names of JOSE (RFC 9421 3.3.7).
    #[must_use]
    pub fn algorithm_name(self, name: &str) -> Self {
        self.parameter("alg", name)
    }

    /// In `Accept-Signature`: asks for a `created` (RFC 9421 5.1).
    #[must_use]
    pub fn want_created(self) -> Self {
        self.parameter("created", true)
    }

    /// In `Accept-Signature`: asks for an `expires` (RFC 9421 5.1).
    #[must_use]
    pub fn want_expires(self) -> Self {
        self.parameter("expires", true)
    }

    /// Any other parameter.
    #[must_use]
    pub fn parameter<'v>(mut self, key: &str, value: impl Into<ParameterValue<'v>>) -> Self {
        self.parameters.push((key.to_owned(), value.into().into_owned()));
        self
    }

    /// Puts it together, within the default limits.
    ///
    /// # Errors
    ///
    /// [`MakeError::Label`], [`MakeError::Component`], [`MakeError::Parameter`] or [`MakeError::Field`].
    pub fn build(self) -> Result<SignatureInput, MakeError> {
        let mut writer = InputWriter::to_send(&self.label)?;
        for (name, parameters) in &self.components {
            let parameters = parameters.iter().map(|(key, value)| (key.as_str(), value));
            writer.given(name, parameters)?;
        }
        writer.end_list();
        for (key, value) in &self.parameters {
            writer.given_parameter(key, value)?;
        }
        Ok(writer.finish())
    }
}

impl SignatureInput {
    /// The value of a `Signature-Input` or `Accept-Signature` line with this one member.
    #[must_use]
    pub fn to_value(&self) -> HeaderValue {
        header_value(self.text.as_str())
    }

    /// The value of a `Signature` line with this one member. Marked as sensitive, so that it is not logged.
    #[must_use]
    pub fn signature_value(&self, signature: &[u8]) -> HeaderValue {
        let mut text = String::with_capacity(self.label_end + 3 + signature.len().div_ceil(3) * 4);
        text.push_str(self.label());
        text.push('=');
        let _ = sfv::ItemSerializer::with_buffer(&mut text).bare_item(signature);
        let mut value = header_value(text);
        value.set_sensitive(true);
        value
    }

    /// Adds both fields to a message, beside signatures that are there already (RFC 9421 4.3).
    ///
    /// # Errors
    ///
    /// [`MakeError::LabelInUse`], or [`MakeError::Field`] if the fields that are there are malformed, or would be too
    /// many or too long for a recipient with the default limits. The message is unchanged then.
    pub fn attach(&self, headers: &mut HeaderMap, signature: &[u8]) -> Result<(), MakeError> {
        let present = match Signatures::parse(Fields::from(&*headers)) {
            Ok(present) => Some(present),
            Err(FieldError::Absent) => None,
            Err(error) => return Err(MakeError::Field(error)),
        };
        self.check_free(present.as_ref(), headers)?;
        for (name, value) in self.fields(headers, signature).map_err(MakeError::Field)? {
            headers.append(name, value);
        }
        Ok(())
    }

    /// Whether the label is free, and [`check_room`](Self::check_room).
    pub(crate) fn check_free(
        &self,
        present: Option<&Signatures>,
        headers: &HeaderMap,
    ) -> Result<(), MakeError> {
        if present.is_some_and(|present| present.labelled(self.label()).is_some()) {
            return Err(MakeError::LabelInUse(Excerpt::new(self.label())));
        }
        self.check_room(present, headers).map_err(MakeError::Field)
    }

    /// What our own verifier would refuse for its size is not sent.
    pub(crate) fn check_room(
        &self,
        present: Option<&Signatures>,
        headers: &HeaderMap,
    ) -> Result<(), FieldError> {
        let Limits { signatures, input_bytes, .. } = Limits::default();
        if present.is_some_and(|present| present.len() >= signatures) {
            return Err(FieldError::TooManySignatures { limit: signatures });
        }
        let lines = present.map_or(0, |_| Fields::from(headers).field(&SIGNATURE_INPUT).bytes());
        fits("Signature-Input", lines + self.text.len(), input_bytes)
    }

    /// Both fields, if that of the signature has room beside what is there of it.
    pub(crate) fn fields(
        &self,
        headers: &HeaderMap,
        signature: &[u8],
    ) -> Result<[(HeaderName, HeaderValue); 2], FieldError> {
        let value = self.signature_value(signature);
        let lines = Fields::from(headers).field(&SIGNATURE).bytes();
        fits("Signature", lines + value.len(), Limits::default().signature_bytes)?;
        Ok([(SIGNATURE_INPUT, self.to_value()), (SIGNATURE, value)])
    }
}

fn fits(field: &'static str, bytes: usize, limit: usize) -> Result<(), FieldError> {
    if bytes > limit { Err(FieldError::TooLarge { field, limit }) } else { Ok(()) }
}

/// What was serialised as a structured field is printable ASCII, which every field value may be.
pub(super) fn header_value(text: impl TryInto<HeaderValue>) -> HeaderValue {
    text.try_into().unwrap_or(HeaderValue::from_static(""))
}

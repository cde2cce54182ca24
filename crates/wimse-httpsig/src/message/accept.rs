//! `Accept-Signature` (RFC 9421 5).

use super::make::header_value;
use super::{ACCEPT_SIGNATURE, Excerpt, FieldError, Fields, Limits, MakeError, ReceivedSignature};
use super::{SignatureInput, SignatureInputBuilder, parse};
use http::header::HeaderValue;

/// The signatures that a message asks for: of the response, if it is a request, or of the next requests.
///
/// Each is a [`SignatureInput`] whose components are to be covered exactly, and whose parameters say what is wanted:
/// `created` and `expires` have no value then, the others are to be used as they are.
///
/// ```
/// use wimse_httpsig::message::{AcceptSignature, Component, SignatureInput};
///
/// let wanted = SignatureInput::builder("sig1")
///     .components([Component::STATUS, Component::PATH.req()])
///     .want_created()
///     .tag("example")
///     .build()?;
/// let value = AcceptSignature::new([wanted])?.to_value();
/// assert_eq!(value, r#"sig1=("@status" "@path";req);created;tag="example""#);
/// # Ok::<(), wimse_httpsig::message::MakeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptSignature(Vec<SignatureInput>);

impl AcceptSignature {
    /// Reads the field, with the default limits; `None` if it is not there.
    ///
    /// # Errors
    ///
    /// A [`FieldError`].
    pub fn parse<'f>(fields: impl Into<Fields<'f>>) -> Result<Option<Self>, FieldError> {
        Self::parse_within(fields, &Limits::default())
    }

    /// Reads the field.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn parse_within<'f>(
        fields: impl Into<Fields<'f>>,
        limits: &Limits,
    ) -> Result<Option<Self>, FieldError> {
        let fields = fields.into();
        let name = ACCEPT_SIGNATURE;
        let field = fields.field(&name);
        if !field.is_there() {
            return Ok(None);
        }
        let requests = parse::inputs(&field, "Accept-Signature", limits)?;
        Ok(Some(Self(requests.into_iter().map(ReceivedSignature::into_input).collect())))
    }

    /// Asks for signatures; their labels must differ.
    ///
    /// # Errors
    ///
    /// [`MakeError::LabelInUse`], or [`MakeError::Field`] for none at all, for more than eight, or more than 8 KiB.
    pub fn new(requests: impl IntoIterator<Item = SignatureInput>) -> Result<Self, MakeError> {
        let (requests, limits): (Vec<SignatureInput>, _) =
            (requests.into_iter().collect(), Limits::default());
        if requests.is_empty() {
            return Err(MakeError::Field(FieldError::Malformed("Accept-Signature")));
        }
        if requests.len() > limits.signatures {
            return Err(MakeError::Field(FieldError::TooManySignatures { limit: limits.signatures }));
        }
        for (place, request) in requests.iter().enumerate() {
            if requests[..place].iter().any(|earlier| earlier.label() == request.label()) {
                return Err(MakeError::LabelInUse(Excerpt::new(request.label())));
            }
        }
        let accept = Self(requests);
        if accept.to_text().len() > limits.input_bytes {
            let (field, limit) = ("Accept-Signature", limits.input_bytes);
            return Err(MakeError::Field(FieldError::TooLarge { field, limit }));
        }
        Ok(accept)
    }

    /// What is asked for, in order.
    #[must_use]
    pub fn requests(&self) -> impl ExactSizeIterator<Item = &SignatureInput> {
        self.0.iter()
    }

    /// The value of the field.
    #[must_use]
    pub fn to_value(&self) -> HeaderValue {
        header_value(self.to_text())
    }

    fn to_text(&self) -> String {
        let members: Vec<&str> = self.0.iter().map(|request| &*request.text).collect();
        members.join(", ")
    }
}

impl SignatureInput {
    /// In `Accept-Signature`: whether `created` or `expires` is asked for.
    #[must_use]
    pub fn wants(&self, key: &'static str) -> bool {
        self.boolean(key) == Ok(Some(true))
    }

    /// Starts the signature that this one of an `Accept-Signature` asks for: with its label and its components, in the
    /// form in which they stand there. Which parameters to grant is for the signer to decide; unknown components and
    /// those of another message are found by [`base`](Self::base).
    #[must_use]
    pub fn fulfil(&self) -> SignatureInputBuilder {
        SignatureInputBuilder::like(self)
    }
}

//! The signatures of a message: both fields together.

use super::error::{FieldError, SelectError};
use super::{Excerpt, Fields, Limits, ParameterValue, SIGNATURE, SIGNATURE_INPUT, SignatureInput, parse};
use std::fmt;

/// The signatures of one section of a message, `Signature-Input` and `Signature` paired by label (RFC 9421 4).
///
/// Reading them judges syntax and limits only. An unknown component or parameter in one of them is no concern of the
/// others.
///
/// ```
/// use http::HeaderMap;
/// use wimse_httpsig::message::Signatures;
///
/// let mut headers = HeaderMap::new();
/// headers.insert("signature-input", r#"a=("@method");tag="x", b=("@novel";p);tag="y""#.parse()?);
/// headers.insert("signature", "a=:AAAA:, b=:AAAA:".parse()?);
/// let signatures = Signatures::parse(&headers)?;
/// assert_eq!(signatures.tagged("x")?.input().as_str(), r#"("@method");tag="x""#);
/// assert_eq!(signatures.tagged("z").unwrap_err().code(), "httpsig.tag_not_found");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Signatures(Vec<ReceivedSignature>);

/// One signature as it was received. Nothing of it is verified.
#[derive(Clone)]
pub struct ReceivedSignature {
    input: SignatureInput,
    /// There, once both fields have been read.
    signature: Option<Vec<u8>>,
}

impl Signatures {
    /// Reads both fields, with the default limits.
    ///
    /// # Errors
    ///
    /// A [`FieldError`]; [`FieldError::Absent`] if the message is not signed.
    pub fn parse<'f>(fields: impl Into<Fields<'f>>) -> Result<Self, FieldError> {
        Self::parse_within(fields, &Limits::default())
    }

    /// Reads both fields.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn parse_within<'f>(fields: impl Into<Fields<'f>>, limits: &Limits) -> Result<Self, FieldError> {
        let fields = fields.into();
        let (input_name, value_name) = (SIGNATURE_INPUT, SIGNATURE);
        let (inputs, values) = (fields.field(&input_name), fields.field(&value_name));
        match (inputs.is_there(), values.is_there()) {
            (true, true) => {}
            (false, false) => return Err(FieldError::Absent),
            (false, true) => return Err(FieldError::InputMissing),
            (true, false) => return Err(FieldError::SignatureMissing),
        }
        let mut list = parse::inputs(&inputs, "Signature-Input", limits)?;
        parse::signatures(&values, limits, &mut |label, value| {
            let one = list.iter_mut().find(|one| one.input.label() == label);
            let one = one.ok_or_else(|| FieldError::LabelUnmatched(Excerpt::new(label)))?;
            if one.signature.replace(value).is_some() {
                return Err(FieldError::LabelRepeated(Excerpt::new(label)));
            }
            Ok(())
        })?;
        match list.iter().find(|one| one.signature.is_none()) {
            Some(one) => Err(FieldError::LabelUnmatched(Excerpt::new(one.input.label()))),
            None => Ok(Self(list)),
        }
    }

    /// All of them, in the order of `Signature-Input`.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &ReceivedSignature> {
        self.0.iter()
    }

    /// How many there are; at least one.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "there are no empty ones")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The one with a label. Prefer [`tagged`](Self::tagged): whoever adds a signature chooses its label.
    #[must_use]
    pub fn labelled(&self, label: &str) -> Option<&ReceivedSignature> {
        self.0.iter().find(|one| one.input.label() == label)
    }

    /// The one signature with this `tag` (RFC 9421 2.3, 7.2.7).
    ///
    /// # Errors
    ///
    /// A [`SelectError`].
    pub fn tagged(&self, tag: &str) -> Result<&ReceivedSignature, SelectError> {
        self.place(tag).map(|place| &self.0[place])
    }

    /// As [`tagged`](Self::tagged), and drops the others.
    ///
    /// # Errors
    ///
    /// As [`tagged`](Self::tagged).
    pub fn into_tagged(mut self, tag: &str) -> Result<ReceivedSignature, SelectError> {
        self.place(tag).map(|place| self.0.swap_remove(place))
    }

    fn place(&self, tag: &str) -> Result<usize, SelectError> {
        let mut found = None;
        for (place, one) in self.0.iter().enumerate() {
            match one.input.parameters().get("tag") {
                Some(ParameterValue::String(value)) if value == tag && found.replace(place).is_some() => {
                    return Err(SelectError::Ambiguous);
                }
                Some(ParameterValue::Token(value)) if value == tag => return Err(SelectError::TagType),
                _ => {}
            }
        }
        found.ok_or(SelectError::NotFound)
    }
}

impl ReceivedSignature {
    pub(super) fn unsigned(input: SignatureInput) -> Self {
        Self { input, signature: None }
    }

    pub(super) fn into_input(self) -> SignatureInput {
        self.input
    }

    /// Label, components and parameters: what the signer claims.
    #[must_use]
    pub fn input(&self) -> &SignatureInput {
        &self.input
    }

    /// The bytes of the signature.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        self.signature.as_deref().unwrap_or_default()
    }
}

/// Shows the input, not the signature.
impl fmt::Debug for ReceivedSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedSignature").field("input", &self.input).finish_non_exhaustive()
    }
}

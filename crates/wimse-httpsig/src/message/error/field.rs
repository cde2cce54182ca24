//! Errors of the three fields.

use super::super::Excerpt;

/// Why `Signature-Input`, `Signature` or `Accept-Signature` were refused. The variants are in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FieldError {
    /// The message has neither `Signature-Input` nor `Signature`: it is not signed.
    #[error("the message has no signature")]
    Absent,
    /// There is a `Signature` and no `Signature-Input`.
    #[error("there is no Signature-Input field")]
    InputMissing,
    /// There is a `Signature-Input` and no `Signature`.
    #[error("there is no Signature field")]
    SignatureMissing,
    /// The lines of a field together are longer than the limit, in bytes.
    #[error("the {field} field is longer than {limit} bytes")]
    TooLarge {
        /// The field.
        field: &'static str,
        /// The limit in bytes.
        limit: usize,
    },
    /// A line is empty, or not a Dictionary.
    #[error("the {0} field is not a structured Dictionary")]
    Malformed(&'static str),
    /// More signatures than the limit.
    #[error("there are more than {limit} signatures")]
    TooManySignatures {
        /// The limit.
        limit: usize,
    },
    /// A label is there twice in one field (RFC 9421 4.1, 4.2).
    #[error("the label {0} is there twice")]
    LabelRepeated(Excerpt),
    /// A member is not what its field holds: a list of Strings, or a Byte Sequence.
    #[error("the member {0} is of another type")]
    MemberType(Excerpt),
    /// More covered components than the limit.
    #[error("a signature has more than {limit} components")]
    TooManyComponents {
        /// The limit.
        limit: usize,
    },
    /// More parameters than the limit.
    #[error("a signature or component has more than {limit} parameters")]
    TooManyParameters {
        /// The limit.
        limit: usize,
    },
    /// A parameter is there twice.
    #[error("the parameter {0} is there twice")]
    ParameterRepeated(Excerpt),
    /// A component is listed twice (RFC 9421 2).
    #[error("the component {0} is listed twice")]
    ComponentRepeated(Excerpt),
    /// A label is in one of the two fields only (RFC 9421 4).
    #[error("the label {0} is in one of the fields Signature-Input and Signature only")]
    LabelUnmatched(Excerpt),
}

impl FieldError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Absent => "httpsig.absent",
            Self::InputMissing => "httpsig.input_missing",
            Self::SignatureMissing => "httpsig.signature_missing",
            Self::TooLarge { .. } => "httpsig.field_too_large",
            Self::Malformed(_) => "httpsig.field_malformed",
            Self::TooManySignatures { .. } => "httpsig.too_many_signatures",
            Self::LabelRepeated(_) => "httpsig.label_repeated",
            Self::MemberType(_) => "httpsig.member_type",
            Self::TooManyComponents { .. } => "httpsig.too_many_components",
            Self::TooManyParameters { .. } => "httpsig.too_many_parameters",
            Self::ParameterRepeated(_) => "httpsig.parameter_repeated",
            Self::ComponentRepeated(_) => "httpsig.component_repeated",
            Self::LabelUnmatched(_) => "httpsig.label_unmatched",
        }
    }
}

/// Why no signature was selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SelectError {
    /// A tag with the right letters is a Token, and must be a String (RFC 9421 2.3).
    #[error("the tag of a signature is not a string")]
    TagType,
    /// No signature has the tag.
    #[error("no signature has the tag")]
    NotFound,
    /// More than one signature has the tag.
    #[error("more than one signature has the tag")]
    Ambiguous,
}

impl SelectError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TagType => "httpsig.tag_malformed",
            Self::NotFound => "httpsig.tag_not_found",
            Self::Ambiguous => "httpsig.tag_ambiguous",
        }
    }
}

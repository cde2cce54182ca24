//! Errors of signatures: their parameters, verifying and making them.

use super::super::Excerpt;
use super::{BaseError, FieldError};
use wimse_creds::key::SigningError;

/// Why a parameter of a signature cannot be read, or is not acceptable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParameterError {
    /// The parameter has another structured type than it must have.
    #[error("the parameter {0:?} is of another type")]
    Type(&'static str),
    /// The time is before 1970 or after 9999.
    #[error("the parameter {0:?} is no time between 1970 and 9999")]
    Range(&'static str),
    /// `expires` is before `created`.
    #[error("the signature expires before it is created")]
    Order,
    /// `created` is in the future.
    #[error("the signature is created in the future")]
    NotYetValid,
    /// `expires` has passed.
    #[error("the signature has expired")]
    Expired,
}

impl ParameterError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Type("created") => "httpsig.created_malformed",
            Self::Type("expires") => "httpsig.expires_malformed",
            Self::Type("nonce") => "httpsig.nonce_malformed",
            Self::Type("tag") => "httpsig.tag_malformed",
            Self::Type("keyid") => "httpsig.keyid_malformed",
            Self::Type("alg") => "httpsig.alg_malformed",
            Self::Type(_) => "httpsig.parameter_malformed",
            Self::Range("created") => "httpsig.created_range",
            Self::Range(_) => "httpsig.expires_range",
            Self::Order => "httpsig.expires_before_created",
            Self::NotYetValid => "httpsig.not_yet_valid",
            Self::Expired => "httpsig.expired",
        }
    }
}

/// Why a signature was refused. The variants are in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The signature covers no component: it would be good for every message (RFC 9421 7.2.1).
    #[error("the signature covers nothing of the message")]
    NothingCovered,
    /// A parameter is malformed.
    #[error("a parameter of the signature is malformed")]
    Parameter(#[source] ParameterError),
    /// `alg` names another algorithm than that of the key (RFC 9421 3.2).
    #[error("the signature names another algorithm than that of the key")]
    AlgorithmMismatch,
    /// The signature is not as long as those of the key are.
    #[error("the signature has a wrong length")]
    SignatureLength,
    /// There is no signature base.
    #[error("a covered component has no value")]
    Base(#[source] BaseError),
    /// The signature is not by this key, or the message was changed.
    #[error("the signature is not valid")]
    Signature,
}

impl VerifyError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NothingCovered => "httpsig.nothing_covered",
            Self::Parameter(error) => error.code(),
            Self::AlgorithmMismatch => "httpsig.alg_mismatch",
            Self::SignatureLength => "httpsig.signature_length",
            Self::Base(error) => error.code(),
            Self::Signature => "httpsig.signature",
        }
    }
}

/// Why a signature, or a request for one, was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MakeError {
    /// The label is no key of a Dictionary: lower-case letters, digits, `_`, `-`, `.` and `*`.
    #[error("the label {0} is no key of a dictionary")]
    Label(Excerpt),
    /// The name of a component, or the value of one of its parameters, is not printable ASCII.
    #[error("the component {0} cannot be written")]
    Component(Excerpt),
    /// A parameter has no key of a Dictionary, or a value that cannot be of its type.
    #[error("the parameter {0} cannot be written")]
    Parameter(Excerpt),
    /// The own rules of the fields: limits, and nothing twice.
    #[error("the signature input would be refused")]
    Field(#[source] FieldError),
    /// A covered component has no value.
    #[error("a covered component has no value")]
    Base(#[source] BaseError),
    /// The crypto backend gave no signature.
    #[error("the crypto backend gave no signature")]
    Signing(#[source] SigningError),
    /// There is no component to sign.
    #[error("the signature would cover nothing")]
    NothingCovered,
    /// `alg` names another algorithm than that of the key.
    #[error("the parameters name another algorithm than that of the key")]
    AlgorithmMismatch,
    /// The label is in use in the message.
    #[error("the label {0} is in use")]
    LabelInUse(Excerpt),
}

impl MakeError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Label(_) => "httpsig.label",
            Self::Component(_) => "httpsig.component_name",
            Self::Parameter(_) => "httpsig.parameter",
            Self::Field(error) => error.code(),
            Self::Base(error) => error.code(),
            Self::Signing(error) => error.code(),
            Self::NothingCovered => "httpsig.nothing_covered",
            Self::AlgorithmMismatch => "httpsig.alg_mismatch",
            Self::LabelInUse(_) => "httpsig.label_in_use",
        }
    }
}

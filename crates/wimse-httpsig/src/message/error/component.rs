//! Errors of components and signature bases.

use super::super::{Excerpt, TargetError};

/// Why a component has no value in a message (RFC 9421 2.5). The variants are in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ComponentError {
    /// A parameter is not known.
    #[error("a parameter of the component is not known")]
    ParameterUnknown,
    /// A parameter has a value of another type than it must have.
    #[error("a parameter of the component is of another type")]
    ParameterType,
    /// `@signature-params` is never listed (RFC 9421 2.3).
    #[error("the parameters of the signature cannot be a component of it")]
    SignatureParams,
    /// A derived component is not known.
    #[error("the derived component is not known")]
    DerivedUnknown,
    /// The name is no field name in lower case.
    #[error("the name of the component is no field name in lower case")]
    Name,
    /// `@query-param` has no `name`.
    #[error("the component lacks a parameter")]
    ParameterMissing,
    /// A parameter does not apply to this component.
    #[error("a parameter does not apply to the component")]
    ParameterNotApplicable,
    /// `bs` with `sf` or `key` (RFC 9421 2.1).
    #[error("the parameters of the component exclude each other")]
    ParametersExclusive,
    /// `req` on a component of a request (RFC 9421 2.4).
    #[error("the parameter \"req\" is for responses only")]
    ReqOnRequest,
    /// `req`, and the request is not known.
    #[error("the request that the response answers is not known")]
    RequestUnknown,
    /// A component of requests on a response, or `@status` on a request.
    #[error("the component does not apply to such a message")]
    WrongMessage,
    /// The method is no token.
    #[error("the method is malformed")]
    Method,
    /// It cannot be derived from the target.
    #[error("the component cannot be derived from the target of the request")]
    Target(#[source] TargetError),
    /// `@query-param`, and the query is longer than the limit, in bytes.
    #[error("the query is longer than {limit} bytes")]
    QueryTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The query has no such parameter, or it has it more than once.
    #[error("the query has the parameter not exactly once")]
    QueryParameter,
    /// The query parameter is not percent-encoded UTF-8.
    #[error("the query parameter is not percent-encoded UTF-8")]
    QueryEncoding,
    /// The message has no such field in that section.
    #[error("the message has no such field")]
    FieldMissing,
    /// The value has control characters, or characters beyond ASCII (without `bs`).
    #[error("the value of the field cannot stand in a signature base")]
    FieldValue,
    /// `sf` or `key`, and the structured type of the field is not known, or not a Dictionary.
    #[error("the structured type of the field is not known, or has no members")]
    FieldType,
    /// `sf` or `key`, and the field is longer than the limit, in bytes.
    #[error("the structured field is longer than {limit} bytes")]
    FieldTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// `sf` or `key`, and the value is not of the type of the field, or empty.
    #[error("the value is not of the structured type of the field")]
    FieldStructure,
    /// `key`, and the Dictionary has no such member.
    #[error("the field has no such member")]
    MemberMissing,
}

impl ComponentError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::ParameterUnknown => "httpsig.component_parameter_unknown",
            Self::ParameterType => "httpsig.component_parameter_type",
            Self::SignatureParams => "httpsig.component_signature_params",
            Self::DerivedUnknown => "httpsig.component_unknown",
            Self::Name => "httpsig.component_name",
            Self::ParameterMissing => "httpsig.component_parameter_missing",
            Self::ParameterNotApplicable => "httpsig.component_parameter_not_applicable",
            Self::ParametersExclusive => "httpsig.component_parameters_exclusive",
            Self::ReqOnRequest => "httpsig.component_req_on_request",
            Self::RequestUnknown => "httpsig.component_request_unknown",
            Self::WrongMessage => "httpsig.component_wrong_message",
            Self::Method => "httpsig.method",
            Self::Target(error) => error.code(),
            Self::QueryTooLarge { .. } => "httpsig.query_too_large",
            Self::QueryParameter => "httpsig.query_parameter",
            Self::QueryEncoding => "httpsig.query_encoding",
            Self::FieldMissing => "httpsig.component_missing",
            Self::FieldValue => "httpsig.field_value",
            Self::FieldType => "httpsig.field_type",
            Self::FieldTooLarge { .. } => "httpsig.structured_field_too_large",
            Self::FieldStructure => "httpsig.field_structure",
            Self::MemberMissing => "httpsig.member_missing",
        }
    }
}

/// Why there is no signature base.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the component {component} has no value")]
#[non_exhaustive]
pub struct BaseError {
    /// The component.
    pub component: Excerpt,
    /// Why it has no value.
    #[source]
    pub reason: ComponentError,
}

impl BaseError {
    /// The stable code of this error: that of the reason.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.reason.code()
    }
}

//! The signature context (RFC 9421 1.1): the message that is signed, and what is known about it.

use super::{FieldTypes, Fields, TargetContext};
use http::{StatusCode, request, response};

/// A request as far as its signature can cover it. Borrows everything.
///
/// ```
/// use wimse_httpsig::message::{Component, RequestMessage, TargetContext};
///
/// let request = http::Request::get("https://api.example.com/orders?page=2").body(())?;
/// let message = RequestMessage::of(&request, TargetContext::of_uri(request.uri()));
/// assert_eq!(Component::QUERY.value(&message)?, "?page=2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct RequestMessage<'a> {
    method: &'a str,
    target: TargetContext<'a>,
    sections: Sections<'a>,
}

/// A response as far as its signature can cover it, with the request that it answers.
#[derive(Debug, Clone)]
pub struct ResponseMessage<'a> {
    status: StatusCode,
    sections: Sections<'a>,
    request: Option<&'a RequestMessage<'a>>,
}

/// The message that is signed.
#[derive(Debug, Clone, Copy)]
pub enum Message<'a> {
    /// A request.
    Request(&'a RequestMessage<'a>),
    /// A response.
    Response(&'a ResponseMessage<'a>),
}

/// What requests and responses have in common.
#[derive(Debug, Clone)]
pub(crate) struct Sections<'a> {
    pub(crate) headers: Fields<'a>,
    pub(crate) trailers: Fields<'a>,
    pub(crate) field_types: &'a FieldTypes,
}

impl<'a> Sections<'a> {
    fn new(headers: Fields<'a>) -> Self {
        Self { headers, trailers: Fields::none(), field_types: FieldTypes::known() }
    }
}

impl<'a> RequestMessage<'a> {
    /// From parts. The method is taken as it is: its case matters.
    #[must_use]
    pub fn new(method: &'a str, target: TargetContext<'a>, headers: impl Into<Fields<'a>>) -> Self {
        Self { method, target, sections: Sections::new(headers.into()) }
    }

    /// Of a request of the `http` crate.
    #[must_use]
    pub fn of<B>(request: &'a http::Request<B>, target: TargetContext<'a>) -> Self {
        Self::new(request.method().as_str(), target, request.headers())
    }

    /// Of the head of a request of the `http` crate.
    #[must_use]
    pub fn of_parts(parts: &'a request::Parts, target: TargetContext<'a>) -> Self {
        Self::new(parts.method.as_str(), target, &parts.headers)
    }

    /// With trailers, for components with `tr`.
    #[must_use]
    pub fn with_trailers(mut self, trailers: impl Into<Fields<'a>>) -> Self {
        self.sections.trailers = trailers.into();
        self
    }

    /// With other types of fields than the known ones, for components with `sf` and `key`.
    #[must_use]
    pub fn with_field_types(mut self, types: &'a FieldTypes) -> Self {
        self.sections.field_types = types;
        self
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &'a str {
        self.method
    }

    /// The target.
    #[must_use]
    pub fn target(&self) -> &TargetContext<'a> {
        &self.target
    }

    /// The header fields.
    #[must_use]
    pub fn headers(&self) -> Fields<'a> {
        self.sections.headers
    }

    pub(crate) fn sections(&self) -> &Sections<'a> {
        &self.sections
    }
}

impl<'a> ResponseMessage<'a> {
    /// From parts.
    #[must_use]
    pub fn new(status: StatusCode, headers: impl Into<Fields<'a>>) -> Self {
        Self { status, sections: Sections::new(headers.into()), request: None }
    }

    /// Of a response of the `http` crate.
    #[must_use]
    pub fn of<B>(response: &'a http::Response<B>) -> Self {
        Self::new(response.status(), response.headers())
    }

    /// Of the head of a response of the `http` crate.
    #[must_use]
    pub fn of_parts(parts: &'a response::Parts) -> Self {
        Self::new(parts.status, &parts.headers)
    }

    /// The request that the response answers, for components with `req` (RFC 9421 2.4).
    #[must_use]
    pub fn answering(mut self, request: &'a RequestMessage<'a>) -> Self {
        self.request = Some(request);
        self
    }

    /// With trailers, for components with `tr`.
    #[must_use]
    pub fn with_trailers(mut self, trailers: impl Into<Fields<'a>>) -> Self {
        self.sections.trailers = trailers.into();
        self
    }

    /// With other types of fields than the known ones, for components with `sf` and `key`.
    #[must_use]
    pub fn with_field_types(mut self, types: &'a FieldTypes) -> Self {
        self.sections.field_types = types;
        self
    }

    /// The status code.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The header fields.
    #[must_use]
    pub fn headers(&self) -> Fields<'a> {
        self.sections.headers
    }

    /// The request that the response answers, if it was given.
    #[must_use]
    pub fn request(&self) -> Option<&'a RequestMessage<'a>> {
        self.request
    }

    pub(crate) fn sections(&self) -> &Sections<'a> {
        &self.sections
    }
}

impl<'a> From<&'a RequestMessage<'a>> for Message<'a> {
    fn from(message: &'a RequestMessage<'a>) -> Self {
        Self::Request(message)
    }
}

impl<'a> From<&'a ResponseMessage<'a>> for Message<'a> {
    fn from(message: &'a ResponseMessage<'a>) -> Self {
        Self::Response(message)
    }
}

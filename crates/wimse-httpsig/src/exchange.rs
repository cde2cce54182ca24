//! What is kept of a request until its response.

use crate::message::{Fields, RequestMessage, TargetContext};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use std::fmt;

/// Method, target and fields of a request, for the components of its response that have `req`.
#[derive(Clone)]
pub(crate) struct Exchange {
    pub(crate) method: Method,
    pub(crate) target: TargetContext<'static>,
    pub(crate) fields: Vec<(HeaderName, HeaderValue)>,
}

impl Exchange {
    /// Of a request that is kept as it is.
    pub(crate) fn of_sent(method: &Method, target: &TargetContext<'_>, headers: &HeaderMap) -> Self {
        let fields = headers.iter().map(|(name, value)| (name.clone(), value.clone()));
        Self {
            method: method.clone(),
            target: target.borrowed().into_owned(),
            // As long as the map: how many lines there are, its iterator does not tell.
            fields: collect(headers.len(), fields),
        }
    }

    pub(crate) fn message(&self) -> RequestMessage<'_> {
        self.message_with(Fields::kept(&self.fields))
    }

    /// With other fields than are kept.
    pub(crate) fn message_with<'a>(&'a self, fields: Fields<'a>) -> RequestMessage<'a> {
        RequestMessage::new(self.method.as_str(), self.target.borrowed(), fields)
    }

    pub(crate) fn has(&self, field: &str) -> bool {
        Fields::kept(&self.fields).contains(field)
    }
}

/// Collects about so many.
fn collect<T>(number: usize, items: impl Iterator<Item = T>) -> Vec<T> {
    let mut all = Vec::with_capacity(number);
    all.extend(items);
    all
}

/// No field values: there are tokens among them.
impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("method", &self.method)
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

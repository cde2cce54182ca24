//! What is kept of a request until its response.

use crate::message::{Fields, RequestMessage, TargetContext};
use http::{HeaderMap, Method};
use std::fmt;

/// Method, target and fields of a request, for the components of its response that have `req`.
#[derive(Clone)]
pub(crate) struct Exchange {
    pub(crate) method: Method,
    pub(crate) target: TargetContext<'static>,
    pub(crate) headers: HeaderMap,
}

impl Exchange {
    pub(crate) fn message(&self) -> RequestMessage<'_> {
        self.message_with(&self.headers)
    }

    pub(crate) fn message_with<'a>(&'a self, headers: &'a HeaderMap) -> RequestMessage<'a> {
        RequestMessage::new(self.method.as_str(), self.target.clone(), headers)
    }

    pub(crate) fn has(&self, field: &str) -> bool {
        Fields::from(&self.headers).contains(field)
    }
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

//! No spans.

use crate::Decision;

#[derive(Clone)]
pub(crate) struct Trace;

impl Trace {
    pub(crate) fn of_request() -> Self {
        Self
    }

    pub(crate) fn of_response() -> Self {
        Self
    }

    #[allow(clippy::unused_self, reason = "as with the feature")]
    pub(crate) fn during<F: Future>(&self, work: F) -> F {
        work
    }

    #[allow(clippy::unused_self, reason = "as with the feature")]
    pub(crate) fn decided(&self, _: &Decision<'_>) {}
}

//! What can be seen of a store while it works: the span `wimse.admit` of `tracing`, and `metrics`.
//!
//! Both are features that are off by default. Names, fields and labels are in `docs/observability.md`, and stable; no key of a
//! proof, no address and no password is in them.

#[cfg(feature = "metrics")]
mod counted;
#[cfg(feature = "tracing")]
mod traced;

#[cfg(feature = "metrics")]
pub use counted::describe_metrics;

use crate::StoreError;
use wimse_creds::pop::ReplayError;

/// Watches one admission.
pub(crate) struct Admission {
    #[cfg(feature = "metrics")]
    begun: std::time::Instant,
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

impl Admission {
    pub(crate) fn begin() -> Self {
        Self {
            #[cfg(feature = "metrics")]
            begun: std::time::Instant::now(),
            #[cfg(feature = "tracing")]
            span: traced::span(),
        }
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn during<F: Future>(&self, work: F) -> tracing::instrument::Instrumented<F> {
        tracing::Instrument::instrument(work, self.span.clone())
    }

    #[cfg(not(feature = "tracing"))]
    #[allow(clippy::unused_self, reason = "as with the feature")]
    pub(crate) fn during<F: Future>(&self, work: F) -> F {
        work
    }

    /// It was answered, or not.
    pub(crate) fn end(&self, answer: Result<(), ReplayError>) {
        #[cfg(feature = "metrics")]
        counted::admitted(answer, self.begun.elapsed());
        #[cfg(feature = "tracing")]
        traced::admitted(&self.span, answer);
        let _ = (self, answer);
    }
}

/// The store cannot be relied on.
pub(crate) fn failed(error: &StoreError) {
    #[cfg(feature = "tracing")]
    traced::failed(error);
    let _ = error;
}

/// The question is asked once more, over a new connection.
pub(crate) fn asked_again() {
    #[cfg(feature = "metrics")]
    counted::asked_again();
    #[cfg(feature = "tracing")]
    traced::asked_again();
}

/// A connection was made, or could not be.
pub(crate) fn connected(outcome: Result<(), &StoreError>) {
    #[cfg(feature = "metrics")]
    counted::connected(outcome);
    #[cfg(feature = "tracing")]
    traced::connected(outcome);
    let _ = outcome;
}

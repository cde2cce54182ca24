//! What can be seen of trust and credentials while they change: the spans `wimse.refresh` and `wimse.renew` of `tracing`, and
//! `metrics`.
//!
//! Both are features that are off by default. Names, fields and labels are in `docs/observability.md`, and stable; no credential,
//! key or enrolment token is in them, nor the query of a URL.

#[cfg(feature = "metrics")]
mod counted;
#[cfg(feature = "tracing")]
mod traced;

#[cfg(feature = "metrics")]
pub use counted::describe_metrics;

use crate::{CredentialStatus, RenewalError, SourceError};
use wimse_creds::UnixTime;
use wimse_identifier::Origin;
use wimse_mtls::Refreshed;

/// Watches one attempt to refresh or renew.
pub(crate) struct Watch {
    #[cfg(feature = "metrics")]
    begun: std::time::Instant,
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

/// A source of anchors, as it is named where it is watched.
#[derive(Clone, Copy)]
#[cfg_attr(
    not(all(feature = "metrics", feature = "tracing")),
    allow(dead_code, reason = "each of them has its part")
)]
pub(crate) struct Watched<'a> {
    pub(crate) origin: &'a Origin,
    pub(crate) kind: &'static str,
    /// The URL or path.
    pub(crate) source: &'a str,
}

impl Watch {
    pub(crate) fn refresh(watched: Watched<'_>) -> Self {
        let _ = watched;
        Self {
            #[cfg(feature = "metrics")]
            begun: std::time::Instant::now(),
            #[cfg(feature = "tracing")]
            span: traced::refresh(watched),
        }
    }

    pub(crate) fn renew() -> Self {
        Self {
            #[cfg(feature = "metrics")]
            begun: std::time::Instant::now(),
            #[cfg(feature = "tracing")]
            span: traced::renew(),
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

    /// `until`: when the anchors of the domain become too old, if it has any.
    pub(crate) fn refreshed(
        &self,
        watched: Watched<'_>,
        outcome: Result<Refreshed, &SourceError>,
        until: Option<UnixTime>,
    ) {
        let outcome = outcome.map_err(SourceError::code);
        #[cfg(feature = "metrics")]
        counted::refreshed(watched, outcome, self.begun.elapsed(), until);
        #[cfg(feature = "tracing")]
        traced::ended(&self.span, outcome, "the anchors are as they were");
        let _ = (self, watched, outcome, until);
    }

    pub(crate) fn renewed(&self, outcome: Result<Refreshed, &RenewalError>, status: &CredentialStatus) {
        let outcome = outcome.map_err(RenewalError::code);
        #[cfg(feature = "metrics")]
        counted::renewed(outcome, self.begun.elapsed(), status);
        #[cfg(feature = "tracing")]
        traced::ended(&self.span, outcome, "the credentials are as they were");
        let _ = (self, outcome, status);
    }
}

/// The name of an outcome, and its code.
#[cfg(any(feature = "metrics", feature = "tracing"))]
fn named(outcome: Result<Refreshed, &'static str>) -> (&'static str, Option<&'static str>) {
    match outcome {
        Ok(Refreshed::Replaced) => ("replaced", None),
        Ok(Refreshed::Unchanged) => ("unchanged", None),
        Err(code) => ("failed", Some(code)),
    }
}

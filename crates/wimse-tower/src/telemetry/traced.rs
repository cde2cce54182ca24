//! Spans and events.

use crate::audit::{AuditError, Verdict};
use crate::server::claimed_subject;
use crate::{Bindings, Decision, Stage, Unjudged};
use tracing::field::{Empty, display};
use tracing::instrument::Instrumented;
use tracing::{Instrument as _, Span, debug, info, info_span, warn};

/// The span of a request or a response.
#[derive(Clone)]
pub(crate) struct Trace(Span);

impl Trace {
    pub(crate) fn of_request() -> Self {
        Self(info_span!(
            target: TARGET, "wimse.authenticate",
            stage = Empty,
            binding = Empty,
            decision = Empty,
            code = Empty,
            caller = Empty,
            claimed_subject = Empty,
        ))
    }

    pub(crate) fn of_response() -> Self {
        Self(info_span!(
            target: TARGET, "wimse.sign_response",
            stage = Empty,
            binding = Empty,
            decision = Empty,
            code = Empty
        ))
    }

    pub(crate) fn during<F: Future>(&self, work: F) -> Instrumented<F> {
        work.instrument(self.0.clone())
    }

    /// What the log says of a decision is its `Display`: escaped, cut, and without tokens.
    pub(crate) fn decided(&self, decision: &Decision<'_>) {
        let Self(span) = self;
        if !span.is_disabled() {
            span.record("stage", decision.stage.name());
            span.record("binding", display(decision.presented));
            if let Some(caller) = decision.caller {
                span.record("caller", caller.identifier().as_str());
            }
        }
        let verdict = if decision.verdict() == Verdict::Accepted { "accepted" } else { "refused" };
        span.record("decision", verdict);
        let Some(code) = decision.code() else {
            debug!(target: TARGET, parent: span, "{decision}");
            return;
        };
        span.record("code", code);
        if !span.is_disabled()
            && let Some(subject) = decision.claimed_subject()
        {
            span.record("claimed_subject", subject.as_str());
        }
        // That of who runs the service, and not of who calls it.
        if decision.status.is_some_and(|status| status.is_server_error()) {
            warn!(target: TARGET, parent: span, "{decision}");
        } else {
            info!(target: TARGET, parent: span, "{decision}");
        }
    }
}

/// With the span that a request has in the layer.
pub(super) fn unjudged(unjudged: &Unjudged<'_>, presented: Bindings) {
    let Trace(span) = &Trace::of_request();
    if !span.is_disabled() {
        span.record("stage", Stage::Arrival.name());
        span.record("binding", display(presented));
        span.record("decision", "refused");
        span.record("code", unjudged.code);
        if let Some(subject) = claimed_subject(unjudged.headers) {
            span.record("claimed_subject", subject.as_str());
        }
    }
    info!(target: TARGET, parent: span, "{unjudged}");
}

pub(super) fn recorded(outcome: Result<(), AuditError>) {
    if let Err(error) = outcome {
        warn!(target: TARGET, code = error.code(), "an audit event is not on record");
    }
}

#[cfg(feature = "serve")]
pub(super) fn connected(refused: Option<&'static str>) {
    if let Some(code) = refused {
        info!(target: TARGET, code, "a connection is refused");
    }
}

/// By which subscribers filter.
const TARGET: &str = "wimse_tower";

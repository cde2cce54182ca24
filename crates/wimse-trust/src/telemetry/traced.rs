//! Spans, and their events.

use super::{Watched, named};
use tracing::field::Empty;
use tracing::{Span, debug, info, info_span, warn};
use wimse_mtls::Refreshed;

pub(super) fn refresh(watched: Watched<'_>) -> Span {
    // A query may have what only its server is to know.
    let source = watched.source.split('?').next().unwrap_or_default();
    info_span!(target: TARGET, "wimse.refresh", trust_domain = watched.origin.as_str(), source, outcome = Empty, code = Empty,)
}

pub(super) fn renew() -> Span {
    info_span!(target: TARGET, "wimse.renew", outcome = Empty, code = Empty)
}

pub(super) fn ended(span: &Span, outcome: Result<Refreshed, &'static str>, failed: &'static str) {
    let (name, code) = named(outcome);
    span.record("outcome", name);
    match code {
        Some(code) => {
            span.record("code", code);
            warn!(target: TARGET, parent: span, code, "{failed}");
        }
        None if outcome == Ok(Refreshed::Replaced) => info!(target: TARGET, parent: span, "replaced"),
        None => debug!(target: TARGET, parent: span, "unchanged"),
    }
}

/// By which subscribers filter.
const TARGET: &str = "wimse_trust";

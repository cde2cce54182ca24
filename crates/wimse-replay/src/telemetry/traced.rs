//! The span, and its events.

use crate::StoreError;
use tracing::field::Empty;
use tracing::{Span, debug, info, info_span, warn};
use wimse_creds::pop::ReplayError;

pub(super) fn span() -> Span {
    info_span!(target: TARGET, "wimse.admit", outcome = Empty, code = Empty)
}

pub(super) fn admitted(span: &Span, answer: Result<(), ReplayError>) {
    span.record("outcome", if answer.is_ok() { "admitted" } else { "refused" });
    if let Err(error) = answer {
        span.record("code", error.code());
        debug!(target: TARGET, parent: span, code = error.code(), "not admitted");
    }
}

pub(super) fn failed(error: &StoreError) {
    warn!(target: TARGET, code = error.code(), "the replay store cannot be relied on");
}

pub(super) fn asked_again() {
    debug!(target: TARGET, "the connection broke: asked once more");
}

pub(super) fn connected(outcome: Result<(), &StoreError>) {
    match outcome {
        Ok(()) => info!(target: TARGET, "connected to the replay store"),
        Err(error) => warn!(target: TARGET, code = error.code(), "no connection to the replay store"),
    }
}

/// By which subscribers filter.
const TARGET: &str = "wimse_replay";

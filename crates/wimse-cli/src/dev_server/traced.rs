//! The span of a request to the identity server.

use super::http::Outcome;
use tracing::field::{Empty, display};
use tracing::{Span, info_span};

/// What was only read has no outcome.
pub(super) fn span() -> Span {
    info_span!(
        target: TARGET, "wimse.issue",
        outcome = Empty,
        what = Empty,
        subject = Empty,
        by = Empty,
        code = Empty,
    )
}

/// The names are those of this server, and no token is in it. The log has a line for it already: the end of the span is one here.
pub(super) fn outcome(span: &Span, outcome: Outcome<'_>) {
    match outcome {
        Ok(issued) => {
            span.record("outcome", "issued");
            span.record("what", issued.what);
            span.record("subject", display(&issued.identifier));
            span.record("by", issued.by);
        }
        Err(refused) => {
            span.record("outcome", "refused");
            span.record("code", refused.code());
        }
    }
}

/// By which `--trace` filters.
const TARGET: &str = "wimse_dev_server";

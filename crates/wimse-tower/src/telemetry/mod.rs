//! What can be seen of a service while it runs: spans of `tracing`, and `metrics`.
//!
//! Both are features that are off by default, so that who does not look pays nothing, and takes no crate along. With a feature on
//! and no subscriber or recorder installed, what is left is a look whether there is one. All names, fields and labels are in
//! `docs/observability.md`, and stable.
//!
//! | Feature | What it gives |
//! | --- | --- |
//! | `tracing` | the spans `wimse.authenticate` and `wimse.sign_response`, with an event for each decision |
//! | `metrics` | `wimse_decisions_total` and others; `describe_metrics` tells a recorder what they are |
//!
//! There is no token, proof, signature or key in any of them. Labels of metrics have a bounded number of values: names of stages,
//! codes, kinds of proof, and the trust domains that `Authenticator::label_trust_domains` names.

#[cfg(feature = "metrics")]
mod counted;
mod labels;
#[cfg(feature = "tracing")]
mod traced;
#[cfg(not(feature = "tracing"))]
mod untraced;
mod watch;

#[cfg(feature = "metrics")]
pub use counted::describe_metrics;

pub(crate) use labels::Labels;
#[cfg(feature = "tracing")]
pub(crate) use traced::Trace;
#[cfg(not(feature = "tracing"))]
pub(crate) use untraced::Trace;
pub(crate) use watch::Watch;

use crate::audit::AuditError;
use crate::{Bindings, Unjudged};

/// An event has gone on record, or not.
pub(crate) fn recorded(outcome: Result<(), AuditError>) {
    #[cfg(feature = "metrics")]
    counted::recorded(outcome);
    #[cfg(feature = "tracing")]
    traced::recorded(outcome);
    #[cfg(not(any(feature = "metrics", feature = "tracing")))]
    let _ = outcome;
}

/// A request has been refused before the layer.
pub(crate) fn unjudged(unjudged: &Unjudged<'_>, presented: Bindings, labels: &Labels) {
    #[cfg(feature = "metrics")]
    counted::unjudged(unjudged, presented, labels);
    #[cfg(feature = "tracing")]
    traced::unjudged(unjudged, presented);
    #[cfg(not(all(feature = "metrics", feature = "tracing")))]
    let _ = (unjudged, presented, labels);
}

/// A connection has been taken, or refused with this code.
#[cfg(feature = "serve")]
pub(crate) fn connected(refused: Option<&'static str>) {
    #[cfg(feature = "metrics")]
    counted::connected(refused);
    #[cfg(feature = "tracing")]
    traced::connected(refused);
    #[cfg(not(any(feature = "metrics", feature = "tracing")))]
    let _ = refused;
}

//! Counters and histograms.

use super::Labels;
use super::labels::UNKNOWN;
use crate::audit::{AuditError, Verdict};
use crate::{Bindings, Decision, Stage, Unjudged};
use metrics::{Unit, counter, describe_counter, describe_histogram, histogram};
use std::time::Duration;
use wimse_creds::pop::binding::Binding;

const DECISIONS: &str = "wimse_decisions_total";
const AUTHENTICATION: &str = "wimse_authentication_duration_seconds";
const STAGES: &str = "wimse_stage_duration_seconds";
const AUDIT: &str = "wimse_audit_events_total";
const FALLBACKS: &str = "wimse_replay_fallbacks_total";
#[cfg(feature = "serve")]
const CONNECTIONS: &str = "wimse_connections_total";

/// Tells the installed recorder what each metric of this crate is, with its unit. Call it once, after it has been installed.
pub fn describe_metrics() {
    describe_counter!(DECISIONS, Unit::Count, "Decisions about requests");
    describe_histogram!(AUTHENTICATION, Unit::Seconds, "From the head of a request to the decision about it");
    describe_histogram!(STAGES, Unit::Seconds, "Time in one stage of a request");
    describe_counter!(AUDIT, Unit::Count, "Audit events, on record or not");
    describe_counter!(FALLBACKS, Unit::Count, "Proofs admitted while the shared replay store was away");
    #[cfg(feature = "serve")]
    describe_counter!(CONNECTIONS, Unit::Count, "Connections of HttpServer, accepted or refused");
}

pub(super) fn decided(decision: &Decision<'_>, labels: &Labels, elapsed: Duration) {
    let (verdict, binding) = (name(decision.verdict()), presented(decision.presented));
    counter!(
        DECISIONS,
        "decision" => verdict,
        "stage" => decision.stage.name(),
        "code" => decision.code().unwrap_or(NONE),
        "binding" => binding,
        "trust_domain" => labels.trust_domain(decision),
        "claimed_trust_domain" => labels.claimed_trust_domain(decision),
    )
    .increment(1);
    // The response is no part of the time that the request was judged in.
    if decision.stage != Stage::Response {
        histogram!(AUTHENTICATION, "decision" => verdict, "binding" => binding).record(elapsed);
    }
}

/// How long it took to refuse it is not known.
pub(super) fn unjudged(unjudged: &Unjudged<'_>, bindings: Bindings, labels: &Labels) {
    counter!(
        DECISIONS,
        "decision" => name(Verdict::Refused),
        "stage" => Stage::Arrival.name(),
        "code" => unjudged.code,
        "binding" => presented(bindings),
        "trust_domain" => UNKNOWN,
        "claimed_trust_domain" => labels.claimed_in(unjudged.headers),
    )
    .increment(1);
}

pub(super) fn lap(stage: Stage, elapsed: Duration) {
    histogram!(STAGES, "stage" => stage.name()).record(elapsed);
}

pub(super) fn recorded(outcome: Result<(), AuditError>) {
    let code = outcome.map_or_else(AuditError::code, |()| NONE);
    counter!(AUDIT, "outcome" => if outcome.is_ok() { "recorded" } else { "failed" }, "code" => code)
        .increment(1);
}

pub(super) fn fallbacks(number: u64) {
    counter!(FALLBACKS).increment(number);
}

#[cfg(feature = "serve")]
pub(super) fn connected(refused: Option<&'static str>) {
    let outcome = if refused.is_none() { "accepted" } else { "refused" };
    counter!(CONNECTIONS, "outcome" => outcome, "code" => refused.unwrap_or(NONE)).increment(1);
}

fn name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "accepted",
        Verdict::Refused => "refused",
    }
}

/// All proofs that are there, as one value.
pub(super) fn presented(presented: Bindings) -> &'static str {
    let has = |binding| presented.contains(binding);
    match (has(Binding::WorkloadProofToken), has(Binding::HttpSignature), has(Binding::MutualTls)) {
        (false, false, false) => NONE,
        (true, false, false) => "wpt",
        (false, true, false) => "httpsig",
        (false, false, true) => "mtls",
        (true, true, false) => "wpt+httpsig",
        (true, false, true) => "wpt+mtls",
        (false, true, true) => "httpsig+mtls",
        (true, true, true) => "wpt+httpsig+mtls",
    }
}

const NONE: &str = "none";

//! Counters and a histogram.

use crate::StoreError;
use metrics::{Unit, counter, describe_counter, describe_histogram, histogram};
use std::time::Duration;
use wimse_creds::pop::ReplayError;

const ADMISSIONS: &str = "wimse_replay_admissions_total";
const ADMISSION: &str = "wimse_replay_admission_duration_seconds";
const ASKED_AGAIN: &str = "wimse_replay_asked_again_total";
const CONNECTIONS: &str = "wimse_replay_connections_total";

/// Tells the installed recorder what each metric of this crate is, with its unit. Call it once, after it has been installed.
pub fn describe_metrics() {
    describe_counter!(ADMISSIONS, Unit::Count, "Proofs that the replay store was asked about");
    describe_histogram!(ADMISSION, Unit::Seconds, "From the question to the answer of the replay store");
    describe_counter!(ASKED_AGAIN, Unit::Count, "Questions asked once more because their connection broke");
    describe_counter!(CONNECTIONS, Unit::Count, "Connections to the replay store, made or failed");
}

pub(super) fn admitted(answer: Result<(), ReplayError>, elapsed: Duration) {
    let (outcome, code) = match &answer {
        Ok(()) => ("admitted", NONE),
        Err(error) => ("refused", error.code()),
    };
    counter!(ADMISSIONS, "outcome" => outcome, "code" => code).increment(1);
    histogram!(ADMISSION, "outcome" => outcome).record(elapsed);
}

pub(super) fn asked_again() {
    counter!(ASKED_AGAIN).increment(1);
}

pub(super) fn connected(outcome: Result<(), &StoreError>) {
    let (outcome, code) = match outcome {
        Ok(()) => ("made", NONE),
        Err(error) => ("failed", error.code()),
    };
    counter!(CONNECTIONS, "outcome" => outcome, "code" => code).increment(1);
}

const NONE: &str = "none";

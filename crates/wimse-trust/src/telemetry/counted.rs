//! Counters, histograms, and the times at which something ends.

use super::{Watched, named};
use crate::CredentialStatus;
use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use std::time::Duration;
use wimse_creds::UnixTime;
use wimse_mtls::Refreshed;

const REFRESHES: &str = "wimse_trust_refreshes_total";
const REFRESH: &str = "wimse_trust_refresh_duration_seconds";
const TRUSTED_UNTIL: &str = "wimse_trust_valid_until_timestamp_seconds";
const RENEWALS: &str = "wimse_credential_renewals_total";
const RENEWAL: &str = "wimse_credential_renewal_duration_seconds";
const EXPIRY: &str = "wimse_credential_expiry_timestamp_seconds";

/// Tells the installed recorder what each metric of this crate is, with its unit. Call it once, after it has been installed.
pub fn describe_metrics() {
    describe_counter!(REFRESHES, Unit::Count, "Attempts to refresh a source of trust anchors");
    describe_histogram!(REFRESH, Unit::Seconds, "Time of an attempt to refresh a source");
    describe_gauge!(
        TRUSTED_UNTIL,
        Unit::Seconds,
        "When the anchors of a domain are too old, if none comes before"
    );
    describe_counter!(RENEWALS, Unit::Count, "Attempts to renew the own credentials");
    describe_histogram!(RENEWAL, Unit::Seconds, "Time of an attempt to renew");
    describe_gauge!(EXPIRY, Unit::Seconds, "When the own credential expires");
}

pub(super) fn refreshed(
    watched: Watched<'_>,
    outcome: Result<Refreshed, &'static str>,
    elapsed: Duration,
    until: Option<UnixTime>,
) {
    let (outcome, code) = named(outcome);
    let domain = watched.origin.as_str();
    counter!(
        REFRESHES,
        "trust_domain" => domain.to_owned(),
        "source" => watched.kind,
        "outcome" => outcome,
        "code" => code.unwrap_or(NONE),
    )
    .increment(1);
    histogram!(REFRESH, "source" => watched.kind, "outcome" => outcome).record(elapsed);
    if let Some(until) = until {
        gauge!(TRUSTED_UNTIL, "trust_domain" => domain.to_owned()).set(seconds(until));
    }
}

pub(super) fn renewed(
    outcome: Result<Refreshed, &'static str>,
    elapsed: Duration,
    status: &CredentialStatus,
) {
    let (outcome, code) = named(outcome);
    counter!(RENEWALS, "outcome" => outcome, "code" => code.unwrap_or(NONE)).increment(1);
    histogram!(RENEWAL, "outcome" => outcome).record(elapsed);
    for (credential, expiry) in [("wit", status.wit_expires), ("wic", status.wic_expires)] {
        if let Some(expiry) = expiry {
            gauge!(EXPIRY, "credential" => credential).set(seconds(expiry));
        }
    }
}

/// Exact until the year 285 million.
#[allow(clippy::cast_precision_loss, reason = "see above")]
fn seconds(time: UnixTime) -> f64 {
    time.as_secs() as f64
}

const NONE: &str = "none";

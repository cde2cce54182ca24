//! What goes into the certificate of a workload, by the options of who issues it.

use super::Role;
use crate::exit::Failure;
use crate::moment;
use std::time::Duration;
use wimse::creds::key::PublicKey;
use wimse::creds::wic::{CertificateRequest, WicIssueError, WicTemplate};
use wimse::creds::{UnixTime, Validity};
use wimse::identifier::WorkloadIdentifier;

/// The options of a command that issues to a workload.
#[derive(Debug, clap::Args)]
pub(crate) struct Contents {
    /// The Workload Identifier: a URI of scheme, trust domain and path
    #[arg(long, value_name = "ID")]
    id: String,
    /// Add a DNS name, for clients that connect by host name; may be repeated
    #[arg(long, value_name = "NAME")]
    dns: Vec<String>,
    /// Restrict it to one role in TLS: client or server [default: both]
    #[arg(long, value_enum, value_name = "ROLE", hide_possible_values = true)]
    only_for: Option<Role>,
    /// How long it is valid from now on
    #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = moment::parse_duration)]
    lifetime: Duration,
    /// How much earlier it begins, for peers whose clocks are behind
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = moment::parse_duration)]
    backdate: Duration,
}

impl Contents {
    pub(crate) fn identifier(&self) -> Result<WorkloadIdentifier, Failure> {
        self.id.parse().map_err(|error| {
            let failure = Failure::unusable("--id is not a Workload Identifier")(error);
            failure.next("\"wimse id check ID\" shows every rule")
        })
    }

    /// For a key that belongs to the workload.
    pub(crate) fn for_key(
        &self,
        identifier: WorkloadIdentifier,
        key: &PublicKey,
        now: UnixTime,
    ) -> Result<WicTemplate, WicIssueError> {
        self.complete(WicTemplate::new(identifier, key, self.validity(now)))
    }

    /// For a request, which has proven that the workload holds its key.
    pub(crate) fn for_request(
        &self,
        identifier: WorkloadIdentifier,
        request: &CertificateRequest,
        now: UnixTime,
    ) -> Result<WicTemplate, WicIssueError> {
        self.complete(WicTemplate::for_request(request, identifier, self.validity(now))?)
    }

    fn complete(&self, template: WicTemplate) -> Result<WicTemplate, WicIssueError> {
        let template = self.dns.iter().try_fold(template, |template, name| template.dns_name(name))?;
        Ok(match self.only_for {
            Some(role) => template.only_for(role.purpose()),
            None => template,
        })
    }

    fn validity(&self, now: UnixTime) -> Validity {
        validity(now, self.lifetime, self.backdate)
    }
}

/// Valid for so long from now on, and a little before.
pub(crate) fn validity(now: UnixTime, lifetime: Duration, backdate: Duration) -> Validity {
    let start = now.minus(backdate);
    // An absurd sum ends where time does; a lifetime of nothing stays one.
    let whole = if lifetime.is_zero() { lifetime } else { lifetime.saturating_add(start.until(now)) };
    Validity::starting(start, whole)
}

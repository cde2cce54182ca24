//! How the credentials are.

use std::time::Duration;
use wimse_creds::UnixTime;
use wimse_identifier::WorkloadIdentifier;

/// How the credentials of a source are, for health checks and metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialStatus {
    /// Who the workload is.
    pub identifier: Option<WorkloadIdentifier>,
    /// The first second in which the WIT is not valid any more.
    pub wit_expires: Option<UnixTime>,
    /// The first second in which the WIC is not valid any more.
    pub wic_expires: Option<UnixTime>,
    /// How long ago the last attempt that succeeded was.
    pub age: Option<Duration>,
    /// How many attempts in a row have failed.
    pub failures: u32,
    /// The code of the last failure, until the next success.
    pub last_error: Option<&'static str>,
}

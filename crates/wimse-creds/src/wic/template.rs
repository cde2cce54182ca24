//! What an issuer puts into a WIC.

use super::chain::Purpose;
use super::{CertificateRequest, WicIssueError};
use crate::key::PublicKey;
use crate::wit::Validity;
use std::time::Duration;
use wimse_identifier::{ExternalHandle, WorkloadIdentifier};

/// The contents of a WIC to be issued: one identifier, one key, one validity (workload-creds 4 and 6.1).
///
/// It is good for TLS clients and servers alike, unless [`only_for`](Self::only_for) says otherwise (MTLS-3.2-5, -6;
/// X509-SVID 4.4 asks for both).
///
/// ```
/// # use std::time::Duration;
/// # use wimse_creds::key::{Algorithm, SigningKey};
/// # use wimse_creds::wic::WicTemplate;
/// # use wimse_creds::{UnixTime, Validity};
/// let now = UnixTime::from_secs(1_745_508_910);
/// let key = SigningKey::generate(Algorithm::Es256)?;
/// // A little earlier than now, for workloads whose clocks are behind.
/// let validity = Validity::starting(now.minus(Duration::from_secs(30)), WicTemplate::DEFAULT_LIFETIME);
/// let template = WicTemplate::new("wimse://example.com/api".parse()?, key.public_key(), validity)
///     .dns_name("api.example.com")?;
/// # drop(template);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct WicTemplate {
    pub(super) identifier: WorkloadIdentifier,
    pub(super) key: PublicKey,
    pub(super) validity: Validity,
    pub(super) dns_names: Vec<ExternalHandle>,
    pub(super) purposes: Vec<Purpose>,
}

impl WicTemplate {
    /// An hour, like a WIT: short enough that nothing needs to be revoked (workload-creds 9.4.1).
    pub const DEFAULT_LIFETIME: Duration = Duration::from_secs(3600);

    /// Identifier, key and validity. The key should be new for each certificate (WIT-9.5-4).
    #[must_use]
    pub fn new(identifier: WorkloadIdentifier, key: &PublicKey, validity: Validity) -> Self {
        let purposes = vec![Purpose::ServerAuth, Purpose::ClientAuth];
        Self { identifier, key: key.clone(), validity, dns_names: Vec::new(), purposes }
    }

    /// For a request that has proven possession of its key. Who the requester is, the issuer knows from elsewhere: the
    /// identifier is the issuer's decision, and DNS names in the request are not taken over.
    ///
    /// # Errors
    ///
    /// [`WicIssueError::RequestIdentifier`] if the request asks for another identifier.
    pub fn for_request(
        request: &CertificateRequest,
        identifier: WorkloadIdentifier,
        validity: Validity,
    ) -> Result<Self, WicIssueError> {
        if request.claimed_identifier().is_some_and(|claimed| *claimed != identifier) {
            return Err(WicIssueError::RequestIdentifier);
        }
        Ok(Self::new(identifier, request.public_key(), validity))
    }

    /// Adds a DNS SAN, for clients that connect by host name (WIT-6.1-3, MTLS-3.2.1-1). No wildcards.
    ///
    /// # Errors
    ///
    /// [`WicIssueError::DnsName`].
    pub fn dns_name(mut self, name: &str) -> Result<Self, WicIssueError> {
        self.dns_names.push(ExternalHandle::dns_name(name).map_err(|_| WicIssueError::DnsName)?);
        Ok(self)
    }

    /// Restricts the extended key usage to one role.
    #[must_use]
    pub fn only_for(mut self, purpose: Purpose) -> Self {
        self.purposes = vec![purpose];
        self
    }
}

//! What a deployment accepts.

use super::{Verified, WorkloadIdentityCertificate};
use crate::limits;
use wimse_identifier::IdentifierPolicy;

/// The rules of a deployment for Workload Identity Certificates. The default is strict and needs no change to be safe.
#[derive(Debug, Clone)]
pub struct WicPolicy {
    pub(super) identifiers: IdentifierPolicy,
    pub(super) max_certificates: usize,
    pub(super) max_bytes: usize,
}

impl Default for WicPolicy {
    fn default() -> Self {
        Self {
            identifiers: IdentifierPolicy::default(),
            max_certificates: limits::CHAIN_CERTIFICATES,
            max_bytes: limits::CHAIN_BYTES,
        }
    }
}

impl WicPolicy {
    /// Sets which identifiers a URI SAN may be: the default is canonical `wimse` and `spiffe`.
    #[must_use]
    pub fn identifiers(mut self, identifiers: IdentifierPolicy) -> Self {
        self.identifiers = identifiers;
        self
    }

    /// Sets how many certificates may be presented, that of the workload among them. The default is 6.
    #[must_use]
    pub fn max_certificates(mut self, certificates: usize) -> Self {
        self.max_certificates = certificates;
        self
    }

    /// Sets how many bytes the certificates may have together. The default is 64 KiB.
    #[must_use]
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }
}

/// A list of certificates that are refused although they verify, such as those of workloads that were taken down.
///
/// It is asked on every verification, also for certificates in the cache, and must answer from memory. Nothing else
/// here revokes: the drafts rely on short lifetimes (workload-creds 9.4.1).
pub trait WicDenyList: Send + Sync {
    /// Whether the certificate is refused, by its identifier, serial number or key.
    fn is_denied(&self, certificate: &Verified<WorkloadIdentityCertificate>) -> bool;
}

//! Which peers may call.

use super::AuthenticatedPeer;
use wimse_identifier::{IdentifierSet, Origin, WorkloadIdentifier};

/// Authorisation of authenticated peers by their identifiers. The default permits nobody.
///
/// Being a member of a trust domain does not authenticate a peer as the one expected (workload-creds 9.2): permit the
/// workloads that are meant, and a whole origin only where any of its workloads is.
///
/// ```
/// use wimse_creds::pop::{AuthenticatedPeer, NotAuthorized, PeerPolicy};
///
/// let policy = PeerPolicy::exactly(["wimse://example.com/billing".parse()?]);
/// fn authorize(policy: &PeerPolicy, peer: &AuthenticatedPeer) -> Result<(), NotAuthorized> {
///     policy.authorize(peer)
/// }
/// # Ok::<(), wimse_identifier::IdentifierError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PeerPolicy(IdentifierSet);

impl PeerPolicy {
    /// Permits these workloads.
    pub fn exactly(identifiers: impl IntoIterator<Item = WorkloadIdentifier>) -> Self {
        Self(IdentifierSet::exactly(identifiers))
    }

    /// Permits every workload of these origins.
    pub fn member_of(origins: impl IntoIterator<Item = Origin>) -> Self {
        Self(IdentifierSet::members_of(origins))
    }

    /// Permits a peer, or not.
    ///
    /// # Errors
    ///
    /// [`NotAuthorized`], also when nothing is permitted at all.
    pub fn authorize(&self, peer: &AuthenticatedPeer) -> Result<(), NotAuthorized> {
        self.expects_identifier(peer.identifier())
    }

    /// Whether a workload of this name may be the peer.
    pub(super) fn expects_identifier(&self, identifier: &WorkloadIdentifier) -> Result<(), NotAuthorized> {
        if self.0.contains(identifier) { Ok(()) } else { Err(NotAuthorized) }
    }

    /// Whether the peer may be the one, of a certificate whose key it has not proven yet: for refusing a TLS handshake
    /// as early as it can be. [`authorize`](Self::authorize) is asked again, of the peer.
    ///
    /// # Errors
    ///
    /// [`NotAuthorized`], also when nothing is permitted at all.
    #[cfg(feature = "wic")]
    pub fn expects(
        &self,
        certificate: &crate::Verified<crate::wic::WorkloadIdentityCertificate>,
    ) -> Result<(), NotAuthorized> {
        self.expects_identifier(certificate.identifier())
    }
}

impl From<IdentifierSet> for PeerPolicy {
    fn from(identifiers: IdentifierSet) -> Self {
        Self(identifiers)
    }
}

/// The peer is authenticated and not permitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the peer is authenticated and not permitted")]
pub struct NotAuthorized;

impl NotAuthorized {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "authorization.not_permitted"
    }
}

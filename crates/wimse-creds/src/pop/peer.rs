//! Who is calling, for certain.

use super::binding::{Binding, Possession};
use super::replay::{ReplayError, ReplayGuard, ReplayKey};
use crate::{ClaimError, UnixTime, Verified, WorkloadIdentityToken};
use serde::de::DeserializeOwned;
use std::fmt;
use std::sync::Arc;
use wimse_identifier::WorkloadIdentifier;

/// A proof that has passed every check but replay.
///
/// With two proofs on one request, check both and then admit both, so that a failing one burns nothing.
#[must_use = "a proof that is not admitted authenticates nobody"]
pub struct CheckedProof {
    possession: Possession,
    replay_key: ReplayKey,
    valid_until: UnixTime,
}

impl CheckedProof {
    pub(super) fn new(possession: Possession, replay_key: ReplayKey, valid_until: UnixTime) -> Self {
        Self { possession, replay_key, valid_until }
    }

    /// Admits the proof, if it has not been seen before: one atomic check-and-insert.
    ///
    /// # Errors
    ///
    /// [`AdmitError::Expired`] if it, or its credential, has expired since it was checked, or [`AdmitError::Replay`]. Nothing is inserted
    /// then.
    pub fn admit(self, guard: &dyn ReplayGuard, now: UnixTime) -> Result<AuthenticatedPeer, AdmitError> {
        if now >= self.valid_until {
            return Err(AdmitError::Expired);
        }
        guard.admit(&self.replay_key, self.valid_until, now)?;
        Ok(AuthenticatedPeer(Arc::new(self.possession)))
    }

    /// The key under which the proof will be remembered.
    #[must_use]
    pub fn replay_key(&self) -> &ReplayKey {
        &self.replay_key
    }

    /// The first second in which the proof or its credential is not valid any more, leeway included.
    #[must_use]
    pub fn valid_until(&self) -> UnixTime {
        self.valid_until
    }
}

impl fmt::Debug for CheckedProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckedProof")
            .field("claimed_subject", self.possession.credential.subject())
            .field("valid_until", &self.valid_until)
            .finish_non_exhaustive()
    }
}

/// A workload that has proven who it is: vouched for by an issuer of its trust domain, holding the key, fresh.
///
/// Authorise on the whole [`identifier`](Self::identifier), for example with a
/// [`PeerPolicy`](super::PeerPolicy). Cheap to clone.
///
/// It cannot be made from anything but an admitted proof, and a WIT is not one:
///
/// ```compile_fail
/// use wimse_creds::pop::AuthenticatedPeer;
/// let forged = AuthenticatedPeer::default();
/// ```
///
/// ```compile_fail
/// use wimse_creds::pop::AuthenticatedPeer;
/// use wimse_creds::{Verified, WorkloadIdentityToken};
/// fn greet(peer: &AuthenticatedPeer) -> String { peer.identifier().to_string() }
/// fn handle(wit: &Verified<WorkloadIdentityToken>) -> String { greet(wit) }
/// ```
///
/// The twin that compiles:
///
/// ```
/// use wimse_creds::pop::{AdmitError, AuthenticatedPeer, CheckedProof, ReplayGuard};
/// use wimse_creds::UnixTime;
/// fn greet(peer: &AuthenticatedPeer) -> String { peer.identifier().to_string() }
/// fn handle(proof: CheckedProof, guard: &dyn ReplayGuard, now: UnixTime) -> Result<String, AdmitError> {
///     Ok(greet(&proof.admit(guard, now)?))
/// }
/// ```
#[derive(Clone)]
pub struct AuthenticatedPeer(Arc<Possession>);

impl AuthenticatedPeer {
    /// The identifier to authorise on, always as a whole (ID-4.3-3).
    #[must_use]
    pub fn identifier(&self) -> &WorkloadIdentifier {
        self.0.credential.subject()
    }

    /// How possession was proven.
    #[must_use]
    pub fn binding(&self) -> Binding {
        self.0.binding
    }

    /// When the credential expires.
    #[must_use]
    pub fn credential_expires(&self) -> UnixTime {
        self.0.credential.expires()
    }

    /// `iss` of the credential, for audit.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.0.credential.issuer()
    }

    /// `jti` of the credential, for audit.
    #[must_use]
    pub fn token_id(&self) -> Option<&str> {
        self.0.credential.token_id()
    }

    /// Another claim of the credential (WIT-7-2).
    ///
    /// # Errors
    ///
    /// [`ClaimError::Type`] if it is there and has another type.
    pub fn claim<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ClaimError> {
        self.0.credential.claim(name)
    }

    /// Whether the proof covers the context token in this header field, such as `txn-token`, or this component of a
    /// signed message, such as `content-type` or `@authority`.
    ///
    /// A context token that is not covered must not be used for authorisation (WPT-2-28).
    #[must_use]
    pub fn covers(&self, field: &str) -> bool {
        self.0.covered.includes(field)
    }

    /// The credential that was proven.
    #[must_use]
    pub fn credential(&self) -> &Verified<WorkloadIdentityToken> {
        &self.0.credential
    }
}

impl fmt::Debug for AuthenticatedPeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticatedPeer")
            .field("identifier", self.identifier())
            .field("binding", &self.binding())
            .finish_non_exhaustive()
    }
}

/// Why a checked proof was not admitted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AdmitError {
    /// It, or its credential, has expired since it was checked.
    #[error("the proof or its credential has expired since it was checked")]
    Expired,
    /// The replay guard refused it.
    #[error(transparent)]
    Replay(#[from] ReplayError),
}

impl AdmitError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Expired => "proof.expired",
            Self::Replay(error) => error.code(),
        }
    }
}

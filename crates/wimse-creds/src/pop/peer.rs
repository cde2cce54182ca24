//! Who is calling, for certain.

use super::binding::{Binding, Covered, Possession};
use super::replay::{Admissible, ReplayError, ReplayGuard, ReplayKey, ReplayStore};
#[cfg(feature = "wic")]
use crate::wic::WorkloadIdentityCertificate;
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
    admissible: Admissible,
}

impl CheckedProof {
    pub(super) fn new(possession: Possession, replay_key: ReplayKey, admissible: Admissible) -> Self {
        Self { possession, replay_key, admissible }
    }

    /// Admits the proof, if it has not been seen before: one atomic check-and-insert.
    ///
    /// # Errors
    ///
    /// [`AdmitError::Expired`] if it, or its credential, has expired since it was checked, or [`AdmitError::Replay`]. Nothing is inserted
    /// then.
    pub fn admit(self, guard: &dyn ReplayGuard, now: UnixTime) -> Result<AuthenticatedPeer, AdmitError> {
        self.check_expiry(now)?;
        guard.admit(&self.replay_key, self.admissible, now)?;
        Ok(self.into_peer())
    }

    /// As [`admit`](Self::admit), by a store that is asked over a network.
    ///
    /// It does not matter which runtime polls the future, but to the store. If it is dropped before its end, nobody is
    /// authenticated, though the proof may be used up.
    ///
    /// # Errors
    ///
    /// As [`admit`](Self::admit). If the store did not answer, the proof may be used up nevertheless.
    pub async fn admit_async(
        self,
        store: &dyn ReplayStore,
        now: UnixTime,
    ) -> Result<AuthenticatedPeer, AdmitError> {
        self.check_expiry(now)?;
        store.admit(&self.replay_key, self.admissible, now).await?;
        Ok(self.into_peer())
    }

    /// The key under which the proof will be remembered.
    #[must_use]
    pub fn replay_key(&self) -> &ReplayKey {
        &self.replay_key
    }

    /// When the proof can be admitted, leeway included, and as long as its credential is valid.
    #[must_use]
    pub fn admissible(&self) -> Admissible {
        self.admissible
    }

    /// The first second in which the proof or its credential is not valid any more, leeway included.
    #[must_use]
    pub fn valid_until(&self) -> UnixTime {
        self.admissible.until
    }

    fn check_expiry(&self, now: UnixTime) -> Result<(), AdmitError> {
        if now < self.valid_until() { Ok(()) } else { Err(AdmitError::Expired) }
    }

    fn into_peer(self) -> AuthenticatedPeer {
        AuthenticatedPeer(Arc::new(self.possession.into()))
    }
}

impl fmt::Debug for CheckedProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckedProof")
            .field("claimed_subject", self.possession.credential.subject())
            .field("valid_until", &self.valid_until())
            .finish_non_exhaustive()
    }
}

/// A workload that has proven who it is: vouched for by an issuer of its trust domain, holding the key, fresh.
///
/// Authorise on the whole [`identifier`](Self::identifier), for example with a
/// [`PeerPolicy`](super::PeerPolicy). Cheap to clone.
///
/// It cannot be made from anything but an admitted proof or a TLS handshake, and a WIT is neither:
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
pub struct AuthenticatedPeer(Arc<Proven>);

/// A credential and how possession of its key was proven.
struct Proven {
    credential: Credential,
    binding: Binding,
    covered: Covered,
}

enum Credential {
    Token(Verified<WorkloadIdentityToken>),
    #[cfg(feature = "wic")]
    Certificate(Verified<WorkloadIdentityCertificate>),
}

impl From<Possession> for Proven {
    fn from(possession: Possession) -> Self {
        let Possession { credential, binding, covered } = possession;
        Self { credential: Credential::Token(credential), binding, covered }
    }
}

impl AuthenticatedPeer {
    #[cfg(feature = "wic")]
    pub(super) fn of_certificate(certificate: Verified<WorkloadIdentityCertificate>) -> Self {
        Self(Arc::new(Proven {
            credential: Credential::Certificate(certificate),
            binding: Binding::MutualTls,
            covered: Covered::default(),
        }))
    }

    /// The identifier to authorise on, always as a whole (ID-4.3-3).
    #[must_use]
    pub fn identifier(&self) -> &WorkloadIdentifier {
        match &self.0.credential {
            Credential::Token(token) => token.subject(),
            #[cfg(feature = "wic")]
            Credential::Certificate(certificate) => certificate.identifier(),
        }
    }

    /// How possession was proven.
    #[must_use]
    pub fn binding(&self) -> Binding {
        self.0.binding
    }

    /// The first second in which the credential is not valid any more.
    #[must_use]
    pub fn credential_expires(&self) -> UnixTime {
        match &self.0.credential {
            Credential::Token(token) => token.expires(),
            #[cfg(feature = "wic")]
            Credential::Certificate(certificate) => certificate.expires(),
        }
    }

    /// `iss` of the token, for audit; a certificate has none.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.token().and_then(Verified::issuer)
    }

    /// `jti` of the token, for audit; a certificate has a serial number instead.
    #[must_use]
    pub fn token_id(&self) -> Option<&str> {
        self.token().and_then(Verified::token_id)
    }

    /// Another claim of the token (WIT-7-2); a certificate has none.
    ///
    /// # Errors
    ///
    /// [`ClaimError::Type`] if it is there and has another type.
    pub fn claim<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ClaimError> {
        self.token().map_or(Ok(None), |token| token.claim(name))
    }

    /// Whether the proof covers the context token in this header field, such as `txn-token`, or this component of a
    /// signed message, such as `content-type` or `@authority`.
    ///
    /// A context token that is not covered must not be used for authorisation (WPT-2-28).
    #[must_use]
    pub fn covers(&self, field: &str) -> bool {
        self.0.covered.includes(field)
    }

    /// The names of all that the proof [covers](Self::covers), in its order.
    pub fn covered(&self) -> impl Iterator<Item = &str> {
        self.0.covered.names()
    }

    /// The token, if that is what was proven.
    #[must_use]
    pub fn token(&self) -> Option<&Verified<WorkloadIdentityToken>> {
        match &self.0.credential {
            Credential::Token(token) => Some(token),
            #[cfg(feature = "wic")]
            Credential::Certificate(_) => None,
        }
    }

    /// The certificate, if that is what was proven.
    #[cfg(feature = "wic")]
    #[must_use]
    pub fn certificate(&self) -> Option<&Verified<WorkloadIdentityCertificate>> {
        match &self.0.credential {
            Credential::Token(_) => None,
            Credential::Certificate(certificate) => Some(certificate),
        }
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

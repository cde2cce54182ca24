//! What has been vouched for.

use crate::UnixTime;
use crate::key::PublicKey;
use std::fmt;
use std::sync::Arc;

/// A credential whose issuer's signature and rules have been checked against trust anchors.
///
/// It is vouched for and not yet a peer: anyone who has seen the credential can present it. Possession of its key is
/// proven through [`pop::binding`](crate::pop::binding), which gives an
/// [`AuthenticatedPeer`](crate::pop::AuthenticatedPeer).
///
/// Only verification makes one. It has no public constructor, no `Default`, no `From`, no `Deserialize`:
///
/// ```compile_fail
/// use wimse_creds::{Verified, WorkloadIdentityToken};
/// fn forge(token: WorkloadIdentityToken) -> Verified<WorkloadIdentityToken> {
///     Verified::new(token)
/// }
/// ```
///
/// ```compile_fail
/// use wimse_creds::{Verified, WorkloadIdentityToken};
/// fn forge(token: WorkloadIdentityToken) -> Verified<WorkloadIdentityToken> {
///     token.into()
/// }
/// ```
///
/// The twin that compiles:
///
/// ```
/// use wimse_creds::{UnixTime, Verified, WitError, WitVerifier, WorkloadIdentityToken};
///
/// fn vouched_for(
///     verifier: &WitVerifier,
///     wit: &str,
///     now: UnixTime,
/// ) -> Result<Verified<WorkloadIdentityToken>, WitError> {
///     verifier.verify(wit, now)
/// }
/// ```
pub struct Verified<T> {
    credential: Arc<T>,
    key: PublicKey,
    valid_until: UnixTime,
}

impl<T> Verified<T> {
    pub(crate) fn by_verification(credential: Arc<T>, key: PublicKey, valid_until: UnixTime) -> Self {
        Self { credential, key, valid_until }
    }

    /// The first second in which the credential is not accepted any more: its expiry and the leeway of the policy.
    pub(crate) fn valid_until(&self) -> UnixTime {
        self.valid_until
    }

    /// The public key that the credential binds to the workload: `cnf.jwk` of a WIT, the subject's key of a WIC.
    #[must_use]
    pub fn confirmation_key(&self) -> &PublicKey {
        &self.key
    }

    pub(crate) fn credential(&self) -> &T {
        &self.credential
    }
}

impl<T> Clone for Verified<T> {
    fn clone(&self) -> Self {
        Self {
            credential: Arc::clone(&self.credential),
            key: self.key.clone(),
            valid_until: self.valid_until,
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Verified<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Verified").field(&self.credential).finish()
    }
}

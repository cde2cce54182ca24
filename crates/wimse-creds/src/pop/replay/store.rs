//! The replay store that replicas share.

use super::{Admissible, ReplayError, ReplayKey};
use crate::UnixTime;
use std::pin::Pin;

/// Remembers proofs until they expire, for all replicas of a service: as a [`ReplayGuard`](super::ReplayGuard), with a
/// network in between. The crate `wimse-replay` has one on Redis.
///
/// ```
/// use wimse_creds::UnixTime;
/// use wimse_creds::pop::{AdmitError, AuthenticatedPeer, CheckedProof, ReplayStore};
///
/// /// Two proofs on one request: both have been checked, now both are admitted.
/// async fn peers(
///     (token, signature): (CheckedProof, CheckedProof),
///     store: &dyn ReplayStore,
///     now: UnixTime,
/// ) -> Result<(AuthenticatedPeer, AuthenticatedPeer), AdmitError> {
///     Ok((token.admit_async(store, now).await?, signature.admit_async(store, now).await?))
/// }
/// ```
///
/// A store of one's own:
///
/// ```
/// use wimse_creds::UnixTime;
/// use wimse_creds::pop::{Admissible, ReplayError, ReplayFuture, ReplayKey, ReplayStore};
///
/// struct Down;
///
/// impl ReplayStore for Down {
///     fn admit<'a>(&'a self, _: &'a ReplayKey, _: Admissible, _: UnixTime) -> ReplayFuture<'a> {
///         Box::pin(async { Err(ReplayError::Unavailable) })
///     }
/// }
/// ```
pub trait ReplayStore: Send + Sync {
    /// Remembers the key for as long as the proof can be admitted, unless it is there already: one atomic
    /// check-and-insert.
    ///
    /// The future ends within a bounded time: a store that does not answer is
    /// [`Unavailable`](ReplayError::Unavailable). If it is dropped before, the proof may be remembered or not.
    ///
    /// A store that has lost its memory refuses what could have been admitted before, by
    /// [`Admissible::from`], with [`Fenced`](ReplayError::Fenced).
    fn admit<'a>(&'a self, key: &'a ReplayKey, admissible: Admissible, now: UnixTime) -> ReplayFuture<'a>;
}

/// The answer of a [`ReplayStore`], to come. It needs no particular runtime by itself; its store may.
pub type ReplayFuture<'a> = Pin<Box<dyn Future<Output = Result<(), ReplayError>> + Send + 'a>>;

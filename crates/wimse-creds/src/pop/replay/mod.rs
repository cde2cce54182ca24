//! Replay protection: a proof is admitted once.

mod choice;
mod error;
mod fingerprint;
mod key;
mod memory;
mod shard;
mod store;

pub use choice::{OnError, Replay, SharedReplay};
pub use error::ReplayError;
pub use key::{Admissible, ReplayKey, ReplayScope};
pub use memory::MemoryReplayGuard;
pub use store::{ReplayFuture, ReplayStore};

use crate::UnixTime;

/// Remembers proofs until they expire, in this process. Replicas share a [`ReplayStore`].
///
/// It is asked only after every other check, so nobody can fill or poison it without a valid proof.
pub trait ReplayGuard: Send + Sync {
    /// Remembers the key for as long as the proof can be admitted, unless it is there already: one atomic
    /// check-and-insert.
    ///
    /// # Errors
    ///
    /// A [`ReplayError`]; the proof is refused then, whatever the reason.
    fn admit(&self, key: &ReplayKey, admissible: Admissible, now: UnixTime) -> Result<(), ReplayError>;
}

/// No replay protection: within its lifetime a captured request can be sent again. The name is there to be found.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoReplayGuard;

impl ReplayGuard for NoReplayGuard {
    fn admit(&self, _: &ReplayKey, _: Admissible, _: UnixTime) -> Result<(), ReplayError> {
        Ok(())
    }
}

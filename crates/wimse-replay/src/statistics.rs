//! What the store has answered.

use std::sync::atomic::{AtomicU64, Ordering};
use wimse_creds::pop::ReplayError;

/// What a store has answered since the start, for metrics. All of them only grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// Proofs that were new.
    pub admitted: u64,
    /// Proofs that had been used before.
    pub replayed: u64,
    /// Proofs that could have been used before the memory of the store began.
    pub fenced: u64,
    /// Proofs of senders that had used up their share.
    pub sender_share: u64,
    /// Proofs that live longer than the store remembers.
    pub window: u64,
    /// Proofs that came while the memory of the store was full.
    pub full: u64,
    /// Proofs that came while its clock and ours were apart.
    pub clock: u64,
    /// Proofs that the store gave no answer to.
    pub unavailable: u64,
    /// Questions that were asked once more because their connection broke.
    pub asked_again: u64,
    /// Connections that were made.
    pub connections: u64,
    /// Attempts to connect that failed.
    pub failed_connections: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    admitted: AtomicU64,
    replayed: AtomicU64,
    fenced: AtomicU64,
    sender_share: AtomicU64,
    window: AtomicU64,
    full: AtomicU64,
    clock: AtomicU64,
    unavailable: AtomicU64,
    pub(crate) asked_again: AtomicU64,
    pub(crate) connections: AtomicU64,
    pub(crate) failed_connections: AtomicU64,
}

impl Counters {
    pub(crate) fn count(&self, answer: Result<(), ReplayError>) {
        add_one(match answer {
            Ok(()) => &self.admitted,
            Err(ReplayError::Replayed) => &self.replayed,
            Err(ReplayError::Fenced) => &self.fenced,
            Err(ReplayError::SenderShare) => &self.sender_share,
            Err(ReplayError::Window) => &self.window,
            Err(ReplayError::Full) => &self.full,
            Err(ReplayError::Clock) => &self.clock,
            Err(_) => &self.unavailable,
        });
    }

    pub(crate) fn read(&self) -> Statistics {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Statistics {
            admitted: read(&self.admitted),
            replayed: read(&self.replayed),
            fenced: read(&self.fenced),
            sender_share: read(&self.sender_share),
            window: read(&self.window),
            full: read(&self.full),
            clock: read(&self.clock),
            unavailable: read(&self.unavailable),
            asked_again: read(&self.asked_again),
            connections: read(&self.connections),
            failed_connections: read(&self.failed_connections),
        }
    }
}

pub(crate) fn add_one(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

//! Proofs that are accepted while the shared replay store does not answer: somebody has to be told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use wimse::creds::pop::{Replay, SharedReplay};

/// How many of them the log has told.
pub(super) struct Fallbacks {
    shared: Option<Arc<SharedReplay>>,
    told: AtomicU64,
}

impl Fallbacks {
    pub(super) fn of(replay: &Replay) -> Self {
        let shared = if let Replay::Shared(shared) = replay { Some(Arc::clone(shared)) } else { None };
        Self { shared, told: AtomicU64::new(0) }
    }

    /// What is to be said of those since the last time.
    pub(super) fn line(&self) -> Option<String> {
        let all = self.shared.as_ref()?.fallbacks();
        let new = all.saturating_sub(self.told.fetch_max(all, Ordering::Relaxed));
        let proofs = if new == 1 { "proof" } else { "proofs" };
        (new > 0).then(|| {
            format!("the replay store does not answer: {new} {proofs} admitted by this process alone")
        })
    }
}

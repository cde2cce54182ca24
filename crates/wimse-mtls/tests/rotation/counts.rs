//! What has happened.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Shared by all threads.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) rotations: AtomicU64,
    pub(crate) calls: AtomicU64,
    /// Calls that should have been accepted, and refusals for another reason than the CA.
    pub(crate) failed: AtomicU64,
    pub(crate) retired_accepted: AtomicU64,
    pub(crate) retired_refused: AtomicU64,
    /// With a certificate of the old CA, judged when its anchor was gone.
    pub(crate) accepted_after_removal: AtomicU64,
    removal_has_begun: AtomicBool,
    removal_is_done: AtomicBool,
    stopped: AtomicBool,
}

pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::SeqCst);
}

pub(crate) fn get(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::SeqCst)
}

impl Counts {
    /// From here on the old CA may be refused.
    pub(crate) fn begin_removal(&self) {
        self.removal_has_begun.store(true, Ordering::SeqCst);
    }

    /// From here on it must be.
    pub(crate) fn end_removal(&self) {
        self.removal_is_done.store(true, Ordering::SeqCst);
    }

    pub(crate) fn old_ca_may_be_refused(&self) -> bool {
        self.removal_has_begun.load(Ordering::SeqCst)
    }

    pub(crate) fn old_ca_must_be_refused(&self) -> bool {
        self.removal_is_done.load(Ordering::SeqCst)
    }

    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "rotations: {}", get(&self.rotations))?;
        writeln!(f, "calls: {} accepted, {} failed", get(&self.calls), get(&self.failed))?;
        let (accepted, refused) = (get(&self.retired_accepted), get(&self.retired_refused));
        let wrongly = get(&self.accepted_after_removal);
        write!(
            f,
            "with the old CA: {accepted} accepted, {refused} refused, {wrongly} accepted after its removal"
        )
    }
}

//! The log of the services: in this process, never sent to a peer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What one service decided about one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The caller is authenticated and permitted.
    Accepted {
        /// Its identifier.
        caller: String,
        /// What it was authenticated by.
        by: Proof,
        /// Whether that covers a `Txn-Token`.
        txn_token: bool,
    },
    /// The request was refused, for the reason with this code.
    Refused(&'static str),
}

/// How a caller proved possession of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// By a Workload Proof Token.
    Wpt,
    /// By a signature.
    Signature,
    /// By both on one request.
    Both,
}

/// Shared by all services of the demo.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<Verdict>>>);

impl Log {
    pub(crate) fn write(&self, verdict: Verdict) {
        self.entries().push(verdict);
    }

    /// Takes out what was written since the last time.
    pub(crate) fn take(&self) -> Vec<Verdict> {
        std::mem::take(&mut *self.entries())
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Verdict>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

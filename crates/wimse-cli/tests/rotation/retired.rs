//! Credentials that outlive the key that vouches for them, as after a theft of the key.

use crate::calls::Outcome;
use std::fmt;
use std::time::{Duration, Instant};

/// One of them, and what came of it.
pub(crate) struct Stolen<C> {
    /// The key or CA.
    pub(crate) generation: String,
    pub(crate) credential: C,
    removed: Option<Removed>,
    pub(crate) accepted: u64,
    pub(crate) refused: u64,
    /// After the removal.
    last_acceptance: Option<Duration>,
}

struct Removed {
    at: Instant,
    /// What the service had counted by then.
    refreshes: u64,
}

impl<C> Stolen<C> {
    pub(crate) fn new(generation: String, credential: C) -> Self {
        Self { generation, credential, removed: None, accepted: 0, refused: 0, last_acceptance: None }
    }

    pub(crate) fn is_removed(&self) -> bool {
        self.removed.is_some()
    }

    /// It is no longer published, and was not before these refreshes of the service were counted.
    pub(crate) fn remove(&mut self, refreshes: u64) {
        self.removed.get_or_insert_with(|| Removed { at: Instant::now(), refreshes });
    }

    /// Whether the service knows of the removal: the refresh after the next one began after it, and has ended.
    fn is_known(&self, refreshes: u64) -> bool {
        self.removed.as_ref().is_some_and(|removed| refreshes >= removed.refreshes + 2)
    }

    /// Judges a call that was begun after these refreshes were counted. `published` is asked where the removal may have come
    /// in between.
    pub(crate) fn judge(
        &mut self,
        refreshes: u64,
        begun: Instant,
        outcome: &Outcome,
        published: bool,
    ) -> Result<(), String> {
        let name = &self.generation;
        match (outcome, &self.removed) {
            (Ok(200), _) if self.is_known(refreshes) => {
                Err(format!("{name}: accepted after the service has refreshed"))
            }
            (Ok(200), removed) => {
                self.accepted += 1;
                self.last_acceptance =
                    removed.as_ref().map(|removed| begun.saturating_duration_since(removed.at));
                Ok(())
            }
            (_, removed) if removed.is_some() || !published => {
                self.refused += 1;
                Ok(())
            }
            (other, _) => Err(format!("{name}: refused while it is published: {other:?}")),
        }
    }

    /// Enough has been seen of it: it was accepted, removed, and refused after that.
    pub(crate) fn is_done(&self, refreshes: u64) -> bool {
        self.accepted > 0 && self.refused > 0 && self.is_known(refreshes)
    }
}

/// What came of all of them.
pub(crate) struct Summary {
    pub(crate) removed: usize,
    pub(crate) refused: u64,
    pub(crate) last_acceptance: Duration,
}

impl Summary {
    pub(crate) fn of<C>(stolen: &[Stolen<C>]) -> Self {
        Self {
            removed: stolen.iter().filter(|one| one.is_removed()).count(),
            refused: stolen.iter().map(|one| one.refused).sum(),
            last_acceptance: stolen.iter().filter_map(|one| one.last_acceptance).max().unwrap_or_default(),
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { removed, refused, last_acceptance } = self;
        write!(
            f,
            "{refused} refused by {removed} removed generations, the last acceptance {last_acceptance:?} after a removal"
        )
    }
}

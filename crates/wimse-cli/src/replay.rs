//! What was used before, within one run of a command.

use std::collections::HashSet;
use std::sync::Mutex;
use wimse::creds::UnixTime;
use wimse::creds::key::Thumbprint;
use wimse::creds::pop::{Admissible, ReplayError, ReplayGuard, ReplayKey};

/// Remembers everything: a run sees few messages, and all at one time.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<HashSet<Mark>>);

/// Kind of proof, key within which the id is unique, and id.
type Mark = (&'static str, Option<Thumbprint>, String);

impl Memory {
    /// Tells what was used before, and remembers nothing more: for a message that may yet be refused.
    pub(crate) fn looking(&self) -> impl ReplayGuard {
        Looking(self)
    }
}

impl ReplayGuard for Memory {
    fn admit(&self, key: &ReplayKey, _: Admissible, _: UnixTime) -> Result<(), ReplayError> {
        let mut used = self.0.lock().map_err(|_| ReplayError::Unavailable)?;
        if used.insert(mark(key)) { Ok(()) } else { Err(ReplayError::Replayed) }
    }
}

struct Looking<'a>(&'a Memory);

impl ReplayGuard for Looking<'_> {
    fn admit(&self, key: &ReplayKey, _: Admissible, _: UnixTime) -> Result<(), ReplayError> {
        let used = self.0.0.lock().map_err(|_| ReplayError::Unavailable)?;
        if used.contains(&mark(key)) { Err(ReplayError::Replayed) } else { Ok(()) }
    }
}

fn mark(key: &ReplayKey) -> Mark {
    (key.scope().name(), key.within(), key.id().to_owned())
}

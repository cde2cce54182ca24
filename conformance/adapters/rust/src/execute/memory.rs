//! What the steps of a sequence share.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use wimse::creds::pop::ReplayGuard;

/// The memory of proofs of a case, or of all steps of a sequence.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<OnceLock<Arc<dyn ReplayGuard>>>);

impl Memory {
    /// The memory; made when it is asked for first.
    pub(super) fn guard(&self, make: impl FnOnce() -> Arc<dyn ReplayGuard>) -> Arc<dyn ReplayGuard> {
        Arc::clone(self.0.get_or_init(make))
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

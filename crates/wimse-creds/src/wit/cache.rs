//! The cache of verified tokens.

use crate::trust::{DomainAnchors, TrustAnchorSource};
use crate::{Verified, WorkloadIdentityToken};
use quick_cache::sync;
use std::fmt;
use std::sync::Arc;

/// Tokens by their exact bytes, with the anchors they were judged by. Only tokens that verified get in.
pub(super) struct Cache {
    entries: sync::Cache<Arc<str>, Entry>,
}

#[derive(Clone)]
struct Entry {
    verified: Verified<WorkloadIdentityToken>,
    judged_by: Arc<DomainAnchors>,
}

impl Cache {
    pub(super) fn new(capacity: usize) -> Self {
        Self { entries: sync::Cache::new(capacity) }
    }

    /// The token, if it was judged by the anchors that are in force now.
    pub(super) fn get(
        &self,
        compact: &str,
        anchors: &dyn TrustAnchorSource,
    ) -> Option<Verified<WorkloadIdentityToken>> {
        let entry = self.entries.get(compact)?;
        let current = anchors.anchors_for(entry.judged_by.origin())?;
        Arc::ptr_eq(&current, &entry.judged_by).then_some(entry.verified)
    }

    pub(super) fn insert(&self, verified: &Verified<WorkloadIdentityToken>, judged_by: Arc<DomainAnchors>) {
        let key = Arc::clone(&verified.credential().compact);
        self.entries.insert(key, Entry { verified: verified.clone(), judged_by });
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("len", &self.entries.len()).finish_non_exhaustive()
    }
}

//! The cache of verified certificates.

use super::chain::Purpose;
use super::{Verified, WorkloadIdentityCertificate};
use crate::UnixTime;
use crate::trust::{DomainAnchors, TrustAnchorSource};
use quick_cache::{Equivalent, sync};
use rustls_pki_types::CertificateDer;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Certificates by the exact bytes of their chain and by purpose, with the anchors they were judged by. Only
/// certificates that verified get in.
pub(super) struct Cache {
    entries: sync::Cache<Judged, Entry>,
}

#[derive(Clone)]
struct Entry {
    verified: Verified<WorkloadIdentityCertificate>,
    /// The first second in which the whole path is valid: a clock can be put back.
    valid_from: UnixTime,
    judged_by: Arc<DomainAnchors>,
}

/// What was judged, owned.
#[derive(Clone, PartialEq, Eq)]
struct Judged {
    verified: Arc<[CertificateDer<'static>]>,
    purpose: Purpose,
}

/// What is presented, borrowed. Hashed like what was judged.
#[derive(Hash)]
struct Presented<'a> {
    chain: &'a [CertificateDer<'a>],
    purpose: Purpose,
}

impl Hash for Judged {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Presented { chain: &self.verified, purpose: self.purpose }.hash(state);
    }
}

impl Equivalent<Judged> for Presented<'_> {
    fn equivalent(&self, judged: &Judged) -> bool {
        self.purpose == judged.purpose && *self.chain == *judged.verified
    }
}

impl Cache {
    pub(super) fn new(capacity: usize) -> Self {
        Self { entries: sync::Cache::new(capacity) }
    }

    /// The certificate and the start of its path, if it was judged by the anchors that are in force now.
    pub(super) fn get(
        &self,
        chain: &[CertificateDer<'_>],
        purpose: Purpose,
        anchors: &dyn TrustAnchorSource,
    ) -> Option<(Verified<WorkloadIdentityCertificate>, UnixTime)> {
        let entry = self.entries.get(&Presented { chain, purpose })?;
        let current = anchors.anchors_for(entry.judged_by.origin())?;
        Arc::ptr_eq(&current, &entry.judged_by).then_some((entry.verified, entry.valid_from))
    }

    pub(super) fn insert(
        &self,
        verified: &Verified<WorkloadIdentityCertificate>,
        purpose: Purpose,
        valid_from: UnixTime,
        judged_by: Arc<DomainAnchors>,
    ) {
        let key = Judged { verified: verified.certificate().chain().into(), purpose };
        self.entries.insert(key, Entry { verified: verified.clone(), valid_from, judged_by });
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("len", &self.entries.len()).finish_non_exhaustive()
    }
}

//! What may stand in labels.

use wimse_creds::pop::Replay;

/// What may stand in labels, beside names that the crates have.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    #[cfg(feature = "metrics")]
    domains: std::collections::HashSet<std::sync::Arc<str>>,
    #[cfg(feature = "metrics")]
    fallbacks: std::sync::atomic::AtomicU64,
}

impl Labels {
    /// Counts the proofs that were admitted while the shared store was away, since the last time.
    pub(crate) fn count_fallbacks(&self, replay: &Replay) {
        #[cfg(feature = "metrics")]
        if let Replay::Shared(shared) = replay {
            let now = shared.fallbacks();
            let known = self.fallbacks.fetch_max(now, std::sync::atomic::Ordering::Relaxed);
            super::counted::fallbacks(now.saturating_sub(known));
        }
        #[cfg(not(feature = "metrics"))]
        let _ = (self, replay);
    }
}

#[cfg(feature = "metrics")]
pub(super) use domains::UNKNOWN;

#[cfg(feature = "metrics")]
mod domains {
    use super::Labels;
    use crate::Decision;
    use crate::server::claimed_subject;
    use http::HeaderMap;
    use metrics::SharedString;
    use std::sync::Arc;
    use wimse_identifier::{Origin, WorkloadIdentifier};

    impl Labels {
        pub(crate) fn add(&mut self, origins: impl IntoIterator<Item = Origin>) {
            self.domains.extend(origins.into_iter().map(|origin| Arc::from(origin.as_str())));
        }

        /// That of the peer who has been authenticated.
        pub(crate) fn trust_domain(&self, decision: &Decision<'_>) -> SharedString {
            let peer = decision.caller.or_else(|| decision.peers.application());
            let peer = peer.or_else(|| decision.peers.transport());
            self.label(peer.map(|peer| peer.identifier()))
        }

        /// That of the WIT of a refused request, which nobody vouches for.
        pub(crate) fn claimed_trust_domain(&self, decision: &Decision<'_>) -> SharedString {
            if decision.refusal.is_none() {
                return UNKNOWN.into();
            }
            self.claimed_in(decision.headers)
        }

        pub(crate) fn claimed_in(&self, headers: &HeaderMap) -> SharedString {
            // Without a configured domain there is nothing to be looked for.
            if self.domains.is_empty() {
                return UNKNOWN.into();
            }
            self.label(claimed_subject(headers).as_ref())
        }

        fn label(&self, identifier: Option<&WorkloadIdentifier>) -> SharedString {
            let known = identifier.and_then(|identifier| self.domains.get(identifier.origin_str()));
            known.map_or(UNKNOWN.into(), |known| Arc::clone(known).into())
        }
    }

    pub(in crate::telemetry) const UNKNOWN: &str = "unknown";
}

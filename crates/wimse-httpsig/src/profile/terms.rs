//! What a verifier leaves to its owner.

use crate::message::Limits;
use std::time::Duration;

/// The numbers of local policy, for requests and responses alike.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    pub(crate) leeway: Duration,
    pub(crate) max_lifetime: Duration,
    pub(crate) min_nonce_chars: usize,
    pub(crate) limits: Limits,
}

impl Terms {
    /// Decision 17.
    pub(crate) const DEFAULT_LEEWAY: Duration = Duration::from_secs(30);
    pub(crate) const DEFAULT_MAX_LIFETIME: Duration = Duration::from_secs(330);
    const MAX_LEEWAY: Duration = Duration::from_secs(300);

    pub(crate) fn set_leeway(&mut self, leeway: Duration) {
        self.leeway = Duration::from_secs(leeway.as_secs()).min(Self::MAX_LEEWAY);
    }

    pub(crate) fn set_max_lifetime(&mut self, lifetime: Duration) {
        self.max_lifetime = Duration::from_secs(lifetime.as_secs());
    }
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            leeway: Self::DEFAULT_LEEWAY,
            max_lifetime: Self::DEFAULT_MAX_LIFETIME,
            min_nonce_chars: 1,
            limits: Limits::default(),
        }
    }
}

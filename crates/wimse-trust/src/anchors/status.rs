//! How things are.

use std::time::Duration;
use wimse_identifier::Origin;

/// How the anchors of one trust domain are, for health checks and metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainStatus {
    /// The domain.
    pub origin: Origin,
    /// Whether it has anchors.
    pub state: DomainState,
    /// Its sources, in the order added; none for a domain that never changes.
    pub sources: Vec<SourceStatus>,
}

/// Whether a trust domain has anchors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainState {
    /// It has.
    Current,
    /// It is not configured.
    NotConfigured,
    /// A source has not given a usable answer yet.
    NotLoaded,
    /// The last good answer of a source is too old.
    TooOld,
}

impl DomainState {
    /// The stable code of this state.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Current => "anchors.current",
            Self::NotConfigured => "anchors.not_configured",
            Self::NotLoaded => "anchors.not_loaded",
            Self::TooOld => "anchors.too_old",
        }
    }
}

/// How one source is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceStatus {
    /// Its URL or path.
    pub source: String,
    /// How old its last good answer is.
    pub age: Option<Duration>,
    /// The sequence number of the bundle in use.
    pub sequence: Option<u64>,
    /// How many attempts in a row have failed.
    pub failures: u32,
    /// The code of the last failure, until the next success.
    pub last_error: Option<&'static str>,
}

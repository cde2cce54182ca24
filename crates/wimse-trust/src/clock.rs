//! The clock.

use std::fmt;
use std::time::{Duration, Instant, SystemTime};
use wimse_creds::UnixTime;

/// What time it is, and how much of it has passed.
///
/// Expiry is judged by the date; ages and intervals by the time that has passed, so that a date that is set changes neither.
pub trait Clock: Send + Sync {
    /// The date.
    fn now(&self) -> UnixTime;

    /// The time that has passed since a fixed moment of this clock's choice. It never goes back.
    fn elapsed(&self) -> Duration;
}

/// The clock of the system.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// A clock that starts now.
    #[must_use]
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> UnixTime {
        UnixTime::from(SystemTime::now())
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

impl fmt::Debug for dyn Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").field("now", &self.now()).finish_non_exhaustive()
    }
}

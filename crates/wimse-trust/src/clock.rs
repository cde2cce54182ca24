//! A clock that also measures.

use std::time::{Duration, Instant, SystemTime};
use wimse_creds::{Clock, UnixTime};

/// A clock that also tells how much time has passed.
///
/// Expiry is judged by the date; ages and intervals by the time that has passed, so that a date that is set changes neither.
pub trait SteadyClock: Clock {
    /// The time that has passed since a fixed moment of this clock's choice. It never goes back.
    fn elapsed(&self) -> Duration;
}

/// The clocks of the system: the one with the date, and the one that is never set.
///
/// Where the latter stands still while the machine sleeps, as on Linux, ages do not count that time.
#[derive(Debug, Clone, Copy)]
pub struct SteadySystemClock {
    start: Instant,
}

impl SteadySystemClock {
    /// A clock that starts now.
    #[must_use]
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for SteadySystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SteadySystemClock {
    fn now(&self) -> UnixTime {
        UnixTime::from(SystemTime::now())
    }
}

impl SteadyClock for SteadySystemClock {
    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

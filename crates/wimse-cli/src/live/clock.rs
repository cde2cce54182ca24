//! The clock of a command: that of the system, or one that stands at `--now`.

use std::time::{Duration, Instant, SystemTime};
use wimse::creds::{Clock, UnixTime};
use wimse_trust::SteadyClock;

/// What time it is, and how long the command has run.
#[derive(Debug)]
pub(crate) struct CommandClock {
    fixed: Option<UnixTime>,
    start: Instant,
}

impl CommandClock {
    pub(crate) fn new(fixed: Option<UnixTime>) -> Self {
        Self { fixed, start: Instant::now() }
    }
}

impl Clock for CommandClock {
    fn now(&self) -> UnixTime {
        self.fixed.unwrap_or_else(|| SystemTime::now().into())
    }
}

impl SteadyClock for CommandClock {
    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

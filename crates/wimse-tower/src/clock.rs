//! The edge at which the time is read.

use std::time::SystemTime;
use wimse_creds::{Clock, UnixTime};

/// The clock of the system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> UnixTime {
        UnixTime::from(SystemTime::now())
    }
}

//! The clock, for what runs for long: services, clients, refreshers.

use crate::UnixTime;
use std::sync::Arc;
use std::time::SystemTime;

/// What time it is.
///
/// Verification takes the time as a value. Only what calls it again and again, such as a service, reads a clock.
///
/// ```
/// use wimse_creds::{Clock, SystemClock, UnixTime};
///
/// assert!(SystemClock.now() > UnixTime::from_secs(1_700_000_000));
/// ```
pub trait Clock: Send + Sync {
    /// The date.
    fn now(&self) -> UnixTime;
}

/// The clock of the system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> UnixTime {
        UnixTime::from(SystemTime::now())
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> UnixTime {
        (**self).now()
    }
}

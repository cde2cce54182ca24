//! The clock, for what runs for long: services, clients, refreshers.

use crate::UnixTime;
use std::sync::Arc;

/// What time it is.
///
/// Verification takes the time as a value. Only what calls it again and again, such as a service, reads a clock; this
/// crate has none.
///
/// ```
/// use wimse_creds::{Clock, UnixTime};
///
/// /// For tests: it stands still.
/// struct Stopped(UnixTime);
///
/// impl Clock for Stopped {
///     fn now(&self) -> UnixTime {
///         self.0
///     }
/// }
///
/// assert_eq!(Stopped(UnixTime::from_secs(1_800_000_000)).now().as_secs(), 1_800_000_000);
/// ```
pub trait Clock: Send + Sync {
    /// The date.
    fn now(&self) -> UnixTime;
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> UnixTime {
        (**self).now()
    }
}

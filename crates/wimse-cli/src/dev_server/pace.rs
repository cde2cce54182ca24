//! How many requests for credentials are looked at.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// A bucket of requests that fills up again. It is one for all: on one machine nobody can be told from another.
#[derive(Debug)]
pub(crate) struct Pace(Mutex<Bucket>);

#[derive(Debug)]
struct Bucket {
    left: u32,
    /// When it was filled up last.
    filled: Duration,
}

/// At once, and per second.
const BURST: u32 = 200;
const PER_SECOND: u32 = 50;

impl Pace {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Bucket { left: BURST, filled: Duration::ZERO }))
    }

    /// Whether one more is looked at, at a time since the start.
    pub(crate) fn admits(&self, elapsed: Duration) -> bool {
        let mut bucket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = elapsed.saturating_sub(bucket.filled);
        let more = passed.as_millis().saturating_mul(u128::from(PER_SECOND)) / 1000;
        if more > 0 {
            let more = u32::try_from(more).unwrap_or(BURST);
            bucket.left = bucket.left.saturating_add(more).min(BURST);
            bucket.filled = elapsed;
        }
        match bucket.left.checked_sub(1) {
            Some(left) => {
                bucket.left = left;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_fills_up_again_and_not_beyond() {
        let pace = Pace::new();
        let admitted =
            |at: u64, tries: u32| (0..tries).filter(|_| pace.admits(Duration::from_millis(at))).count();
        assert_eq!(admitted(0, 300), 200);
        assert_eq!(admitted(19, 5), 0);
        assert_eq!(admitted(20, 5), 1);
        assert_eq!(admitted(1020, 100), 50);
        assert_eq!(admitted(3_600_000, 300), 200);
        // A clock that would go back gives nothing.
        assert_eq!(admitted(0, 5), 0);
    }
}

//! Pauses between attempts to connect.

use crate::StoreError;
use std::time::{Duration, Instant};

/// When the next attempt may be made, and why the last one failed.
#[derive(Debug, Default)]
pub(crate) struct Backoff(Option<Failed>);

#[derive(Debug)]
struct Failed {
    why: StoreError,
    pause: Duration,
    until: Instant,
}

impl Backoff {
    /// Whether an attempt may be made.
    pub(crate) fn check(&self, now: Instant) -> Result<(), StoreError> {
        match &self.0 {
            Some(failed) if now < failed.until => Err(failed.why.clone()),
            _ => Ok(()),
        }
    }

    /// The first pause, then twice the one before. Half of it is by chance, so that replicas do not come back all at once.
    pub(crate) fn failed(&mut self, why: StoreError, now: Instant, longest: Duration) {
        let pause = self.0.take().map_or(FIRST_PAUSE, |before| before.pause.saturating_mul(2)).min(longest);
        let chance = getrandom::u32().unwrap_or(u32::MAX);
        let random = (pause / 2).mul_f64(f64::from(chance) / f64::from(u32::MAX));
        self.0 = Some(Failed { why, pause, until: now + pause / 2 + random });
    }

    pub(crate) fn connected(&mut self) {
        self.0 = None;
    }
}

const FIRST_PAUSE: Duration = Duration::from_millis(50);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_end() {
        let (mut backoff, start) = (Backoff::default(), Instant::now());
        assert_eq!(backoff.check(start), Ok(()));
        for pause in [50, 100, 200, 400, 500, 500] {
            backoff.failed(StoreError::Timeout, start, Duration::from_millis(500));
            let at = |milliseconds| start + Duration::from_millis(milliseconds);
            assert_eq!(backoff.check(at(pause / 2 - 1)), Err(StoreError::Timeout), "{pause}");
            assert_eq!(backoff.check(at(pause)), Ok(()), "{pause}");
        }
        backoff.connected();
        assert_eq!(backoff.check(start), Ok(()));
        backoff.failed(StoreError::Unreachable, start, Duration::from_millis(500));
        assert_eq!(backoff.check(start + FIRST_PAUSE), Ok(()), "from the first again");
    }
}

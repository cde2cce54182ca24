//! When the next attempt is due.

use std::time::Duration;

/// The times of attempts, as a clock's `elapsed`. The first is due at once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Schedule {
    attempted: Option<Duration>,
    due: Duration,
    failures: u32,
}

impl Schedule {
    /// When the next attempt is due; earlier if somebody asks for it, but not within the cooldown.
    pub(crate) fn due(&self, asked_for: bool, cooldown: Duration) -> Duration {
        match self.attempted {
            Some(attempted) if asked_for => self.due.min(attempted.saturating_add(cooldown)),
            _ => self.due,
        }
    }

    /// After a success.
    pub(crate) fn succeeded(&mut self, now: Duration, interval: Duration) {
        self.failures = 0;
        self.next(now, interval);
    }

    /// After a failure: soon at first, then ever later, up to a longest wait.
    pub(crate) fn failed(&mut self, now: Duration, longest: Duration, jitter: Jitter) {
        self.failures = self.failures.saturating_add(1);
        let wait = FIRST_RETRY.saturating_mul(1 << (self.failures - 1).min(16)).min(longest);
        self.next(now, jitter.shorten(wait, 2));
    }

    /// How many attempts in a row have failed.
    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }

    fn next(&mut self, now: Duration, wait: Duration) {
        self.attempted = Some(now);
        self.due = now.saturating_add(wait.max(SHORTEST));
    }
}

/// A random share, so that many replicas do not all ask at the same moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Jitter(u16);

impl Jitter {
    /// Without random bytes it is none.
    pub(crate) fn random() -> Self {
        let mut bytes = [0; 2];
        let _ = getrandom::fill(&mut bytes);
        Self(u16::from_be_bytes(bytes))
    }

    /// The wait, less a random share of up to one `part`-th of it.
    pub(crate) fn shorten(self, wait: Duration, part: u32) -> Duration {
        wait - wait.mul_f64(f64::from(self.0) / f64::from(u16::MAX) / f64::from(part.max(1)))
    }
}

/// The wait after the first failure.
const FIRST_RETRY: Duration = Duration::from_secs(1);
/// There is no shorter wait, whatever is configured.
const SHORTEST: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const NONE: Jitter = Jitter(0);
    const MOST: Jitter = Jitter(u16::MAX);

    #[test]
    fn failures_wait_ever_longer_up_to_a_limit() {
        let mut schedule = Schedule::default();
        assert_eq!(schedule.due(false, SECOND), Duration::ZERO);
        let mut waits = Vec::new();
        for _ in 0..8 {
            schedule.failed(SECOND * 100, SECOND * 60, NONE);
            waits.push((schedule.due(false, SECOND) - SECOND * 100).as_secs());
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        for _ in 0..100 {
            schedule.failed(SECOND * 100, Duration::MAX, MOST);
        }
        assert_eq!(schedule.due(false, SECOND), SECOND * (100 + 65_536 / 2));
        schedule.succeeded(SECOND * 200, SECOND * 300);
        assert_eq!((schedule.due(false, SECOND), schedule.failures()), (SECOND * 500, 0));
        schedule.failed(SECOND * 500, SECOND * 60, NONE);
        assert_eq!(schedule.due(false, SECOND), SECOND * 501);
    }

    #[test]
    fn whoever_asks_waits_for_the_cooldown() {
        let mut schedule = Schedule::default();
        assert_eq!(schedule.due(true, SECOND * 30), Duration::ZERO);
        schedule.succeeded(SECOND * 100, SECOND * 300);
        assert_eq!(schedule.due(true, SECOND * 30), SECOND * 130);
        assert_eq!(schedule.due(true, SECOND * 900), SECOND * 400);
        assert_eq!(schedule.due(true, Duration::MAX), SECOND * 400);
    }

    #[test]
    fn jitter_shortens_within_its_part() {
        assert_eq!(NONE.shorten(SECOND * 10, 10), SECOND * 10);
        assert_eq!(MOST.shorten(SECOND * 10, 10), SECOND * 9);
        assert_eq!(MOST.shorten(SECOND * 10, 2), SECOND * 5);
        let mut schedule = Schedule::default();
        schedule.succeeded(SECOND, Duration::ZERO);
        assert_eq!(schedule.due(false, SECOND), SECOND + SHORTEST);
    }
}

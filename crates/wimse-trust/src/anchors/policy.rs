//! How often, and how old.

use crate::schedule::Jitter;
use std::time::Duration;

/// How often sources are asked, and how old their last good answer may be.
///
/// ```
/// use std::time::Duration;
/// use wimse_trust::RefreshPolicy;
///
/// let policy = RefreshPolicy::default()
///     .with_bounds(Duration::from_secs(30), Duration::from_secs(600))
///     .with_max_age(Duration::from_secs(6 * 3600));
/// ```
#[derive(Debug, Clone)]
pub struct RefreshPolicy {
    interval: Duration,
    shortest: Duration,
    longest: Duration,
    file_interval: Duration,
    cooldown: Duration,
    max_age: Duration,
}

impl Default for RefreshPolicy {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(300),
            shortest: Duration::from_secs(10),
            longest: Duration::from_secs(3600),
            file_interval: Duration::from_secs(5),
            cooldown: Duration::from_secs(30),
            max_age: Duration::from_secs(24 * 3600),
        }
    }
}

impl RefreshPolicy {
    /// How often a server is asked that does not say how often: 5 minutes by default (SPIFFE Federation 4.1). The bounds are
    /// widened to have it within them; [`with_bounds`](Self::with_bounds) after this sets them anew.
    #[must_use]
    pub fn with_interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self.shortest = self.shortest.min(interval);
        self.longest = self.longest.max(interval);
        self
    }

    /// The limits to what servers say, and to every interval: 10 seconds and 1 hour by default. The longest is also the
    /// longest wait between attempts that fail, up to 5 minutes.
    #[must_use]
    pub fn with_bounds(mut self, shortest: Duration, longest: Duration) -> Self {
        self.shortest = shortest;
        self.longest = longest.max(shortest);
        self
    }

    /// How often files are read: every 5 seconds by default.
    #[must_use]
    pub fn with_file_interval(mut self, interval: Duration) -> Self {
        self.file_interval = interval;
        self
    }

    /// How long after an attempt an unknown `kid` can cause the next one: 30 seconds by default. There is at most one
    /// within this time, however many tokens ask for it.
    #[must_use]
    pub fn with_cooldown(mut self, cooldown: Duration) -> Self {
        self.cooldown = cooldown;
        self
    }

    /// How long the last good answer of a source counts: 24 hours by default. After that its domain has no anchors, until
    /// the source gives a good answer again. No interval is longer than half of it, whatever servers say, so that a source
    /// that answers does not become too old.
    #[must_use]
    pub fn with_max_age(mut self, max_age: Duration) -> Self {
        self.max_age = max_age;
        self
    }

    pub(super) fn file_interval(&self) -> Duration {
        self.file_interval.min(self.max_age / 2)
    }

    pub(super) fn cooldown(&self) -> Duration {
        self.cooldown
    }

    pub(super) fn max_age(&self) -> Duration {
        self.max_age
    }

    /// The sooner of what the document hints at and of what the cache headers say, within the bounds.
    pub(super) fn web_interval(
        &self,
        hint: Option<Duration>,
        fresh: Option<Duration>,
        jitter: Jitter,
    ) -> Duration {
        let said = match (hint, fresh) {
            (Some(hint), Some(fresh)) => Some(hint.min(fresh)),
            (one, other) => one.or(other),
        };
        let interval = said.unwrap_or(self.interval).clamp(self.shortest, self.longest);
        jitter.shorten(interval.min(self.max_age / 2), 10)
    }

    pub(super) fn longest_retry(&self) -> Duration {
        self.longest.min(LONGEST_RETRY).min(self.max_age / 2)
    }
}

const LONGEST_RETRY: Duration = Duration::from_secs(300);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_servers_say_is_bounded() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let policy = RefreshPolicy::default();
        for (hint, fresh, expected) in [
            (None, None, 300),
            (seconds(60), None, 60),
            (None, seconds(60), 60),
            (seconds(60), seconds(20), 20),
            (seconds(20), seconds(60), 20),
            (seconds(0), None, 10),
            (None, seconds(0), 10),
            (seconds(u64::MAX), None, 3600),
            (seconds(u64::MAX), seconds(u64::MAX), 3600),
        ] {
            let interval = policy.web_interval(hint, fresh, Jitter::random());
            let expected = Duration::from_secs(expected);
            assert!(interval <= expected && interval >= expected * 9 / 10, "{hint:?} {fresh:?} {interval:?}");
        }
    }

    #[test]
    fn an_interval_that_was_chosen_is_kept() {
        let (second, hour) = (Duration::from_secs(1), Duration::from_secs(3600));
        let policy = RefreshPolicy::default();
        let within = |policy: &RefreshPolicy, said: Option<Duration>, expected: Duration| {
            let interval = policy.web_interval(None, said, Jitter::random());
            assert!(interval <= expected && interval >= expected * 9 / 10, "{said:?} {interval:?}");
        };
        for (interval, said, expected) in [
            (second, None, second),
            (second, Some(Duration::ZERO), second),
            (second, Some(hour * 2), hour),
            (hour * 2, None, hour * 2),
            (hour * 2, Some(Duration::ZERO), second * 10),
            (hour * 2, Some(hour * 3), hour * 2),
        ] {
            within(&policy.clone().with_interval(interval), said, expected);
        }
        let bounded = policy.with_interval(second).with_bounds(second * 10, hour);
        within(&bounded, None, second * 10);
    }

    #[test]
    fn whatever_answers_does_not_become_too_old() {
        let minute = Duration::from_secs(60);
        let policy = RefreshPolicy::default().with_file_interval(minute * 5).with_max_age(minute);
        let hint = Some(minute * 60);
        assert!(policy.web_interval(hint, hint, Jitter::random()) <= minute / 2);
        assert_eq!((policy.file_interval(), policy.longest_retry()), (minute / 2, minute / 2));
        let policy = policy.with_max_age(minute * 600);
        assert_eq!((policy.file_interval(), policy.longest_retry()), (minute * 5, minute * 5));
    }

    #[test]
    fn bounds_that_cross_do_not_panic() {
        let policy = RefreshPolicy::default().with_bounds(Duration::from_secs(60), Duration::ZERO);
        assert!(policy.web_interval(None, None, Jitter::random()) <= Duration::from_secs(60));
    }
}

//! The replay guard of one process.

use super::fingerprint::Fingerprint;
use super::shard::{Limits, Shard};
use super::{Admissible, ReplayError, ReplayGuard, ReplayKey};
use crate::UnixTime;
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Remembers proofs in memory: sharded, bounded, with a share per sender; when it is full, it refuses.
///
/// Entries lie in two generations by expiry, each as long as the longest proof lives. A generation is dropped whole
/// once all of it has expired, so an insertion costs the same whatever is in the store. Where proofs live for less, those that
/// have expired are swept out whenever there are twice as many entries as the last sweep has left, once a second at most: there
/// is room for about twice what lives. Each entry takes about 40 to 80 bytes.
///
/// It forgets when the process ends, and other replicas do not see it. What a proof of before a restart is to be worth
/// after, [`with_fence`](Self::with_fence) decides.
///
/// ```
/// use wimse_creds::pop::MemoryReplayGuard;
///
/// let guard = MemoryReplayGuard::new(1_000_000);
/// assert!(guard.is_empty());
/// ```
pub struct MemoryReplayGuard {
    shards: Box<[Mutex<Shard>]>,
    limits: Limits,
    fence: Option<UnixTime>,
    /// Two independent keyed hashes make the 128 bits by which an entry is known.
    hashers: [RandomState; 2],
}

impl MemoryReplayGuard {
    /// How long a proof can be remembered unless set otherwise: 330 seconds of life, and 30 of leeway at either end,
    /// with a little to spare. A signature may be made by a clock that is ahead, and is good to the end of its last second.
    pub const DEFAULT_WINDOW: Duration = Duration::from_secs(400);

    /// Room for at least this many proofs at once, and for up to a quarter more, since it is sharded. One sender may take an eighth of it, unless
    /// [set otherwise](Self::with_share_per_sender): do so where a service has few callers.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        // Few entries do not spread evenly over shards.
        let shards = if capacity >= 64 * 1024 { 64 } else { 1 };
        let limits = Limits {
            capacity: per_shard(capacity, shards),
            share: per_shard(capacity.div_ceil(8), shards),
            window: Self::DEFAULT_WINDOW,
        };
        Self {
            shards: (0..shards).map(|_| Mutex::default()).collect(),
            limits,
            fence: None,
            hashers: [RandomState::new(), RandomState::new()],
        }
    }

    /// Sets how many proofs one sender may have in the store, at most the capacity.
    #[must_use]
    pub fn with_share_per_sender(mut self, proofs: usize) -> Self {
        self.limits.share = per_shard(proofs, self.shards.len()).min(self.limits.capacity);
        self
    }

    /// Sets how long a proof can be remembered, in whole seconds: at least the longest lifetime that the verifier
    /// accepts and its leeway. A proof that lives longer is refused.
    #[must_use]
    pub fn with_window(mut self, window: Duration) -> Self {
        self.limits.window = window.max(Duration::from_secs(1));
        self
    }

    /// Refuses, with [`ReplayError::Fenced`], every proof that could have been admitted in this second or before: give it
    /// the start of the process, and what an earlier process has admitted is refused by this one.
    ///
    /// The price is that after a start even honest calls are refused for a while: signatures for the leeway of their
    /// verifier, half a minute unless set otherwise, and WPTs for the difference between the longest lifetime that the
    /// verifier accepts and the one that callers give them (270 seconds unless either is set). Without it, a request that
    /// was captured before a restart can be sent once more after.
    ///
    /// ```
    /// use wimse_creds::UnixTime;
    /// use wimse_creds::pop::MemoryReplayGuard;
    ///
    /// # fn when_the_process_started() -> UnixTime { UnixTime::from_secs(1_760_000_000) }
    /// let guard = MemoryReplayGuard::new(1_000_000).with_fence(when_the_process_started());
    /// # let _ = guard;
    /// ```
    #[must_use]
    pub fn with_fence(mut self, started: UnixTime) -> Self {
        self.fence = Some(started);
        self
    }

    /// How many entries are there, expired ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).len()).sum()
    }

    /// Whether nothing is there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl ReplayGuard for MemoryReplayGuard {
    fn admit(&self, key: &ReplayKey, admissible: Admissible, now: UnixTime) -> Result<(), ReplayError> {
        if self.fence.is_some_and(|started| admissible.from <= started) {
            return Err(ReplayError::Fenced);
        }
        let fingerprint = Fingerprint::of(key, &self.hashers);
        let sender = self.hashers[0].hash_one(&key.sender);
        #[allow(clippy::cast_possible_truncation)]
        let shard = &self.shards[fingerprint.0[1] as usize % self.shards.len()];
        lock(shard).admit(fingerprint, sender, admissible.until, now, &self.limits)
    }
}

impl fmt::Debug for MemoryReplayGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryReplayGuard").field("shards", &self.shards.len()).finish_non_exhaustive()
    }
}

/// The part of a shard, with room for what falls into it by chance: six standard deviations, so that none is full
/// before its time in the life of a service.
fn per_shard(proofs: usize, shards: usize) -> usize {
    let even = proofs.div_ceil(shards).max(1);
    if shards == 1 { even } else { even + 6 * even.isqrt() + 8 }
}

fn lock(shard: &Mutex<Shard>) -> std::sync::MutexGuard<'_, Shard> {
    // A panic while it was held is impossible by construction; the data would still be whole.
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::ReplayScope;
    use super::*;

    pub(in super::super) const NOW: u64 = 1_745_510_000;

    /// Valid since a minute ago.
    pub(in super::super) fn until(seconds: u64) -> Admissible {
        let [from, until] = [NOW - 60, NOW + seconds].map(UnixTime::from_secs);
        Admissible { from, until }
    }

    pub(in super::super) fn key(sender: &str, id: &str) -> ReplayKey {
        let sender = format!("wimse://example.com/{sender}").parse().unwrap();
        ReplayKey::new(ReplayScope::new("test"), None, sender, id.into())
    }

    fn admit(
        guard: &MemoryReplayGuard,
        sender: &str,
        id: &str,
        at: u64,
        last: u64,
    ) -> Result<(), ReplayError> {
        guard.admit(&key(sender, id), until(last), UnixTime::from_secs(NOW + at))
    }

    #[test]
    fn a_proof_is_admitted_once_while_it_lives() {
        let guard = MemoryReplayGuard::new(100);
        assert_eq!(admit(&guard, "a", "1", 0, 60), Ok(()));
        assert_eq!(admit(&guard, "a", "2", 0, 60), Ok(()));
        for at in [0, 1, 30, 59] {
            assert_eq!(admit(&guard, "a", "1", at, 60), Err(ReplayError::Replayed), "{at}");
        }
        // The same identifier with another expiry is still the same identifier.
        assert_eq!(admit(&guard, "a", "1", 0, 360), Err(ReplayError::Replayed));
    }

    #[test]
    fn behind_a_fence_is_what_could_have_been_admitted_before() {
        for (fence, admitted) in [(61, Ok(())), (60, Err(ReplayError::Fenced)), (0, Err(ReplayError::Fenced))]
        {
            let guard = MemoryReplayGuard::new(100).with_fence(UnixTime::from_secs(NOW - fence));
            assert_eq!(admit(&guard, "a", "1", 0, 60), admitted, "{fence}");
            assert_eq!(guard.len(), usize::from(admitted.is_ok()));
        }
    }

    #[test]
    fn it_is_remembered_across_generations_and_forgotten_after() {
        let guard = MemoryReplayGuard::new(100).with_window(Duration::from_secs(10));
        for at in 0..50 {
            let id = at.to_string();
            assert_eq!(admit(&guard, "a", &id, at, at + 10), Ok(()));
            for later in 0..10 {
                assert_eq!(
                    admit(&guard, "a", &id, at + later, at + 10),
                    Err(ReplayError::Replayed),
                    "{at}+{later}"
                );
            }
        }
        assert!(guard.len() <= 21, "{}", guard.len());
        assert_eq!(admit(&guard, "a", "x", 0, 11), Err(ReplayError::Window));
    }

    #[test]
    fn what_lives_for_seconds_does_not_stay_for_the_window() {
        let guard = MemoryReplayGuard::new(1_000_000).with_share_per_sender(1_000_000);
        // Within one window, so that no generation is dropped as a whole.
        let begin = 400 - NOW % 400;
        for at in begin..begin + 300 {
            for id in 0..500 {
                assert_eq!(admit(&guard, "a", &format!("{at} {id}"), at, at + 5), Ok(()));
            }
            assert_eq!(admit(&guard, "a", &format!("{at} 0"), at + 4, at + 5), Err(ReplayError::Replayed));
        }
        // Of 150,000 proofs, 2,500 live at once.
        assert!(guard.len() < 20_000, "{}", guard.len());
    }

    #[test]
    fn one_sender_cannot_fill_it_for_all() {
        let guard = MemoryReplayGuard::new(80);
        for id in 0..10 {
            assert_eq!(admit(&guard, "greedy", &id.to_string(), 0, 60), Ok(()));
        }
        assert_eq!(admit(&guard, "greedy", "one more", 0, 60), Err(ReplayError::SenderShare));
        assert_eq!(admit(&guard, "other", "one more", 0, 60), Ok(()));
    }

    #[test]
    fn full_means_refused_until_entries_expire() {
        let guard = MemoryReplayGuard::new(8).with_share_per_sender(8);
        for id in 0..8 {
            assert_eq!(admit(&guard, &format!("s{id}"), &id.to_string(), 0, 60), Ok(()));
        }
        assert_eq!(admit(&guard, "late", "8", 59, 119), Err(ReplayError::Full));
        assert_eq!(admit(&guard, "late", "8", 60, 120), Ok(()), "the expired ones make room");
        assert_eq!(guard.len(), 1);
    }

    #[test]
    fn shards_have_room_for_what_falls_into_them_by_chance() {
        let guard = MemoryReplayGuard::new(65_536).with_share_per_sender(8_192);
        for id in 0..65_536_u32 {
            let sender = format!("s{}", id % 8);
            assert_eq!(admit(&guard, &sender, &id.to_string(), 0, 60), Ok(()), "{id}");
        }
    }

    #[test]
    fn a_clock_set_back_opens_nothing() {
        let guard = MemoryReplayGuard::new(100).with_window(Duration::from_secs(10));
        assert_eq!(admit(&guard, "a", "1", 100, 110), Ok(()));
        assert_eq!(admit(&guard, "a", "2", 80, 90), Ok(()));
        assert_eq!(admit(&guard, "a", "2", 89, 90), Err(ReplayError::Replayed));
        assert_eq!(admit(&guard, "a", "1", 105, 110), Err(ReplayError::Replayed));
    }

    #[test]
    fn a_clock_that_jumped_ahead_and_back_opens_nothing() {
        let guard = MemoryReplayGuard::new(100).with_window(Duration::from_secs(10));
        assert_eq!(admit(&guard, "a", "1", 0, 10), Ok(()));
        assert_eq!(admit(&guard, "a", "2", 1000, 1010), Ok(()), "the first is dropped");
        assert_eq!(admit(&guard, "a", "1", 1, 10), Err(ReplayError::Forgotten));
        assert_eq!(admit(&guard, "a", "3", 1, 10), Err(ReplayError::Forgotten), "it cannot tell");
        assert_eq!(admit(&guard, "a", "4", 1001, 1010), Ok(()));
    }

    #[test]
    fn many_threads_admit_one_proof_once() {
        let guard = MemoryReplayGuard::new(1_000_000);
        let admitted = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        (0..500).filter(|id| admit(&guard, "a", &id.to_string(), 0, 60).is_ok()).count()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
        });
        assert_eq!(admitted, 500);
    }
}

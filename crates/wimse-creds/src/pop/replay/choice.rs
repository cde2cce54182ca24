//! Which replay protection a service has.

use super::{Admissible, ReplayError, ReplayFuture, ReplayGuard, ReplayKey, ReplayStore};
use crate::UnixTime;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Which replay protection a service has: a choice that has to be made, there is no default.
///
/// ```
/// use std::sync::Arc;
/// use wimse_creds::pop::{MemoryReplayGuard, Replay};
///
/// let one_process = Replay::Local(Arc::new(MemoryReplayGuard::new(1_000_000)));
/// # let _ = one_process;
/// ```
#[derive(Clone)]
pub enum Replay {
    /// None: within its lifetime a captured request can be sent again.
    Off,
    /// In this process only: a captured request can be sent once to each replica, and again after a restart unless the
    /// guard has a [fence](super::MemoryReplayGuard::with_fence).
    Local(Arc<dyn ReplayGuard>),
    /// For all replicas together.
    Shared(Arc<SharedReplay>),
}

impl ReplayStore for Replay {
    fn admit<'a>(&'a self, key: &'a ReplayKey, admissible: Admissible, now: UnixTime) -> ReplayFuture<'a> {
        match self {
            Self::Off => Box::pin(async { Ok(()) }),
            Self::Local(guard) => Box::pin(async move { guard.admit(key, admissible, now) }),
            Self::Shared(shared) => Box::pin(shared.admit(key, admissible, now)),
        }
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("Off"),
            Self::Local(_) => f.write_str("Local"),
            Self::Shared(shared) => f.debug_tuple("Shared").field(shared).finish(),
        }
    }
}

/// A store that replicas share, and what happens while it does not answer.
///
/// ```
/// use std::sync::Arc;
/// use wimse_creds::pop::{OnError, Replay, ReplayStore, SharedReplay};
///
/// fn replay(store: Arc<dyn ReplayStore>) -> Replay {
///     Replay::Shared(Arc::new(SharedReplay::new(store, OnError::Deny)))
/// }
/// ```
pub struct SharedReplay {
    store: Arc<dyn ReplayStore>,
    on_error: OnError,
    denied: AtomicU64,
    fallbacks: AtomicU64,
}

/// What happens to proofs while the shared store does not answer. Every other answer of the store stands: a store that is
/// full, or has lost its memory, refuses.
#[derive(Clone, Default)]
pub enum OnError {
    /// They are refused, with 503.
    #[default]
    Deny,
    /// They are admitted by this guard, which sees every proof, so that what this replica has admitted is refused here
    /// whatever the store says: a captured request can be sent once to each other replica. With
    /// [`NoReplayGuard`](super::NoReplayGuard), as often as one likes.
    Allow(Arc<dyn ReplayGuard>),
}

impl SharedReplay {
    /// A store, and what happens while it does not answer.
    #[must_use]
    pub fn new(store: Arc<dyn ReplayStore>, on_error: OnError) -> Self {
        Self { store, on_error, denied: AtomicU64::new(0), fallbacks: AtomicU64::new(0) }
    }

    /// How many proofs were refused because the store did not answer.
    #[must_use]
    pub fn denied(&self) -> u64 {
        self.denied.load(Ordering::Relaxed)
    }

    /// How many proofs were admitted without the store, by [`OnError::Allow`].
    #[must_use]
    pub fn fallbacks(&self) -> u64 {
        self.fallbacks.load(Ordering::Relaxed)
    }

    async fn admit(&self, key: &ReplayKey, admissible: Admissible, now: UnixTime) -> Result<(), ReplayError> {
        let beside = match &self.on_error {
            OnError::Deny => Err(ReplayError::Unavailable),
            OnError::Allow(guard) => match guard.admit(key, admissible, now) {
                Err(ReplayError::Replayed) => return Err(ReplayError::Replayed),
                beside => beside,
            },
        };
        match (self.store.admit(key, admissible, now).await, beside) {
            (Err(ReplayError::Unavailable), Ok(())) => {
                self.fallbacks.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
            (Err(ReplayError::Unavailable), Err(refusal)) => {
                self.denied.fetch_add(1, Ordering::Relaxed);
                Err(refusal)
            }
            (answer, _) => answer,
        }
    }
}

impl fmt::Debug for SharedReplay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedReplay")
            .field("on_error", &self.on_error)
            .field("denied", &self.denied())
            .field("fallbacks", &self.fallbacks())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for OnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Deny => "Deny",
            Self::Allow(_) => "Allow",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::memory::tests::{NOW, key, until};
    use super::super::{MemoryReplayGuard, NoReplayGuard};
    use super::*;
    use std::sync::Mutex;
    use std::task::{Context, Poll, Waker};

    /// A store with an answer that can be changed, after it has been polled once.
    struct Answers(Mutex<Result<(), ReplayError>>);

    impl ReplayStore for Answers {
        fn admit<'a>(&'a self, _: &'a ReplayKey, _: Admissible, _: UnixTime) -> ReplayFuture<'a> {
            let mut is_first = true;
            Box::pin(std::future::poll_fn(move |context| {
                if std::mem::take(&mut is_first) {
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Poll::Ready(*self.0.lock().unwrap())
            }))
        }
    }

    impl Answers {
        fn new(answer: Result<(), ReplayError>) -> Arc<Self> {
            Arc::new(Self(Mutex::new(answer)))
        }

        fn set(&self, answer: Result<(), ReplayError>) {
            *self.0.lock().unwrap() = answer;
        }
    }

    /// Asks twice at the most: nothing here waits for anything.
    fn ask(replay: &Replay, id: &str) -> Result<(), ReplayError> {
        let key = key("a", id);
        let mut future = replay.admit(&key, until(60), UnixTime::from_secs(NOW));
        let mut context = Context::from_waker(Waker::noop());
        match future.as_mut().poll(&mut context) {
            Poll::Ready(answer) => answer,
            Poll::Pending => match future.as_mut().poll(&mut context) {
                Poll::Ready(answer) => answer,
                Poll::Pending => unreachable!("the store answers when it is asked again"),
            },
        }
    }

    #[test]
    fn off_and_local() {
        assert_eq!([ask(&Replay::Off, "1"), ask(&Replay::Off, "1")], [Ok(()), Ok(())]);
        let local = Replay::Local(Arc::new(MemoryReplayGuard::new(10)));
        let again = local.clone();
        assert_eq!([ask(&local, "1"), ask(&local, "1")], [Ok(()), Err(ReplayError::Replayed)]);
        assert_eq!(ask(&again, "1"), Err(ReplayError::Replayed), "a clone remembers the same");
    }

    #[test]
    fn the_answers_of_the_store_stand() {
        let store = Answers::new(Ok(()));
        for on_error in [OnError::Deny, OnError::Allow(Arc::new(NoReplayGuard))] {
            let shared = Arc::new(SharedReplay::new(store.clone(), on_error));
            let replay = Replay::Shared(shared.clone());
            for answer in [
                Ok(()),
                Err(ReplayError::Replayed),
                Err(ReplayError::Full),
                Err(ReplayError::Fenced),
                Err(ReplayError::Clock),
            ] {
                store.set(answer);
                assert_eq!(ask(&replay, "1"), answer);
            }
            assert_eq!((shared.denied(), shared.fallbacks()), (0, 0));
        }
    }

    #[test]
    fn while_it_does_not_answer_nothing_is_admitted_unless_allowed() {
        let store = Answers::new(Err(ReplayError::Unavailable));
        let deny = Arc::new(SharedReplay::new(store.clone(), OnError::default()));
        assert_eq!(ask(&Replay::Shared(deny.clone()), "1"), Err(ReplayError::Unavailable));
        assert_eq!((deny.denied(), deny.fallbacks()), (1, 0));

        let allow = Arc::new(SharedReplay::new(store, OnError::Allow(Arc::new(NoReplayGuard))));
        assert_eq!(ask(&Replay::Shared(allow.clone()), "1"), Ok(()));
        assert_eq!((allow.denied(), allow.fallbacks()), (0, 1));
    }

    #[test]
    fn the_guard_beside_the_store_knows_what_was_admitted_here() {
        let store = Answers::new(Ok(()));
        let guard = Arc::new(MemoryReplayGuard::new(3).with_share_per_sender(3));
        let shared = Arc::new(SharedReplay::new(store.clone(), OnError::Allow(guard)));
        let replay = Replay::Shared(shared.clone());
        assert_eq!(ask(&replay, "by the store"), Ok(()));
        store.set(Err(ReplayError::Unavailable));
        assert_eq!(ask(&replay, "by the store"), Err(ReplayError::Replayed));
        assert_eq!(ask(&replay, "without it"), Ok(()));
        assert_eq!(ask(&replay, "without it"), Err(ReplayError::Replayed));
        store.set(Ok(()));
        assert_eq!(ask(&replay, "without it"), Err(ReplayError::Replayed), "which the store has never seen");

        // A guard that is full refuses nothing that the store admits, and admits nothing itself.
        assert_eq!([ask(&replay, "3"), ask(&replay, "4")], [Ok(()), Ok(())]);
        store.set(Err(ReplayError::Unavailable));
        assert_eq!(ask(&replay, "5"), Err(ReplayError::SenderShare));
        assert_eq!((shared.denied(), shared.fallbacks()), (1, 1));
    }
}

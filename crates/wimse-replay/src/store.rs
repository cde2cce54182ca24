//! The replay store on Redis.

use crate::pool::{Pool, Which};
use crate::question::Question;
use crate::server::Server;
use crate::statistics::{Statistics, add_one};
use crate::telemetry;
use crate::{RedisSettings, StoreError};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;
use wimse_creds::UnixTime;
use wimse_creds::pop::{Admissible, ReplayError, ReplayFuture, ReplayKey, ReplayStore};

/// Remembers proofs on a Redis server, for all replicas of a service. One per process, shared.
///
/// It holds a few [connections](RedisSettings::connections), over each of which questions go side by side, and makes them again
/// when they break. What is asked and what may go wrong, the [crate] says.
pub struct RedisReplayStore {
    pool: Arc<Pool>,
    /// An attempt is known by the process that makes it, at random, and its number there.
    process: u64,
    attempts: AtomicU64,
}

impl RedisReplayStore {
    /// Connects, and sees that the store can be relied on: the way to begin a service.
    ///
    /// # Errors
    ///
    /// A [`StoreError`].
    pub async fn connect(settings: RedisSettings) -> Result<Self, StoreError> {
        let store = Self::new(settings)?;
        store.server(Which::Any, store.deadline()?).await?;
        Ok(store)
    }

    /// Does not connect yet: for a service that is to begin without its store. Until that is there, nothing is admitted.
    ///
    /// # Errors
    ///
    /// [`StoreError::Tls`] or [`StoreError::Random`].
    pub fn new(settings: RedisSettings) -> Result<Self, StoreError> {
        Ok(Self {
            pool: Pool::new(settings)?,
            process: getrandom::u64().map_err(|_| StoreError::Random)?,
            attempts: AtomicU64::new(0),
        })
    }

    /// Whether the store answers and can be relied on; connects if need be. For health checks: it tells why proofs are
    /// refused with `replay.unavailable`, and notices when the store has been set to evict.
    ///
    /// # Errors
    ///
    /// A [`StoreError`]: during a pause between attempts to connect, that of the last one.
    pub async fn ready(&self) -> Result<(), StoreError> {
        let deadline = self.deadline()?;
        match self.check(Which::Any, deadline).await {
            Err(error) if error.is_connection_lost() => self.check(Which::Unsuspected, deadline).await,
            answer => answer,
        }
    }

    /// What the store has answered since the start.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        self.pool.counters.read()
    }

    async fn check(&self, which: Which, deadline: Instant) -> Result<(), StoreError> {
        let server = self.server(which, deadline).await?;
        self.note(&server, until(deadline, server.check(&self.pool.settings)).await)
    }

    async fn ask(&self, key: &ReplayKey, admissible: Admissible, now: UnixTime) -> Result<(), ReplayError> {
        let (pool, attempt) = (&self.pool, self.next_attempt());
        let question = Question::new((&pool.names, &pool.settings), &attempt, key, admissible, now)?;
        let answer = self.ask_twice(&question).await;
        answer.unwrap_or_else(|error| {
            telemetry::failed(&error);
            Err(error.refusal())
        })
    }

    /// Once more if the connection breaks: the store knows the attempt if it has answered it before.
    async fn ask_twice(&self, question: &Question<'_>) -> Result<Result<(), ReplayError>, StoreError> {
        let deadline = self.deadline()?;
        match self.ask_once(question, Which::Any, deadline).await {
            Err(error) if error.is_connection_lost() => {
                add_one(&self.pool.counters.asked_again);
                telemetry::asked_again();
                self.ask_once(question, Which::Unsuspected, deadline).await
            }
            answer => answer,
        }
    }

    async fn ask_once(
        &self,
        question: &Question<'_>,
        which: Which,
        deadline: Instant,
    ) -> Result<Result<(), ReplayError>, StoreError> {
        let server = self.server(which, deadline).await?;
        self.note(&server, until(deadline, server.admit(&self.pool.scripts, question)).await)
    }

    /// Gives up what is no good after an error: whatever hung or broke, nobody else is to wait for it.
    fn note<T>(&self, server: &Arc<Server>, answer: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &answer {
            self.pool.give_up(server, error);
        }
        answer
    }

    async fn server(&self, which: Which, deadline: Instant) -> Result<Arc<Server>, StoreError> {
        until(deadline, self.pool.server(which)).await
    }

    /// By when an admission that begins now has ended.
    fn deadline(&self) -> Result<Instant, StoreError> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(StoreError::Runtime);
        }
        let now = Instant::now();
        Ok(now.checked_add(self.pool.settings.total()).unwrap_or(now + FOREVER))
    }

    fn next_attempt(&self) -> [u8; 16] {
        let number = self.attempts.fetch_add(1, Ordering::Relaxed);
        ((u128::from(self.process) << 64) | u128::from(number)).to_be_bytes()
    }
}

async fn until<T>(
    deadline: Instant,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    tokio::time::timeout_at(deadline, work).await.unwrap_or(Err(StoreError::Timeout))
}

/// For a timeout beyond what clocks count to: a year.
const FOREVER: Duration = Duration::from_secs(365 * 24 * 3600);

impl ReplayStore for RedisReplayStore {
    fn admit<'a>(&'a self, key: &'a ReplayKey, admissible: Admissible, now: UnixTime) -> ReplayFuture<'a> {
        Box::pin(async move {
            let watched = telemetry::Admission::begin();
            let answer = watched.during(self.ask(key, admissible, now)).await;
            self.pool.counters.count(answer);
            watched.end(answer);
            answer
        })
    }
}

impl fmt::Debug for RedisReplayStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisReplayStore")
            .field("settings", &self.pool.settings)
            .field("statistics", &self.statistics())
            .finish_non_exhaustive()
    }
}

//! The replay store on Redis.

use crate::link::Link;
use crate::name::Names;
use crate::question::{Question, Scripts};
use crate::server::Server;
use crate::statistics::{Counters, Statistics, add_one};
use crate::telemetry;
use crate::{RedisSettings, StoreError};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use wimse_creds::UnixTime;
use wimse_creds::pop::{Admissible, ReplayError, ReplayFuture, ReplayKey, ReplayStore};

/// Remembers proofs on a Redis server, for all replicas of a service. One per process, shared.
///
/// It holds one connection, over which questions go side by side, and makes it again when it breaks. What is asked and
/// what may go wrong, the [crate] says.
pub struct RedisReplayStore {
    settings: RedisSettings,
    names: Names,
    scripts: Scripts,
    link: Link,
    counters: Counters,
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
        store.bounded(async { store.server().await.map(|_| ()) }).await?;
        Ok(store)
    }

    /// Does not connect yet: for a service that is to begin without its store. Until that is there, nothing is admitted.
    ///
    /// # Errors
    ///
    /// [`StoreError::Tls`] or [`StoreError::Random`].
    pub fn new(settings: RedisSettings) -> Result<Self, StoreError> {
        Ok(Self {
            names: Names::new(&settings.prefix),
            scripts: Scripts::new(),
            link: Link::new(&settings)?,
            counters: Counters::default(),
            process: getrandom::u64().map_err(|_| StoreError::Random)?,
            attempts: AtomicU64::new(0),
            settings,
        })
    }

    /// Whether the store answers and can be relied on; connects if need be. For health checks: it tells why proofs are
    /// refused with `replay.unavailable`, and notices when the store has been set to evict.
    ///
    /// # Errors
    ///
    /// A [`StoreError`]: during a pause between attempts to connect, that of the last one.
    pub async fn ready(&self) -> Result<(), StoreError> {
        self.bounded(async {
            match self.check().await {
                Err(error) if error.is_connection_lost() => self.check().await,
                answer => answer,
            }
        })
        .await
    }

    /// What the store has answered since the start.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        self.counters.read()
    }

    async fn check(&self) -> Result<(), StoreError> {
        let server = self.server().await?;
        self.note(&server, server.check(&self.settings).await)
    }

    async fn ask(&self, key: &ReplayKey, admissible: Admissible, now: UnixTime) -> Result<(), ReplayError> {
        let attempt = self.next_attempt();
        let question = Question::new((&self.names, &self.settings), &attempt, key, admissible, now)?;
        let answer = self.bounded(self.ask_twice(&question)).await;
        answer.unwrap_or_else(|error| {
            telemetry::failed(&error);
            Err(error.refusal())
        })
    }

    /// Once more if the connection breaks: the store knows the attempt if it has answered it before.
    async fn ask_twice(&self, question: &Question<'_>) -> Result<Result<(), ReplayError>, StoreError> {
        match self.ask_once(question).await {
            Err(error) if error.is_connection_lost() => {
                add_one(&self.counters.asked_again);
                telemetry::asked_again();
                self.ask_once(question).await
            }
            answer => answer,
        }
    }

    async fn ask_once(&self, question: &Question<'_>) -> Result<Result<(), ReplayError>, StoreError> {
        let server = self.server().await?;
        self.note(&server, server.admit(&self.scripts, question).await)
    }

    /// Gives the connection up after an error that it is no good after.
    fn note<T>(&self, server: &Arc<Server>, answer: Result<T, StoreError>) -> Result<T, StoreError> {
        if answer.as_ref().is_err_and(|error| !error.leaves_connection()) {
            self.link.give_up(server);
        }
        answer
    }

    async fn server(&self) -> Result<Arc<Server>, StoreError> {
        self.link.server(&self.settings, &self.scripts, &self.names.sentinel, &self.counters).await
    }

    /// Ends within the time that an admission may take.
    async fn bounded<T>(&self, work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(StoreError::Runtime);
        }
        tokio::time::timeout(self.settings.total(), work).await.unwrap_or_else(|_| {
            // Whatever it was that hung, nobody else is to wait for it.
            self.link.give_up_current();
            Err(StoreError::Timeout)
        })
    }

    fn next_attempt(&self) -> [u8; 16] {
        let number = self.attempts.fetch_add(1, Ordering::Relaxed);
        ((u128::from(self.process) << 64) | u128::from(number)).to_be_bytes()
    }
}

impl ReplayStore for RedisReplayStore {
    fn admit<'a>(&'a self, key: &'a ReplayKey, admissible: Admissible, now: UnixTime) -> ReplayFuture<'a> {
        Box::pin(async move {
            let watched = telemetry::Admission::begin();
            let answer = watched.during(self.ask(key, admissible, now)).await;
            self.counters.count(answer);
            watched.end(answer);
            answer
        })
    }
}

impl fmt::Debug for RedisReplayStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisReplayStore")
            .field("settings", &self.settings)
            .field("statistics", &self.statistics())
            .finish_non_exhaustive()
    }
}

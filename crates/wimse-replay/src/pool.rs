//! The way to the store: a few connections to one run of its server, made when they are needed and again when they break.

use crate::backoff::Backoff;
use crate::name::Names;
use crate::question::Scripts;
use crate::server::Server;
use crate::statistics::{Counters, add_one};
use crate::telemetry;
use crate::{RedisSettings, StoreError};
use redis::Client;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

pub(crate) struct Pool {
    client: Client,
    pub(crate) settings: RedisSettings,
    pub(crate) names: Names,
    pub(crate) scripts: Scripts,
    pub(crate) counters: Counters,
    open: Mutex<Open>,
    /// Held during an attempt to connect: others wait for its outcome, each within its own time.
    attempts: Arc<tokio::sync::Mutex<Backoff>>,
}

/// Which connection a question is asked over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Any,
    /// One that was made after another broke, if that can be had: what ends one connection may have ended them all.
    Unsuspected,
}

impl Pool {
    pub(crate) fn new(settings: RedisSettings) -> Result<Arc<Self>, StoreError> {
        Ok(Arc::new(Self {
            client: settings.client()?,
            names: Names::new(&settings.prefix),
            scripts: Scripts::new(),
            counters: Counters::default(),
            open: Mutex::default(),
            attempts: Arc::default(),
            settings,
        }))
    }

    /// A connection to the server. Where there is none one is made, but not during a pause after an attempt that failed.
    /// Where all have questions under way, another one is made meanwhile, for those that come later.
    pub(crate) async fn server(self: &Arc<Self>, which: Which) -> Result<Arc<Server>, StoreError> {
        let picked = self.lock().pick(which);
        if let Some((server, is_busy)) = picked {
            if is_busy {
                self.grow();
            }
            return Ok(server);
        }
        let mut backoff = self.attempts.lock().await;
        if let Some((server, _)) = self.lock().pick(which) {
            return Ok(server);
        }
        let made = match backoff.check(Instant::now()) {
            Ok(()) => self.connect(&mut backoff).await,
            Err(error) => Err(error),
        };
        made.or_else(|error| self.lock().pick(Which::Any).map(|(server, _)| server).ok_or(error))
    }

    /// Gives up what is no good after this error: a connection, or all of them where it is the server. Nothing, if the
    /// connection has been given up already: what is there now is newer. Questions that are under way go on.
    pub(crate) fn give_up(&self, server: &Arc<Server>, error: &StoreError) {
        let mut open = self.lock();
        if !error.leaves_connection() && open.remove(server) {
            if error.is_of_server() {
                open.clear();
            } else if error.is_connection_lost() {
                open.suspect_all();
            }
        }
    }

    /// Makes another connection, unless there are enough, somebody is at it, or it is to wait after a failure.
    fn grow(self: &Arc<Self>) {
        if self.lock().connections.len() >= self.settings.connections {
            return;
        }
        let Ok(mut backoff) = Arc::clone(&self.attempts).try_lock_owned() else { return };
        if backoff.check(Instant::now()).is_err() {
            return;
        }
        let pool = Arc::clone(self);
        // Nobody waits for it, and it ends by itself: an attempt has a timeout.
        tokio::spawn(async move {
            if pool.lock().connections.len() < pool.settings.connections {
                let _: Result<_, StoreError> = pool.connect(&mut backoff).await;
            }
        });
    }

    async fn connect(&self, backoff: &mut Backoff) -> Result<Arc<Server>, StoreError> {
        let connecting = async {
            loop {
                let cleared = self.lock().cleared;
                let made = Server::connect(&self.client, &self.settings, &self.scripts, &self.names.sentinel);
                let server = Arc::new(made.await?);
                if self.lock().add(&server, cleared) {
                    return Ok(server);
                }
            }
        };
        let connected = tokio::time::timeout(self.settings.connect_timeout, connecting).await;
        match connected.unwrap_or(Err(StoreError::Timeout)) {
            Ok(server) => {
                backoff.connected();
                add_one(&self.counters.connections);
                telemetry::connected(Ok(()));
                Ok(server)
            }
            Err(error) => {
                add_one(&self.counters.failed_connections);
                telemetry::connected(Err(&error));
                backoff.failed(error.clone(), Instant::now(), self.settings.longest_pause);
                if error.is_of_server() {
                    self.lock().clear();
                }
                Err(error)
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // Nothing panics while it is held; the connections would still be some.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The connections that there are. All of them lead to the same run of the server.
#[derive(Default)]
struct Open {
    connections: Vec<Connection>,
    /// How often all of them were given up because of the server.
    cleared: u64,
}

struct Connection {
    server: Arc<Server>,
    /// It was there when another one broke.
    is_suspect: bool,
}

impl Connection {
    /// Every question holds the server while it is asked.
    fn questions(&self) -> usize {
        Arc::strong_count(&self.server) - 1
    }
}

impl Open {
    /// The connection with the fewest questions under way, and whether there are any: a stuck one gathers no more of them.
    fn pick(&self, which: Which) -> Option<(Arc<Server>, bool)> {
        let good = self.connections.iter().filter(|open| which == Which::Any || !open.is_suspect);
        let least = good.min_by_key(|open| open.questions())?;
        let is_busy = least.questions() > 0;
        Some((Arc::clone(&least.server), is_busy))
    }

    /// Adds a connection, whose making began when all had been given up so many times; not if that has happened since.
    /// Another run of the server takes the place of the one before: no two may be asked about the same proofs.
    fn add(&mut self, server: &Arc<Server>, cleared: u64) -> bool {
        if cleared != self.cleared {
            return false;
        }
        self.connections.retain(|open| open.server.is_same_run(server));
        self.connections.push(Connection { server: Arc::clone(server), is_suspect: false });
        true
    }

    fn remove(&mut self, server: &Arc<Server>) -> bool {
        let before = self.connections.len();
        self.connections.retain(|open| !Arc::ptr_eq(&open.server, server));
        self.connections.len() < before
    }

    fn clear(&mut self) {
        self.connections.clear();
        self.cleared += 1;
    }

    fn suspect_all(&mut self) {
        for open in &mut self.connections {
            open.is_suspect = true;
        }
    }
}

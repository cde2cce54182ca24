//! The way to the store: one connection at a time, made again when it breaks.

use crate::backoff::Backoff;
use crate::question::Scripts;
use crate::server::Server;
use crate::statistics::{Counters, add_one};
use crate::telemetry;
use crate::{RedisSettings, StoreError};
use redis::Client;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

pub(crate) struct Link {
    client: Client,
    server: Mutex<Option<Arc<Server>>>,
    /// Held during an attempt to connect: others wait for its outcome, each within its own time.
    attempts: tokio::sync::Mutex<Backoff>,
}

impl Link {
    pub(crate) fn new(settings: &RedisSettings) -> Result<Self, StoreError> {
        let client = settings.client()?;
        Ok(Self { client, server: Mutex::default(), attempts: tokio::sync::Mutex::default() })
    }

    /// The server, connected to. Without a connection one is made, but not during a pause after one that failed.
    pub(crate) async fn server(
        &self,
        settings: &RedisSettings,
        scripts: &Scripts,
        sentinel: &str,
        counters: &Counters,
    ) -> Result<Arc<Server>, StoreError> {
        if let Some(server) = self.connected() {
            return Ok(server);
        }
        let mut backoff = self.attempts.lock().await;
        if let Some(server) = self.connected() {
            return Ok(server);
        }
        backoff.check(Instant::now())?;
        let connecting = Server::connect(&self.client, settings, scripts, sentinel);
        let connected = tokio::time::timeout(settings.connect_timeout, connecting).await;
        match connected.unwrap_or(Err(StoreError::Timeout)) {
            Ok(server) => {
                backoff.connected();
                add_one(&counters.connections);
                telemetry::connected(Ok(()));
                let server = Arc::new(server);
                *self.lock() = Some(Arc::clone(&server));
                Ok(server)
            }
            Err(error) => {
                add_one(&counters.failed_connections);
                telemetry::connected(Err(&error));
                backoff.failed(error.clone(), Instant::now(), settings.longest_pause);
                Err(error)
            }
        }
    }

    /// Gives a connection up, unless there is another one already. Questions that are under way over it go on.
    pub(crate) fn give_up(&self, server: &Arc<Server>) {
        let mut current = self.lock();
        if current.as_ref().is_some_and(|current| Arc::ptr_eq(current, server)) {
            *current = None;
        }
    }

    /// Gives up whatever connection there is.
    pub(crate) fn give_up_current(&self) {
        *self.lock() = None;
    }

    fn connected(&self) -> Option<Arc<Server>> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<Server>>> {
        // Nothing panics while it is held; the connection would still be one.
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! A connection to a server that can be relied on.

use crate::question::{Question, Scripts};
use crate::settings::{Eviction, Restarts};
use crate::{RedisSettings, StoreError};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client};
use wimse_creds::pop::ReplayError;

/// A connection that callers share: their questions are in flight side by side.
pub(crate) struct Server {
    connection: MultiplexedConnection,
    /// Its run id, or `*` if its memory survives restarts.
    name: String,
}

impl Server {
    /// Connects, sees that nothing is evicted, and begins the memory of the server where it has lost it.
    pub(crate) async fn connect(
        client: &Client,
        settings: &RedisSettings,
        scripts: &Scripts,
        sentinel: &str,
    ) -> Result<Self, StoreError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(settings.connect_timeout))
            .set_response_timeout(Some(settings.response_timeout));
        let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
        let name = judge(&Info(&ask_info(&mut connection).await?), settings)?;
        scripts.establish(&mut connection, sentinel, &name).await?;
        Ok(Self { connection, name })
    }

    /// Sees that it is still the same server, and that nothing is evicted.
    pub(crate) async fn check(&self, settings: &RedisSettings) -> Result<(), StoreError> {
        let info = ask_info(&mut self.connection.clone()).await?;
        if judge(&Info(&info), settings)? == self.name { Ok(()) } else { Err(StoreError::Unreachable) }
    }

    /// Whether the other connection leads to the same memory.
    pub(crate) fn is_same_run(&self, other: &Self) -> bool {
        self.name == other.name
    }

    pub(crate) async fn admit(
        &self,
        scripts: &Scripts,
        question: &Question<'_>,
    ) -> Result<Result<(), ReplayError>, StoreError> {
        scripts.admit(&mut self.connection.clone(), &self.name, question).await
    }
}

async fn ask_info(connection: &mut MultiplexedConnection) -> Result<String, StoreError> {
    Ok(redis::cmd("INFO").query_async(connection).await?)
}

/// What a server says of itself, a line for each property.
struct Info<'a>(&'a str);

impl<'a> Info<'a> {
    fn property(&self, name: &str) -> Option<&'a str> {
        let mut lines = self.0.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(property, _)| *property == name).map(|(_, value)| value.trim())
    }
}

/// Whether the server can be relied on, and under which name its memory goes.
fn judge(info: &Info<'_>, settings: &RedisSettings) -> Result<String, StoreError> {
    if info.property("loading") == Some("1") {
        return Err(StoreError::Loading);
    }
    match info.property("maxmemory_policy") {
        Some("noeviction") => {}
        Some(policy) => return Err(StoreError::Eviction { policy: policy.chars().take(32).collect() }),
        None if settings.eviction == Eviction::NeverOrUnknown => {}
        None => return Err(StoreError::EvictionUnknown),
    }
    match settings.restarts {
        Restarts::Survived if info.property("aof_enabled") != Some("1") => Err(StoreError::NotPersistent),
        Restarts::Survived => Ok("*".to_owned()),
        Restarts::Forget => {
            let run = info.property("run_id").filter(|run| is_run_id(run));
            run.map(str::to_owned).ok_or(StoreError::ServerUnknown)
        }
    }
}

fn is_run_id(text: &str) -> bool {
    (8..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = "0123456789abcdef0123456789abcdef01234567";

    fn settings() -> RedisSettings {
        RedisSettings::new("redis://localhost").unwrap()
    }

    fn judged(info: &str, settings: &RedisSettings) -> Result<String, StoreError> {
        judge(&Info(info), settings)
    }

    #[test]
    fn a_server_that_evicts_nothing_is_known_by_its_run() {
        let good = format!("# Server\r\nrun_id:{RUN}\r\nloading:0\r\nmaxmemory_policy:noeviction\r\n");
        assert_eq!(judged(&good, &settings()), Ok(RUN.to_owned()));

        let evicts = good.replace("noeviction", "volatile-lru");
        assert_eq!(judged(&evicts, &settings()), Err(StoreError::Eviction { policy: "volatile-lru".into() }));
        assert!(judged(&evicts, &settings().accept_unknown_eviction()).is_err(), "it is known, and bad");
        let silent = good.replace("maxmemory_policy", "something");
        assert_eq!(judged(&silent, &settings()), Err(StoreError::EvictionUnknown));
        assert_eq!(judged(&silent, &settings().accept_unknown_eviction()), Ok(RUN.to_owned()));

        assert_eq!(judged(&good.replace("loading:0", "loading:1"), &settings()), Err(StoreError::Loading));
        for run in ["", "0 1", "short", &"a".repeat(65)] {
            assert_eq!(judged(&good.replace(RUN, run), &settings()), Err(StoreError::ServerUnknown), "{run}");
        }
    }

    #[test]
    fn what_survives_restarts_has_a_file() {
        let settings = settings().survives_restarts();
        assert_eq!(judged("maxmemory_policy:noeviction\r\naof_enabled:1\r\n", &settings), Ok("*".to_owned()));
        for persistence in ["aof_enabled:0\r\n", ""] {
            let info = format!("maxmemory_policy:noeviction\r\n{persistence}");
            assert_eq!(judged(&info, &settings), Err(StoreError::NotPersistent), "{persistence}");
        }
    }
}

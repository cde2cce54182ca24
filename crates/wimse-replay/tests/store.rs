//! The store on a real server: once, after a loss, and when the server fails.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod support;

use std::sync::Arc;
use std::time::Duration;
use support::{Redis, key, now, sender, since};
use wimse_creds::pop::{ReplayError, ReplayStore as _};
use wimse_replay::{RedisReplayStore, RedisSettings, StoreError};

/// Later than any birth: made after the store began to remember.
const FRESH: i64 = 30;
/// Before the birth of the store.
const OLD: i64 = -1;

async fn store(redis: &Redis) -> RedisReplayStore {
    RedisReplayStore::connect(redis.settings()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_attempts_at_three_replicas_one_is_admitted() {
    let Some(redis) = Redis::start(&[]) else { return };
    // A thousand at once wait for each other: longer than an answer may take by default, where there is little processor.
    let patient = Duration::from_secs(30);
    let settings = redis.settings().response_timeout(patient).total_timeout(patient);
    let connect = async || Arc::new(RedisReplayStore::connect(settings.clone()).await.unwrap());
    let stores = [connect().await, connect().await, connect().await];
    let sender = sender("billing");
    let attempts: Vec<_> = (0..1000)
        .map(|number| {
            let (store, key) = (Arc::clone(&stores[number % 3]), key(&sender, "1"));
            tokio::spawn(async move { store.admit(&key, since(FRESH), now()).await })
        })
        .collect();
    let mut admitted = 0;
    for attempt in attempts {
        match attempt.await.unwrap() {
            Ok(()) => admitted += 1,
            Err(error) => assert_eq!(error, ReplayError::Replayed),
        }
    }
    assert_eq!(admitted, 1);
    assert_eq!(stores[0].admit(&key(&sender, "2"), since(FRESH), now()).await, Ok(()));
}

#[tokio::test]
async fn a_memory_that_was_lost_lets_nothing_in_again() {
    let Some(mut redis) = Redis::start(&[]) else { return };
    let (store, sender) = (store(&redis).await, sender("billing"));
    let captured = key(&sender, "captured");
    // Admitted by this memory, and new to the next.
    assert_eq!(store.admit(&captured, since(FRESH), now()).await, Ok(()));
    redis.command(&["FLUSHALL"]);
    assert_eq!(store.admit(&captured, since(OLD), now()).await, Err(ReplayError::Fenced));
    assert_eq!(store.admit(&key(&sender, "fresh"), since(FRESH), now()).await, Ok(()));
    redis.restart(&[]);
    assert_eq!(store.admit(&captured, since(OLD), now()).await, Err(ReplayError::Fenced));
    assert_eq!(store.admit(&key(&sender, "fresh"), since(FRESH), now()).await, Ok(()));
}

/// The snapshot has the sentinel, and not what came after it.
#[tokio::test]
async fn an_old_snapshot_is_a_loss() {
    let Some(mut redis) = Redis::start(&[]) else { return };
    let (store, sender) = (store(&redis).await, sender("billing"));
    // As if it had been there for a quarter of an hour.
    let sentinel = "{wimse-replay}:birth";
    let born: String = redis::from_redis_value(redis.command(&["GET", sentinel])).unwrap();
    let (server, _) = born.split_once(' ').unwrap();
    let long_ago = now().minus(Duration::from_secs(900));
    redis.command(&["SET", sentinel, &format!("{server} {long_ago}")]);
    redis.command(&["SAVE"]);
    assert_eq!(store.admit(&key(&sender, "captured"), since(-100), now()).await, Ok(()));
    assert_eq!(store.admit(&key(&sender, "captured"), since(-100), now()).await, Err(ReplayError::Replayed));
    redis.restart(&[]);
    assert_eq!(store.admit(&key(&sender, "captured"), since(-100), now()).await, Err(ReplayError::Fenced));
    assert_eq!(store.admit(&key(&sender, "fresh"), since(FRESH), now()).await, Ok(()));
}

#[tokio::test]
async fn what_survives_restarts_has_no_fence_after_one() {
    let durable = ["--appendonly", "yes", "--appendfsync", "always"];
    let Some(mut redis) = Redis::start(&durable) else { return };
    let store = RedisReplayStore::connect(redis.settings().survives_restarts()).await.unwrap();
    let sender = sender("billing");
    assert_eq!(store.admit(&key(&sender, "1"), since(FRESH), now()).await, Ok(()));
    redis.restart(&durable);
    assert_eq!(store.admit(&key(&sender, "1"), since(FRESH), now()).await, Err(ReplayError::Replayed));
    assert_eq!(store.admit(&key(&sender, "2"), since(FRESH), now()).await, Ok(()));
}

#[tokio::test]
async fn a_server_that_fails_admits_nothing() {
    let Some(mut redis) = Redis::start(&[]) else { return };
    let (store, sender) = (store(&redis).await, sender("billing"));
    redis.command(&["CLIENT", "PAUSE", "60000"]);
    assert_eq!(
        store.admit(&key(&sender, "paused"), since(FRESH), now()).await,
        Err(ReplayError::Unavailable)
    );
    redis.restart(&[]);
    redis.stop();
    assert_eq!(store.admit(&key(&sender, "down"), since(FRESH), now()).await, Err(ReplayError::Unavailable));
    assert!(matches!(store.ready().await, Err(StoreError::Unreachable | StoreError::Timeout)));
}

#[tokio::test]
async fn full_clocks_apart_too_long_and_too_many() {
    let Some(redis) = Redis::start(&[]) else { return };
    let settings = redis.settings().share_per_sender(2);
    let (store, greedy, other) =
        (RedisReplayStore::connect(settings).await.unwrap(), sender("greedy"), sender("other"));
    let ask = async |sender, id, at| store.admit(&key(sender, id), since(FRESH), at).await;
    let hour = Duration::from_secs(3600);
    assert_eq!(ask(&greedy, "1", now().minus(hour / 12)).await, Err(ReplayError::Clock));
    assert_eq!(ask(&greedy, "1", now().minus(hour)).await, Err(ReplayError::Window));
    assert_eq!([ask(&greedy, "1", now()).await, ask(&greedy, "2", now()).await], [Ok(()), Ok(())]);
    assert_eq!(ask(&greedy, "3", now()).await, Err(ReplayError::SenderShare));
    assert_eq!(ask(&greedy, "2", now()).await, Err(ReplayError::Replayed));
    assert_eq!(ask(&other, "3", now()).await, Ok(()));
    redis.command(&["CONFIG", "SET", "maxmemory", "1"]);
    assert_eq!(ask(&other, "4", now()).await, Err(ReplayError::Full));
    redis.command(&["CONFIG", "SET", "maxmemory", "0"]);
    assert_eq!(ask(&other, "4", now()).await, Ok(()));
}

#[tokio::test]
async fn a_server_that_cannot_be_relied_on_is_refused_at_the_start() {
    let Some(redis) = Redis::start(&["--maxmemory-policy", "allkeys-lru", "--requirepass", "secret"]) else {
        return;
    };
    let connect = async |settings: RedisSettings| RedisReplayStore::connect(settings).await.map(|_| ());
    let (nobody, wrong, right) = (
        redis.address(),
        format!("{}?pass=wrong", redis.address()),
        format!("{}?pass=secret", redis.address()),
    );
    for (address, error) in [
        (nobody, StoreError::Authentication),
        (wrong, StoreError::Authentication),
        (right, StoreError::Eviction { policy: "allkeys-lru".into() }),
    ] {
        assert_eq!(connect(RedisSettings::new(&address).unwrap()).await, Err(error));
    }
}

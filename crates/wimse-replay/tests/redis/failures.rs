//! A server that refuses, dies or is not ready: nothing is admitted, and afterwards all is well again.

use crate::program::PATIENCE;
use crate::proofs::{FRESH, OLD, Sender};
use crate::server::Redis;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wimse_creds::pop::ReplayError;
use wimse_replay::{RedisReplayStore, StoreError};

/// Asks with new proofs until one is admitted; until then the store is not available.
pub(crate) async fn until_admitted(store: &RedisReplayStore, sender: &Sender) {
    let start = Instant::now();
    for number in 0.. {
        match sender.ask(store, &format!("attempt {number}"), FRESH).await {
            Ok(()) => return,
            Err(error) => assert_eq!(error, ReplayError::Unavailable),
        }
        assert!(start.elapsed() < PATIENCE, "{:?}", store.ready().await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn read_only() {
    let Some(redis) = Redis::start(&[]) else { return };
    let (store, sender) = (redis.store().await, Sender::new("billing"));
    assert_eq!(sender.ask(&store, "1", FRESH).await, Ok(()));
    // Of a server that is not there: it goes on with what it has.
    redis.command(&["REPLICAOF", "127.0.0.1", "1"]);
    assert_eq!(sender.ask(&store, "2", FRESH).await, Err(ReplayError::Unavailable));
    assert_eq!(sender.ask(&store, "2", FRESH).await, Err(ReplayError::Unavailable));
    assert_eq!(store.ready().await, Err(StoreError::ReadOnly));
    assert_eq!(RedisReplayStore::connect(redis.settings()).await.err(), Some(StoreError::ReadOnly));
    redis.command(&["REPLICAOF", "NO", "ONE"]);
    until_admitted(&store, &sender).await;
    assert_eq!(store.ready().await, Ok(()));
    assert_eq!(sender.ask(&store, "1", FRESH).await, Err(ReplayError::Replayed));
}

/// Writes are refused while too few replicas follow.
#[tokio::test]
async fn without_the_replicas_that_it_must_have() {
    let Some(redis) = Redis::start(&[]) else { return };
    let (store, sender) = (redis.store().await, Sender::new("billing"));
    redis.command(&["CONFIG", "SET", "min-replicas-to-write", "1"]);
    assert_eq!(sender.ask(&store, "1", FRESH).await, Err(ReplayError::Unavailable));
    assert_eq!(store.ready().await, Err(StoreError::ReadOnly));
    redis.command(&["CONFIG", "SET", "min-replicas-to-write", "0"]);
    until_admitted(&store, &sender).await;
}

#[tokio::test]
async fn loading() {
    let Some(mut redis) = Redis::start(&["--enable-debug-command", "local"]) else { return };
    let (store, sender) = (redis.store().await, Sender::new("billing"));
    redis.command(&["DEBUG", "POPULATE", "3000", "key", "1024"]);
    redis.command(&["SAVE"]);
    // A minute in all, but for the end of the delay; it listens in between.
    let slow = ["--key-load-delay", "20000", "--loading-process-events-interval-bytes", "1024"];
    redis.restart_loading(&slow);
    assert_eq!(sender.ask(&store, "1", FRESH).await, Err(ReplayError::Unavailable));
    let settings = redis.settings();
    assert_eq!(RedisReplayStore::connect(settings).await.err(), Some(StoreError::Loading));
    redis.command(&["CONFIG", "SET", "key-load-delay", "0"]);
    until_admitted(&store, &sender).await;
}

#[tokio::test]
async fn full() {
    let Some(redis) = Redis::start(&[]) else { return };
    let (store, sender) = (redis.store().await, Sender::new("billing"));
    assert_eq!(sender.ask(&store, "1", FRESH).await, Ok(()));
    redis.command(&["CONFIG", "SET", "maxmemory", "1"]);
    assert_eq!(sender.ask(&store, "2", FRESH).await, Err(ReplayError::Full));
    assert_eq!(RedisReplayStore::connect(redis.settings()).await.err(), Some(StoreError::Full));
    redis.command(&["CONFIG", "SET", "maxmemory", "0"]);
    assert_eq!(sender.ask(&store, "2", FRESH).await, Ok(()));
    assert_eq!(sender.ask(&store, "1", FRESH).await, Err(ReplayError::Replayed), "nothing was evicted");
    assert_eq!((store.statistics().full, store.statistics().connections), (1, 1), "the connection is good");
}

/// Filled by its own proofs up to a limit that an operator would set.
#[tokio::test]
async fn filled_by_proofs() {
    let Some(redis) = Redis::start(&["--maxmemory-policy", "noeviction"]) else { return };
    let (store, sender) = (redis.store().await, Sender::new("billing"));
    let info = redis.text(&["INFO", "memory"]);
    let used = info.lines().find_map(|line| line.strip_prefix("used_memory:")).unwrap();
    let limit = used.trim().parse::<u64>().unwrap() + 200_000;
    redis.command(&["CONFIG", "SET", "maxmemory", &limit.to_string()]);
    let mut admitted = Vec::new();
    let refusal = loop {
        let id = admitted.len().to_string();
        match sender.ask(&store, &id, FRESH).await {
            Ok(()) => admitted.push(id),
            Err(error) => break error,
        }
        assert!(admitted.len() < 100_000);
    };
    assert_eq!(refusal, ReplayError::Full);
    assert!(!admitted.is_empty());
    // An answer from memory needs none; but a script that may write is refused before it looks, on some servers.
    for id in &admitted {
        let again = sender.ask(&store, id, FRESH).await;
        assert!(matches!(again, Err(ReplayError::Replayed | ReplayError::Full)), "{again:?}");
    }
    redis.command(&["CONFIG", "SET", "maxmemory", "0"]);
    for id in &admitted {
        assert_eq!(sender.ask(&store, id, FRESH).await, Err(ReplayError::Replayed));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_is_asked() {
    let Some(mut redis) = Redis::start(&[]) else { return };
    let (store, sender) = (Arc::new(redis.store().await), Arc::new(Sender::new("billing")));
    let attempts: Vec<_> = (0..400)
        .map(|number| {
            let (store, sender) = (Arc::clone(&store), Arc::clone(&sender));
            tokio::spawn(async move { sender.ask(&*store, &number.to_string(), FRESH).await })
        })
        .collect();
    redis.kill();
    for attempt in attempts {
        let answer = tokio::time::timeout(PATIENCE, attempt).await.unwrap().unwrap();
        assert!(matches!(answer, Ok(()) | Err(ReplayError::Unavailable)), "{answer:?}");
    }
    assert_eq!(sender.ask(&*store, "down", FRESH).await, Err(ReplayError::Unavailable));
    assert_eq!(store.ready().await, Err(StoreError::Unreachable));
    redis.restart(&[]);
    until_admitted(&store, &sender).await;
    // Whichever of them were admitted.
    for number in 0..400 {
        assert_eq!(sender.ask(&*store, &number.to_string(), OLD).await, Err(ReplayError::Fenced));
    }
}

#[tokio::test]
async fn a_service_may_begin_without_its_store() {
    let Some(mut redis) = Redis::start(&[]) else { return };
    redis.kill();
    let store = RedisReplayStore::new(redis.settings()).unwrap();
    let sender = Sender::new("billing");
    assert_eq!(sender.ask(&store, "1", FRESH).await, Err(ReplayError::Unavailable));
    assert!(RedisReplayStore::connect(redis.settings()).await.is_err());
    redis.restart(&[]);
    until_admitted(&store, &sender).await;
}

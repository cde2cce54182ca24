//! A proof is admitted once, by whatever replica, and others are not in its way.

use crate::program::PATIENCE;
use crate::proofs::{FRESH, Sender, now, since};
use crate::server::Redis;
use std::sync::Arc;
use std::time::Duration;
use wimse_creds::pop::ReplayError;
use wimse_replay::{RedisReplayStore, RedisSettings};

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_attempts_at_three_replicas_one_is_admitted() {
    let Some(redis) = Redis::start(&[]) else { return };
    let settings = redis.settings();
    let connect = async || Arc::new(RedisReplayStore::connect(settings.clone()).await.unwrap());
    let stores = [connect().await, connect().await, connect().await];
    let sender = Arc::new(Sender::new("billing"));
    let attempts: Vec<_> = (0..1000)
        .map(|number| {
            let (store, sender) = (Arc::clone(&stores[number % 3]), Arc::clone(&sender));
            tokio::spawn(async move { sender.ask(&*store, "1", FRESH).await })
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
    let sum = |count: fn(&RedisReplayStore) -> u64| stores.iter().map(|store| count(store)).sum::<u64>();
    assert_eq!(sum(|store| store.statistics().admitted), 1);
    assert_eq!(sum(|store| store.statistics().replayed), 999);
    let connections = sum(|store| store.statistics().connections);
    assert!((3..=3 * RedisSettings::DEFAULT_CONNECTIONS as u64).contains(&connections), "{connections}");
    assert_eq!(sender.ask(&*stores[0], "2", FRESH).await, Ok(()));
}

/// Decision 23: an identifier is unique within the key of its sender. Services with other prefixes are others.
#[tokio::test]
async fn what_is_another_proof_is_not_in_its_way() {
    let Some(redis) = Redis::start(&[]) else { return };
    let store = redis.store().await;
    let (billing, orders) = (Sender::new("billing"), Sender::new("orders"));
    assert_eq!(billing.ask(&store, "1", FRESH).await, Ok(()));
    assert_eq!(billing.ask(&store, "1", FRESH).await, Err(ReplayError::Replayed));
    assert_eq!(orders.ask(&store, "1", FRESH).await, Ok(()));
    assert_eq!(billing.ask(&store, "2", FRESH).await, Ok(()));
    let elsewhere = redis.settings().prefix("elsewhere").unwrap();
    let elsewhere = RedisReplayStore::connect(elsewhere).await.unwrap();
    assert_eq!(billing.ask(&elsewhere, "1", FRESH).await, Ok(()));
}

/// What is no secret of a token, and leaves by itself: names are hashes, and all but the birth have an end.
#[tokio::test]
async fn what_is_kept_ends_and_tells_nothing() {
    let Some(redis) = Redis::start(&[]) else { return };
    let (store, sender) = (redis.store().await, Sender::new("billing"));
    assert_eq!(sender.ask(&store, "an-identifier", FRESH).await, Ok(()));
    let keys: Vec<String> = redis::from_redis_value(redis.command(&["KEYS", "*"])).unwrap();
    assert_eq!(keys.len(), 3, "{keys:?}");
    for key in keys {
        assert!(
            key.starts_with("{wimse-replay}:") && !key.contains("billing") && !key.contains("identifier")
        );
        let seconds: i64 = redis::from_redis_value(redis.command(&["TTL", &key])).unwrap();
        let longest = match &key["{wimse-replay}:".len()..] {
            // Valid for a minute, by clocks that may be apart by ten seconds.
            proof if proof.starts_with("p:") => 60..=70,
            count if count.starts_with("s:") => 0..=2 * (400 + 20),
            birth => {
                assert_eq!(birth, "birth");
                -1..=-1
            }
        };
        assert!(longest.contains(&seconds), "{key}: {seconds}");
    }
}

/// Who goes away in the middle disturbs nobody.
#[tokio::test]
async fn an_attempt_that_is_abandoned_is_answered_to_nobody() {
    let Some(redis) = Redis::start(&[]) else { return };
    let (store, sender) = (redis.store().await, Sender::new("billing"));
    redis.command(&["CLIENT", "PAUSE", "50"]);
    for number in 0..20 {
        let id = format!("abandoned {number}");
        let abandoned = tokio::time::timeout(Duration::ZERO, sender.ask(&store, &id, FRESH)).await;
        assert!(abandoned.is_err());
    }
    let admitted = tokio::time::timeout(PATIENCE, sender.ask(&store, "1", FRESH)).await.unwrap();
    assert_eq!(admitted, Ok(()));
    assert_eq!(sender.ask(&store, "1", FRESH).await, Err(ReplayError::Replayed));
}

#[tokio::test]
async fn shares_windows_and_clocks() {
    let Some(redis) = Redis::start(&[]) else { return };
    let store = RedisReplayStore::connect(redis.settings().share_per_sender(2)).await.unwrap();
    let (greedy, other) = (Sender::new("greedy"), Sender::new("other"));
    use wimse_creds::pop::ReplayStore as _;
    let at = async |time| store.admit(&greedy.key("1"), since(FRESH), time).await;
    assert_eq!(at(now().minus(Duration::from_secs(300))).await, Err(ReplayError::Clock));
    assert_eq!(at(now().plus(Duration::from_secs(30))).await, Err(ReplayError::Clock));
    assert_eq!(at(now().minus(Duration::from_secs(3600))).await, Err(ReplayError::Window));
    assert_eq!(at(now()).await, Ok(()), "nothing was remembered of it");
    assert_eq!(greedy.ask(&store, "2", FRESH).await, Ok(()));
    assert_eq!(greedy.ask(&store, "3", FRESH).await, Err(ReplayError::SenderShare));
    assert_eq!(greedy.ask(&store, "2", FRESH).await, Err(ReplayError::Replayed));
    assert_eq!(other.ask(&store, "3", FRESH).await, Ok(()));
}

//! A store that has lost its memory lets nothing in again.

use crate::proofs::{FRESH, OLD, Sender, now};
use crate::server::Redis;
use std::time::Duration;
use wimse_creds::pop::ReplayError;
use wimse_replay::RedisReplayStore;

#[tokio::test]
async fn emptied_while_it_runs() {
    for command in ["FLUSHALL", "FLUSHDB"] {
        let Some(redis) = Redis::start(&[]) else { return };
        let (store, sender) = (redis.store().await, Sender::new("billing"));
        // Admitted by this memory, and new to the next.
        assert_eq!(sender.ask(&store, "captured", FRESH).await, Ok(()));
        assert_eq!(sender.ask(&store, "captured", FRESH).await, Err(ReplayError::Replayed), "the twin");
        redis.command(&[command]);
        assert_eq!(sender.ask(&store, "captured", OLD).await, Err(ReplayError::Fenced));
        assert_eq!(sender.ask(&store, "fresh", FRESH).await, Ok(()));
        assert_eq!(sender.ask(&store, "captured", OLD).await, Err(ReplayError::Fenced), "still");
        assert_eq!((store.statistics().connections, store.statistics().fenced), (1, 2));
    }
}

#[tokio::test]
async fn restarted_empty() {
    let Some(mut redis) = Redis::start(&[]) else { return };
    let (store, sender) = (redis.store().await, Sender::new("billing"));
    assert_eq!(sender.ask(&store, "captured", FRESH).await, Ok(()));
    redis.restart(&[]);
    assert_eq!(sender.ask(&store, "captured", OLD).await, Err(ReplayError::Fenced));
    assert_eq!(sender.ask(&store, "fresh", FRESH).await, Ok(()));
    assert_eq!(sender.ask(&store, "fresh", FRESH).await, Err(ReplayError::Replayed));
}

/// What the fence is about is the second in which the memory began, and the clocks that may be apart.
#[tokio::test]
async fn up_to_its_birth_and_the_skew() {
    let Some(redis) = Redis::start(&[]) else { return };
    let skew = 7;
    let settings = redis.settings().max_clock_skew(Duration::from_secs(skew));
    let (store, sender) = (RedisReplayStore::connect(settings).await.unwrap(), Sender::new("billing"));
    let born = redis.text(&["GET", "{wimse-replay}:birth"]);
    let born: i64 = born.split_once(' ').unwrap().1.parse().unwrap();
    use wimse_creds::pop::{Admissible, ReplayStore as _};
    for (after, answer) in [(0, Err(ReplayError::Fenced)), (7, Err(ReplayError::Fenced)), (8, Ok(()))] {
        let from = wimse_creds::UnixTime::from_secs(u64::try_from(born + after).unwrap());
        let admissible = Admissible { from, until: now().plus(Duration::from_secs(60)) };
        let key = sender.key("1");
        assert_eq!(store.admit(&key, admissible, now()).await, answer, "{after}");
    }
}

/// The snapshot has the sentinel, and not what came after it.
#[tokio::test]
async fn restarted_with_an_old_snapshot() {
    let Some(mut redis) = Redis::start(&[]) else { return };
    let (store, sender) = (redis.store().await, Sender::new("billing"));
    // As if it had been there for a quarter of an hour.
    let sentinel = "{wimse-replay}:birth";
    let born = redis.text(&["GET", sentinel]);
    let (server, _) = born.split_once(' ').unwrap();
    let long_ago = now().minus(Duration::from_secs(900));
    redis.command(&["SET", sentinel, &format!("{server} {long_ago}")]);
    redis.command(&["SAVE"]);
    assert_eq!(sender.ask(&store, "captured", -100).await, Ok(()));
    assert_eq!(sender.ask(&store, "captured", -100).await, Err(ReplayError::Replayed));
    redis.restart(&[]);
    assert_eq!(redis.text(&["GET", sentinel]), format!("{server} {long_ago}"), "it is back");
    assert_eq!(sender.ask(&store, "captured", -100).await, Err(ReplayError::Fenced));
    assert_eq!(sender.ask(&store, "fresh", FRESH).await, Ok(()));
}

#[tokio::test]
async fn what_survives_restarts_has_no_fence_after_one() {
    let durable = ["--appendonly", "yes", "--appendfsync", "always"];
    let Some(mut redis) = Redis::start(&durable) else { return };
    let store = RedisReplayStore::connect(redis.settings().survives_restarts()).await.unwrap();
    let sender = Sender::new("billing");
    assert_eq!(sender.ask(&store, "1", FRESH).await, Ok(()));
    redis.restart(&durable);
    assert_eq!(sender.ask(&store, "1", FRESH).await, Err(ReplayError::Replayed));
    assert_eq!(sender.ask(&store, "2", FRESH).await, Ok(()));
    // Emptied, it has lost its memory as any other.
    redis.command(&["FLUSHALL"]);
    assert_eq!(sender.ask(&store, "1", OLD).await, Err(ReplayError::Fenced));
}

/// The scripts are memory, too: without them, the question is asked in full.
#[tokio::test]
async fn forgotten_scripts_are_sent_again() {
    let Some(redis) = Redis::start(&[]) else { return };
    let (store, sender) = (redis.store().await, Sender::new("billing"));
    assert_eq!(sender.ask(&store, "1", FRESH).await, Ok(()));
    redis.command(&["SCRIPT", "FLUSH"]);
    assert_eq!(sender.ask(&store, "1", FRESH).await, Err(ReplayError::Replayed));
    assert_eq!(sender.ask(&store, "2", FRESH).await, Ok(()));
}

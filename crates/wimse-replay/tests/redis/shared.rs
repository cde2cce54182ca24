//! `Replay::Shared` on a real server that fails: deny, or fall back and count it.

use crate::failures::until_admitted;
use crate::proofs::{FRESH, OLD, Sender};
use crate::server::Redis;
use std::sync::Arc;
use wimse_creds::pop::{MemoryReplayGuard, OnError, Replay, ReplayError, SharedReplay};

#[tokio::test]
async fn it_denies_while_the_store_is_down() {
    let Some(mut redis) = Redis::start(&[]) else { return };
    let (store, sender) = (Arc::new(redis.store().await), Sender::new("billing"));
    let shared = Arc::new(SharedReplay::new(store.clone(), OnError::Deny));
    let replay = Replay::Shared(shared.clone());
    assert_eq!(sender.ask(&replay, "1", FRESH).await, Ok(()));
    redis.kill();
    for id in ["1", "2", "3"] {
        assert_eq!(sender.ask(&replay, id, FRESH).await, Err(ReplayError::Unavailable));
    }
    assert_eq!((shared.denied(), shared.fallbacks()), (3, 0));
    redis.restart(&[]);
    until_admitted(&store, &sender).await;
    assert_eq!(sender.ask(&replay, "2", FRESH).await, Ok(()), "refused, and so not used up");
    assert_eq!(sender.ask(&replay, "1", OLD).await, Err(ReplayError::Fenced));
    assert_eq!((shared.denied(), shared.fallbacks()), (3, 0), "a fence is an answer");
}

#[tokio::test]
async fn it_falls_back_where_that_is_allowed_and_counts_it() {
    let Some(mut redis) = Redis::start(&[]) else { return };
    let (store, sender) = (Arc::new(redis.store().await), Sender::new("billing"));
    let beside = OnError::Allow(Arc::new(MemoryReplayGuard::new(1000)));
    let shared = Arc::new(SharedReplay::new(store.clone(), beside));
    let replay = Replay::Shared(shared.clone());
    assert_eq!(sender.ask(&replay, "before", FRESH).await, Ok(()));
    redis.kill();
    assert_eq!(sender.ask(&replay, "before", FRESH).await, Err(ReplayError::Replayed));
    assert_eq!(sender.ask(&replay, "meanwhile", FRESH).await, Ok(()));
    assert_eq!(sender.ask(&replay, "meanwhile", FRESH).await, Err(ReplayError::Replayed));
    assert_eq!((shared.denied(), shared.fallbacks()), (0, 1));
    redis.restart(&[]);
    until_admitted(&store, &sender).await;
    assert_eq!(sender.ask(&replay, "meanwhile", FRESH).await, Err(ReplayError::Replayed));
    assert_eq!(sender.ask(&replay, "of before the restart", OLD).await, Err(ReplayError::Fenced));
    assert_eq!(sender.ask(&replay, "after", FRESH).await, Ok(()));
    // Full is an answer: nothing is let in beside it.
    redis.command(&["CONFIG", "SET", "maxmemory", "1"]);
    assert_eq!(sender.ask(&replay, "while it is full", FRESH).await, Err(ReplayError::Full));
    assert_eq!((shared.denied(), shared.fallbacks()), (0, 1));
}

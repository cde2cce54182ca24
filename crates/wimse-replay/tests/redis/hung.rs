//! A server that takes connections and questions, and answers nothing.

use crate::failures::until_admitted;
use crate::program::PATIENCE;
use crate::proofs::{FRESH, Sender};
use crate::server::Redis;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use wimse_creds::pop::ReplayError;
use wimse_replay::{RedisReplayStore, StoreError};

#[tokio::test]
async fn stopped() {
    let Some(redis) = Redis::start(&[]) else { return };
    let store = RedisReplayStore::connect(redis.impatient_settings()).await.unwrap();
    let (store, sender) = (Arc::new(store), Arc::new(Sender::new("billing")));
    assert_eq!(sender.ask(&*store, "1", FRESH).await, Ok(()));
    redis.signal("STOP");
    // The first waits for an answer, later ones for a connection, and the last ones for neither.
    let attempts: Vec<_> = (0..100)
        .map(|number| {
            let (store, sender) = (Arc::clone(&store), Arc::clone(&sender));
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(number * 25)).await;
                sender.ask(&*store, &format!("stopped {number}"), FRESH).await
            })
        })
        .collect();
    for attempt in attempts {
        let answer = tokio::time::timeout(PATIENCE, attempt).await.unwrap().unwrap();
        assert_eq!(answer, Err(ReplayError::Unavailable));
    }
    assert_eq!(store.ready().await, Err(StoreError::Timeout));
    assert_eq!(store.statistics().unavailable, 100);
    redis.signal("CONT");
    until_admitted(&store, &sender).await;
    assert_eq!(sender.ask(&*store, "1", FRESH).await, Err(ReplayError::Replayed), "it has lost nothing");
}

/// The answer may take longer than the admission: that ends it, and the connection is not kept for others.
#[tokio::test]
async fn whatever_waits_the_admission_ends() {
    let Some(redis) = Redis::start(&[]) else { return };
    let short = Duration::from_secs(1);
    let settings = redis.settings().response_timeout(PATIENCE);
    let settings = settings.connect_timeout(short / 2).total_timeout(short);
    let (store, sender) = (RedisReplayStore::connect(settings).await.unwrap(), Sender::new("billing"));
    redis.signal("STOP");
    for id in ["1", "2"] {
        let answer = tokio::time::timeout(PATIENCE / 2, sender.ask(&store, id, FRESH)).await.unwrap();
        assert_eq!(answer, Err(ReplayError::Unavailable));
    }
    assert!(store.statistics().failed_connections > 0, "the second had no connection");
    redis.signal("CONT");
    until_admitted(&store, &sender).await;
}

/// Not on a runtime there are neither timeouts nor connections.
#[test]
fn outside_a_runtime() {
    let Some(redis) = Redis::start(&[]) else { return };
    let store = RedisReplayStore::new(redis.settings()).unwrap();
    let sender = Sender::new("billing");
    let mut ready = pin!(store.ready());
    let mut context = Context::from_waker(Waker::noop());
    assert_eq!(ready.as_mut().poll(&mut context), Poll::Ready(Err(StoreError::Runtime)));
    let mut asked = pin!(sender.ask(&store, "1", FRESH));
    assert_eq!(asked.as_mut().poll(&mut context), Poll::Ready(Err(ReplayError::Unavailable)));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    assert_eq!(runtime.block_on(sender.ask(&store, "1", FRESH)), Ok(()));
}

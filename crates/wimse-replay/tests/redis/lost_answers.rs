//! An answer that is lost on the way: the same attempt is made again, and is no replay of itself.

use crate::failures::until_admitted;
use crate::proofs::{FRESH, Sender};
use crate::relay::Relay;
use crate::server::Redis;
use wimse_creds::pop::ReplayError;
use wimse_replay::RedisReplayStore;

#[tokio::test]
async fn the_attempt_is_made_again() {
    let Some(redis) = Redis::start(&[]) else { return };
    let relay = Relay::to(redis.socket()).await;
    let (store, sender) =
        (RedisReplayStore::connect(relay.settings()).await.unwrap(), Sender::new("billing"));
    for id in ["1", "2", "3"] {
        // The server admits it, and nobody hears of it.
        relay.break_answers(1);
        assert_eq!(sender.ask(&store, id, FRESH).await, Ok(()));
        assert_eq!(sender.ask(&store, id, FRESH).await, Err(ReplayError::Replayed), "another attempt");
    }
    let statistics = store.statistics();
    assert_eq!((statistics.asked_again, statistics.connections, statistics.admitted), (3, 4, 3));
}

#[tokio::test]
async fn but_once_only() {
    let Some(redis) = Redis::start(&[]) else { return };
    let relay = Relay::to(redis.socket()).await;
    let (store, sender) =
        (RedisReplayStore::connect(relay.settings()).await.unwrap(), Sender::new("billing"));
    relay.break_answers(u32::MAX);
    assert_eq!(sender.ask(&store, "1", FRESH).await, Err(ReplayError::Unavailable));
    assert_eq!(store.statistics().asked_again, 1);
    relay.break_answers(0);
    // The first was used up, as is documented: who retries makes a new one.
    until_admitted(&store, &sender).await;
    assert_eq!(sender.ask(&store, "1", FRESH).await, Err(ReplayError::Replayed));
}

//! What a server must be like, and what it lets us do.

use crate::connections::open;
use crate::failures::until_admitted;
use crate::proofs::{FRESH, Sender};
use crate::server::{Redis, patient};
use wimse_creds::pop::ReplayError;
use wimse_replay::{RedisReplayStore, RedisSettings, StoreError};

async fn connect(settings: RedisSettings) -> Result<(), StoreError> {
    RedisReplayStore::connect(settings).await.map(|_| ())
}

#[tokio::test]
async fn a_server_that_evicts_is_refused() {
    let Some(redis) = Redis::start(&["--maxmemory", "100mb"]) else { return };
    for policy in ["allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-lru", "volatile-ttl"] {
        redis.command(&["CONFIG", "SET", "maxmemory-policy", policy]);
        let refusal = Err(StoreError::Eviction { policy: policy.into() });
        assert_eq!(connect(redis.settings()).await, refusal);
        assert_eq!(connect(redis.settings().accept_unknown_eviction()).await, refusal, "it is known");
    }
    redis.command(&["CONFIG", "SET", "maxmemory-policy", "noeviction"]);
    assert_eq!(connect(redis.settings()).await, Ok(()));
}

#[tokio::test]
async fn a_health_check_notices_that_it_evicts_now() {
    let Some(redis) = Redis::start(&[]) else { return };
    let (store, sender) = (redis.store().await, Sender::new("billing"));
    // What one connection tells of the server is true of the other one, too.
    open(&store, &sender, 2).await;
    assert_eq!(store.ready().await, Ok(()));
    redis.command(&["CONFIG", "SET", "maxmemory-policy", "volatile-ttl"]);
    let refusal = Err(StoreError::Eviction { policy: "volatile-ttl".into() });
    assert_eq!(store.ready().await, refusal);
    assert_eq!(sender.ask(&store, "1", FRESH).await, Err(ReplayError::Unavailable));
    redis.command(&["CONFIG", "SET", "maxmemory-policy", "noeviction"]);
    until_admitted(&store, &sender).await;
}

#[tokio::test]
async fn without_a_file_it_survives_nothing() {
    let Some(redis) = Redis::start(&[]) else { return };
    assert_eq!(connect(redis.settings().survives_restarts()).await, Err(StoreError::NotPersistent));
    assert_eq!(connect(redis.settings()).await, Ok(()));
}

#[tokio::test]
async fn passwords() {
    let Some(redis) = Redis::start(&["--requirepass", "secret"]) else { return };
    for (query, answer) in [
        ("", Err(StoreError::Authentication)),
        ("?pass=wrong", Err(StoreError::Authentication)),
        ("?pass=secret", Ok(())),
    ] {
        let address = format!("{}{query}", redis.address());
        assert_eq!(connect(patient(RedisSettings::new(&address).unwrap())).await, answer, "{query}");
    }
}

/// The rights that `RedisSettings` names are enough, and each of them is needed.
#[tokio::test]
async fn rights() {
    const KEYS: &str = "~{wimse-replay}:*";
    const COMMANDS: [&str; 8] =
        ["+evalsha", "+script|load", "+info", "+time", "+get", "+set", "+incr", "+expire"];
    let Some(redis) = Redis::start(&[]) else { return };
    let sender = Sender::new("billing");
    let mut without: Vec<Option<&str>> = COMMANDS.map(Some).to_vec();
    without.extend([Some(KEYS), None]);
    for (number, missing) in without.into_iter().enumerate() {
        let user = format!("user{number}");
        let rights = [KEYS].into_iter().chain(COMMANDS).filter(|right| Some(*right) != missing);
        let words: Vec<&str> =
            ["ACL", "SETUSER", &user, "on", ">secret", "resetchannels"].into_iter().chain(rights).collect();
        redis.command(&words);
        redis.command(&["FLUSHALL"]);
        redis.command(&["SCRIPT", "FLUSH"]);
        let address = format!("{}?user={user}&pass=secret", redis.address());
        let store = RedisReplayStore::new(patient(RedisSettings::new(&address).unwrap())).unwrap();
        let answer = sender.ask(&store, "1", FRESH).await;
        if missing.is_none() {
            assert_eq!((answer, store.ready().await), (Ok(()), Ok(())));
        } else {
            assert_eq!(answer, Err(ReplayError::Unavailable), "{missing:?}");
        }
    }
}

#[tokio::test]
async fn what_may_not_be_done_is_said() {
    let Some(redis) = Redis::start(&[]) else { return };
    redis.command(&["ACL", "SETUSER", "reader", "on", ">secret", "~*", "+@read", "+info", "+evalsha"]);
    let address = format!("{}?user=reader&pass=secret", redis.address());
    assert_eq!(connect(patient(RedisSettings::new(&address).unwrap())).await, Err(StoreError::NotPermitted));
}

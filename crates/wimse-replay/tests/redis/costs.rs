//! What an admission costs: the numbers in the README.

use crate::proofs::{FRESH, Sender};
use crate::server::Redis;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Instant;
use wimse_creds::pop::ReplayStore;
use wimse_replay::RedisReplayStore;

/// Calls of commands and microseconds that they took, by the server's own count.
fn commands(redis: &Redis) -> BTreeMap<String, (u64, u64)> {
    let info = redis.text(&["INFO", "commandstats"]);
    let lines = info.lines().filter_map(|line| line.strip_prefix("cmdstat_")?.split_once(':'));
    lines
        .map(|(name, values)| {
            let value = |name: &str| {
                let mut values = values.split(',').filter_map(|value| value.split_once('='));
                values.find(|(value, _)| *value == name).unwrap().1.parse().unwrap()
            };
            (name.to_owned(), (value("calls"), value("usec")))
        })
        .collect()
}

fn used_memory(redis: &Redis) -> u64 {
    let info = redis.text(&["INFO", "memory"]);
    let used = info.lines().find_map(|line| line.strip_prefix("used_memory:")).unwrap();
    used.trim().parse().unwrap()
}

async fn ask_each(store: &RedisReplayStore, sender: &Sender, ids: std::ops::Range<u32>) {
    for id in ids {
        assert_eq!(sender.ask(store, &id.to_string(), FRESH).await, Ok(()));
    }
}

#[tokio::test]
async fn one_command_for_a_proof() {
    let Some(redis) = Redis::start(&[]) else { return };
    let (store, sender) = (redis.store().await, Sender::new("billing"));
    ask_each(&store, &sender, 0..1).await;
    redis.command(&["CONFIG", "RESETSTAT"]);
    ask_each(&store, &sender, 1..101).await;
    let calls: BTreeMap<String, u64> =
        commands(&redis).into_iter().map(|(name, (calls, _))| (name, calls)).collect();
    let of = |name: &str| calls.get(name).copied().unwrap_or_default();
    assert_eq!((of("evalsha"), of("eval"), of("script|load")), (100, 0, 0), "{calls:?}");
    // Within the script: the sentinel, both counts of the sender.
    assert_eq!((of("time"), of("get"), of("set"), of("incr")), (100, 300, 100, 100), "{calls:?}");
}

#[tokio::test]
async fn a_quarter_of_a_kibibyte_for_an_entry() {
    let Some(redis) = Redis::start(&[]) else { return };
    let (store, sender) = (redis.store().await, Sender::new("billing"));
    ask_each(&store, &sender, 0..100).await;
    let entries = 4000;
    let before = used_memory(&redis);
    ask_each(&store, &sender, 100..100 + entries).await;
    let bytes = (used_memory(&redis) - before) / u64::from(entries);
    assert!((100..=256).contains(&bytes), "{bytes}");
}

/// `cargo test -p wimse-replay --test redis costs -- --ignored --nocapture`
#[tokio::test]
#[ignore = "it measures time"]
async fn time() {
    let Some(redis) = Redis::start(&[]) else { return };
    let (store, sender) = (redis.store().await, Sender::new("billing"));
    let client = redis::Client::open(redis.address()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    redis.command(&["CONFIG", "RESETSTAT"]);
    let (mut admissions, mut pings) = (Vec::new(), Vec::new());
    for id in 0..20_000_u32 {
        let start = Instant::now();
        let _: String = redis::cmd("PING").query_async(&mut connection).await.unwrap();
        pings.push(start.elapsed());
        let (key, admissible, now) =
            (sender.key(&id.to_string()), crate::proofs::since(FRESH), crate::proofs::now());
        let start = Instant::now();
        assert_eq!(store.admit(&key, admissible, now).await, Ok(()));
        admissions.push(start.elapsed());
    }
    let median = |times: &mut Vec<std::time::Duration>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    let (admission, ping) = (median(&mut admissions), median(&mut pings));
    let commands = commands(&redis);
    let of = |name: &str| commands[name].1 as f64 / commands[name].0 as f64;
    let _ = writeln!(
        std::io::stderr(),
        "round trips: admission {admission:?}, PING {ping:?}, ratio {:.2}\nserver: admission {:.1} µs, PING {:.1} µs",
        admission.as_secs_f64() / ping.as_secs_f64(),
        of("evalsha"),
        of("ping"),
    );
}

/// `cargo test -p wimse-replay --test redis costs -- --ignored --nocapture`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "it measures time"]
async fn time_side_by_side() {
    let Some(redis) = Redis::start(&[]) else { return };
    let sender = Arc::new(Sender::new("billing"));
    // In turn, so that what else the machine does is the same for all.
    for round in 0..3 {
        for connections in [1, 2, 4, 8] {
            let settings = redis.settings().connections(connections).unwrap();
            let store = Arc::new(RedisReplayStore::connect(settings).await.unwrap());
            let start = Instant::now();
            let callers: Vec<_> = (0..64)
                .map(|caller| {
                    let (store, sender) = (Arc::clone(&store), Arc::clone(&sender));
                    tokio::spawn(async move {
                        let mut times = Vec::new();
                        for number in 0..250 {
                            let start = Instant::now();
                            let id = format!("{round} {connections} {caller} {number}");
                            assert_eq!(sender.ask(&*store, &id, FRESH).await, Ok(()));
                            times.push(start.elapsed());
                        }
                        times
                    })
                })
                .collect();
            let mut times = Vec::new();
            for caller in callers {
                times.extend(caller.await.unwrap());
            }
            let rate = times.len() as f64 / start.elapsed().as_secs_f64();
            times.sort_unstable();
            let part = |of_hundred: usize| times[times.len() * of_hundred / 100];
            let _ = writeln!(
                std::io::stderr(),
                "{} connections, 64 callers: {rate:.0} admissions a second, median {:?}, 99 of 100 within {:?}",
                store.statistics().connections,
                part(50),
                part(99),
            );
        }
    }
}

//! A store with several connections: each is used, and what happens to one is no matter of the others.

use crate::program::PATIENCE;
use crate::proofs::{FRESH, OLD, Sender};
use crate::relay::Relay;
use crate::server::Redis;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use wimse_creds::pop::ReplayError;
use wimse_replay::{RedisReplayStore, RedisSettings};

/// Asks three things at once, until the store has made so many connections.
pub(crate) async fn open(store: &RedisReplayStore, sender: &Sender, connections: u64) {
    let start = Instant::now();
    loop {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let ids = [(); 3].map(|()| format!("open {}", NEXT.fetch_add(1, Ordering::Relaxed)));
        let [one, two, three] = ids.each_ref().map(|id| sender.ask(store, id, FRESH));
        assert_eq!(tokio::join!(one, two, three), (Ok(()), Ok(()), Ok(())));
        if store.statistics().connections >= connections {
            return;
        }
        assert!(start.elapsed() < PATIENCE, "{:?}", store.statistics());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn connect(settings: RedisSettings, connections: usize) -> Arc<RedisReplayStore> {
    Arc::new(RedisReplayStore::connect(settings.connections(connections).unwrap()).await.unwrap())
}

type Asked = JoinHandle<Result<(), ReplayError>>;

fn ask(store: &Arc<RedisReplayStore>, sender: &Arc<Sender>, id: &str) -> Asked {
    let (store, sender, id) = (Arc::clone(store), Arc::clone(sender), id.to_owned());
    tokio::spawn(async move { sender.ask(&*store, &id, FRESH).await })
}

async fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_as_there_may_be_and_each_is_used() {
    let Some(redis) = Redis::start(&[]) else { return };
    let (relay, sender) = (Relay::to(redis.socket()).await, Arc::new(Sender::new("billing")));
    let store = connect(relay.settings(), 3).await;
    for number in 0..20 {
        assert_eq!(sender.ask(&*store, &format!("one by one {number}"), FRESH).await, Ok(()));
    }
    assert_eq!(store.statistics().connections, 1, "there was never another question");
    open(&store, &sender, 3).await;
    let before: Vec<u64> = relay.passed().iter().map(|passed| passed.asked()).collect();
    let start = Instant::now();
    let mut round = 0;
    while relay.passed().iter().zip(&before).any(|(passed, before)| passed.asked() == *before) {
        let asked: Vec<Asked> =
            (0..30).map(|number| ask(&store, &sender, &format!("{round} {number}"))).collect();
        for asked in asked {
            assert_eq!(asked.await.unwrap(), Ok(()));
        }
        round += 1;
        assert!(start.elapsed() < PATIENCE, "one of the connections is not used");
    }
    assert_eq!((store.statistics().connections, relay.passed().len()), (3, 3), "and no more of them");
    assert_eq!(store.statistics().failed_connections, 0);
}

/// The same with one connection, and with two.
#[tokio::test(flavor = "multi_thread")]
async fn a_stuck_one_holds_its_own_questions_only() {
    let Some(redis) = Redis::start(&[]) else { return };
    for (connections, others) in [(1, Err(ReplayError::Unavailable)), (2, Ok(()))] {
        let (relay, sender) = (Relay::to(redis.socket()).await, Arc::new(Sender::new("billing")));
        let settings = relay.settings().response_timeout(Duration::from_secs(3));
        let store = connect(settings, connections).await;
        open(&store, &sender, connections as u64).await;
        let first = Arc::clone(&relay.passed()[0]);
        let before = first.asked();
        first.stick();
        let stuck = ask(&store, &sender, "stuck");
        wait_until("nothing is asked over the first", || first.asked() > before).await;
        // Another one, while that waits.
        assert_eq!(sender.ask(&*store, "meanwhile", FRESH).await, others, "{connections}");
        assert_eq!(stuck.await.unwrap(), Err(ReplayError::Unavailable));
        // It has been given up, and all is well.
        assert_eq!(sender.ask(&*store, "afterwards", FRESH).await, Ok(()));
    }
}

/// Each proof is sent to both replicas, whose questions wait at the server while one of the connections is killed there.
#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_killed_loses_nothing_and_admits_nothing_twice() {
    let Some(redis) = Redis::start(&[]) else { return };
    let sender = Arc::new(Sender::new("billing"));
    let replicas = [connect(redis.settings(), 3).await, connect(redis.settings(), 3).await];
    for replica in &replicas {
        open(replica, &sender, 3).await;
    }
    let asked_again = || replicas.iter().map(|replica| replica.statistics().asked_again).sum::<u64>();
    for round in 0..6 {
        let before = asked_again();
        redis.command(&["CLIENT", "PAUSE", "60000", "WRITE"]);
        let ids: Vec<String> = (0..60).map(|number| format!("{round} {number}")).collect();
        let both = |id: &String| [0, 1].map(|replica| ask(&replicas[replica], &sender, id));
        let asked: Vec<[Asked; 2]> = ids.iter().map(both).collect();
        wait_until("not every connection has a question", || waiting(&redis).len() == 6).await;
        redis.command(&["CLIENT", "KILL", "ID", &waiting(&redis)[0]]);
        redis.command(&["CLIENT", "UNPAUSE"]);
        for (id, [one, other]) in ids.iter().zip(asked) {
            let mut answers = [one.await.unwrap(), other.await.unwrap()];
            answers.sort_by_key(Result::is_err);
            assert_eq!(answers, [Ok(()), Err(ReplayError::Replayed)], "{id}");
        }
        assert!(asked_again() > before, "it had questions under way");
        // As many again for the next round, whose first is another one.
        let start = Instant::now();
        while connected(&redis).len() < 6 {
            for replica in &replicas {
                for asked in [(); 3].map(|()| ask(replica, &sender, &ids[0])) {
                    assert_eq!(asked.await.unwrap(), Err(ReplayError::Replayed));
                }
            }
            assert!(start.elapsed() < PATIENCE, "the killed one is not made again");
        }
    }
    assert_eq!(replicas.iter().map(|replica| replica.statistics().unavailable).sum::<u64>(), 0);
}

/// What ends one connection has ended the others, too: a question is asked again over a new one, not over those.
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_ends_all_of_them_and_refuses_nothing_new() {
    let Some(mut redis) = Redis::start(&[]) else { return };
    let sender = Arc::new(Sender::new("billing"));
    for round in 0..3 {
        let store = connect(redis.settings(), 3).await;
        open(&store, &sender, 3).await;
        redis.restart(&[]);
        let asked: Vec<Asked> =
            (0..30).map(|number| ask(&store, &sender, &format!("{round} {number}"))).collect();
        for asked in asked {
            assert_eq!(asked.await.unwrap(), Ok(()));
        }
        let statistics = store.statistics();
        assert!(statistics.asked_again > 0 && statistics.unavailable == 0, "{statistics:?}");
        assert_eq!(sender.ask(&*store, "captured", OLD).await, Err(ReplayError::Fenced));
    }
}

/// The connections of stores, by their number at the server, with what it says of each.
fn connected(redis: &Redis) -> Vec<(String, String)> {
    let list = redis.text(&["CLIENT", "LIST"]);
    let ours = list.lines().filter(|line| !line.contains(" cmd=client|"));
    ours.map(|line| (line.split(' ').next().unwrap().replace("id=", ""), line.to_owned())).collect()
}

/// Those with questions that wait until the server goes on.
fn waiting(redis: &Redis) -> Vec<String> {
    let is_blocked = |line: &str| line.split(" flags=").nth(1).unwrap().starts_with('b');
    connected(redis).into_iter().filter(|(_, line)| is_blocked(line)).map(|(number, _)| number).collect()
}

/// After a failover: the connections that there are still lead to the server before.
#[tokio::test(flavor = "multi_thread")]
async fn all_of_them_lead_to_the_same_server() {
    let (Some(one), Some(other)) = (Redis::start(&[]), Redis::start(&[])) else { return };
    let (relay, sender) = (Relay::to(one.socket()).await, Arc::new(Sender::new("billing")));
    let store = connect(relay.settings(), 2).await;
    assert_eq!(sender.ask(&*store, "before", FRESH).await, Ok(()));
    relay.lead_to(other.socket());
    open(&store, &sender, 2).await;
    // The second connection has found another server; from then on the first is asked nothing.
    open(&store, &sender, 3).await;
    let asked = relay.passed()[0].asked();
    for number in 0..20 {
        let pair = [0, 1].map(|half| ask(&store, &sender, &format!("after {number} {half}")));
        for asked in pair {
            assert_eq!(asked.await.unwrap(), Ok(()));
        }
    }
    assert_eq!(relay.passed()[0].asked(), asked);
    assert_eq!(relay.passed().len(), 3);
}

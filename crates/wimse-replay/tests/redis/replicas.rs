//! Three replicas behind a proxy with one Redis: a captured request is accepted once at the most, whatever happens to
//! the store.

use crate::captured::{Caller, Proof};
use crate::program::PATIENCE;
use crate::server::Redis;
use crate::service::{ACCEPTED, Answer, Service, exchange};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

const UNAVAILABLE: (u16, &str) = (503, "replay.unavailable");
const FENCED: (u16, &str) = (503, "replay.fenced");

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_copies_of_a_request_one_is_accepted() {
    let Some(redis) = Redis::start(&[]) else { return };
    let caller = Caller::new();
    let skew = Duration::from_secs(2);
    // A thousand at once wait for each other: longer than an answer may take by default, where there is little processor.
    let Some(service) = Service::start(&caller, &redis.settings(), skew).await else { return };
    let service = Arc::new(service);
    past_the_fence(&service, &caller).await;
    for proof in Proof::ALL {
        let (captured, before) = (Arc::new(caller.request(proof)), service.done());
        // 250 connections are open, then four copies go over each, one after the other, before any answer.
        let mut connections = Vec::new();
        for _ in 0..250 {
            connections.push(service.connect().await);
        }
        let calls: Vec<_> = connections
            .into_iter()
            .map(|connection| {
                let captured = Arc::clone(&captured);
                tokio::spawn(async move { exchange(connection, &[captured.as_slice(); 4]).await })
            })
            .collect();
        let mut answers = Vec::new();
        for call in calls {
            answers.extend(call.await.unwrap());
        }
        assert_eq!(answers.len(), 1000);
        let (accepted, refused): (Vec<_>, Vec<_>) =
            answers.iter().partition(|answer| answer.told() == ACCEPTED);
        assert_eq!((accepted.len(), service.done() - before), (1, 1), "{proof:?}");
        for answer in refused {
            assert_eq!(answer.told(), proof.replayed());
        }
        let replicas: BTreeSet<&str> = answers.iter().map(|answer| &*answer.replica).collect();
        assert_eq!(replicas.into_iter().collect::<Vec<_>>(), ["r0", "r1", "r2"]);
        // The twin: another request of the same caller.
        assert_eq!(service.send(&[&caller.request(proof)]).await[0].told(), ACCEPTED);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_store_hangs_dies_and_comes_back_empty() {
    let Some(mut redis) = Redis::start(&[]) else { return };
    let caller = Caller::new();
    let skew = Duration::from_secs(2);
    let settings = redis.settings().connect_timeout(Duration::from_secs(2));
    let settings = settings.response_timeout(Duration::from_secs(2)).total_timeout(Duration::from_secs(3));
    let Some(service) = Service::start(&caller, &settings, skew).await else { return };
    past_the_fence(&service, &caller).await;

    let captured: Vec<Vec<u8>> = Proof::ALL.map(|proof| caller.request(proof)).into();
    // Captured by someone who has kept them from arriving.
    let withheld: Vec<Vec<u8>> = Proof::ALL.map(|proof| caller.request(proof)).into();
    for (request, proof) in captured.iter().zip(Proof::ALL) {
        assert_eq!(service.send(&[request]).await[0].told(), ACCEPTED);
        for answer in at_all_replicas(&service, request).await {
            assert_eq!(answer.told(), proof.replayed());
        }
    }
    let done = service.done();
    let old: Vec<&Vec<u8>> = captured.iter().chain(&withheld).collect();

    // It hangs. Each call is answered within the time that is set: the guard is in `exchange`.
    redis.signal("STOP");
    nothing_is_accepted(&service, &caller, &captured).await;
    redis.signal("CONT");
    past_the_fence(&service, &caller).await;
    let done_after_hang = service.done();
    assert!(done_after_hang > done);

    // It is gone.
    redis.kill();
    nothing_is_accepted(&service, &caller, &captured).await;
    assert_eq!(service.done(), done_after_hang);

    // It is back, and knows nothing. Replicas connect again at their next call, after a pause.
    redis.restart(&[]);
    for request in &old {
        until(&service, request, FENCED).await;
    }
    assert_eq!(service.done(), done_after_hang);
    past_the_fence(&service, &caller).await;
    let after = service.done();
    for request in &old {
        for answer in at_all_replicas(&service, request).await {
            assert_eq!(answer.told(), FENCED, "not expired, and still not let in");
        }
    }
    assert_eq!(service.done(), after);
    for proof in Proof::ALL {
        let fresh = caller.request(proof);
        assert_eq!(service.send(&[&fresh]).await[0].told(), ACCEPTED);
        for answer in at_all_replicas(&service, &fresh).await {
            assert_eq!(answer.told(), proof.replayed());
        }
    }
}

/// New calls, until both kinds are accepted by each replica. Until then they are refused for want of a memory.
async fn past_the_fence(service: &Service, caller: &Caller) {
    let start = Instant::now();
    for proof in Proof::ALL {
        let mut accepting = BTreeSet::new();
        while accepting.len() < 3 {
            let answer = service.send(&[&caller.request(proof)]).await.remove(0);
            if answer.told() == ACCEPTED {
                accepting.insert(answer.replica);
            } else {
                assert!([UNAVAILABLE, FENCED].contains(&answer.told()), "{answer:?}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            assert!(start.elapsed() < PATIENCE, "nothing is accepted any more");
        }
    }
}

/// The same request, until each replica has answered so; nothing else is answered but that the store is not available.
async fn until(service: &Service, request: &[u8], told: (u16, &str)) {
    let start = Instant::now();
    let mut replicas = BTreeSet::new();
    while replicas.len() < 3 {
        let answer = service.send(&[request]).await.remove(0);
        if answer.told() == told {
            replicas.insert(answer.replica);
        } else {
            assert_eq!(answer.told(), UNAVAILABLE);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(start.elapsed() < PATIENCE, "still {UNAVAILABLE:?}");
    }
}

/// What each replica answers to the same request.
async fn at_all_replicas(service: &Service, request: &[u8]) -> Vec<Answer> {
    let answers = service.send(&[request; 6]).await;
    let replicas: BTreeSet<&str> = answers.iter().map(|answer| &*answer.replica).collect();
    assert_eq!(replicas.len(), 3);
    answers
}

/// Captured requests and new ones, all at once, each over a connection of its own.
async fn nothing_is_accepted(service: &Service, caller: &Caller, captured: &[Vec<u8>]) {
    let before = service.done();
    let fresh = Proof::ALL.into_iter().cycle().take(20).map(|proof| caller.request(proof));
    let mut calls = Vec::new();
    for request in captured.iter().cloned().chain(fresh) {
        let connection = service.connect().await;
        calls.push(tokio::spawn(async move { exchange(connection, &[request.as_slice(); 2]).await }));
    }
    for call in calls {
        for answer in call.await.unwrap() {
            assert_eq!(answer.told(), UNAVAILABLE);
        }
    }
    assert_eq!(service.done(), before);
}

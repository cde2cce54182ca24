//! A store that replicas share, and what becomes of a captured request: over real processes, behind a real proxy.

use crate::balanced::{Answer, Balanced, FENCED, Proof, UNAVAILABLE};
use crate::service::*;
use std::time::{Duration, Instant};

#[test]
fn of_a_thousand_copies_of_a_request_one_is_accepted() {
    // Long, since this is about which one it is, however little processor there is.
    let Some(service) = Balanced::start(Duration::from_secs(60)) else { return };
    for proof in Proof::ALL {
        let (status, code) = proof.replayed();
        let captured = service.request(proof);
        let copies = vec![captured.as_slice(); 1000];
        let (answers, decisions) = service.decided(|| service.send_all(&copies, 50));
        let answered = |status| answers.iter().filter(|answer| answer.status == status).count();
        assert_eq!((answers.len(), answered(200), answered(status)), (1000, 1, 999), "{proof:?}");
        // As it is on record with those who have decided it.
        assert!(decisions.iter().all(|replica| !replica.is_empty()), "a replica was asked nothing");
        let decisions = decisions.concat();
        let decided = |code| decisions.iter().filter(|decided| *decided == code).count();
        assert_eq!((decisions.len(), decided("accepted"), decided(code)), (1000, 1, 999), "{proof:?}");
        // The twin: another request of the same caller.
        assert_eq!(service.send(&service.request(proof)).status, 200);
    }
}

#[test]
fn the_store_hangs_ends_and_comes_back_empty() {
    let timeout = Duration::from_secs(4);
    let Some(mut service) = Balanced::start(timeout) else { return };
    let captured = service.requests();
    // Captured by someone who has kept them from arriving.
    let withheld = service.requests();
    let old: Vec<&[u8]> = captured.iter().chain(&withheld).map(Vec::as_slice).collect();
    for (request, proof) in captured.iter().zip(Proof::ALL) {
        assert_eq!(service.send(request).status, 200);
        let (answers, decisions) = service.decided(|| service.send_all(&[request.as_slice(); 3], 1));
        let (status, code) = proof.replayed();
        assert_eq!(statuses(&answers), [status; 3]);
        assert_eq!(decisions, [(); 3].map(|()| vec![code.to_owned()]), "one each");
    }

    service.redis.hang();
    nothing_is_accepted(&service, &old, timeout);
    service.redis.go_on();
    service.past_the_fence();

    service.redis.kill();
    nothing_is_accepted(&service, &old, timeout);

    // It is back, and knows nothing. These are the first calls that it hears of.
    service.redis.start_empty();
    let before_the_fence = service.requests();
    let old: Vec<&[u8]> = old.into_iter().chain(before_the_fence.iter().map(Vec::as_slice)).collect();
    for request in &old {
        until_fenced(&service, request, timeout);
    }
    service.past_the_fence();
    // Not expired, and still not let in; new ones are, once.
    let copies: Vec<&[u8]> = old.iter().flat_map(|request| [*request; 3]).collect();
    let (answers, decisions) = service.decided(|| service.send_all(&copies, 1));
    assert_eq!(statuses(&answers), vec![503; copies.len()]);
    assert_eq!(decisions.concat(), vec![FENCED; copies.len()]);
    in_time(&answers, timeout);
    for proof in Proof::ALL {
        let fresh = service.request(proof);
        assert_eq!(service.send(&fresh).status, 200);
        assert_eq!(statuses(&service.send_all(&[fresh.as_slice(); 3], 1)), [proof.replayed().0; 3]);
    }
}

#[test]
fn it_does_not_start_without_the_store() {
    let shop = shop_of_today();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let shared = format!("{{ shared = {{ url = \"{url}\" }} }}");
    shop.write("a.toml", CONFIG.replace("\"local\"", &shared));
    let ended = shop.wimse(&["serve", "--config", "a.toml", "--listen", "127.0.0.1:0"]);
    assert!(ended.code == 3 && ended.stderr.contains("replay_store.unreachable"), "{}", ended.stderr);
}

fn statuses(answers: &[Answer]) -> Vec<u16> {
    answers.iter().map(|answer| answer.status).collect()
}

/// The store has its time, and all else that happens on a machine with much to do.
fn in_time(answers: &[Answer], timeout: Duration) {
    let longest = answers.iter().map(|answer| answer.took).max().unwrap();
    assert!(longest < timeout + Duration::from_secs(10), "{longest:?}");
}

/// Captured requests and new ones, all at once.
fn nothing_is_accepted(service: &Balanced, captured: &[&[u8]], timeout: Duration) {
    let fresh: Vec<Vec<u8>> = (0..6).flat_map(|_| service.requests()).collect();
    let calls: Vec<&[u8]> =
        captured.iter().copied().chain(fresh.iter().map(Vec::as_slice)).cycle().take(48).collect();
    let (answers, decisions) = service.decided(|| service.send_all(&calls, 48));
    assert_eq!(statuses(&answers), [503; 48]);
    in_time(&answers, timeout);
    assert!(decisions.iter().all(|replica| !replica.is_empty()), "a replica was asked nothing");
    assert_eq!(decisions.concat(), [UNAVAILABLE; 48]);
}

/// The same request, until each replica has refused it so; before that, the store may be away.
fn until_fenced(service: &Balanced, request: &[u8], timeout: Duration) {
    let start = Instant::now();
    let mut fencing = [false; 3];
    while fencing != [true; 3] {
        let (answer, decisions) = service.decided(|| service.send(request));
        assert_eq!(answer.status, 503);
        in_time(&[answer], timeout);
        for (fencing, decided) in fencing.iter_mut().zip(&decisions) {
            match decided.first().map(String::as_str) {
                None | Some(UNAVAILABLE) => {}
                Some(code) => {
                    assert_eq!(code, FENCED);
                    *fencing = true;
                }
            }
        }
        assert!(start.elapsed() < PATIENCE, "the store is still away");
    }
}

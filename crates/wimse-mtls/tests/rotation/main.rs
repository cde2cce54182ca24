//! Rotation under load: calls over loopback while certificates are replaced every two seconds, and the CA once.
//!
//! No call may fail, and none may be accepted with a certificate of the old CA once its anchor is gone. It runs where it is
//! asked for by name, `cargo test -p wimse-mtls --test rotation`, for a minute, or as many seconds as an argument says.
#![allow(clippy::unwrap_used, reason = "it fails by a panic")]

mod calls;
mod counts;
mod server;
mod workload;

use calls::{Caller, Open};
use counts::{Counts, count, get};
use server::Server;
use std::io::Write as _;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use workload::{BILLING, Domain, ORDERS, RETIRED, Workload};

fn main() {
    let seconds = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(60);
    let duration = Duration::from_secs(seconds.clamp(12, 600));
    let domain = Domain::new();
    let (orders, billing) = (Workload::new(&domain, ORDERS), Workload::new(&domain, BILLING));
    // It keeps its certificate, which is of the old CA.
    let retired = Workload::new(&domain, RETIRED);
    let counts = Arc::new(Counts::default());
    let server = Server::start(&orders, &counts);

    let kept = Caller::new(&billing, &server).open().unwrap();
    let callers = [&billing, &billing, &billing, &retired].map(|workload| {
        let (caller, counts) = (Caller::new(workload, &server), Arc::clone(&counts));
        thread::spawn(move || caller.call_until_stopped(&counts))
    });
    rotate(&domain, [&orders, &billing, &retired], kept, &counts, duration);
    counts.stop();
    for caller in callers {
        caller.join().unwrap();
    }
    drop(server);

    writeln!(std::io::stdout(), "{counts}").unwrap();
    assert!(get(&counts.calls) > 0 && get(&counts.rotations) > 0);
    assert!(get(&counts.retired_accepted) > 0, "the old CA was never in use");
    assert!(get(&counts.retired_refused) > 0, "nobody has tried the old CA after its removal");
    assert_eq!(get(&counts.failed), 0);
    assert_eq!(get(&counts.accepted_after_removal), 0);
}

/// New certificates every two seconds. After a third of the time there is a new CA, after two thirds only that.
///
/// One connection is kept open the whole time: rotation does not end it, the removal of its anchor does.
fn rotate(domain: &Domain, workloads: [&Workload; 3], mut kept: Open, counts: &Counts, duration: Duration) {
    let [orders, billing, retired] = workloads;
    let start = Instant::now();
    let (mut is_added, mut is_removed) = (false, false);
    for step in 1.. {
        let elapsed = start.elapsed();
        if elapsed > duration {
            break;
        }
        if elapsed > duration / 3 && !is_added {
            domain.add_ca();
            // Everybody trusts the new CA before anybody shows a certificate of it.
            [orders, billing, retired].into_iter().for_each(Workload::refresh_anchors);
            is_added = true;
        }
        [orders, billing].into_iter().for_each(|workload| workload.renew(domain));
        count(&counts.rotations);
        if elapsed > duration * 2 / 3 && !is_removed {
            domain.remove_ca();
            counts.begin_removal();
            [orders, billing].into_iter().for_each(Workload::refresh_anchors);
            counts.end_removal();
            is_removed = true;
        }
        assert_eq!(kept.ask().unwrap(), if is_removed { "wic.signature" } else { BILLING });
        // The pace; nothing waits for it.
        thread::sleep((start + PACE * step).saturating_duration_since(Instant::now()));
    }
    assert!(is_added && is_removed);
}

const PACE: Duration = Duration::from_secs(2);

//! A service that is flooded from all sides at once: it answers others, and its memory stays bounded.
//!
//! A process of its own, since the memory of the whole process is looked at.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may")]

mod flood;
#[allow(dead_code, reason = "shared with the tests of the wire")]
#[path = "../wire/service.rs"]
mod service;
#[path = "../support/mod.rs"]
mod support;

use crate::flood::Flood;
use crate::service::{Served, app_with};
use crate::support::*;
use std::time::Duration;
use wimse_tower::{ContentLimits, ServerLimits};

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;
/// Of one content.
const MEMORY: usize = MIB;
/// Of all content.
const TOTAL: usize = 4 * MIB;
const CONNECTIONS: usize = 600;
const HEAD: usize = 64 * KIB;
/// Heads of all connections, content twice (a buffer that grows doubles), and what a process needs besides.
const BOUND: usize = CONNECTIONS * HEAD + 2 * TOTAL + 32 * MIB;

/// The most memory that the process ever had.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * KIB
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_stays_bounded_and_others_are_answered() {
    let world = World::new();
    let content = ContentLimits::default().memory(MEMORY).total(TOTAL).timeout(Duration::from_secs(60));
    let limits = ServerLimits::default().connections(CONNECTIONS).head_size(HEAD, 50);
    let served = Served::start_with(app_with(&world, content), limits).await;
    is_well(&world, &served).await;
    let before = peak();

    let mut order = post("/orders", "two cones");
    let _ = world.sign(&mut order);
    let flood = Flood::new(served.address, &order);
    let mut held = Vec::new();
    for round in 0..10 {
        flood.endless_bodies(40, 8 * MIB).await;
        held.extend(flood.endless_heads(20, HEAD - 2 * KIB).await);
        held.extend(flood.stalled_bodies(20, MEMORY - 8 * KIB).await);
        flood.cancelled_streams(200, 64 * KIB).await;
        is_well(&world, &served).await;
        let grown = peak() - before;
        assert!(grown < BOUND, "{grown} bytes more in round {round}");
    }
    // 3.2 GB have been sent, were they all read; the service has refused what did not fit.
    let codes: Vec<_> = world.noted.lock().unwrap().drain(..).filter_map(|noted| noted.code).collect();
    for code in ["tower.content_too_large", "tower.content_share"] {
        assert!(codes.contains(&code), "{code}");
    }

    drop(held);
    // What was held is free again: the same order, which was never admitted.
    let mut attempts = 0;
    while served.status(order.clone()).await != 200 {
        attempts += 1;
        assert!(attempts < 1000, "content is not let go of");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    served.stop().await;
}

/// Others are answered meanwhile.
async fn is_well(world: &World, served: &Served) {
    let mut request = get("/orders");
    world.prove(&mut request);
    assert_eq!(served.status(request).await, 200);
}

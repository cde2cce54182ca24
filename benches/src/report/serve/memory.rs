//! The memory of a server over a million requests whose proofs live for five seconds.

use super::callers::Callers;
use super::load::Load;
use super::message::{Kind, Proof};
use super::server::Server;
use serde_json::{Value, json};
use std::io::{self, Write as _};
use std::path::Path;
use std::time::Instant;
use wimse_benches::Error;
use wimse_creds::key::Algorithm;

/// What is to be the same at the end, in proportion to what it was after the warm-up.
pub(crate) const MOST: f64 = 1.05;
/// Looks: with 50,000 requests between two, a million in all.
const STEPS: u32 = 20;
/// Looks until it is warm: more time than a proof lives, so that some have expired.
const WARM: u32 = 10;
/// Seconds of leeway, beside a life of five.
const LEEWAY: u64 = 1;

/// One server, as it is unless set otherwise.
pub(super) fn report(program: &Path, step: u32) -> Result<Value, Error> {
    let callers = Callers::new(Algorithm::Ed25519)?;
    let server = Server::start(program, &callers, Some(LEEWAY))?;
    let mut load = Load::connect(server.address(), &callers)?;
    let mut out = io::stdout().lock();
    writeln!(out, "\nmemory of wimse serve, MiB after so many requests")?;
    let start = Instant::now();
    let mut points = vec![(0, server.resident_bytes()?)];
    for look in 1..=STEPS {
        load.run(step, Kind::with(Proof::Wpt))?;
        points.push((look * step, server.resident_bytes()?));
    }
    let seconds = start.elapsed().as_secs_f64();
    let cpu = server.end()?.as_secs_f64();
    for (requests, bytes) in &points {
        write!(out, " {requests}: {:.1}", mebibytes(*bytes))?;
    }
    let at = |look: u32| points.iter().find(|(requests, _)| *requests == look * step).map(|point| point.1);
    let (warm, last) = at(WARM).zip(at(STEPS)).ok_or("no measurement")?;
    let ratio = mebibytes(last) / mebibytes(warm);
    writeln!(out, "\n  last to warm: {ratio:.3}, in {seconds:.0} s")?;
    let points: Vec<_> = points
        .iter()
        .map(|(requests, bytes)| json!({ "requests": requests, "mib": mebibytes(*bytes) }))
        .collect();
    Ok(json!({
        "requests": step * STEPS,
        "warm_requests": step * WARM,
        "warm_mib": mebibytes(warm),
        "last_mib": mebibytes(last),
        "ratio": ratio,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "points": points,
    }))
}

#[allow(clippy::cast_precision_loss)]
fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

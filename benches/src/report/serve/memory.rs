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

/// The most of the second half of the looks, in proportion to the most of the first.
pub(crate) const MOST: f64 = 1.05;
/// Looks: with 50,000 requests between two, a million in all. In the first half more time passes than a proof lives.
const STEPS: u32 = 20;
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
    let most = |half: &[(u32, u64)]| half.iter().map(|point| point.1).max().ok_or("no measurement");
    let (first, second) = points.split_at(points.len() / 2);
    let (first, second) = (mebibytes(most(first)?), mebibytes(most(second)?));
    let ratio = second / first;
    writeln!(out, "\n  second half to first: {ratio:.3}, in {seconds:.0} s")?;
    let points: Vec<_> = points
        .iter()
        .map(|(requests, bytes)| json!({ "requests": requests, "mib": mebibytes(*bytes) }))
        .collect();
    Ok(json!({
        "requests": step * STEPS,
        "first_half_mib": first,
        "second_half_mib": second,
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

//! What authentication costs `wimse serve`: the processor time of each request with a proof, less that of the same
//! bytes without one, beside one raw verification; and its memory over a million requests.
//!
//! The server is a process of its own, so what makes and sends requests is not in its numbers.

mod callers;
mod load;
pub(crate) mod memory;
mod message;
pub(crate) mod page;
mod raw;
mod server;

use crate::options::Options;
use crate::{machine, place};
use callers::Callers;
use load::Load;
use message::{Kind, Proof};
use serde_json::{Value, json};
use server::Server;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::Duration;
use wimse_benches::Error;
use wimse_benches::interleave::median;
use wimse_creds::key::Algorithm;

/// The processor time of authentication may be this much of one raw verification.
pub(crate) const MOST: f64 = 1.5;
/// So long may a proof live. Each is sent within a second.
const LIFETIME: Duration = Duration::from_secs(5);

/// Measures a program, prints what comes out, and puts it into the numbers and the page.
///
/// # Errors
///
/// If the program cannot be run, or answers otherwise than it should.
pub(crate) fn report(program: &Path, options: &Options) -> Result<Value, Error> {
    let program = program.canonicalize()?;
    let mut measured = json!({
        "machine": machine::describe(),
        "requests": options.requests,
        "processes": options.processes,
        "rows": cost(&program, options)?,
    });
    keep(&measured)?;
    measured["memory"] = memory::report(&program, options.requests)?;
    keep(&measured)?;
    Ok(measured)
}

fn keep(measured: &Value) -> Result<(), Error> {
    let mut results = place::results()?;
    results["serve"] = measured.clone();
    place::write(place::RESULTS, &format!("{results:#}\n"))?;
    crate::page::write(&results)
}

/// One kind of keys and proof, with what was measured in each round.
struct Row {
    algorithm: Algorithm,
    proof: Proof,
    callers: Callers,
    /// Microseconds of a request without a proof, of one with it, and of a raw verification.
    rounds: Vec<[f64; 3]>,
}

fn cost(program: &Path, options: &Options) -> Result<Value, Error> {
    let mut rows = Vec::new();
    for algorithm in [Algorithm::Ed25519, Algorithm::Es256] {
        for proof in [Proof::Wpt, Proof::HttpSignature] {
            rows.push(Row { algorithm, proof, callers: Callers::new(algorithm)?, rounds: Vec::new() });
        }
    }
    // In turns, since the machine drifts.
    for _ in 0..options.processes {
        for row in &mut rows {
            let raw = raw::microseconds(&row.callers, row.proof)?;
            let without = one_life(program, row, Kind::without(row.proof), options.requests)?;
            let with = one_life(program, row, Kind::with(row.proof), options.requests)?;
            row.rounds.push([without, with, raw]);
        }
    }
    print(&rows)?;
    Ok(rows.iter().map(Row::to_json).collect())
}

/// The processor time of a request, in microseconds, over the life of one server. The few requests that come before the
/// WITs are in its cache do not show among so many.
fn one_life(program: &Path, row: &Row, kind: Kind, requests: u32) -> Result<f64, Error> {
    let server = Server::start(program, &row.callers, None)?;
    let mut load = Load::connect(server.address(), &row.callers)?;
    load.run(requests, kind)?;
    Ok(server.end()?.as_secs_f64() * 1e6 / f64::from(requests))
}

impl Row {
    fn middle(&self, of: impl Fn(&[f64; 3]) -> f64) -> f64 {
        median(self.rounds.iter().map(of))
    }

    fn ratios(&self) -> impl Iterator<Item = f64> {
        self.rounds.iter().map(|[without, with, raw]| (with - without) / raw)
    }

    fn to_json(&self) -> Value {
        json!({
            "keys": self.algorithm.name(),
            "backend": self.callers.backend(),
            "proof": self.proof.name(),
            "without_us": self.middle(|round| round[0]),
            "with_us": self.middle(|round| round[1]),
            "authentication_us": self.middle(|[without, with, _]| with - without),
            "raw_us": self.middle(|round| round[2]),
            "ratio": median(self.ratios()),
            "least_ratio": self.ratios().fold(f64::INFINITY, f64::min),
            "most_ratio": self.ratios().fold(f64::NEG_INFINITY, f64::max),
        })
    }
}

fn print(rows: &[Row]) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    writeln!(out, "processor time of a request in wimse serve, µs; the ratio should be {MOST} or less\n")?;
    writeln!(
        out,
        "{:<8} {:<8} {:<15} {:>8} {:>8} {:>14} {:>8} {:>6} {:>6} {:>6}",
        "keys", "backend", "proof", "without", "with", "authentication", "raw", "ratio", "least", "most"
    )?;
    for row in rows.iter().map(Row::to_json) {
        let text = |member: &str| row[member].as_str().unwrap_or_default();
        let number = |member: &str| row[member].as_f64().unwrap_or(f64::NAN);
        writeln!(
            out,
            "{:<8} {:<8} {:<15} {:>8.2} {:>8.2} {:>14.2} {:>8.2} {:>6.3} {:>6.2} {:>6.2}",
            text("keys"),
            text("backend"),
            text("proof"),
            number("without_us"),
            number("with_us"),
            number("authentication_us"),
            number("raw_us"),
            number("ratio"),
            number("least_ratio"),
            number("most_ratio"),
        )?;
    }
    Ok(())
}

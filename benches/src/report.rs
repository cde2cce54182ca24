//! The tables.

use crate::allocations;
use serde_json::{Value, json};
use std::io::{self, Write as _};
use std::time::Duration;
use wimse_benches::interleave::measure;
use wimse_benches::operations::{self, Operation};
use wimse_benches::replay::{self, Keys, LIVE, Stream};
use wimse_benches::scenario::Scenario;
use wimse_benches::{Error, linear as growth};
use wimse_creds::key::Algorithm;

/// Operations whose name contains the text, beside their floors, measured in this process.
pub(crate) fn operations(part: &str, budget: Duration) -> Result<Value, Error> {
    let mut rows = Vec::new();
    for planned in operations::all()?.into_iter().filter(|planned| planned.name.contains(part)) {
        let name = planned.name.clone();
        let mut operation = planned.make()?;
        let measured = measure(&mut operation, budget)?;
        let allocated = allocated(&mut operation);
        let Operation { group, target, .. } = operation;
        rows.push(json!({
            "group": group,
            "operation": name,
            "ours_us": measured.ours_ns / 1000.0,
            "floor_us": measured.floor_ns / 1000.0,
            "ratio": measured.ratio,
            "target": target,
            "rounds": measured.rounds,
            "allocations": allocated,
        }));
    }
    Ok(Value::from(rows))
}

/// Prints operations as a table.
pub(crate) fn print(rows: &Value) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    let titles = ["ours µs", "floor µs", "ratio", "least", "most", "target", "alloc"];
    writeln!(
        out,
        "{:<55} {:>8} {:>8} {:>6} {:>6} {:>6} {:>6} {:>6}",
        "operation", titles[0], titles[1], titles[2], titles[3], titles[4], titles[5], titles[6]
    )?;
    for row in rows.as_array().into_iter().flatten() {
        let shown = |member: &str, digits: usize| match row[member].as_f64() {
            Some(value) => format!("{value:.digits$}"),
            None => "-".to_owned(),
        };
        let above =
            row["target"].as_f64().zip(row["ratio"].as_f64()).is_some_and(|(target, ratio)| ratio > target);
        writeln!(
            out,
            "{:<55} {:>8} {:>8} {:>6} {:>6} {:>6} {:>6} {:>6}{}",
            row["operation"].as_str().unwrap_or_default(),
            shown("ours_us", 3),
            shown("floor_us", 3),
            shown("ratio", 3),
            shown("least_ratio", 2),
            shown("most_ratio", 2),
            shown("target", 2),
            shown("allocations", 1),
            if above { "  above" } else { "" },
        )?;
    }
    writeln!(out, "\nratio: median over the processes; least and most: of one process")?;
    let counted = allocations::now().is_some();
    let note = if counted { "counted: times are longer than without" } else { "with --features allocations" };
    writeln!(out, "alloc: allocations per operation, {note}")?;
    Ok(())
}

/// Allocations of one call, on average.
fn allocated(operation: &mut Operation) -> Option<f64> {
    const CALLS: u32 = 640;
    let count = || allocations::now().map(|allocated| allocated.count);
    let (before, after) = operation.ours.watched(CALLS as usize, count);
    #[allow(clippy::cast_precision_loss)]
    Some((after? - before?) as f64 / f64::from(CALLS))
}

/// How long single insertions into the replay guard take, and how much memory an entry has.
pub(crate) fn pauses() -> Result<Value, Error> {
    let mut keys = Keys::new(&Scenario::new(Algorithm::Ed25519)?)?;
    let before = (allocations::now(), resident_bytes());
    let stream = Stream::steady(&mut keys)?;
    let after = (allocations::now(), resident_bytes());
    #[allow(clippy::cast_precision_loss)]
    let per_entry = |bytes: usize| bytes as f64 / LIVE as f64;
    let counted = before.0.zip(after.0).map(|(before, after)| per_entry(after.bytes - before.bytes));
    let resident = before.1.zip(after.1).map(|(before, after)| per_entry(after.saturating_sub(before)));
    let live = stream.len();
    drop(stream);
    let pauses = replay::pauses(&mut keys)?;

    let mut out = io::stdout().lock();
    writeln!(out, "replay guard, {live} entries")?;
    for (name, value) in [("allocated", counted), ("resident", resident)] {
        if let Some(bytes) = value {
            writeln!(out, "  bytes per entry, {name:<20} {bytes:>10.1}")?;
        }
    }
    for (name, ns) in [
        ("median insert", pauses.median_ns),
        ("one in 10,000 is longer", pauses.rare_ns),
        ("longest insert", pauses.longest_ns),
    ] {
        writeln!(out, "  {name:<37} {:>10.3} µs", ns / 1000.0)?;
    }
    Ok(json!({
        "entries": live,
        "bytes_per_entry_allocated": counted,
        "bytes_per_entry_resident": resident,
        "median_us": pauses.median_ns / 1000.0,
        "p9999_us": pauses.rare_ns / 1000.0,
        "longest_us": pauses.longest_ns / 1000.0,
    }))
}

/// The memory of this process, where the system says so.
fn resident_bytes() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<usize>().ok()? * 1024)
}

/// Time per byte at each size, of the cases whose name contains the text.
pub(crate) fn linear(part: &str) -> Result<Value, Error> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "each column: bytes of input, nanoseconds per byte; the growth per doubling is 2 where work is linear\n"
    )?;
    let mut rows = Vec::new();
    for case in growth::all()?.into_iter().filter(|case| case.name.contains(part)) {
        let points = growth::measure(&case)?;
        writeln!(out, "{:<52} growth per doubling {:.2}", case.name, growth::overall_growth(&points))?;
        let mut line = String::from("   ");
        for point in &points {
            #[allow(clippy::cast_precision_loss)]
            let per_byte = point.ns / point.bytes as f64;
            line.push_str(&format!(" {}:{per_byte:.2}", size(point.bytes)));
        }
        writeln!(out, "{line}")?;
        let steps: Vec<f64> = points.windows(2).map(|pair| growth::growth(pair[0], pair[1])).collect();
        rows.push(json!({
            "case": case.name,
            "growth_per_doubling": growth::overall_growth(&points),
            "growth_of_each_step": steps,
            "points": points.iter().map(|point| json!({"bytes": point.bytes, "ns": point.ns})).collect::<Vec<_>>(),
        }));
    }
    Ok(Value::from(rows))
}

fn size(bytes: usize) -> String {
    match bytes {
        0..10_000 => format!("{bytes}"),
        10_000..1_000_000 => format!("{}K", bytes / 1024),
        _ => format!("{}M", (bytes + 512 * 1024) / (1024 * 1024)),
    }
}

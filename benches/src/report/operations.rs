//! Operations beside their floors and peers.

use crate::options::{NONE, Options};
use crate::spread;
use serde_json::{Value, json};
use std::io::{self, Write as _};
use wimse_benches::Error;
use wimse_benches::interleave::{Measured, measure as measure_one};
use wimse_benches::operations as planned;

/// Measures operations whose name contains the text, by all backends and in several processes, and prints a table.
pub(crate) fn measure(part: &str, options: &Options) -> Result<Value, Error> {
    let rows = spread::operations(part, options)?;
    print(&rows)?;
    Ok(rows)
}

/// Measures them in this process.
pub(crate) fn once(part: &str, options: &Options) -> Result<Value, Error> {
    let mut rows = Vec::new();
    for backend in &options.backends {
        let planned = match backend {
            Some(library) => planned::all(*library)?,
            None => planned::plain()?,
        };
        for planned in planned.into_iter().filter(|planned| planned.name().contains(part)) {
            let (work, keys) = (planned.work.clone(), planned.keys.clone());
            let name = planned.name();
            let mut operation = planned.make().map_err(|error| format!("{name}: {error}"))?;
            let measured =
                measure_one(&mut operation, options.budget).map_err(|error| format!("{name}: {error}"))?;
            let names = operation.peers.iter().map(|peer| peer.name.as_str());
            rows.push(json!({
                "group": operation.group,
                "operation": name,
                "work": work,
                "keys": keys,
                "backend": backend.map_or(NONE, |library| library.name()),
                "ours_us": measured.ours_ns / 1000.0,
                "floor_us": measured.floor.ns / 1000.0,
                "ratio": measured.floor.ratio,
                "target": operation.target,
                "rounds": measured.rounds,
                "peers": peers(names, &measured),
            }));
        }
    }
    Ok(Value::from(rows))
}

/// A peer has `us`, the time of a call, and `ratio`, by how much ours is faster.
fn peers<'n>(names: impl Iterator<Item = &'n str>, measured: &Measured) -> Vec<Value> {
    let peers = names.zip(&measured.peers);
    let row = |(name, peer): (&str, &wimse_benches::interleave::Beside)| json!({ "peer": name, "us": peer.ns / 1000.0, "ratio": 1.0 / peer.ratio });
    peers.map(row).collect()
}

fn print(rows: &Value) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{:<51} {:<8} {:>9} {:>9} {:>6} {:>6} {:>6} {:>6}  peers: µs, and by how much ours is faster",
        "operation", "backend", "ours µs", "floor µs", "ratio", "least", "most", "target"
    )?;
    for row in rows.as_array().into_iter().flatten() {
        let shown = |member: &str, digits: usize| number(&row[member], digits);
        let above =
            row["target"].as_f64().zip(row["ratio"].as_f64()).is_some_and(|(target, ratio)| ratio > target);
        write!(
            out,
            "{:<51} {:<8} {:>9} {:>9} {:>6} {:>6} {:>6} {:>6}{}",
            row["operation"].as_str().unwrap_or_default(),
            row["backend"].as_str().unwrap_or_default(),
            shown("ours_us", 3),
            shown("floor_us", 3),
            shown("ratio", 3),
            shown("least_ratio", 2),
            shown("most_ratio", 2),
            shown("target", 2),
            if above { "  above" } else { "" },
        )?;
        for peer in row["peers"].as_array().into_iter().flatten() {
            let name = peer["peer"].as_str().unwrap_or_default();
            write!(out, "  {name}: {} x{}", number(&peer["us"], 2), number(&peer["ratio"], 2))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "\nratio: median over the processes; least and most: of one process")?;
    writeln!(out, "allocations: cargo run --release --bin count")?;
    Ok(())
}

/// A number, or a dash for none.
pub(crate) fn number(value: &Value, digits: usize) -> String {
    value.as_f64().map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"))
}

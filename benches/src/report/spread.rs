//! The same measurement in several processes, each with one backend.
//!
//! One process as a whole can be off in either direction, for as long as it lives, by where its code and heap lie. The
//! median of several processes is steadier.

use crate::options::{NONE, Options};
use serde_json::{Value, json};
use std::process::{Command, Stdio};
use wimse_benches::Error;
use wimse_benches::library::Library;

/// Measures in processes, one after the other, and gives the medians with the extreme ratios.
pub(crate) fn operations(part: &str, options: &Options) -> Result<Value, Error> {
    let mut rows = Vec::new();
    for backend in &options.backends {
        let runs = (0..options.processes).map(|_| one_process(part, *backend, options));
        rows.extend(merged(&runs.collect::<Result<Vec<_>, _>>()?));
    }
    Ok(Value::from(rows))
}

fn merged(runs: &[Value]) -> Vec<Value> {
    let rows = runs.first().and_then(Value::as_array).cloned().unwrap_or_default();
    let merged = rows.into_iter().enumerate().map(|(index, mut row)| {
        let pointers = |member: &str| format!("/{index}/{member}");
        for member in ["ours_us", "floor_us", "ratio"] {
            row[member] = middle(&values(runs, &pointers(member)));
        }
        for (number, peer) in row["peers"].as_array_mut().into_iter().flatten().enumerate() {
            for member in ["us", "ratio"] {
                peer[member] = middle(&values(runs, &pointers(&format!("peers/{number}/{member}"))));
            }
        }
        let ratios = values(runs, &pointers("ratio"));
        row["least_ratio"] = json!(ratios.first());
        row["most_ratio"] = json!(ratios.last());
        row["processes"] = json!(runs.len());
        row
    });
    merged.collect()
}

/// One number of all runs, in order.
fn values(runs: &[Value], pointer: &str) -> Vec<f64> {
    let mut values: Vec<f64> = runs.iter().filter_map(|run| run.pointer(pointer)?.as_f64()).collect();
    values.sort_by(f64::total_cmp);
    values
}

fn middle(values: &[f64]) -> Value {
    json!(values.get(values.len() / 2))
}

fn one_process(part: &str, backend: Option<Library>, options: &Options) -> Result<Value, Error> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["report", "once", part, "--backend", backend.map_or(NONE, Library::name)]);
    command.args(["--milliseconds", &options.budget.as_millis().to_string()]);
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err("a measuring process failed".into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

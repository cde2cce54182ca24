//! The same measurement in several processes.
//!
//! One process as a whole can be a tenth off in either direction, for as long as it lives; where its stack and heap lie
//! is a likely reason. The median of several processes is steadier.

use serde_json::{Value, json};
use std::process::{Command, Stdio};
use std::time::Duration;
use wimse_benches::Error;

/// Measures in this many processes, one after the other, and gives the medians with the extreme ratios.
pub(crate) fn operations(part: &str, budget: Duration, processes: usize) -> Result<Value, Error> {
    let mut runs = Vec::new();
    for _ in 0..processes {
        runs.push(one_process(part, budget)?);
    }
    let rows = runs.first().and_then(Value::as_array).cloned().unwrap_or_default();
    let merged = rows.into_iter().enumerate().map(|(index, mut row)| {
        let values = |member: &str| {
            let mut values: Vec<f64> = runs.iter().filter_map(|run| run[index][member].as_f64()).collect();
            values.sort_by(f64::total_cmp);
            values
        };
        for member in ["ours_us", "floor_us", "ratio"] {
            let values = values(member);
            row[member] = json!(values.get(values.len() / 2));
        }
        let ratios = values("ratio");
        row["least_ratio"] = json!(ratios.first());
        row["most_ratio"] = json!(ratios.last());
        row["processes"] = json!(processes);
        row
    });
    Ok(Value::from(merged.collect::<Vec<_>>()))
}

fn one_process(part: &str, budget: Duration) -> Result<Value, Error> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["report", "once", part, "--milliseconds", &budget.as_millis().to_string()]);
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err("a measuring process failed".into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

//! What the page says of `wimse serve`.

use crate::operations::number;
use crate::page::{digits, text};
use serde_json::Value;
use std::fmt::Write as _;
use wimse_benches::Error;

/// The table of processor times.
pub(crate) fn cost(serve: &Value) -> Result<String, Error> {
    let mut out = String::from(
        "| Proof | Keys | Backend | request without, µs | request with, µs | authentication, µs | raw verification, µs | ratio |\n\
         | --- | --- | --- | --: | --: | --: | --: | --: |\n",
    );
    for row in serve["rows"].as_array().into_iter().flatten() {
        let time = |member: &str| row[member].as_f64().map_or_else(String::new, digits);
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} ({} to {}) |",
            text(row, "proof"),
            text(row, "keys"),
            text(row, "backend"),
            time("without_us"),
            time("with_us"),
            time("authentication_us"),
            time("raw_us"),
            number(&row["ratio"], 2),
            number(&row["least_ratio"], 2),
            number(&row["most_ratio"], 2),
        )?;
    }
    Ok(out)
}

/// The table of memory: a column for each look that is shown.
pub(crate) fn memory(serve: &Value) -> Result<String, Error> {
    const SHOWN: [(u64, &str); 7] = [
        (0, "start"),
        (50_000, "50,000"),
        (100_000, "100,000"),
        (250_000, "250,000"),
        (500_000, "500,000"),
        (750_000, "750,000"),
        (1_000_000, "1,000,000"),
    ];
    let mut out = String::from("| Requests |");
    for (_, name) in SHOWN {
        write!(out, " {name} |")?;
    }
    out.push_str("\n| --- |");
    out.push_str(&" --: |".repeat(SHOWN.len()));
    out.push_str("\n| MiB |");
    for (requests, _) in SHOWN {
        let mut points = serve["memory"]["points"].as_array().into_iter().flatten();
        let point = points.find(|point| point["requests"] == requests);
        write!(out, " {} |", point.map_or_else(String::new, |point| number(&point["mib"], 1)))?;
    }
    out.push('\n');
    Ok(out)
}

/// A whole number, in groups of three digits.
pub(crate) fn grouped(value: &Value) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

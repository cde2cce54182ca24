//! The replay guard with a million live entries.

use serde_json::{Value, json};
use std::io::{self, Write as _};
use wimse_benches::Error;
use wimse_benches::library::Library;
use wimse_benches::replay::{self, Keys, LIVE, Stream};
use wimse_benches::scenario::{Scenario, Suite};

/// How long single insertions into the replay guard take, and how much memory an entry has.
pub(crate) fn report() -> Result<Value, Error> {
    let mut keys = Keys::new(&Scenario::new(Suite::mixed(Library::Fastest))?)?;
    let before = resident_bytes();
    let stream = Stream::steady(&mut keys, LIVE)?;
    let after = resident_bytes();
    #[allow(clippy::cast_precision_loss)]
    let per_entry = |bytes: usize| bytes as f64 / LIVE as f64;
    let resident = before.zip(after).map(|(before, after)| per_entry(after.saturating_sub(before)));
    let live = stream.len();
    drop(stream);
    let pauses = replay::pauses(&mut keys)?;

    let mut out = io::stdout().lock();
    writeln!(out, "replay guard, {live} entries")?;
    if let Some(bytes) = resident {
        writeln!(out, "  bytes per entry, resident{:>23.1}", bytes)?;
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

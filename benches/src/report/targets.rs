//! What was promised, beside what was measured.

use crate::{page, serve, threads};
use serde_json::Value;

/// One promise.
pub(crate) struct Target {
    /// What of.
    pub(crate) name: String,
    /// The most, or the least.
    pub(crate) bound: Bound,
    /// The unit, or nothing for a ratio.
    pub(crate) unit: &'static str,
    /// The number that is furthest off, and where it was measured.
    pub(crate) furthest: Option<(f64, String)>,
}

#[derive(Clone, Copy)]
pub(crate) enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

impl Target {
    pub(crate) fn is_met(&self) -> bool {
        self.furthest.as_ref().is_some_and(|(value, _)| match self.bound {
            Bound::AtMost(bound) => *value <= bound,
            Bound::AtLeast(bound) => *value >= bound,
        })
    }

    fn new(
        name: impl Into<String>,
        bound: Bound,
        unit: &'static str,
        measured: impl Iterator<Item = (f64, String)>,
    ) -> Self {
        let furthest = match bound {
            Bound::AtMost(_) => measured.max_by(|one, other| one.0.total_cmp(&other.0)),
            Bound::AtLeast(_) => measured.min_by(|one, other| one.0.total_cmp(&other.0)),
        };
        Self { name: name.into(), bound, unit, furthest }
    }
}

/// All of them.
pub(crate) fn all(results: &Value) -> Vec<Target> {
    let mut all = to_floor(results);
    all.extend(to_peer(results));
    let scaling = rows(results, "/threads").filter_map(|row| Some((row["ratio"].as_f64()?, place(row))));
    let name = "warm verification on two threads, to raw signature calls on two threads";
    all.push(Target::new(name, Bound::AtLeast(threads::TARGET), "", scaling));
    all.extend(of_what_is_kept(results));
    all.extend(allocations(results));
    all.extend(of_service(results));
    all
}

/// The ratios to the floor, over all keys and backends.
fn to_floor(results: &Value) -> Vec<Target> {
    let mut works: Vec<(&str, f64)> = Vec::new();
    for row in rows(results, "/operations") {
        if let (Some(work), Some(target)) = (row["work"].as_str(), row["target"].as_f64())
            && !works.iter().any(|(known, _)| *known == work)
        {
            works.push((work, target));
        }
    }
    let target = |(work, target): (&str, f64)| {
        let rows = rows(results, "/operations").filter(|row| row["work"] == work);
        let ratios = rows.filter_map(|row| Some((row["ratio"].as_f64()?, place(row))));
        Target::new(format!("{work}, to the floor"), Bound::AtMost(target), "", ratios)
    };
    works.into_iter().map(target).collect()
}

/// By how much a whole request is faster than by the crates that do the same, with the backend that is chosen where
/// all are there.
fn to_peer(results: &Value) -> Vec<Target> {
    let backend = page::chosen_backend(results);
    let target = |(work, keys, least, label): (&'static str, &'static str, f64, &str)| {
        let rows = rows(results, "/operations");
        let rows = rows.filter(|row| row["work"] == work && row["keys"] == keys && row["backend"] == backend);
        let ratios = rows.filter_map(|row| Some((row["peers"][0]["ratio"].as_f64()?, place(row))));
        Target::new(format!("{work}, {keys}, to the peer{label}"), Bound::AtLeast(least), "×", ratios)
    };
    let caching = " (which has no cache)";
    let targets = [
        ("whole request, cold", "ES256", 3.0, ""),
        ("whole request, cold", "Ed25519", 1.0, ""),
        ("whole request, warm", "ES256", 6.0, caching),
        ("whole request, warm", "Ed25519", 1.8, caching),
    ];
    targets.map(target).into()
}

fn of_what_is_kept(results: &Value) -> [Target; 4] {
    let of = |pointer: &str, factor: f64| {
        let value = results.pointer(pointer).and_then(Value::as_f64);
        value.map(|value| (value * factor, "1,000,000 entries".to_owned())).into_iter()
    };
    let parsed = rows(results, "/operations").filter(|row| {
        row["work"].as_str().is_some_and(|work| work.starts_with("identifier parse, 52 bytes"))
    });
    let parsed = parsed.filter_map(|row| Some((row["ours_us"].as_f64()? * 1000.0, String::new())));
    [
        Target::new("replay guard, one insertion", Bound::AtMost(1.0), "µs", of("/pauses/median_us", 1.0)),
        Target::new(
            "replay guard, longest insertion",
            Bound::AtMost(5.0),
            "ms",
            of("/pauses/longest_us", 0.001),
        ),
        Target::new(
            "replay guard, one entry",
            Bound::AtMost(120.0),
            "bytes",
            of("/counted/memory/replay_entry", 1.0),
        ),
        Target::new("identifier parse, 52 bytes", Bound::AtMost(150.0), "ns", parsed),
    ]
}

fn allocations(results: &Value) -> [Target; 2] {
    let of = |work: &'static str, bound: f64| {
        let rows = rows(results, "/counted/operations").filter(move |row| row["work"] == work);
        let counts = rows
            .filter_map(|row| Some((row["allocations"].as_f64()? - row["of_floor"].as_f64()?, place(row))));
        Target::new(
            format!("{work}, allocations beside those of the floor"),
            Bound::AtMost(bound),
            "",
            counts,
        )
    };
    [of("WPT verify, WIT cached", 8.0), of("HTTP signature, verify GET", 24.0)]
}

/// What authentication costs `wimse serve`, and whether its memory stays what it is.
fn of_service(results: &Value) -> [Target; 2] {
    let costs = rows(results, "/serve/rows").filter_map(|row| {
        let proof = row["proof"].as_str().unwrap_or_default();
        Some((row["ratio"].as_f64()?, format!("{}, {proof}", place(row))))
    });
    let memory = results.pointer("/serve/memory/ratio").and_then(Value::as_f64);
    [
        Target::new(
            "`wimse serve`, processor time of authentication, to one raw verification",
            Bound::AtMost(serve::MOST),
            "",
            costs,
        ),
        Target::new(
            "`wimse serve`, most memory in the second half of a million proofs of five seconds, to that in the first",
            Bound::AtMost(serve::memory::MOST),
            "",
            memory.map(|ratio| (ratio, String::new())).into_iter(),
        ),
    ]
}

fn rows<'r>(results: &'r Value, pointer: &str) -> impl Iterator<Item = &'r Value> + use<'r> {
    results.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

/// Keys and backend of a row.
fn place(row: &Value) -> String {
    let text = |member: &str| row[member].as_str().unwrap_or_default();
    format!("{}, {}", text("keys"), text("backend"))
}

//! Counts allocations of each operation, and the memory of what is kept. A program of its own, since counting costs time.
#![forbid(unsafe_code)]

use serde_json::{Value, json};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;
use std::io::Write as _;
use std::sync::Arc;
use wimse_benches::library::Library;
use wimse_benches::operations::{self, Side};
use wimse_benches::replay::{Keys, LIVE, Stream};
use wimse_benches::scenario::{NOW, Scenario, Suite, wit_of};
use wimse_benches::{Error, growth};
use wimse_creds::limits;

#[global_allocator]
static COUNTING: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> Result<(), Error> {
    let counted = json!({ "operations": allocations()?, "memory": memory()? });
    Ok(writeln!(std::io::stdout(), "{counted:#}")?)
}

/// Allocations of one call and of its floor, on average.
fn allocations() -> Result<Vec<Value>, Error> {
    const CALLS: u32 = 640;
    let count = || COUNTING.stats().allocations + COUNTING.stats().reallocations;
    let mut rows = Vec::new();
    for library in Library::ALL {
        for planned in operations::all(library)? {
            let (work, keys) = (planned.work.clone(), planned.keys.clone());
            let mut operation = planned.make()?;
            let each = |side: &mut Side| -> Result<f64, Error> {
                // Caches are warm then.
                let (_, done) = side.run(CALLS as usize);
                let (before, after) = side.watched(CALLS as usize, count);
                #[allow(clippy::cast_precision_loss)]
                let each = (after - before) as f64 / f64::from(CALLS);
                if done { Ok(each) } else { Err(format!("{work}: a call was refused").into()) }
            };
            let (ours, floor) = (each(&mut operation.ours)?, each(&mut operation.floor)?);
            rows.push(json!({
                "work": work, "keys": keys, "backend": library.name(), "allocations": ours, "of_floor": floor,
            }));
        }
    }
    Ok(rows)
}

/// Bytes of one replay entry, of the anchors of one domain with a key, and of one WIT in the cache.
fn memory() -> Result<Value, Error> {
    let library = Library::Fastest;
    let scenario = Scenario::new(Suite::ed25519(library))?;

    let mut keys = Keys::new(&scenario)?;
    let entry = bytes_of(usize::try_from(LIVE)?, || Stream::steady(&mut keys, LIVE))?;
    let domain = bytes_of(DOMAINS, || growth::domains(DOMAINS, library))?;

    let tokens = (0..limits::CACHED_TOKENS).map(|_| wit_of(&scenario)).collect::<Result<Vec<_>, _>>()?;
    let wit = bytes_of(tokens.len(), || {
        let wits = Arc::new(scenario.wits(limits::CACHED_TOKENS));
        tokens.iter().try_for_each(|wit| wits.verify(wit, NOW).map(drop))?;
        Ok(wits)
    })?;
    Ok(json!({ "replay_entry": entry, "anchor": domain, "cached_wit": wit, "wit_bytes": tokens[0].len() }))
}

/// The bytes in use after making something of so many parts, for each part.
fn bytes_of<T>(parts: usize, make: impl FnOnce() -> Result<T, Error>) -> Result<f64, Error> {
    let in_use = || {
        let stats = COUNTING.stats();
        stats.bytes_allocated.wrapping_sub(stats.bytes_deallocated)
    };
    let before = in_use();
    let made = make()?;
    let after = in_use();
    drop(made);
    #[allow(clippy::cast_precision_loss)]
    Ok(after.wrapping_sub(before) as f64 / parts as f64)
}

const DOMAINS: usize = 10_000;

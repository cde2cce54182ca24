//! How two threads scale.

use crate::options::Options;
use serde_json::{Value, json};
use std::io::{self, Write as _};
use wimse_benches::Error;
use wimse_benches::scenario::{Scenario, Suite, shown};
use wimse_benches::threads::{self, Scaling};

/// The part of the scaling of raw signature calls that there should be at least.
pub(crate) const TARGET: f64 = 0.95;

type Measure = fn(&Scenario) -> Result<Scaling, Error>;

/// Warm verification on two threads, beside raw calls.
pub(crate) fn report(options: &Options) -> Result<Value, Error> {
    let mut out = io::stdout().lock();
    writeln!(out, "speed of two threads, where one is 1; the ratio should be {TARGET} or more\n")?;
    writeln!(
        out,
        "{:<36} {:<8} {:<8} {:>6} {:>6} {:>6}",
        "operation", "keys", "backend", "ours", "raw", "ratio"
    )?;
    let mut rows = Vec::new();
    let work: [(&str, Measure); 2] = [
        ("whole request, warm", threads::wpt),
        ("HTTP signature, verify GET, warm", threads::http_signature),
    ];
    for library in options.backends.iter().flatten() {
        for suite in [Suite::ed25519(*library), Suite::es256(*library)] {
            let scenario = Scenario::new(suite)?;
            for (work, measure) in work {
                let Scaling { ours, raw, ratio } = measure(&scenario)?;
                let (keys, name) = (shown(suite.proof), library.name());
                writeln!(out, "{work:<36} {keys:<8} {name:<8} {ours:>6.3} {raw:>6.3} {ratio:>6.3}")?;
                rows.push(json!({
                    "work": work, "keys": keys, "backend": name, "ours": ours, "raw": raw, "ratio": ratio,
                }));
            }
        }
    }
    Ok(Value::from(rows))
}

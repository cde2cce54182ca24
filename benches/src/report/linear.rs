//! Time per byte at each size.

use serde_json::{Value, json};
use std::io::{self, Write as _};
use wimse_benches::{Error, linear as growth};

/// Time per byte at each size, of the cases whose name contains the text.
pub(crate) fn report(part: &str) -> Result<Value, Error> {
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

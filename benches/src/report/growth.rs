//! How cost grows, one axis after the other.

use serde_json::{Value, json};
use std::io::{self, Write as _};
use wimse_benches::Error;
use wimse_benches::growth;

/// Every axis: what there is more of, and the time of one operation.
pub(crate) fn report() -> Result<Value, Error> {
    let mut out = io::stdout().lock();
    let scenarios = growth::scenarios()?;
    let mut axes = Vec::new();
    for make in growth::AXES {
        let mut axis = make(&scenarios)?;
        let measured = growth::measure(&mut axis)?;
        writeln!(out, "\n{} ({}: µs)", axis.title, axis.x)?;
        let mut series = Vec::new();
        for (line, points) in axis.series.iter().zip(measured) {
            write!(out, "  {:<34}", line.name)?;
            for (number, ns) in &points {
                write!(out, " {number}: {:.2}", ns / 1000.0)?;
            }
            writeln!(out)?;
            let points: Vec<_> =
                points.iter().map(|(number, ns)| json!({ "x": number, "us": ns / 1000.0 })).collect();
            series.push(json!({ "name": line.name, "points": points }));
        }
        axes.push(json!({
            "name": axis.name, "title": axis.title, "x": axis.x, "y": "microseconds", "series": series,
        }));
    }
    Ok(Value::from(axes))
}

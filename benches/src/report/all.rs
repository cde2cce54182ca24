//! Everything: numbers, charts and page.

use crate::options::Options;
use crate::{charts, growth, machine, operations, page, pauses, place, threads};
use serde_json::{Value, json};
use std::env;
use std::io::Write as _;
use std::process::{Command, Stdio};
use wimse_benches::Error;

/// Measures all, and writes the numbers, the charts and the page.
pub(crate) fn report(options: &Options) -> Result<(), Error> {
    // First, so that nothing is built while something is measured.
    let counted = count()?;
    // Of another program, which is measured by itself.
    let serve = place::results().map_or(Value::Null, |mut last| last["serve"].take());
    let results = json!({
        "machine": machine::describe(),
        "counted": counted,
        "operations": operations::measure("", options)?,
        "threads": threads::report(options)?,
        "pauses": pauses::report()?,
        "growth": growth::report()?,
        "serve": serve,
    });
    place::write(place::RESULTS, &format!("{results:#}\n"))?;
    charts::write(&results)?;
    page::write(&results)?;
    Ok(writeln!(std::io::stdout(), "\nwritten: {}, docs/charts, docs/performance.md", place::RESULTS)?)
}

/// The program that counts allocations is another one.
fn count() -> Result<Value, Error> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--release", "--bin", "count", "--manifest-path"]);
    command.arg(place::of("benches/Cargo.toml"));
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err("the counting program failed".into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

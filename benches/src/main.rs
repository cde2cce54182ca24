//! Prints operations beside their floors, and how work grows with its input.
#![forbid(unsafe_code)]

mod allocations;
mod report;
mod spread;
mod startup;

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;
use wimse_benches::Error;

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut text = format!("error: {error}");
            let mut source = error.source();
            while let Some(cause) = source {
                let _ = write!(text, ": {cause}");
                source = cause.source();
            }
            let _ = writeln!(std::io::stderr(), "{text}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut arguments: impl Iterator<Item = String>) -> Result<(), Error> {
    let (mut words, mut json) = (Vec::new(), None);
    let (mut budget, mut processes) = (Duration::from_millis(150), 9);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => json = Some(arguments.next().ok_or(USAGE)?),
            "--milliseconds" => {
                budget = Duration::from_millis(arguments.next().ok_or(USAGE)?.parse()?);
            }
            "--processes" => processes = arguments.next().ok_or(USAGE)?.parse()?,
            _ => words.push(argument),
        }
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let result = match words[..] {
        ["report"] => spread::operations("", budget, processes)?,
        ["report", "linear"] => report::linear("")?,
        ["report", "linear", part] => report::linear(part)?,
        ["report", "pauses"] => report::pauses()?,
        ["report", "startup", program] => startup::measure(program.as_ref())?,
        ["report", "only", part] => spread::operations(part, budget, processes)?,
        ["report", "once", part] => {
            writeln!(std::io::stdout(), "{}", report::operations(part, budget)?)?;
            return Ok(());
        }
        _ => return Err(USAGE.into()),
    };
    if matches!(words[..], ["report"] | ["report", "only", _]) {
        report::print(&result)?;
    }
    if let Some(file) = json {
        std::fs::write(file, format!("{result:#}\n"))?;
    }
    Ok(())
}

const USAGE: &str = "usage: report [linear [TEXT] | pauses | startup PROGRAM | only TEXT] [--json FILE] [--milliseconds PER_OPERATION] \
     [--processes N]";

//! Prints operations beside their floors and peers, and how work grows; writes the page about it.
#![forbid(unsafe_code)]

mod all;
mod charts;
mod growth;
mod linear;
mod machine;
mod operations;
mod options;
mod page;
mod pauses;
mod place;
mod serve;
mod spread;
mod startup;
mod targets;
mod threads;

use options::Options;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;
use wimse_benches::Error;

fn main() -> ExitCode {
    match Options::read(std::env::args().skip(1)).and_then(|options| run(&options)) {
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

fn run(options: &Options) -> Result<(), Error> {
    let result = match options.words()[..] {
        ["report"] => operations::measure("", options)?,
        ["report", "only", part] => operations::measure(part, options)?,
        ["report", "once", part] => {
            writeln!(std::io::stdout(), "{}", operations::once(part, options)?)?;
            return Ok(());
        }
        ["report", "linear"] => linear::report("")?,
        ["report", "linear", part] => linear::report(part)?,
        ["report", "pauses"] => pauses::report()?,
        ["report", "threads"] => threads::report(options)?,
        ["report", "growth"] => growth::report()?,
        ["report", "serve", program] => serve::report(program.as_ref(), options)?,
        ["report", "startup", program] => startup::measure(program.as_ref())?,
        ["report", "charts"] => return charts::write(&place::results()?),
        ["report", "page"] => return page::write(&place::results()?),
        ["report", "all"] => return all::report(options),
        _ => return Err(options::USAGE.into()),
    };
    if let Some(file) = &options.json {
        std::fs::write(file, format!("{result:#}\n"))?;
    }
    Ok(())
}

//! The command line.

use std::time::Duration;
use wimse_benches::Error;
use wimse_benches::library::Library;

/// What was asked for.
pub(crate) struct Options {
    words: Vec<String>,
    /// Where to write the numbers to.
    pub(crate) json: Option<String>,
    /// The time for each operation in each process.
    pub(crate) budget: Duration,
    /// How many processes measure, one after the other.
    pub(crate) processes: usize,
    /// How many requests one server answers, and how many lie between two looks at its memory.
    pub(crate) requests: u32,
    /// The backends to measure. `None` is for the operations that have none.
    pub(crate) backends: Vec<Option<Library>>,
}

impl Options {
    pub(crate) fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, Error> {
        let (mut words, mut json, mut backends) = (Vec::new(), None, Vec::new());
        let (mut budget, mut processes) = (Duration::from_millis(100), 5);
        let mut requests = 50_000;
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(USAGE);
            match argument.as_str() {
                "--json" => json = Some(value()?),
                "--milliseconds" => budget = Duration::from_millis(value()?.parse()?),
                "--processes" => processes = value()?.parse()?,
                "--requests" => requests = value()?.parse()?,
                "--backend" => backends.push(backend(&value()?)?),
                _ => words.push(argument),
            }
        }
        if backends.is_empty() {
            backends = Library::ALL.into_iter().map(Some).chain([None]).collect();
        }
        Ok(Self { words, json, budget, processes, requests, backends })
    }

    pub(crate) fn words(&self) -> Vec<&str> {
        self.words.iter().map(String::as_str).collect()
    }
}

fn backend(name: &str) -> Result<Option<Library>, Error> {
    Ok(if name == NONE { None } else { Some(name.parse()?) })
}

/// The backend of what needs none.
pub(crate) const NONE: &str = "none";

pub(crate) const USAGE: &str = "usage: report [only TEXT | linear [TEXT] | pauses | threads | growth | startup PROGRAM | serve PROGRAM | charts | page | all]
       [--backend NAME]... [--json FILE] [--milliseconds PER_OPERATION] [--processes N] [--requests N]";

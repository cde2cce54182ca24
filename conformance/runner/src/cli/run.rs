//! `run`: who runs the cases, which, and where the reports go.

use std::{
    error::Error,
    fs,
    io::{self, IsTerminal},
    num::NonZeroUsize,
    path::PathBuf,
    str::FromStr,
    thread,
    time::Duration,
};

use clap::Args;
use wimse_conformance::{
    baseline::Baseline,
    harness::{HarnessCommand, Pool},
    judge::Measure,
    load::Suite,
    manifest::Manifest,
    progress::Progress,
    report::Report,
    run::{self, Implementation},
    select::Selection,
};

use crate::{print, selected};

#[derive(Args)]
pub(crate) struct Run {
    #[command(flatten)]
    selection: Selection,
    /// Another implementation: a command that speaks the harness protocol [default: this workspace, in-process]
    #[arg(long, value_name = "CMD")]
    harness: Option<HarnessCommand>,
    /// Cases at a time: processes of the harness, or threads [default: the number of processors]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Seconds that the harness has for each answer
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    timeout: Duration,
    /// How often a harness that fails is started again
    #[arg(long, value_name = "N", default_value_t = 100)]
    restarts: usize,
    /// Compare only accepted with refused, not the reasons
    #[arg(long)]
    ignore_codes: bool,
    /// Failures that are expected (TOML); one that does not happen is a failure
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write a report; may be given several times
    #[arg(long, value_name = "json|junit|markdown=FILE")]
    report: Vec<Destination>,
    /// Print the JSON report instead of the summary
    #[arg(long)]
    json: bool,
}

impl Run {
    /// Runs the cases and writes the reports; whether all is as expected.
    pub(crate) fn carry_out(self, suite: &Suite, manifest: Option<Manifest>) -> Result<bool, Box<dyn Error>> {
        let selected = selected(&self.selection, suite)?;
        let baseline = self.baseline.as_deref().map(Baseline::read).transpose()?.unwrap_or_default();
        let jobs = self.jobs.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
        let measure = if self.harness.is_some() { Measure::GIVEN } else { Measure::ALL };
        let measure = Measure { codes: !self.ignore_codes, ..measure };
        let implementation = match self.harness {
            Some(command) => Implementation::Harness(Pool {
                command,
                jobs,
                timeout: self.timeout,
                restarts: self.restarts,
                vectors: manifest.as_ref().map(|manifest| manifest.version.clone()),
            }),
            None => Implementation::BuiltIn { jobs },
        };
        let progress = Progress::of(selected.len());
        let ran = run::run(&implementation, &selected, measure, &|verdict| progress.tick(verdict));
        progress.clear();
        let (hello, judgements) = ran?;
        let report = Report::of(suite, manifest, &hello, &selected, judgements, &baseline);
        for Destination { form, path } in &self.report {
            let text = match form {
                Form::Json => json(&report)?,
                Form::Junit => report.junit(),
                Form::Markdown => report.markdown(),
            };
            fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        }
        print(&if self.json { json(&report)? } else { report.terminal(colour()) })?;
        Ok(report.clean)
    }
}

fn json(report: &Report) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(report).map(|text| text + "\n")
}

/// Colours are for terminals, and not for those who set `NO_COLOR` (no-color.org).
fn colour() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().map_err(|error| error.to_string())?;
    let duration = Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?;
    let sensible = Duration::from_millis(1)..=Duration::from_secs(3600);
    if sensible.contains(&duration) { Ok(duration) } else { Err("not from 0.001 to 3600 seconds".to_owned()) }
}

/// A form of the report, and its file.
#[derive(Clone, Debug)]
struct Destination {
    form: Form,
    path: PathBuf,
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Json,
    Junit,
    Markdown,
}

impl FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (form, path) = text.split_once('=').ok_or("FORM=FILE is needed")?;
        let form = match form {
            "json" => Form::Json,
            "junit" => Form::Junit,
            "markdown" => Form::Markdown,
            other => return Err(format!("{other} is none of json, junit and markdown")),
        };
        if path.is_empty() {
            Err("the file has no name".to_owned())
        } else {
            Ok(Self { form, path: path.into() })
        }
    }
}

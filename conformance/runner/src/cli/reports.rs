//! Where reports go.

use std::{
    error::Error,
    fs,
    io::{self, IsTerminal},
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

use clap::Args;
use wimse_conformance::report::Report;

use crate::print;

#[derive(Args)]
pub(crate) struct Reports {
    /// Write a report; may be given several times
    #[arg(long, value_name = "json|junit|markdown=FILE")]
    report: Vec<Destination>,
    /// Print the JSON report instead of the summary
    #[arg(long)]
    json: bool,
}

impl Reports {
    /// Writes and prints what is asked for.
    pub(crate) fn write(&self, report: &Report) -> Result<(), Box<dyn Error>> {
        for Destination { form, path } in &self.report {
            let text = match form {
                Form::Json => json(report)?,
                Form::Junit => report.junit(),
                Form::Markdown => report.markdown(),
            };
            fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        }
        print(&if self.json { json(report)? } else { report.terminal(colour()) })?;
        Ok(())
    }
}

fn json(report: &Report) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(report).map(|text| text + "\n")
}

/// Colours are for terminals, and not for those who set `NO_COLOR` (no-color.org).
fn colour() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// A time limit.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().map_err(|error| error.to_string())?;
    let duration = Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?;
    let sensible = Duration::from_millis(1)..=Duration::from_secs(3600);
    if sensible.contains(&duration) { Ok(duration) } else { Err("not from 0.001 to 3600 seconds".to_owned()) }
}

/// A form of the report, and its file.
#[derive(Clone, Debug)]
pub(crate) struct Destination {
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

//! `run`: who runs the cases, which, and where the reports go.

use std::{error::Error, num::NonZeroUsize, path::PathBuf, thread, time::Duration};

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

use crate::{
    reports::{Reports, seconds},
    selected,
};

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
    #[command(flatten)]
    reports: Reports,
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
        self.reports.write(&report)?;
        Ok(report.clean)
    }
}

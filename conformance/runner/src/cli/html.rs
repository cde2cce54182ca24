//! `html`: several reports as one page.

use std::{error::Error, fs, path::PathBuf};

use clap::Args;
use wimse_conformance::{
    html::{Given, page},
    live,
    load::Suite,
    manifest::Manifest,
};

#[derive(Args)]
pub(crate) struct Html {
    /// Reports that were written with --report json=FILE: a column each, in this order
    #[arg(required = true, value_name = "REPORT")]
    reports: Vec<PathBuf>,
    /// Where the page goes
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

impl Html {
    /// Writes the page. It says what the reports say, so that there is nothing to be found wrong here.
    pub(crate) fn carry_out(
        self,
        mut suite: Suite,
        manifest: Option<&Manifest>,
    ) -> Result<(), Box<dyn Error>> {
        let mut reports = Vec::new();
        for path in &self.reports {
            let text = fs::read_to_string(path)
                .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
            let report = Given::parse(&text);
            reports.push(report.map_err(|error| format!("{} is not a report: {error}", path.display()))?);
        }
        suite.files.extend(live::files());
        let page = page(&suite, &reports, manifest);
        let output = &self.output;
        fs::write(output, page).map_err(|error| format!("cannot write {}: {error}", output.display()))?;
        Ok(())
    }
}

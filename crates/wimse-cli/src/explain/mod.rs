//! `wimse explain`: every rule that applies to a request, and how it came out.

pub(crate) mod findings;
mod report;

use crate::config::ConfigFile;
use crate::exit::{Exit, Failure};
use crate::http_file::{self, RequestFile};
use crate::input::{Input, at_most_one_stdin};
use crate::moment::Present;
use crate::output::{Output, Verdict};
use report::{Judged, Report};
use wimse::creds::pop::MemoryReplayGuard;

/// Explain, rule by rule, why a request is accepted or refused
///
/// Reads HTTP/1.1 requests from files, verifies each as a service with this configuration would, and lists
/// every rule that applies, in the order of verification: met (✓), refused (✗) or not reached (·), with the
/// requirement and the section of the draft it comes from. For a refusal it says what was expected, what was
/// received and what would mend it. The verdict of the service is the first refusal.
///
/// Several files are judged in their order, with one memory of proofs, so that a replay is seen.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub(crate) struct Explain {
    /// Files with an HTTP/1.1 request each; "-" is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<Input>,
    /// Show what was expected and received for rules that are met, too
    #[arg(long)]
    verbose: bool,
    #[command(flatten)]
    config: ConfigFile,
    #[command(flatten)]
    present: Present,
}

const HELP: &str = "\
Examples:
  wimse explain request.http                        what a service with ./wimse.toml says to it now
  wimse explain request.http --now 1800000000       what it said then
  wimse explain request.http request.http           the second time it is a replay
  wimse wpt create … --request plain.http | wimse explain -

A request file is the request as it travels: request line, fields, an empty line, the body. The lines
may end with LF, if all do.

JSON document (schema \"wimse-explain/1\"):
  result    \"accepted\" if all requests are, else \"refused\"
  now       the time of judgement, in seconds since 1970
  config    the configuration that was used
  requests  file, method, target, result; refusal {code, message, requirement, section, fix} or null;
            rules {met, refused, not_reached}; findings: one for each rule, in the order of verification:
            rule, says, requirement, section, state (\"met\", \"refused\" or \"not_reached\"),
            code, message, expected, received, fix (null where there is none)";

impl Explain {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        at_most_one_stdin(self.files.iter().map(|file| ("a request", file)))?;
        let config = self.config.load()?;
        let verifier = config.wpt_verifier()?;
        let now = self.present.now();
        let guard = MemoryReplayGuard::new(self.files.len().max(1) * 16);
        let mut requests = Vec::new();
        for file in &self.files {
            let bytes = file.read(http_file::MAX_BYTES)?;
            requests.push(match RequestFile::read(&bytes) {
                Ok(request) => {
                    let explanation = verifier.explain(&request.to_request(), &guard, now);
                    Judged::explained(file, &request, explanation)
                }
                Err(error) => Judged::unreadable(file, &error),
            });
        }
        let report = Report::new(now, config.path(), &requests);
        let verdict = if report.is_accepted() { Verdict::Accepted } else { Verdict::Refused };
        output.print("wimse-explain/1", verdict, &report, |style| report.text(style, self.verbose))
    }
}

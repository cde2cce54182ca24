//! `wimse explain`: every rule that applies to a request, and how it came out.

mod carried;
pub(crate) mod findings;
mod judge;
mod report;

pub(crate) use carried::carries_wpt;

use crate::config::{ConfigFile, Loaded};
use crate::exit::{Exit, Failure};
use crate::http_file::{self, HttpFile, HttpFileError};
use crate::httpsig::{Expected, read_sent};
use crate::input::{Input, at_most_one_stdin};
use crate::moment::Present;
use crate::output::{Output, Verdict};
use carried::Carried;
use judge::{Client, Service};
use report::{Judged, Report};
use wimse::creds::UnixTime;

/// Explain, rule by rule, why a request is accepted or refused
///
/// Reads HTTP/1.1 requests from files, verifies each as a service with this configuration would, and lists
/// every rule that applies, in the order of verification: met (✓), refused (✗) or not reached (·), with the
/// requirement and the section of the draft it comes from. For a refusal it says what was expected, what was
/// received and what would mend it. The verdict of the service is the first refusal.
///
/// The rules are those of what a request carries: a WPT, an HTTP signature, or both. With --request, files
/// may be responses, which are judged as by the client that has sent that request.
///
/// Several files are judged in their order, with one memory of proofs, so that a replay is seen.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub(crate) struct Explain {
    /// Files with an HTTP/1.1 request each, or with a response; "-" is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<Input>,
    /// Show what was expected and received for rules that are met, too
    #[arg(long)]
    verbose: bool,
    /// The signed request that responses answer, as it was sent
    #[arg(long, value_name = "FILE")]
    request: Option<Input>,
    #[command(flatten)]
    expected: Expected,
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
  wimse explain answer.http --request signed.http --expect wimse://example.com/orders

A request file is the request as it travels: request line, fields, an empty line, the body. The lines
may end with LF, if all do.

JSON document (schema \"wimse-explain/1\"):
  result    \"accepted\" if all requests are, else \"refused\"
  now       the time of judgement, in seconds since 1970
  config    the configuration that was used
  requests  file, method, target (null for a response), status (null for a request), result; carries:
            \"wpt\", \"http-signature\", both or none; refusal {code, message, requirement, section, fix} or null;
            rules {met, refused, not_reached}; findings: one for each rule, in the order of verification:
            rule, says, requirement, section, state (\"met\", \"refused\" or \"not_reached\"),
            code, message, expected, received, fix (null where there is none)";

impl Explain {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        let files = self.files.iter().map(|file| ("a request", file));
        at_most_one_stdin(files.chain(self.request.iter().map(|request| ("--request", request))))?;
        let config = self.config.load()?;
        let now = self.present.now();
        let requests = self.judge(&config, now)?;
        let report = Report::new(now, config.path(), &requests);
        let verdict = if report.is_accepted() { Verdict::Accepted } else { Verdict::Refused };
        output.print("wimse-explain/1", verdict, &report, |style| report.text(style, self.verbose))
    }

    fn judge(&self, config: &Loaded, now: UnixTime) -> Result<Vec<Judged>, Failure> {
        let client = match &self.request {
            Some(request) => Some(Client::new(config, read_sent(request)?, self.expected.peer()?, now)),
            None => None,
        };
        // Only requests need somebody to be meant for.
        let mut service = None;
        let mut judged = Vec::new();
        for file in &self.files {
            let bytes = file.read(http_file::MAX_BYTES)?;
            judged.push(match (HttpFile::read(&bytes), &client) {
                (Ok(HttpFile::Request(request)), _) => {
                    let service = match &service {
                        Some(service) => service,
                        None => service.insert(Service::new(config, now)?),
                    };
                    let carried = Carried::by(request.headers());
                    match service.explain(&request, carried) {
                        Ok(explanation) => Judged::request(file, &request, carried, explanation),
                        Err(error) => Judged::unreadable(file, &error, error.next()),
                    }
                }
                (Ok(HttpFile::Response(response)), Some(client)) => match client.explain(&response) {
                    Ok(explanation) => Judged::response(file, &response, explanation),
                    Err(error) => Judged::unreadable(file, &error, error.next()),
                },
                (Ok(HttpFile::Response(_)), None) => {
                    Judged::unreadable(file, &HttpFileError::response(), NAME_REQUEST)
                }
                (Err(error), _) => Judged::unreadable(file, &error, error.next()),
            });
        }
        Ok(judged)
    }
}

const NAME_REQUEST: &str = "give the request; for what came back, name the request that it answers with --request, and with \
                            --expect who has to have answered";

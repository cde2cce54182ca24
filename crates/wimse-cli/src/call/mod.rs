//! `wimse call`: make a request that proves who sends it.

mod ended;
mod identity;
mod outcome;
mod request;
mod retry;
mod send;
mod transport;
mod wire;

use crate::config::ConfigFile;
use crate::exit::{Exit, Failure};
use crate::moment::{self, Present};
use crate::output::Output;
use crate::refusal::Stop;
use crate::trace::Trace;
use http::Uri;
use identity::IdentityOptions;
use outcome::Outcome;
use request::RequestOptions;
use retry::RetryOptions;
use std::time::Duration;
use transport::TransportOptions;
use wimse::identifier::{IdentifierError, WorkloadIdentifier};

/// Call: make an HTTP request that proves who sends it, and print what comes back
///
/// The WIT and its key are those of the options or of a folder, else of [credentials] in the
/// configuration. The body of the response goes to standard output, and what is wrong to standard error.
/// No redirect is followed. No WIT is sent over plain HTTP but to this machine. The configuration is read
/// only where it is needed: for credentials, for signed responses, and for mutual TLS. With --retry, each
/// attempt has a fresh proof.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Call {
    /// The URL, http or https
    #[arg(value_name = "URL")]
    url: Uri,
    #[command(flatten)]
    request: RequestOptions,
    #[command(flatten)]
    identity: IdentityOptions,
    /// The workload that has to answer: of a signed response, or of mutual TLS
    #[arg(long, value_name = "ID", value_parser = identifier)]
    expect: Option<WorkloadIdentifier>,
    /// Demand a signed response; one that is not signed is refused
    #[arg(long, requires_all = ["httpsig", "expect"])]
    require_signed_response: bool,
    #[command(flatten)]
    transport: TransportOptions,
    /// Send the WIT over plain HTTP: something else than TLS secures the channel
    #[arg(long)]
    allow_plain_http: bool,
    /// Print the status line and the fields of the response, too
    #[arg(short, long)]
    include: bool,
    /// Print the request instead of sending it; "wimse explain" judges it
    #[arg(long)]
    print_request: bool,
    /// Send what was accepted a second time, as a thief would, and print that answer
    #[arg(long, conflicts_with = "print_request")]
    replay: bool,
    #[command(flatten)]
    retry: RetryOptions,
    /// How long all of it may take
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = moment::parse_duration)]
    patience: Duration,
    #[command(flatten)]
    trace: Trace,
    #[command(flatten)]
    config: ConfigFile,
    #[command(flatten)]
    present: Present,
}

const EXAMPLES: &str = "\
Examples:
  wimse call --wit billing.wit --key billing.jwk.json https://api.example.com/orders/7
  wimse call --wit billing.wit --key billing.jwk.json -d @order.json -H 'content-type: application/json' \\
    --httpsig --require-signed-response --expect wimse://example.com/orders https://api.example.com/orders
  wimse call --credentials /run/wimse --retry 3 https://api.example.com/orders/7
  wimse call --wic billing.crt --wic-key billing.key --expect wimse://example.com/orders \\
    --connect 127.0.0.1:8443 https://orders.example.com/orders
  wimse call --wit a.wit --key a.jwk.json --print-request https://api.example.com/ | wimse explain -

Exit codes: 0 for an answer with 2xx that is accepted, 1 for another one or a refusal, 3 where nobody
answers. With --json the body is in \"body\", or in \"body_base64\" if it is no text.";

const SCHEMA: &str = "wimse-call/1";

fn identifier(text: &str) -> Result<WorkloadIdentifier, IdentifierError> {
    text.parse()
}

impl Call {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        self.trace.during(output, || self.call_and_print(output))
    }

    fn call_and_print(&self, output: &Output) -> Result<Exit, Failure> {
        if self.print_request && output.is_json() {
            let failure = Failure::usage("--print-request prints the request, and no document");
            return Err(failure.next("leave out --json or --print-request"));
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(Failure::environment("the runtime cannot be started"))?;
        let mut outcome = Outcome::of(self.url.to_string(), self.request.method().to_string());
        let called = runtime.block_on(self.call(&mut outcome));
        // Nobody waits for what is still being looked up.
        runtime.shutdown_background();
        match called {
            Ok(Some(printed)) => return output.write(&printed).map(|()| Exit::Accepted),
            Ok(None) => {}
            Err(Stop::Refused(refusal)) => outcome.refuse(refusal),
            Err(Stop::Failed(failure)) => return Err(failure),
        }
        outcome.print(output, self.include)
    }
}

//! `wimse wpt verify`: judge requests that carry a WIT and a WPT.

use super::context_option::{Context, ContextOption};
use crate::config::{ConfigFile, Loaded};
use crate::exit::{Exit, Failure};
use crate::http_file::{self, RequestFile};
use crate::input::{Input, at_most_one_stdin};
use crate::moment::Present;
use crate::output::{BOLD, Output, Style, Verdict};
use crate::peer::Peer;
use crate::refusal::Refusal;
use crate::replay::Memory;
use crate::wit::escaped;
use serde::Serialize;
use wimse::creds::UnixTime;
use wimse::creds::limits::TOKEN_BYTES;
use wimse::creds::pop::AuthenticatedPeer;
use wimse::wpt::{Message, TXN_TOKEN, Verifier, WptError};

/// Verify requests that carry a WIT and a WPT: who is calling
///
/// The files are judged in order, with one replay memory over all of them: the same request a second
/// time is refused. The audience is that of the configuration and the path of the request, never Host.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Verify {
    /// Requests as HTTP/1.1, one in each file; "-" for standard input
    #[arg(value_name = "FILE", required_unless_present = "wit")]
    requests: Vec<Input>,
    /// For other protocols than HTTP: the WIT of the message
    #[arg(long, value_name = "FILE", conflicts_with = "requests", requires = "proof")]
    wit: Option<Input>,
    /// The WPT of the message
    #[arg(long, value_name = "FILE", requires = "wit")]
    proof: Option<Input>,
    /// The path of the message's target, where there is one: audience bases need it
    #[arg(long, value_name = "PATH", requires = "wit")]
    path: Option<String>,
    /// The Txn-Token of the message
    #[arg(long, value_name = "FILE", requires = "wit")]
    txn_token: Option<Input>,
    /// Another context token of the message
    #[arg(long, value_name = "NAME=FILE", requires = "wit")]
    context: Vec<ContextOption>,
    #[command(flatten)]
    config: ConfigFile,
    #[command(flatten)]
    present: Present,
}

const EXAMPLES: &str = "\
Examples:
  wimse wpt verify request.http
  wimse wpt verify request.http request.http        # the second is a replay
  wimse wpt verify --wit billing.wit --proof billing.wpt --path /orders

Why a request was refused, rule by rule: wimse explain request.http";

const SCHEMA: &str = "wimse-wpt-verify/1";

#[derive(Serialize)]
struct Body {
    now: i64,
    /// One for each file, or one for the message.
    requests: Vec<Judged>,
}

/// How one request came out: a peer or a refusal.
#[derive(Serialize)]
struct Judged {
    /// The file, `-` for standard input; the file of the proof of another message.
    file: String,
    result: Verdict,
    peer: Option<Peer>,
    refusal: Option<Refusal>,
}

impl Verify {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        self.check_inputs()?;
        let now = self.present.now();
        let loaded = self.config.load()?;
        let judge = Judge::new(&loaded, now)?;
        let requests = match (&self.wit, &self.proof) {
            (Some(wit), Some(proof)) => vec![self.judge_message(&judge, wit, proof)?],
            _ => {
                // Everything is read before anything is judged, so that no result is lost to a file that is missing.
                let files = self.requests.iter().map(|input| Ok((input, input.read(http_file::MAX_BYTES)?)));
                let files: Vec<_> = files.collect::<Result<_, Failure>>()?;
                files.into_iter().map(|(input, bytes)| judge.request(input, &bytes)).collect()
            }
        };
        let refused = requests.iter().any(|judged| judged.result == Verdict::Refused);
        let verdict = if refused { Verdict::Refused } else { Verdict::Accepted };
        let body = Body { now: now.as_secs(), requests };
        output.print(SCHEMA, verdict, &body, |style| body.text(now, style))
    }

    fn check_inputs(&self) -> Result<(), Failure> {
        let requests = self.requests.iter().map(|input| ("a request", input));
        let message = [("--wit", &self.wit), ("--proof", &self.proof), ("--txn-token", &self.txn_token)];
        let message = message.into_iter().filter_map(|(name, input)| Some((name, input.as_ref()?)));
        let context = self.context.iter().map(|option| ("--context", &option.value));
        at_most_one_stdin(requests.chain(message).chain(context))
    }

    fn judge_message(&self, judge: &Judge<'_>, wit: &Input, proof: &Input) -> Result<Judged, Failure> {
        let unknown = |option: &&ContextOption| !judge.loaded.context_fields().contains(&option.name);
        if let Some(option) = self.context.iter().find(unknown) {
            let doing = format!("--context {}: the configuration does not name this field", option.name);
            let next =
                format!("add \"{}\" to context-fields in {}", option.name, judge.loaded.path().display());
            return Err(Failure::usage(doing).next(next));
        }
        let context = Context::read(self.txn_token.as_ref(), &self.context)?;
        let (wit, token) = (wit.read_token(TOKEN_BYTES)?, proof.read_token(Verifier::DEFAULT_MAX_BYTES)?);
        let message = Message {
            wit: &wit,
            proof: &token,
            path: self.path.as_deref(),
            txn_token: context.txn_token.as_ref().map(|value| value.as_bytes()),
            context: context.pairs(),
        };
        let checked = judge.verifier.check_message(&message, judge.now);
        let admitted =
            checked.and_then(|checked| checked.admit(&judge.guard, judge.now).map_err(WptError::Admit));
        let mut judged = judge.outcome(proof, admitted);
        if self.path.is_none() {
            judged.refusal = judged.refusal.map(without_path);
        }
        Ok(judged)
    }
}

/// What all requests of one run have in common.
struct Judge<'a> {
    loaded: &'a Loaded,
    verifier: Verifier,
    guard: Memory,
    now: UnixTime,
}

impl<'a> Judge<'a> {
    fn new(loaded: &'a Loaded, now: UnixTime) -> Result<Self, Failure> {
        Ok(Self { loaded, verifier: loaded.wpt_verifier()?, guard: Memory::default(), now })
    }

    fn request(&self, input: &Input, bytes: &[u8]) -> Judged {
        match RequestFile::read(bytes) {
            Ok(file) => self.outcome(input, self.verifier.verify(&file.to_request(), &self.guard, self.now)),
            Err(error) => refused(input, Refusal::of(error.code(), &error).with_fix(error.next())),
        }
    }

    fn outcome(&self, input: &Input, outcome: Result<AuthenticatedPeer, WptError>) -> Judged {
        match outcome {
            Ok(peer) => {
                let peer = Some(self.describe(&peer));
                Judged { file: input.name(), result: Verdict::Accepted, peer, refusal: None }
            }
            Err(error) => refused(input, Refusal::of(error.code(), &error)),
        }
    }

    fn describe(&self, peer: &AuthenticatedPeer) -> Peer {
        let fields = [TXN_TOKEN];
        let fields = fields.iter().chain(self.loaded.context_fields());
        let covered = fields.filter(|field| peer.covers(field.as_str())).map(ToString::to_string);
        Peer::new(peer, covered.collect())
    }
}

/// A base of the audience never fits a message without a path.
fn without_path(refusal: Refusal) -> Refusal {
    if refusal.code() == "wpt.audience_mismatch" { refusal.with_fix(GIVE_PATH) } else { refusal }
}

const GIVE_PATH: &str = "give the path of the target with --path, where it has one; else list the value that was agreed on \
                         under audience-values";

fn refused(input: &Input, refusal: Refusal) -> Judged {
    Judged { file: input.name(), result: Verdict::Refused, peer: None, refusal: Some(refusal) }
}

impl Body {
    fn text(&self, now: UnixTime, style: Style) -> String {
        let judged = self.requests.iter().map(|judged| {
            let verdict = match (&judged.peer, &judged.refusal) {
                (Some(peer), _) => peer.text(now, style),
                (None, Some(refusal)) => refusal.text(style),
                (None, None) => String::new(),
            };
            format!("{}\n{verdict}", style.paint(&escaped(&judged.file), BOLD))
        });
        judged.collect::<Vec<_>>().join("\n")
    }
}

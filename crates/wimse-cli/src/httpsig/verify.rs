//! `wimse httpsig verify`: judge signed requests, or the signed answer to one.

use super::expected::{Expected, read_sent};
use crate::config::{ConfigFile, Loaded};
use crate::exit::{Exit, Failure};
use crate::explain::carries_wpt;
use crate::http_file::{self, HttpFileError, RequestFile, ResponseFile};
use crate::input::{Input, at_most_one_stdin};
use crate::moment::Present;
use crate::output::{BOLD, DIM, Output, Style, Verdict, YELLOW};
use crate::peer::Peer;
use crate::refusal::Refusal;
use crate::replay::Memory;
use crate::wit::escaped;
use http::HeaderMap;
use serde::Serialize;
use wimse::creds::UnixTime;
use wimse::creds::pop::AuthenticatedPeer;
use wimse::httpsig::message::{ReceivedSignature, Signatures};
use wimse::httpsig::profile::TAG;
use wimse::httpsig::{Answer, Verifier};

/// Verify signed requests: who has sent them; with --response, the answer to one
///
/// The files are judged in order, with one memory of nonces over all of them: the same request a second time
/// is refused. The audience is that of the configuration and the path of the request, never Host.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_long_help = HELP, after_help = "See --help for examples.")]
pub(crate) struct Verify {
    /// Requests as HTTP/1.1, one in each file; "-" for standard input
    #[arg(value_name = "FILE", required_unless_present = "response", conflicts_with = "response")]
    requests: Vec<Input>,
    /// A response, judged as by the client that has sent the request
    #[arg(long, value_name = "FILE", requires = "request")]
    response: Option<Input>,
    /// The request of the response, as it was sent
    #[arg(long, value_name = "FILE", requires = "response", conflicts_with = "requests")]
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
  wimse httpsig verify signed.http
  wimse httpsig verify signed.http signed.http        # the second is a replay
  wimse httpsig verify --response answer.http --request signed.http --expect wimse://example.com/orders

A response that is not signed is accepted where its request did not demand a signed one: then nobody vouches
for it. Why a message was refused, rule by rule: wimse explain

JSON document (schema \"wimse-httpsig-verify/1\"):
  result    \"accepted\" if all are, else \"refused\"
  now       the time of judgement, in seconds since 1970
  requests  one for each file: file; answers, the file of the request if it is a response; result;
            signed, peer {identifier, trust_domain, issuer, jti, exp, covered}, nonce, response_required;
            refusal {code, message, requirement, section, fix}. Null is what there is not: all but the
            refusal of what is refused, and peer and nonce of what is not signed";

const SCHEMA: &str = "wimse-httpsig-verify/1";

#[derive(Serialize)]
struct Body {
    now: i64,
    /// One for each file.
    requests: Vec<Judged>,
}

/// How one request, or the response, came out: a peer or a refusal.
#[derive(Serialize)]
struct Judged {
    file: String,
    /// The file of the request, if it is a response.
    answers: Option<String>,
    result: Verdict,
    #[serde(flatten)]
    known: Known,
    refusal: Option<Refusal>,
}

/// What is known of a good message; of another one nothing.
#[derive(Default, Serialize)]
struct Known {
    signed: Option<bool>,
    peer: Option<Peer>,
    nonce: Option<String>,
    response_required: Option<bool>,
    /// For people: the request carries another proof, which is not looked at here.
    #[serde(skip)]
    has_wpt: bool,
}

impl Verify {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        let response = [("--response", &self.response), ("--request", &self.request)];
        let response = response.into_iter().filter_map(|(name, input)| Some((name, input.as_ref()?)));
        at_most_one_stdin(self.requests.iter().map(|input| ("a request", input)).chain(response))?;
        let now = self.present.now();
        let loaded = self.config.load()?;
        let requests = match (&self.response, &self.request) {
            (Some(response), Some(request)) => vec![self.judge_response(&loaded, response, request, now)?],
            _ => {
                self.expected.check_unused()?;
                self.judge_requests(&loaded, now)?
            }
        };
        let body = Body { now: now.as_secs(), requests };
        output.print(SCHEMA, body.verdict(), &body, |style| body.text(now, style))
    }

    fn judge_requests(&self, loaded: &Loaded, now: UnixTime) -> Result<Vec<Judged>, Failure> {
        let (verifier, memory) = (loaded.signature_verifier()?, Memory::default());
        // Everything is read before anything is judged, so that no result is lost to a file that is missing.
        let files = self.requests.iter().map(|input| Ok((input, input.read(http_file::MAX_BYTES)?)));
        let files: Vec<_> = files.collect::<Result<_, Failure>>()?;
        let judge = |(input, bytes): (&Input, Vec<u8>)| {
            Judged::new(input, None, judge_request(loaded, &verifier, &memory, &bytes, now))
        };
        Ok(files.into_iter().map(judge).collect())
    }

    fn judge_response(
        &self,
        loaded: &Loaded,
        response: &Input,
        request: &Input,
        now: UnixTime,
    ) -> Result<Judged, Failure> {
        let expected = self.expected.peer()?;
        let pending = read_sent(request)?;
        let bytes = response.read(http_file::MAX_BYTES)?;
        let judge = || {
            let file = ResponseFile::read(&bytes).map_err(unreadable)?;
            let (answer, content) = (file.to_response(), file.message.content().map_err(unreadable)?.bytes);
            let (verifier, memory) = (loaded.response_verifier(), Memory::default());
            let verified = pending.verify_response(&answer, &content, &verifier, &expected, &memory, now);
            match verified.map_err(|error| Refusal::of(error.code(), &error))? {
                Answer::Authenticated(peer) => Ok(Known::of(&peer, answer.headers())),
                Answer::Unsigned => Ok(Known { signed: Some(false), ..Known::default() }),
            }
        };
        Ok(Judged::new(response, Some(request), judge()))
    }
}

fn judge_request(
    loaded: &Loaded,
    verifier: &Verifier,
    memory: &Memory,
    bytes: &[u8],
    now: UnixTime,
) -> Result<Known, Refusal> {
    let file = RequestFile::read(bytes).map_err(unreadable)?;
    let content = file.message.content().map_err(unreadable)?;
    let (request, target) = (file.to_request().map(|_| content.bytes), loaded.received_target(&file.target));
    let inbound = verifier.verify(&request, &target, memory, now);
    let inbound = inbound.map_err(|error| Refusal::of(error.code(), &error))?;
    Ok(Known {
        response_required: Some(inbound.response_required()),
        has_wpt: carries_wpt(file.headers()),
        ..Known::of(inbound.peer(), file.headers())
    })
}

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn unreadable(error: HttpFileError) -> Refusal {
    Refusal::of(error.code(), &error).with_fix(error.next())
}

impl Known {
    /// From a message that has verified.
    fn of(peer: &AuthenticatedPeer, headers: &HeaderMap) -> Self {
        let signature = Signatures::parse(headers).ok().and_then(|found| found.into_tagged(TAG).ok());
        let input = signature.as_ref().map(ReceivedSignature::input);
        let components = input.iter().flat_map(|input| input.components());
        // Without the quotes that every name has there.
        let covered = components.map(|component| component.as_str().replacen('"', "", 2)).collect();
        let nonce = input.and_then(|input| input.nonce().ok().flatten());
        Self {
            signed: Some(true),
            peer: Some(Peer::new(peer, covered)),
            nonce: nonce.map(|nonce| nonce.into_owned()),
            ..Self::default()
        }
    }
}

impl Judged {
    fn new(file: &Input, answers: Option<&Input>, judged: Result<Known, Refusal>) -> Self {
        let (known, refusal) = match judged {
            Ok(known) => (known, None),
            Err(refusal) => (Known::default(), Some(refusal)),
        };
        let result = if refusal.is_none() { Verdict::Accepted } else { Verdict::Refused };
        Self { file: file.name(), answers: answers.map(Input::name), result, known, refusal }
    }

    fn text(&self, now: UnixTime, style: Style) -> String {
        let answers = self.answers.as_ref().map(|request| format!(", the answer to {}", escaped(request)));
        let title = escaped(&self.file) + &answers.unwrap_or_default();
        let mut text = format!("{}\n", style.paint(&title, BOLD));
        match (&self.known, &self.refusal) {
            (_, Some(refusal)) => text.push_str(&refusal.text(style)),
            (Known { peer: Some(peer), .. }, None) => text.push_str(&peer.text(now, style)),
            _ => {
                let verdict = style.paint("! accepted, and not signed: nobody vouches for it", YELLOW);
                text.push_str(&format!("{verdict}\n  {DEMAND}\n"));
            }
        }
        if self.known.response_required == Some(true) {
            text.push_str("  response      has to be signed\n");
        }
        if self.known.has_wpt {
            text.push_str(&format!("{}\n", style.paint(&format!("  {JUDGE_BOTH}"), DIM)));
        }
        text
    }
}

const DEMAND: &str = "sign requests with --require-signed-response, and such answers are refused";
const JUDGE_BOTH: &str = "it carries a WPT too, which is not judged here: \"wimse explain\" judges both";

impl Body {
    fn verdict(&self) -> Verdict {
        let is_refused = self.requests.iter().any(|judged| judged.result == Verdict::Refused);
        if is_refused { Verdict::Refused } else { Verdict::Accepted }
    }

    fn text(&self, now: UnixTime, style: Style) -> String {
        let judged = self.requests.iter().map(|judged| judged.text(now, style));
        judged.collect::<Vec<_>>().join("\n")
    }
}

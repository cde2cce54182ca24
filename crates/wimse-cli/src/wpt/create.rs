//! `wimse wpt create`: prove possession for one request.

use super::advice;
use super::context_option::{Context, ContextOption, context_field};
use super::proof::Proof;
use crate::exit::{Exit, Failure};
use crate::http_file::sending::{self, Scheme};
use crate::http_file::{self, RequestFile};
use crate::input::{Input, at_most_one_stdin};
use crate::moment::{self, Present};
use crate::output::{Output, Verdict};
use crate::refusal::{Refusal, Stop};
use crate::secret::Readable;
use crate::wit::{ClaimOption, read_credential, refused_claim};
use clap::ArgGroup;
use http::header::HeaderName;
use http::{HeaderMap, Request, Uri};
use std::time::Duration;
use wimse::creds::pop::Nonce;
use wimse::wpt::{ProofContext, ProofOptions, ProveError, Prover, TXN_TOKEN};

/// Make a WPT for one request: signed with the key of the WIT, good once and for about a minute
///
/// With --request, both fields are put into the request of a file. Its target is the path in the request
/// line at the Host in the file, by https: the Host is believed here, since the sender wrote it. With
/// --target, the two header lines are printed; with --aud alone, for other protocols, the proof.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
#[command(group(ArgGroup::new("recipient").args(["request", "target", "aud"]).required(true).multiple(true)))]
pub(crate) struct Create {
    /// The WIT
    #[arg(long, value_name = "FILE")]
    wit: Input,
    /// The private key that the WIT binds
    #[arg(long, value_name = "FILE")]
    key: Input,
    /// The request to be sent, as HTTP/1.1
    #[arg(long, value_name = "FILE", conflicts_with = "target")]
    request: Option<Input>,
    /// The absolute URI of the request to be sent
    #[arg(long, value_name = "URI")]
    target: Option<Uri>,
    /// A recipient agreed on ("aud"), instead of the target URI
    #[arg(long, value_name = "TEXT")]
    aud: Option<String>,
    /// Cover this field of the request too, as the Txn-Token always is
    #[arg(long, value_name = "NAME", requires = "request", value_parser = context_field)]
    context_field: Vec<HeaderName>,
    /// Cover this Txn-Token, which is sent along with --target or --aud
    #[arg(long, value_name = "FILE", conflicts_with = "request")]
    txn_token: Option<Input>,
    /// Cover another context token, which is sent along with --target or --aud
    #[arg(long, value_name = "NAME=FILE", conflicts_with = "request")]
    context: Vec<ContextOption>,
    /// How long it is valid, at most 300s
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = moment::parse_duration)]
    lifetime: Duration,
    /// Add a claim with a collision-resistant name, such as 'example.com/a=7'
    #[arg(long, value_name = "NAME=JSON")]
    claim: Vec<ClaimOption>,
    /// Add a claim with any other name: by agreement only
    #[arg(long, value_name = "NAME=JSON")]
    private_claim: Vec<ClaimOption>,
    /// The id of the proof ("jti") instead of a random one; new for every request
    #[arg(long, value_name = "TEXT", value_parser = Nonce::from_text)]
    nonce: Option<Nonce>,
    /// The scheme of the request in a file: https or http
    #[arg(long, value_enum, default_value = "https", hide_possible_values = true)]
    scheme: Scheme,
    /// Accept an http target: something else than TLS secures the channel
    #[arg(long)]
    channel_is_secure: bool,
    /// What to print: headers, proof, request or json [default: by what was given]
    #[arg(long, value_enum, value_name = "FORM", hide_possible_values = true)]
    output: Option<Form>,
    #[command(flatten)]
    readable: Readable,
    #[command(flatten)]
    present: Present,
}

/// What to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// The two header lines
    Headers,
    /// The WPT alone
    Proof,
    /// The whole request
    Request,
    /// The same as --json
    Json,
}

const EXAMPLES: &str = "\
Examples:
  wimse wpt create --wit billing.wit --key billing.jwk.json \\
    --target https://api.example.com/orders > headers.txt
  curl -H @headers.txt https://api.example.com/orders

  printf 'GET /orders HTTP/1.1\\r\\nHost: api.example.com\\r\\n\\r\\n' |
    wimse wpt create --wit billing.wit --key billing.jwk.json --request - | wimse wpt verify -

  wimse wpt create --wit billing.wit --key billing.jwk.json --aud urn:example:queue --txn-token txn.jwt

FILE may be \"-\" for standard input, once. --now and --nonce make the output reproducible,
but for RSA-PSS, whose signatures are random.";

const SCHEMA: &str = "wimse-wpt-create/1";

impl Create {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        if self.output == Some(Form::Json) && !output.is_json() {
            let output = Output::new(true);
            return Ok(self.print(&output).unwrap_or_else(|failure| failure.report(&output)));
        }
        self.print(output)
    }

    fn print(&self, output: &Output) -> Result<Exit, Failure> {
        let (proof, file) = match self.make() {
            Ok(made) => made,
            Err(stop) => return stop.print(output, SCHEMA),
        };
        let form = self.output.unwrap_or(match (&file, &self.target) {
            (Some(_), _) => Form::Request,
            (None, Some(_)) => Form::Headers,
            (None, None) => Form::Proof,
        });
        if !output.is_json()
            && form == Form::Request
            && let Some(file) = &file
        {
            // The body may be anything but text.
            output.write(&proof.written_into(file))?;
            return Ok(Exit::Accepted);
        }
        output.print(SCHEMA, Verdict::Done, &proof.document(), |_| match form {
            Form::Headers => proof.header_lines(),
            _ => format!("{}\n", proof.token),
        })
    }

    fn make(&self) -> Result<(Proof, Option<RequestFile>), Stop> {
        self.check_options()?;
        let context = Context::read(self.txn_token.as_ref(), &self.context)?;
        let file = self
            .request
            .as_ref()
            .map(|file| http_file::given(file, "request", RequestFile::read))
            .transpose()?;
        let credential = read_credential(&self.wit, &self.key, self.readable, advice::CREATE)?;
        let options = self.options(&context)?;
        let now = self.present.now();
        let nonce = match &self.nonce {
            Some(nonce) => nonce.clone(),
            None => Nonce::random()
                .map_err(|error| Failure::forbidden(format!("no \"jti\" can be made: {error}")))?,
        };
        let prover = Prover::with_options(&credential, options);
        let request = match (&file, &self.target) {
            (Some(file), _) => {
                Some(file.to_head_for(sending::target(file, self.scheme, self.aud.is_some())?))
            }
            (None, Some(target)) => Some(request_to(target, &context)),
            (None, None) => None,
        };
        let Some(mut request) = request else {
            let audience = self.aud.as_deref().unwrap_or_default();
            let txn_token = context.txn_token.as_ref().map(|value| value.as_bytes());
            let message = ProofContext { audience, txn_token, context: context.pairs() };
            let token = prover.prove(&message, now, nonce).map_err(|error| refused(&error))?;
            return Ok((Proof::alone(token), None));
        };
        prover.attach(&mut request, now, nonce).map_err(|error| refused(&error))?;
        let proof =
            Proof::attached(&request).ok_or_else(|| Failure::usage("the proof is not in the request"))?;
        Ok((proof, file))
    }

    /// What clap does not check.
    fn check_options(&self) -> Result<(), Failure> {
        let context = self.context.iter().map(|option| ("--context", &option.value));
        let files = [("--request", &self.request), ("--txn-token", &self.txn_token)];
        let files = files.into_iter().filter_map(|(name, input)| Some((name, input.as_ref()?)));
        at_most_one_stdin(
            [("--wit", &self.wit), ("--key", &self.key)].into_iter().chain(files).chain(context),
        )?;
        let needs = match self.output {
            Some(Form::Request) if self.request.is_none() => "--output request needs --request",
            Some(Form::Headers) if self.request.is_none() && self.target.is_none() => {
                "--output headers needs --request or --target"
            }
            _ => return Ok(()),
        };
        Err(Failure::usage(needs).next("give what is to be sent, or choose --output proof"))
    }

    fn options(&self, context: &Context) -> Result<ProofOptions, Failure> {
        let fields = self.context_field.iter().chain(context.others.iter().map(|(name, _)| name));
        let mut options = ProofOptions::default().lifetime(self.lifetime).context_fields(fields.cloned());
        if let Some(audience) = &self.aud {
            options = options.audience(audience);
        }
        if self.channel_is_secure {
            options = options.channel_is_secure();
        }
        for claim in &self.claim {
            options = options.claim(&claim.name, &claim.value).map_err(refused_claim)?;
        }
        for claim in &self.private_claim {
            options = options.private_claim(&claim.name, &claim.value).map_err(refused_claim)?;
        }
        Ok(options)
    }
}

fn refused(error: &ProveError) -> Refusal {
    Refusal::advised(error.code(), error, advice::CREATE)
}

/// The head of a request of which only the target and the context are known.
fn request_to(target: &Uri, context: &Context) -> Request<()> {
    let mut headers = HeaderMap::new();
    for (name, value) in &context.others {
        headers.append(name, value.clone());
    }
    if let Some(token) = &context.txn_token {
        headers.append(TXN_TOKEN, token.clone());
    }
    let mut request = Request::new(());
    *request.uri_mut() = target.clone();
    *request.headers_mut() = headers;
    request
}

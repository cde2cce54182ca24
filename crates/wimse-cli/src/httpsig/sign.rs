//! `wimse httpsig sign`: sign a request, or the answer to one.

use super::advice;
use super::component::CoverOption;
use super::signed::Signed;
use crate::config::ConfigFile;
use crate::exit::{Exit, Failure};
use crate::http_file::sending::{self, Scheme};
use crate::http_file::{self, HttpFile, Message, RequestFile, ResponseFile};
use crate::input::{Input, at_most_one_stdin};
use crate::moment::{self, Present};
use crate::output::{Output, Verdict};
use crate::refusal::{Refusal, Stop};
use crate::replay::Memory;
use crate::secret::Readable;
use crate::wit::read_credential;
use http::Uri;
use std::time::Duration;
use wimse::creds::pop::{Nonce, WitCredential};
use wimse::httpsig::digest::{CONTENT_DIGEST, DigestAlgorithm};
use wimse::httpsig::message::{RequestMessage, ResponseMessage, TargetContext};
use wimse::httpsig::{
    HttpSignatureError, RequestOptions, ResponseOptions, ResponseSigner, SignError, Signer,
};

/// Sign a request with the key of the WIT; with --for, sign a response
///
/// It prints the message with the WIT, a Content-Digest if there is a body, and the signature. The target of
/// a request is the path in the request line at the Host in the file, by https: the Host is believed here,
/// since the sender wrote it. A response is signed for a request that verifies by the configuration.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_long_help = HELP, after_help = "See --help for examples.")]
pub(crate) struct Sign {
    /// The request to be sent, or the response, as HTTP/1.1; "-" for standard input
    #[arg(value_name = "FILE")]
    file: Input,
    /// The WIT
    #[arg(long, value_name = "FILE")]
    wit: Input,
    /// The private key that the WIT binds
    #[arg(long, value_name = "FILE")]
    key: Input,
    /// The signed request that the response answers; it has to verify
    #[arg(long = "for", value_name = "REQUEST", conflicts_with_all = OF_REQUESTS)]
    answers: Option<Input>,
    /// Demand a signed response
    #[arg(long)]
    require_signed_response: bool,
    /// Ask for a signed response with Accept-Signature: a wish, not a demand
    #[arg(long)]
    accept_signature: bool,
    /// A recipient agreed on ("wimse-aud"), instead of the target URI
    #[arg(long, value_name = "TEXT")]
    aud: Option<String>,
    /// Cover this too: @authority, idempotency-key, content-digest;req …
    #[arg(long, value_name = "COMPONENT")]
    cover: Vec<CoverOption>,
    /// The label of the signature; it means nothing [default: wimse]
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
    /// The algorithm of Content-Digest: sha-256 or sha-512
    #[arg(long, value_enum, default_value = "sha-256", hide_possible_values = true)]
    digest: Digest,
    /// How long it is valid, at most 300s
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = moment::parse_duration)]
    lifetime: Duration,
    /// The nonce instead of a random one; new for every message
    #[arg(long, value_name = "TEXT", value_parser = Nonce::from_text)]
    nonce: Option<Nonce>,
    /// The scheme of the request in a file: https or http
    #[arg(long, value_enum, default_value = "https", hide_possible_values = true)]
    scheme: Scheme,
    /// Accept an http target: something else than TLS secures the channel
    #[arg(long)]
    channel_is_secure: bool,
    /// What to print: message, headers (those added) or json
    #[arg(long, value_enum, value_name = "FORM", default_value = "message", hide_possible_values = true)]
    output: Form,
    #[command(flatten)]
    config: ConfigFile,
    #[command(flatten)]
    readable: Readable,
    #[command(flatten)]
    present: Present,
}

/// Options that say nothing about a response.
const OF_REQUESTS: [&str; 5] =
    ["require_signed_response", "accept_signature", "aud", "scheme", "channel_is_secure"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Digest {
    #[value(name = "sha-256")]
    Sha256,
    #[value(name = "sha-512")]
    Sha512,
}

/// What to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// The whole message
    Message,
    /// The header lines that were added
    Headers,
    /// The same as --json
    Json,
}

const HELP: &str = "\
Examples:
  wimse httpsig sign order.http --wit billing.wit --key billing.jwk.json > signed.http
  wimse httpsig sign order.http --wit billing.wit --key billing.jwk.json --require-signed-response \\
    --cover @authority --lifetime 30s | wimse httpsig verify -
  wimse httpsig sign answer.http --for signed.http --wit orders.wit --key orders.jwk.json \\
    --cover 'workload-identity-token;req'

What the profile demands is always covered. FILE may be \"-\" for standard input, once. --now and --nonce
make the output reproducible, but for RSA-PSS, whose signatures are random.

JSON document (schema \"wimse-httpsig-sign/1\"):
  result   \"done\", or \"refused\" with the refusal {code, message, requirement, section, fix}
  file, answers   the file, and that of the request if it is a response (else null)
  label, created, expires, nonce   of the signature
  fields   name, value of each header field that was added, in order
  base     the signature base: the bytes that were signed";

const SCHEMA: &str = "wimse-httpsig-sign/1";

impl Sign {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        if self.output == Form::Json && !output.is_json() {
            let output = Output::new(true);
            return Ok(self.print(&output).unwrap_or_else(|failure| failure.report(&output)));
        }
        self.print(output)
    }

    fn print(&self, output: &Output) -> Result<Exit, Failure> {
        let signed = match self.make() {
            Ok(signed) => signed,
            Err(stop) => return stop.print(output, SCHEMA),
        };
        if !output.is_json() && self.output == Form::Message {
            // The body may be anything but text.
            output.write(&signed.message())?;
            return Ok(Exit::Accepted);
        }
        let document = signed.document(self.file.name(), self.answers.as_ref().map(Input::name));
        output.print(SCHEMA, Verdict::Done, &document, |_| signed.header_lines())
    }

    fn make(&self) -> Result<Signed, Stop> {
        let answers = self.answers.iter().map(|request| ("--for", request));
        at_most_one_stdin(
            [("FILE", &self.file), ("--wit", &self.wit), ("--key", &self.key)].into_iter().chain(answers),
        )?;
        let file = http_file::given(&self.file, "message", HttpFile::read)?;
        match (&file, &self.answers) {
            (HttpFile::Request(file), None) => self.sign_request(file),
            (HttpFile::Response(file), Some(request)) => self.sign_response(file, request),
            (HttpFile::Response(_), None) => {
                let failure = Failure::usage(format!("{} is a response", self.file));
                Err(failure.next("name the signed request that it answers: --for REQUEST").into())
            }
            (HttpFile::Request(_), Some(_)) => {
                let failure =
                    Failure::usage(format!("{} is a request, and --for is for a response", self.file));
                Err(failure
                    .next("give the response first, and the request that it answers with --for")
                    .into())
            }
        }
    }

    fn sign_request(&self, file: &RequestFile) -> Result<Signed, Stop> {
        let credential = self.credential()?;
        let uri = sending::target(file, self.scheme, self.aud.is_some())?;
        let mut request = file.to_head_for(uri.clone());
        let signer = Signer::with_options(&credential, self.request_options());
        let content = self.content(&file.message)?;
        let signed = signer.sign(&mut request, &content, self.present.now(), self.nonce()?);
        signed.map(drop).map_err(|error| refused(&error))?;

        // Recipients see the request line, and not what was made of it here.
        let target = as_received(file, &uri);
        let received = RequestMessage::new(file.method().as_str(), target, request.headers());
        let made = Signed::new(&file.message, request.headers(), (&received).into(), credential.public_key());
        made.ok_or_else(|| {
            let failure =
                Failure::usage("the target of the request cannot be signed as it stands in the file");
            failure.next("write it as a path, such as /orders?page=2, or as a whole URI").into()
        })
    }

    fn request_options(&self) -> RequestOptions {
        let mut options = RequestOptions::default()
            .lifetime(self.lifetime)
            .digest_algorithm(self.digest.into())
            .covering(self.cover.iter().map(|component| component.0.clone()));
        if let Some(audience) = &self.aud {
            options = options.audience(audience);
        }
        if let Some(label) = &self.label {
            options = options.label(label);
        }
        if self.require_signed_response {
            options = options.require_signed_response();
        }
        if self.accept_signature {
            options = options.accept_signature();
        }
        if self.channel_is_secure { options.channel_is_secure() } else { options }
    }

    /// Signs only for a request that is good: over the nonce of another one nothing is signed (decision 53).
    fn sign_response(&self, file: &ResponseFile, request: &Input) -> Result<Signed, Stop> {
        let (request, request_content) = http_file::given(request, "request", |bytes| {
            let file = RequestFile::read(bytes)?;
            let content = file.message.content()?;
            Ok((file, content))
        })?;
        let content = self.content(&file.message)?;
        let credential = self.credential()?;
        let (config, now) = (self.config.load()?, self.present.now());
        let (verifier, target) = (config.signature_verifier()?, config.received_target(&request.target));
        let received = request.to_request().map(|_| request_content.bytes);
        let inbound = verifier.verify(&received, &target, &Memory::default(), now);
        let inbound = inbound.map_err(|error| Refusal::of(error.code(), &RequestRefused(error)))?;

        let mut response = file.to_response();
        let signer = ResponseSigner::with_options(&credential, self.response_options());
        let signed = signer.sign(&inbound, &mut response, &content, now, self.nonce()?);
        signed.map_err(|error| refused(&error))?;
        if !content.is_empty() && !response.headers().contains_key(CONTENT_DIGEST) {
            let failure = Failure::usage(format!("{} has a body, and such a response has none", self.file));
            return Err(failure.next("take the body out: nobody will receive it").into());
        }

        let method = request.method().as_str();
        let request = RequestMessage::new(method, target.clone(), request.headers());
        let received = ResponseMessage::of(&response).answering(&request);
        let made =
            Signed::new(&file.message, response.headers(), (&received).into(), credential.public_key());
        Ok(made.ok_or_else(|| Failure::usage("the response cannot be signed as it stands in the file"))?)
    }

    fn response_options(&self) -> ResponseOptions {
        let options = ResponseOptions::default()
            .lifetime(self.lifetime)
            .digest_algorithm(self.digest.into())
            .covering(self.cover.iter().map(|component| component.0.clone()));
        match &self.label {
            Some(label) => options.label(label),
            None => options,
        }
    }

    /// What is to be sent, out of its transfer coding.
    fn content(&self, file: &Message) -> Result<Vec<u8>, Failure> {
        let content = file.content().map_err(|error| {
            let next = error.next();
            Failure::unusable(format!("the content of {} cannot be read", self.file))(error).next(next)
        })?;
        Ok(content.bytes)
    }

    fn credential(&self) -> Result<WitCredential, Stop> {
        read_credential(&self.wit, &self.key, self.readable, advice::SIGN)
    }

    fn nonce(&self) -> Result<Nonce, Failure> {
        match &self.nonce {
            Some(nonce) => Ok(nonce.clone()),
            None => {
                Nonce::random().map_err(|error| Failure::forbidden(format!("no nonce can be made: {error}")))
            }
        }
    }
}

impl From<Digest> for DigestAlgorithm {
    fn from(digest: Digest) -> Self {
        match digest {
            Digest::Sha256 => Self::Sha256,
            Digest::Sha512 => Self::Sha512,
        }
    }
}

/// Why there is nothing to answer.
#[derive(Debug, thiserror::Error)]
#[error("the request is refused, and only to a good one a response is signed")]
struct RequestRefused(#[source] HttpSignatureError);

fn refused(error: &SignError) -> Refusal {
    Refusal::advised(error.code(), error, advice::SIGN)
}

/// The target in the request line, with what the sender knows of it.
fn as_received<'a>(file: &'a RequestFile, uri: &'a Uri) -> TargetContext<'a> {
    let mut target = TargetContext::new(file.target.as_str());
    if let Some(scheme) = uri.scheme_str() {
        target = target.scheme(scheme);
    }
    match uri.authority() {
        Some(authority) => target.authority(authority.as_str()),
        None => target,
    }
}

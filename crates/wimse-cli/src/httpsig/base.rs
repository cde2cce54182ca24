//! `wimse httpsig base`: what a signature is over, by RFC 9421 alone.

use super::advice;
use super::component::read_input;
use crate::exit::{Exit, Failure};
use crate::http_file::sending::{self, Scheme};
use crate::http_file::{self, HttpFile, RequestFile};
use crate::input::{Input, at_most_one_stdin};
use crate::output::{Output, Verdict};
use crate::refusal::{Refusal, Stop};
use http::HeaderMap;
use serde::Serialize;
use std::error::Error;
use wimse::httpsig::message::{
    Message, ReceivedSignature, RequestMessage, ResponseMessage, SignatureInput, Signatures,
};

/// Print the signature base of a message: the very text that is signed
///
/// Two sides that do not agree compare it line by line. It is that of a signature in the message, or of the
/// components that are given. This is RFC 9421 alone, without the rules of WIMSE: nothing is verified. The
/// base has the tokens of the message in it.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_long_help = HELP, after_help = "See --help for examples.")]
pub(crate) struct Base {
    /// A request or a response as HTTP/1.1; "-" for standard input
    #[arg(value_name = "FILE")]
    file: Input,
    /// Of the signature with this label
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
    /// Of the signature with this tag
    #[arg(long, value_name = "TEXT", conflicts_with = "label")]
    tag: Option<String>,
    /// Of these components, as they stand in Signature-Input
    #[arg(long, value_name = "LIST", conflicts_with_all = ["label", "tag"])]
    components: Option<String>,
    /// With these parameters, as they stand in Signature-Input
    #[arg(long, value_name = "TEXT", requires = "components")]
    params: Option<String>,
    /// The request that the response answers, for components with ";req"
    #[arg(long = "for", value_name = "REQUEST")]
    answers: Option<Input>,
    /// The scheme of the request in a file: https or http
    #[arg(long, value_enum, default_value = "https", hide_possible_values = true)]
    scheme: Scheme,
}

const HELP: &str = "\
Examples:
  wimse httpsig base signed.http
  wimse httpsig base answer.http --for signed.http --tag wimse-workload-to-workload
  wimse httpsig base order.http --components '\"@method\" \"@path\" \"content-type\"' --params 'created=1800000000'

The base ends without a line end, and one is printed after it; for the exact bytes: --json | jq -j .base

JSON document (schema \"wimse-httpsig-base/1\"):
  result   \"done\", or \"refused\" with the refusal {code, message, requirement, section, fix}
  file, answers   the file, and that of the request (null if there is none)
  label    of the signature; null if components were given
  input    components and parameters, as they stand in Signature-Input
  base     the signature base";

const SCHEMA: &str = "wimse-httpsig-base/1";

#[derive(Serialize)]
struct Body {
    file: String,
    answers: Option<String>,
    label: Option<String>,
    input: String,
    base: String,
}

impl Base {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        match self.make() {
            Ok(body) => output.print(SCHEMA, Verdict::Done, &body, |_| format!("{}\n", body.base)),
            Err(stop) => stop.print(output, SCHEMA),
        }
    }

    fn make(&self) -> Result<Body, Stop> {
        at_most_one_stdin(
            [("FILE", &self.file)].into_iter().chain(self.answers.iter().map(|request| ("--for", request))),
        )?;
        let file = http_file::given(&self.file, "message", HttpFile::read)?;
        let answers = self.answers.as_ref();
        let request =
            answers.map(|input| http_file::given(input, "request", RequestFile::read)).transpose()?;
        match (&file, &request) {
            (HttpFile::Request(_), Some(_)) => {
                let failure =
                    Failure::usage(format!("{} is a request, and --for is for a response", self.file));
                Err(failure.next("leave --for out, or give the response first").into())
            }
            (HttpFile::Request(file), None) => {
                let trailers = trailers(&file.message);
                self.print(&message(file, self.scheme).with_trailers(&trailers), file.headers())
            }
            (HttpFile::Response(file), request) => {
                let (response, trailers) = (file.to_response(), trailers(&file.message));
                let request = request.as_ref().map(|request| message(request, self.scheme));
                let mut received = ResponseMessage::of(&response).with_trailers(&trailers);
                if let Some(request) = &request {
                    received = received.answering(request);
                }
                self.print(&received, response.headers())
            }
        }
    }

    fn print<'m>(&self, message: impl Into<Message<'m>>, headers: &HeaderMap) -> Result<Body, Stop> {
        let (label, input) = match &self.components {
            Some(components) => (None, self.given(components)?),
            None => {
                let signatures = Signatures::parse(headers);
                let signatures = signatures.map_err(|error| refused(error.code(), &error))?;
                let input = self.choose(&signatures)?.input().clone();
                (Some(input.label().to_owned()), input)
            }
        };
        let base = input.base(message).map_err(|error| refused(error.code(), &error))?;
        Ok(Body {
            file: self.file.name(),
            answers: self.answers.as_ref().map(Input::name),
            label,
            input: input.as_str().to_owned(),
            base: base.as_str().to_owned(),
        })
    }

    fn given(&self, components: &str) -> Result<SignatureInput, Failure> {
        let params = self.params.as_deref().unwrap_or_default();
        read_input(components, params).map_err(|error| {
            let failure = Failure::unusable("--components or --params are not understood")(error);
            failure.next("write --components '\"@method\" \"@path\"' --params 'created=1800000000;tag=\"x\"'")
        })
    }

    /// The signature that is meant, or the only one.
    fn choose<'s>(&self, signatures: &'s Signatures) -> Result<&'s ReceivedSignature, Stop> {
        let chosen = match (&self.label, &self.tag) {
            (Some(label), _) => signatures.labelled(label),
            (None, Some(tag)) => {
                let tagged = signatures.tagged(tag);
                return Ok(tagged.map_err(|error| refused(error.code(), &error))?);
            }
            (None, None) => {
                Some(signatures.iter()).filter(|_| signatures.len() == 1).and_then(|mut one| one.next())
            }
        };
        chosen.ok_or_else(|| {
            let labels: Vec<&str> = signatures.iter().map(|signature| signature.input().label()).collect();
            let doing = match &self.label {
                Some(label) => format!("no signature has the label {label:?}"),
                None => "the message has more than one signature".to_owned(),
            };
            Failure::usage(doing).next(format!("choose one with --label: {}", labels.join(", "))).into()
        })
    }
}

fn refused(code: &'static str, error: &dyn Error) -> Refusal {
    // RFC 9421 decides, and no rule of WIMSE.
    Refusal::advised(code, error, advice::BASE).without_rule()
}

/// Of a body that cannot be read there are none.
fn trailers(message: &http_file::Message) -> HeaderMap {
    message.content().unwrap_or_default().trailers
}

fn message(file: &RequestFile, scheme: Scheme) -> RequestMessage<'_> {
    RequestMessage::new(file.method().as_str(), sending::context(file, scheme), file.headers())
}

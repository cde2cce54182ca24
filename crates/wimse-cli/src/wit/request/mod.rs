//! `wimse wit request`: get a WIT from an identity server.

mod answer;
mod asked;
mod place;

use super::{Key, escaped, read_credential};
use crate::exit::{Exit, Failure};
use crate::folder::Folder;
use crate::input::{Input, at_most_one_stdin};
use crate::key::algorithms;
use crate::moment::{self, Present};
use crate::output::{DIM, GREEN, Output, Style, Verdict};
use crate::refusal::Stop;
use crate::secret::Readable;
use asked::Asked;
use serde::Serialize;
use std::path::PathBuf;
use wimse::creds::UnixTime;
use wimse::creds::key::Algorithm;
use wimse::creds::limits::TOKEN_BYTES;
use wimse::creds::pop::WitCredential;
use wimse::identifier::WorkloadIdentifier;
use zeroize::Zeroizing;

/// Ask an identity server for a WIT, and keep it and its key in a folder
///
/// The server is told who asks by a token: a join token, or that of the platform. With --renew it is told by
/// the WIT in the folder, which is replaced, and its key too. The key never leaves this machine; the server
/// learns its public part, and that we have it. Nothing is sent over plain HTTP but to this machine.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
#[command(group(clap::ArgGroup::new("who").required(true).args(["token_file", "renew"])))]
pub(crate) struct Request {
    #[arg(
        long,
        value_name = "URL",
        help = "Where the server issues credentials, such as http://127.0.0.1:8400/credentials"
    )]
    server: String,
    /// The token that says who we are; "-" for standard input
    #[arg(long, value_name = "FILE")]
    token_file: Option<Input>,
    /// Say who we are by the WIT in the folder, and replace it and its key
    #[arg(long)]
    renew: bool,
    /// Folder for wit.jwt, wit.jwk.json, wic.crt and wic.key, made if it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Private key for the WIT, made if it is not there [default: wit.jwk.json in DIR]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Algorithm of a key that is made for the WIT
    #[arg(long, value_name = "ALG", value_parser = algorithms(), default_value = "ES256", hide_possible_values = true)]
    alg: Algorithm,
    /// Ask for a certificate, too, for a key of its own
    #[arg(long)]
    wic: bool,
    /// Take credentials for this workload only
    #[arg(long, value_name = "ID", value_parser = identifier)]
    expect: Option<WorkloadIdentifier>,
    /// CAs of an https server, in the place of those of the system
    #[arg(long, value_name = "FILE")]
    server_ca: Option<PathBuf>,
    #[command(flatten)]
    readable: Readable,
    #[command(flatten)]
    present: Present,
}

const EXAMPLES: &str = "\
Examples:
  wimse wit request --server http://127.0.0.1:8400/credentials --token-file billing.token --out billing
  wimse wit request --server http://127.0.0.1:8400/credentials --renew --out billing
  wimse wit request --server https://id.example.com/credentials --token-file /var/run/secrets/tokens/wimse \\
    --wic --expect wimse://example.com/billing --out /run/wimse";

const SCHEMA: &str = "wimse-wit-request/1";

fn identifier(text: &str) -> Result<WorkloadIdentifier, wimse::identifier::IdentifierError> {
    text.parse()
}

/// What was issued, and where it is.
#[derive(Serialize)]
struct Body {
    identifier: String,
    issuer: Option<String>,
    exp: i64,
    key: Key,
    wit_file: String,
    key_file: String,
    /// Whether the key was made for this.
    key_made: bool,
    wic: Option<Certificate>,
}

#[derive(Serialize)]
struct Certificate {
    not_after: i64,
    dns_names: Vec<String>,
    file: String,
    key_file: String,
}

impl Request {
    pub(super) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        match self.request() {
            Ok(body) => output.print(SCHEMA, Verdict::Done, &body, |style| body.text(style)),
            Err(stop) => stop.print(output, SCHEMA),
        }
    }

    fn request(&self) -> Result<Body, Stop> {
        let now = self.present.now();
        at_most_one_stdin(self.token_file.iter().map(|input| ("--token-file", input)))?;
        let client = answer::Server::new(&self.server, self.server_ca.as_deref())?;
        let token = self.token_file.as_ref().map(|input| input.read_token(TOKEN_BYTES)).transpose()?;
        let token = token.map(Zeroizing::new);
        let folder = self.folder();
        let current = if self.renew { Some(self.current(&folder, now)?) } else { None };
        place::make(&self.out)?;
        // The keys are kept before anybody is asked: what is issued for a lost key is lost, and a join token with it.
        let asked = Asked::prepare(self, &folder)?;
        let message = asked.message(client.url(), self.expect.as_ref(), now)?;
        let answered = client.ask(message, token, current.as_ref(), now);
        let issued = answered.and_then(|response| asked.check(&response, self.expect.as_ref(), now));
        match issued {
            Ok(issued) => {
                issued.keep(&folder, &asked)?;
                Ok(issued.describe(&folder, &asked))
            }
            Err(stop) => {
                asked.forget();
                Err(stop)
            }
        }
    }

    /// The key of the WIT may be elsewhere.
    fn folder(&self) -> Folder {
        let folder = Folder::of(&self.out);
        match &self.key {
            Some(key) => Folder { key: key.clone(), ..folder },
            None => folder,
        }
    }

    /// The WIT to be replaced, which is still good.
    fn current(&self, folder: &Folder, now: UnixTime) -> Result<WitCredential, Stop> {
        let file = |path: &std::path::Path| Input::File(path.into());
        let current = read_credential(&file(&folder.wit), &file(&folder.key), self.readable, &[])?;
        if now >= current.wit().claimed_expiry() {
            let doing = format!("{} has expired, so that it says no more who we are", folder.wit.display());
            return Err(Failure::forbidden(doing).next("take a new token: --token-file FILE").into());
        }
        Ok(current)
    }
}

impl Body {
    fn text(&self, style: Style) -> String {
        let time =
            |seconds: i64| moment::show(UnixTime::from_secs(u64::try_from(seconds).unwrap_or_default()));
        let issued = style.paint("✓ issued:", GREEN);
        let (file, until) = (escaped(&self.wit_file), time(self.exp));
        let mut text = format!("{issued} {file} (a WIT for {}, valid until {until})\n", self.identifier);
        text.push_str(&format!("  private key  {}{}\n", escaped(&self.key_file), made(self.key_made, style)));
        if let Some(wic) = &self.wic {
            let file = escaped(&wic.file);
            text.push_str(&format!("  certificate  {file}, valid until {}\n", time(wic.not_after)));
            text.push_str(&format!("  its key      {}\n", escaped(&wic.key_file)));
        }
        text
    }
}

fn made(is_made: bool, style: Style) -> String {
    match is_made {
        true if cfg!(unix) => style.paint(", made for it, readable by its owner only", DIM),
        true => style.paint(", made for it", DIM),
        false => String::new(),
    }
}

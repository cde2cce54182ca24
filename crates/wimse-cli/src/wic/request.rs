//! `wimse wic request`: a key, and the request of a certificate for it.

use crate::certificate::{CertificateFile, Made, generate, key_algorithms, private_pem, write_both};
use crate::exit::{Exit, Failure};
use crate::input::Input;
use crate::key::read_private;
use crate::output::{DIM, GREEN, Output, Style, Verdict};
use crate::secret::Readable;
use crate::wit::{Key, escaped};
use serde::Serialize;
use std::path::PathBuf;
use wimse::creds::key::{Algorithm, SigningKey};
use wimse::creds::wic::CertificateRequest;
use wimse::identifier::WorkloadIdentifier;

/// Make a key and a certificate request (PKCS#10) for it, to be handed to a CA
///
/// The key never leaves the workload: the request has its public part, and is signed with it. Give it to
/// the CA on a way by which that knows who sends it; "wimse ca issue --request" answers it.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
#[command(group(clap::ArgGroup::new("whose").required(true).args(["key_out", "key"])))]
pub(crate) struct Request {
    /// File for a new private key
    #[arg(long, value_name = "FILE")]
    key_out: Option<PathBuf>,
    /// Use this private key; each certificate should have a new one
    #[arg(long, value_name = "FILE")]
    key: Option<Input>,
    /// Ask for this Workload Identifier; the CA decides
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// File for the request; "-" prints it
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: CertificateFile,
    /// Algorithm of a new key: ES256, ES384 or Ed25519
    #[arg(long, value_name = "ALG", value_parser = key_algorithms(), default_value = "ES256", hide_possible_values = true)]
    alg: Algorithm,
    /// Overwrite files that are there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    readable: Readable,
}

const EXAMPLES: &str = "\
Examples:
  wimse wic request --id wimse://example.com/billing --key-out billing.key --out billing.csr
  wimse wic request --key-out billing.key > billing.csr
  openssl req -in billing.csr -noout -text -verify";

const SCHEMA: &str = "wimse-wic-request/1";

#[derive(Serialize)]
struct Body {
    identifier: Option<String>,
    key: Key,
    file: Option<String>,
    /// Of a new key.
    key_file: Option<String>,
    /// Unless it was written to a file.
    pem: Option<String>,
}

impl Request {
    pub(super) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        let body = self.make()?;
        output.print(SCHEMA, Verdict::Done, &body, |style| body.text(style))
    }

    fn make(&self) -> Result<Body, Failure> {
        let identifier = self.identifier()?;
        match (&self.key_out, &self.key) {
            (Some(key_out), _) => write_both(key_out, &self.out, self.force, || {
                let key = generate(self.alg)?;
                let request = request(&key, identifier.as_ref())?;
                Ok(Made { key: private_pem(&key)?, pem: request.to_pem(), shown: self.describe(&request) })
            }),
            (None, Some(key)) => {
                self.out.check(self.force)?;
                let request = request(&read_private(key, None, self.readable)?, identifier.as_ref())?;
                self.out.write(&request.to_pem(), self.force)?;
                Ok(self.describe(&request))
            }
            (None, None) => Err(Failure::usage("--key-out or --key is missing")),
        }
    }

    fn identifier(&self) -> Result<Option<WorkloadIdentifier>, Failure> {
        let parsed = self.id.as_ref().map(|id| id.parse()).transpose();
        parsed.map_err(|error| {
            let failure = Failure::unusable("--id is not a Workload Identifier")(error);
            failure.next("\"wimse id check ID\" shows every rule")
        })
    }

    fn describe(&self, request: &CertificateRequest) -> Body {
        let file = self.out.file();
        Body {
            identifier: request.claimed_identifier().map(ToString::to_string),
            key: request.public_key().into(),
            pem: file.is_none().then(|| request.to_pem()),
            file,
            key_file: self.key_out.as_ref().map(|path| path.display().to_string()),
        }
    }
}

/// Nothing is judged here: what goes wrong is that the key cannot be used in X.509.
fn request(key: &SigningKey, identifier: Option<&WorkloadIdentifier>) -> Result<CertificateRequest, Failure> {
    CertificateRequest::new(key, identifier)
        .map_err(Failure::unusable("no request can be made for this key"))
        .map_err(|failure| failure.next("use a key of P-256, P-384 or Ed25519; --key-out makes one"))
}

impl Body {
    fn text(&self, style: Style) -> String {
        let Some(file) = &self.file else { return self.pem.clone().unwrap_or_default() };
        let whom = match &self.identifier {
            Some(identifier) => format!("asks for {identifier}"),
            None => "asks for no identifier of its own".to_owned(),
        };
        let mut text = format!("{} {} ({whom})\n", style.paint("✓ written:", GREEN), escaped(file));
        if let Some(key_file) = &self.key_file {
            let mode = if cfg!(unix) { ", readable by its owner only" } else { "" };
            text.push_str(&format!("  private key  {}{}\n", escaped(key_file), style.paint(mode, DIM)));
        }
        text.push_str(&format!("  key          {}\n", self.key));
        text
    }
}

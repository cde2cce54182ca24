//! `wimse wic issue`: a new key and its certificate.

use crate::certificate::{
    AuthorityOptions, CertificateFile, Contents, Issued, Made, generate, issue_refusal, key_algorithms,
    private_pem, write_both,
};
use crate::exit::{Exit, Failure};
use crate::moment::Present;
use crate::output::{Output, Verdict};
use crate::refusal::Stop;
use std::path::PathBuf;
use wimse::creds::key::Algorithm;

/// Make a new key for a workload, and have a CA issue the WIC for it, in one step
///
/// Both are files that TLS stacks read: the certificates in PEM, the key in PKCS#8, readable by its owner
/// only. This is for development, tests and small setups, where the CA is at hand. Where the workload runs
/// elsewhere, its key stays there: "wimse wic request" there, "wimse ca issue" here.
///
/// Each run makes a new key (workload-creds 9.5). Renew with --force, well before the certificate expires.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Issue {
    #[command(flatten)]
    contents: Contents,
    #[command(flatten)]
    authority: AuthorityOptions,
    /// File for the certificates; "-" prints them
    #[arg(long, value_name = "FILE")]
    out: CertificateFile,
    /// File for the private key
    #[arg(long, value_name = "FILE")]
    key_out: PathBuf,
    /// Algorithm of the key: ES256, ES384 or Ed25519
    #[arg(long, value_name = "ALG", value_parser = key_algorithms(), default_value = "ES256", hide_possible_values = true)]
    alg: Algorithm,
    /// Overwrite files that are there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    present: Present,
}

const EXAMPLES: &str = "\
Examples:
  wimse ca init --trust-domain wimse://example.com --out ca.pem --key-out ca.key
  wimse wic issue --id wimse://example.com/billing --ca ca.pem --ca-key ca.key \\
    --out billing.pem --key-out billing.key
  wimse wic issue --id wimse://example.com/orders --dns orders.example.com --ca ca.pem --ca-key ca.key \\
    --out orders.pem --key-out orders.key --lifetime 30m --force";

const SCHEMA: &str = "wimse-wic-issue/1";

impl Issue {
    pub(super) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        match self.issue() {
            Ok(body) => output.print(SCHEMA, Verdict::Done, &body, |style| body.text(style)),
            Err(stop) => stop.print(output, SCHEMA),
        }
    }

    fn issue(&self) -> Result<Issued, Stop> {
        let identifier = self.contents.identifier()?;
        write_both(&self.key_out, &self.out, self.force, || {
            let authority = self.authority.load(&identifier.origin())?;
            let key = generate(self.alg)?;
            let template = self.contents.for_key(identifier, key.public_key(), self.present.now());
            let wic = template.and_then(|template| authority.issue(&template));
            let wic = wic.map_err(|error| issue_refusal(&error))?;
            let shown = Issued::new(&wic, self.out.file(), Some(self.key_out.display().to_string()));
            Ok(Made { key: private_pem(&key)?, pem: wic.to_pem(), shown })
        })
    }
}

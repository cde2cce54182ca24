//! `wimse ca issue`: issue for a key that stays with its workload.

use crate::certificate::{AuthorityOptions, CertificateFile, Contents, Issued, issue_refusal};
use crate::exit::{Exit, Failure};
use crate::input::Input;
use crate::key::read_public;
use crate::moment::Present;
use crate::output::{Output, Verdict};
use crate::refusal::Stop;
use wimse::creds::limits::CERTIFICATE_BYTES;
use wimse::creds::wic::{CertificateRequest, WicTemplate, WorkloadIdentityCertificate};
use wimse::identifier::WorkloadIdentifier;

/// Issue a WIC for a certificate request, or for a public key
///
/// The private key stays with the workload (mutual-tls 5). A request proves that the workload holds its
/// key, and nothing else: who sent it, and so which identifier it gets, is for the CA to know. The
/// certificate and those of the CAs above it, but for the root, go to standard output or to a file.
///
/// To make key and certificate in one step, see "wimse wic issue".
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
#[command(group(clap::ArgGroup::new("for").required(true).args(["request", "key"])))]
pub(crate) struct Issue {
    /// The request (PKCS#10) of the workload, PEM or DER; "-" for standard input
    #[arg(long, value_name = "FILE")]
    request: Option<Input>,
    /// The key of the workload, public or private: only its public part is used
    #[arg(long, value_name = "FILE")]
    key: Option<Input>,
    #[command(flatten)]
    contents: Contents,
    #[command(flatten)]
    authority: AuthorityOptions,
    /// File for the certificates; "-" prints them
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: CertificateFile,
    /// Overwrite a file that is there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    present: Present,
}

const EXAMPLES: &str = "\
Examples:
  wimse ca issue --request billing.csr --id wimse://example.com/billing --ca ca.pem --ca-key ca.key \\
    --out billing.pem
  wimse ca issue --key orders.pub.pem --id wimse://example.com/orders --dns orders.example.com \\
    --ca issuing.pem --ca-key issuing.key --lifetime 30m --only-for server > orders.pem";

const SCHEMA: &str = "wimse-ca-issue/1";

impl Issue {
    pub(super) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        match self.issue() {
            Ok(wic) => {
                let body = Issued::new(&wic, self.out.file(), None);
                output.print(SCHEMA, Verdict::Done, &body, |style| body.text(style))
            }
            Err(stop) => stop.print(output, SCHEMA),
        }
    }

    fn issue(&self) -> Result<WorkloadIdentityCertificate, Stop> {
        self.out.check(self.force)?;
        let identifier = self.contents.identifier()?;
        let authority = self.authority.load(&identifier.origin())?;
        let template = self.template(identifier)?;
        let wic = authority.issue(&template).map_err(|error| issue_refusal(&error))?;
        self.out.write(&wic.to_pem(), self.force)?;
        Ok(wic)
    }

    fn template(&self, identifier: WorkloadIdentifier) -> Result<WicTemplate, Stop> {
        let now = self.present.now();
        let template = match (&self.request, &self.key) {
            (Some(request), _) => {
                let request = read_request(request)?;
                self.contents.for_request(identifier, &request, now)
            }
            (None, Some(key)) => {
                let key = read_public(key, self.authority.readable)?;
                self.contents.for_key(identifier, &key, now)
            }
            (None, None) => return Err(Failure::usage("--request or --key is missing").into()),
        };
        Ok(template.map_err(|error| issue_refusal(&error))?)
    }
}

fn read_request(input: &Input) -> Result<CertificateRequest, Stop> {
    // PEM is a third longer than what it holds.
    let bytes = input.read(2 * CERTIFICATE_BYTES)?;
    let request = match bytes.first() {
        Some(&SEQUENCE) => CertificateRequest::from_der(&bytes),
        _ => CertificateRequest::from_pem(&bytes),
    };
    Ok(request.map_err(|error| issue_refusal(&error))?)
}

/// How a request in DER begins; PEM never does.
const SEQUENCE: u8 = 0x30;

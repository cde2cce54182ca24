//! `wimse ca init`: make a CA.

use crate::certificate::{
    CertificateFile, Made, generate, issue_refusal, key_algorithms, load_authority, private_pem, validity,
    write_both,
};
use crate::exit::{Exit, Failure};
use crate::input::Input;
use crate::moment::{self, Present};
use crate::output::{DIM, GREEN, Output, Style, Verdict};
use crate::refusal::Stop;
use crate::secret::Readable;
use crate::wit::{Key, escaped};
use serde::Serialize;
use std::path::PathBuf;
use std::time::Duration;
use wimse::creds::UnixTime;
use wimse::creds::key::Algorithm;
use wimse::creds::wic::CertificateAuthority;
use wimse::identifier::Origin;

/// Make a CA of one trust domain: a root, or with --intermediate a CA beneath a root
///
/// A CA vouches for the workloads of its own trust domain, and for no others. Relying parties configure
/// the certificate of the root; an intermediate CA issues in its place, so that the key of the root can
/// stay away from the network. The private key goes to a new file that only its owner can read.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Init {
    #[arg(
        long,
        value_name = "DOMAIN",
        value_parser = Origin::parse,
        help = "The trust domain with its scheme, such as wimse://example.com"
    )]
    trust_domain: Origin,
    /// File for the certificate
    #[arg(long, value_name = "FILE")]
    out: CertificateFile,
    /// File for the private key
    #[arg(long, value_name = "FILE")]
    key_out: PathBuf,
    /// Make an intermediate CA, beneath that of --ca
    #[arg(long, requires_all = ["ca", "ca_key"])]
    intermediate: bool,
    /// The certificate of the root, for an intermediate CA
    #[arg(long, value_name = "FILE", requires = "intermediate")]
    ca: Option<Input>,
    /// The private key of the root
    #[arg(long, value_name = "FILE", requires = "intermediate")]
    ca_key: Option<Input>,
    /// Algorithm of the key: ES256, ES384 or Ed25519
    #[arg(long, value_name = "ALG", value_parser = key_algorithms(), default_value = "ES256", hide_possible_values = true)]
    alg: Algorithm,
    #[arg(
        long,
        value_name = "DURATION",
        value_parser = moment::parse_duration,
        help = "How long it is valid [default: 365days, of an intermediate CA 30days]"
    )]
    lifetime: Option<Duration>,
    /// Overwrite files that are there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    readable: Readable,
    #[command(flatten)]
    present: Present,
}

const EXAMPLES: &str = "\
Examples:
  wimse ca init --trust-domain wimse://example.com --out ca.pem --key-out ca.key
  wimse ca init --trust-domain wimse://example.com --intermediate --ca ca.pem --ca-key ca.key \\
    --out issuing.pem --key-out issuing.key --lifetime 7days";

const SCHEMA: &str = "wimse-ca-init/1";
const DAY: Duration = Duration::from_secs(24 * 3600);
/// For peers whose clocks are behind.
const BACKDATE: Duration = Duration::from_secs(30);

#[derive(Serialize)]
struct Body {
    kind: &'static str,
    trust_domain: String,
    serial_number: String,
    not_before: i64,
    /// The last second.
    not_after: i64,
    key: Key,
    /// None where it was printed.
    file: Option<String>,
    key_file: String,
    /// Unless it was written to a file.
    pem: Option<String>,
}

impl Init {
    pub(super) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        match self.make() {
            Ok(body) => output.print(SCHEMA, Verdict::Done, &body, |style| body.text(style)),
            Err(stop) => stop.print(output, SCHEMA),
        }
    }

    fn make(&self) -> Result<Body, Stop> {
        write_both(&self.key_out, &self.out, self.force, || {
            let authority = self.authority()?;
            let key = private_pem(authority.key())?;
            Ok(Made { key, pem: authority.to_pem(), shown: self.describe(&authority) })
        })
    }

    fn authority(&self) -> Result<CertificateAuthority, Stop> {
        let lifetime = self.lifetime.unwrap_or(if self.intermediate { 30 * DAY } else { 365 * DAY });
        let validity = validity(self.present.now(), lifetime, BACKDATE);
        let key = generate(self.alg)?;
        let made = match (&self.ca, &self.ca_key) {
            (Some(ca), Some(ca_key)) => {
                let root = load_authority(&self.trust_domain, ca, ca_key, self.readable)?;
                root.intermediate(key, validity)
            }
            _ => CertificateAuthority::root(&self.trust_domain, key, validity),
        };
        Ok(made.map_err(|error| issue_refusal(&error))?)
    }

    fn describe(&self, authority: &CertificateAuthority) -> Body {
        let certificate = authority.certificate();
        let validity = certificate.validity();
        let file = self.out.file();
        Body {
            kind: if self.intermediate { "intermediate" } else { "root" },
            trust_domain: self.trust_domain.to_string(),
            serial_number: certificate.serial_number(),
            not_before: validity.start().as_secs(),
            not_after: validity.end().minus(Duration::from_secs(1)).as_secs(),
            key: authority.key().public_key().into(),
            pem: file.is_none().then(|| authority.to_pem()),
            file,
            key_file: self.key_out.display().to_string(),
        }
    }
}

impl Body {
    fn text(&self, style: Style) -> String {
        let Some(file) = &self.file else { return self.pem.clone().unwrap_or_default() };
        let until = moment::show(UnixTime::from_secs(u64::try_from(self.not_after).unwrap_or_default()));
        let mode = if cfg!(unix) { ", readable by its owner only" } else { "" };
        let next = match self.kind {
            "root" => "trusted by whoever lists it under ca-certificates in wimse.toml",
            _ => "for --ca of \"wimse ca issue\"; it is sent along with what it issues",
        };
        let made = style.paint("✓ made:", GREEN);
        let mut text = format!("{made} {} CA of {}, valid until {until}\n", self.kind, self.trust_domain);
        let next = style.paint(&format!(": {next}"), DIM);
        text.push_str(&format!("  certificate  {}{next}\n", escaped(file)));
        text.push_str(&format!("  private key  {}{}\n", escaped(&self.key_file), style.paint(mode, DIM)));
        text.push_str(&format!("  key          {}\n", self.key));
        text
    }
}

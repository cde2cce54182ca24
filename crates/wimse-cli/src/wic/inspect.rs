//! `wimse wic inspect`: look into a certificate without judging it.

use super::decoded::Decoded;
use crate::certificate::{Role, read_chain, refusal};
use crate::exit::{Exit, Failure};
use crate::input::Input;
use crate::moment;
use crate::output::{BOLD, DIM, Output, Style, Verdict};
use crate::refusal::Refusal;
use crate::wit::escaped;
use serde::Serialize;
use wimse::creds::UnixTime;
use wimse::creds::wic::pki_types::CertificateDer;
use wimse::creds::wic::{WicError, WorkloadIdentityCertificate};

/// Show what certificates claim, without verifying anything
///
/// Decodes each certificate of the file, of broken ones as much as possible, and says whether the first
/// has the shape of a WIC. It needs no configuration. No signature is checked.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Inspect {
    /// The certificates: PEM, or one in DER; "-" for standard input
    #[arg(value_name = "FILE", default_value = "-")]
    wic: Input,
}

const EXAMPLES: &str = "\
Examples:
  wimse wic inspect billing.pem
  wimse wic inspect --json billing.pem | jq '.unverified_certificates[0].uris'

What reads well may still be forged: use \"wimse wic verify\".";

const SCHEMA: &str = "wimse-wic-inspect/1";

impl Inspect {
    pub(super) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        let view = View::of(read_chain(&self.wic)?);
        let verdict = if view.refusal.is_none() { Verdict::Done } else { Verdict::Refused };
        output.print(SCHEMA, verdict, &view, |style| view.text(style))
    }
}

/// Everything that can be seen.
#[derive(Serialize)]
struct View {
    verified: bool,
    /// The identifier, where the first has the shape of a WIC.
    unverified_identifier: Option<String>,
    /// In the order of the file; null for what is no certificate.
    unverified_certificates: Vec<Option<Decoded>>,
    refusal: Option<Refusal>,
}

impl View {
    fn of(chain: Result<Vec<CertificateDer<'static>>, WicError>) -> Self {
        let shown = chain.as_ref().map_or(&[][..], |chain| chain.get(..SHOWN).unwrap_or(chain));
        let unverified_certificates = shown.iter().map(Decoded::read).collect();
        let read = chain.and_then(WorkloadIdentityCertificate::from_der);
        Self {
            verified: false,
            unverified_identifier: read.as_ref().ok().map(|wic| wic.claimed_identifier().to_string()),
            unverified_certificates,
            // What shape a certificate has is the same for both roles.
            refusal: read.err().map(|error| refusal(error.code(), &error, Role::Client)),
        }
    }

    fn text(&self, style: Style) -> String {
        let mut text = String::new();
        if !self.unverified_certificates.is_empty() {
            text.push_str("Unverified: this is what the certificates claim, and anyone can write one.\n");
        }
        for (index, certificate) in self.unverified_certificates.iter().enumerate() {
            let heading = style.paint(&format!("certificate {}, as claimed", index + 1), BOLD);
            text.push_str(&format!("\n{heading}\n"));
            match certificate {
                Some(certificate) => text.push_str(&describe(certificate)),
                None => text.push_str("  cannot be decoded\n"),
            }
        }
        match (&self.refusal, text.is_empty()) {
            (None, _) => {
                let next = "  to have it judged: wimse wic verify FILE --role client";
                text.push_str(&format!("\n{}\n", style.paint(next, DIM)));
            }
            (Some(refusal), true) => text.push_str(&refusal.text(style)),
            (Some(refusal), false) => {
                text.push_str(&format!("\nThe first is no WIC.\n{}", refusal.text(style)));
            }
        }
        text
    }
}

fn describe(certificate: &Decoded) -> String {
    let list = |names: &[String], none: &str| match names {
        [] => none.to_owned(),
        names => names.iter().map(|name| escaped(name)).collect::<Vec<_>>().join(", "),
    };
    let or = |name: &str, none: &str| if name.is_empty() { none.to_owned() } else { escaped(name) };
    let time = |seconds: i64| moment::show(UnixTime::from_secs(u64::try_from(seconds).unwrap_or_default()));
    let (from, until) = (time(certificate.not_before), time(certificate.not_after));
    let key = certificate.key.as_ref().map_or("of an unknown kind".to_owned(), ToString::to_string);
    let usage = certificate.key_usage.as_ref();
    let usage = usage.map_or("any: there is no key usage".to_owned(), |usage| usage.join(", "));
    let roles = certificate.roles.as_ref();
    let roles = roles.map_or("any: there is no extended key usage".to_owned(), |roles| list(roles, "none"));
    let authority = match (certificate.is_ca, certificate.path_length) {
        (false, _) => "no".to_owned(),
        (true, None) => "yes".to_owned(),
        (true, Some(0)) => "yes, with none below it".to_owned(),
        (true, Some(count)) => format!("yes, with at most {count} below it"),
    };
    let mut text = String::new();
    for (name, value) in [
        ("URI", list(&certificate.uris, "none")),
        ("DNS names", list(&certificate.dns_names, "none")),
        ("valid", format!("{from} to {until}")),
        ("key", key),
        ("key usage", usage),
        ("TLS roles", roles),
        ("CA", authority),
        ("serial", certificate.serial_number.clone()),
        ("subject", or(&certificate.subject, "none")),
        ("issuer", or(&certificate.issuer, "none")),
        ("signed with", format!("{}, not checked", certificate.signature_algorithm)),
    ] {
        text.push_str(&format!("  {name:<12} {value}\n"));
    }
    text
}

/// What a file may hold beyond a chain is not shown.
const SHOWN: usize = 16;

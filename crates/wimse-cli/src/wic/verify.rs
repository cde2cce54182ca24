//! `wimse wic verify`: judge a certificate.

use crate::certificate::{AnchorOptions, Role, Workload, read_chain, refusal};
use crate::exit::{Exit, Failure};
use crate::input::Input;
use crate::moment::Present;
use crate::output::{DIM, Output, Verdict};
use crate::refusal::Stop;
use serde::Serialize;
use wimse::creds::wic::pki_types::ServerName;
use wimse::creds::wic::{WicError, WicVerifier, WorkloadIdentityCertificate};
use wimse::creds::{UnixTime, Verified};

/// Verify a WIC: which CA vouches for it, whether it is valid now and may be used in this role
///
/// Anchors are the CA certificates that are configured for the trust domain that the certificate names,
/// and no others. A WIC that is good says nothing of who presents it: that takes a TLS handshake, see
/// "wimse tls connect" and "wimse tls serve".
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Verify {
    /// The certificate, then those of CAs: PEM, or one in DER; "-" for standard input
    #[arg(value_name = "FILE", default_value = "-")]
    wic: Input,
    /// What it is to be good for in TLS: client or server
    #[arg(long, value_enum, value_name = "ROLE", hide_possible_values = true)]
    role: Role,
    /// It has to be for this DNS name, too
    #[arg(long, value_name = "NAME", value_parser = dns_name)]
    dns: Option<ServerName<'static>>,
    #[command(flatten)]
    anchors: AnchorOptions,
    #[command(flatten)]
    present: Present,
}

const EXAMPLES: &str = "\
Examples:
  wimse wic verify billing.pem --role client
  wimse wic verify orders.pem --role server --dns orders.example.com --ca wimse://example.com=ca.pem
  wimse wic verify orders.pem --role server --now 2026-11-22T05:00:00Z    # was it good at that time?";

const SCHEMA: &str = "wimse-wic-verify/1";

#[derive(Serialize)]
struct Body {
    now: i64,
    role: Role,
    #[serde(flatten)]
    workload: Workload,
    /// How many certificates were presented.
    certificates: usize,
}

impl Verify {
    pub(super) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        let now = self.present.now();
        match self.verify(now) {
            Ok(wic) => {
                let certificates = wic.certificate().chain().len();
                let workload = Workload::new(&wic, now);
                let body = Body { now: now.as_secs(), role: self.role, workload, certificates };
                output.print(SCHEMA, Verdict::Accepted, &body, |style| {
                    let note =
                        "  vouched for, not yet a peer: who presents it must prove the key in a handshake";
                    let role = format!("  {:<13} {}\n", "role", self.role.name());
                    body.workload.text(now, style) + &role + &style.paint(note, DIM) + "\n"
                })
            }
            Err(stop) => stop.print(output, SCHEMA),
        }
    }

    fn verify(&self, now: UnixTime) -> Result<Verified<WorkloadIdentityCertificate>, Stop> {
        let (anchors, policy) = self.anchors.load()?;
        let verifier = WicVerifier::new(anchors, policy).with_cache_capacity(0);
        let chain = read_chain(&self.wic)?;
        let wic = chain.and_then(|chain| verifier.verify(&chain, self.role.purpose(), now));
        let wic = wic.map_err(|error| refusal(error.code(), &error, self.role))?;
        if let Some(name) = &self.dns {
            wic.check_server_name(name)
                .map_err(WicError::Chain)
                .map_err(|error| refusal(error.code(), &error, self.role))?;
        }
        Ok(wic)
    }
}

fn dns_name(text: &str) -> Result<ServerName<'static>, &'static str> {
    match ServerName::try_from(text.to_owned()) {
        Ok(name @ ServerName::DnsName(_)) => Ok(name),
        _ => Err("expected a host name, such as orders.example.com"),
    }
}

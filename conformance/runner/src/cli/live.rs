//! `live`: running servers and clients.

use std::{error::Error, net::SocketAddr, path::PathBuf, time::Duration};

use clap::{Args, Subcommand};
use wimse::creds::key::Algorithm;
use wimse_conformance::{
    baseline::Baseline,
    harness::HarnessCommand,
    live::{ALGORITHMS, Attend, Binding, CALLER, DOMAIN, Drive, Folder, STRANGER, attend, drive, serve},
    load::Suite,
};

use crate::{
    print,
    reports::{Reports, seconds},
};

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Live {
    #[command(subcommand)]
    prepare: Option<Prepare>,
    #[command(flatten)]
    run: Run,
}

#[derive(Subcommand)]
enum Prepare {
    /// Make keys, credentials, and a configuration for "wimse serve"
    Prepare {
        /// The folder; made where it is not there
        folder: PathBuf,
        /// Where callers reach the server; with https, "wimse serve" has mutual TLS, too
        #[arg(long, default_value = "http://127.0.0.1:8080/conformance")]
        url: String,
        /// Of the keys of server and caller: ES256, EdDSA or Ed25519; both trust issuers and CAs of all
        #[arg(long, default_value = "ES256", value_parser = algorithm)]
        algorithm: Algorithm,
    },
}

#[derive(Args)]
struct Run {
    /// The folder that "live prepare" has made
    #[arg(long, value_name = "DIR", required = true)]
    credentials: Option<PathBuf>,
    /// Where the server is, http or https [default: the URL of the folder]
    #[arg(long)]
    url: Option<String>,
    /// Where the certificate of a connection says who calls [default: /mtls beneath an https URL]
    #[arg(long, value_name = "URL")]
    mtls_url: Option<String>,
    /// CAs (PEM) that are believed about the host of https URLs [default: the server is the workload of the folder]
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// The name in reports [default: the URL, or the program of the client]
    #[arg(long)]
    name: Option<String>,
    /// What proofs are meant for, where callers know the server by another URL
    #[arg(long, value_name = "URI")]
    audience: Option<String>,
    /// wpt, httpsig or mtls, which the server has; may be given several times [default: all]
    #[arg(long, value_name = "BINDING")]
    binding: Vec<Binding>,
    /// ES256, EdDSA or Ed25519, which the server has; may be given several times [default: ES256, and EdDSA if it is accepted]
    #[arg(long, value_name = "NAME", value_parser = algorithm)]
    algorithm: Vec<Algorithm>,
    /// What is no more than recommended is a warning
    #[arg(long)]
    lenient: bool,
    /// Play a server for a client instead: listen here; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["algorithm", "audience", "ca", "messages", "mtls_url", "url"])]
    listen: Option<SocketAddr>,
    /// The client: called with each URL in place of {url}, it ends with 0 if it takes the answer. {wit} and {key} stand for the
    /// files of its WIT and key
    #[arg(long, value_name = "CMD {url}", requires = "listen")]
    client: Option<HarnessCommand>,
    /// Seconds for each answer, or for each call of the client
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    timeout: Duration,
    /// Write what was sent and what came to this folder
    #[arg(long, value_name = "DIR")]
    messages: Option<PathBuf>,
    /// Failures that are expected (TOML); one that does not happen is a failure
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    #[command(flatten)]
    reports: Reports,
}

impl Live {
    /// Carries it out; whether all is as expected.
    pub(crate) fn carry_out(self, suite: &Suite) -> Result<bool, Box<dyn Error>> {
        match self.prepare {
            Some(Prepare::Prepare { folder, url, algorithm }) => {
                Folder::prepare(&folder, &url, algorithm)?;
                print(&prepared(&folder.display().to_string(), &url))?;
                Ok(true)
            }
            None => self.run.carry_out(suite),
        }
    }
}

impl Run {
    fn carry_out(self, suite: &Suite) -> Result<bool, Box<dyn Error>> {
        let folder = Folder::read(&self.credentials.unwrap_or_default())?;
        let baseline = self.baseline.as_deref().map(Baseline::read).transpose()?.unwrap_or_default();
        let url = self.url.unwrap_or_else(|| folder.url.clone());
        let bindings = if self.binding.is_empty() { Binding::ALL.to_vec() } else { self.binding };
        if let Some(listen) = self.listen {
            let Some(client) = self.client else {
                serve(&folder, listen, &bindings, &print)?;
                return Ok(true);
            };
            let (lenient, timeout) = (self.lenient, self.timeout);
            let name = self.name.unwrap_or_else(|| client.program().to_owned());
            let options = Attend { folder, name, listen, client, bindings, lenient, timeout };
            let report = attend(&options, suite, &baseline)?;
            self.reports.write(&report)?;
            return Ok(report.clean);
        }
        let options = Drive {
            audience: self.audience.unwrap_or_else(|| url.clone()),
            name: self.name.unwrap_or_else(|| url.clone()),
            folder,
            url,
            mtls_url: self.mtls_url,
            ca: self.ca,
            bindings,
            algorithms: self.algorithm,
            lenient: self.lenient,
            timeout: self.timeout,
            messages: self.messages,
        };
        let report = drive(options, suite, &baseline)?;
        self.reports.write(&report)?;
        Ok(report.clean)
    }
}

/// One of those that there are keys of.
fn algorithm(text: &str) -> Result<Algorithm, String> {
    let found = ALGORITHMS.into_iter().find(|algorithm| algorithm.name() == text);
    found.ok_or_else(|| format!("{text} is none of ES256, EdDSA and Ed25519"))
}

fn prepared(folder: &str, url: &str) -> String {
    format!(
        "{folder} is prepared for a server at {url}\n\
         \x20 trust           {DOMAIN}, with {folder}/issuer.jwks.json and {folder}/ca.pem\n\
         \x20 permit          {CALLER}, and not {STRANGER}\n\
         \x20 sign with       {folder}/server.wit and {folder}/server.jwk.json, good for twelve hours\n\
         \x20 be              {folder}/server.crt and {folder}/server.key, in mutual TLS\n\
         \x20 or start        wimse serve --config {folder}/wimse.toml\n\
         then              wimse-conformance live --credentials {folder}"
    )
}

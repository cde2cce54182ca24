//! Drives a server.

use std::{fs, io, path::PathBuf, sync::Arc, time::Duration};

use wimse::creds::key::Algorithm;
use wimse_harness::protocol::Hello;

use super::{
    Binding, Folder, FolderError, Target,
    bench::Bench,
    channel::Channel,
    checks,
    driver::{Driver, Ways},
    judged::because,
};
use crate::{
    baseline::Baseline,
    judge::Verdict,
    load::{Selected, Suite},
    report::Report,
    vector::VectorFile,
};

/// How a server is driven.
#[derive(Debug)]
pub struct Drive {
    /// What it trusts, and who is who.
    pub folder: Folder,
    /// Its name in reports.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// Where a connection of mutual TLS says who calls; without it, a segment `mtls` beneath an `https` URL.
    pub mtls_url: Option<String>,
    /// What proofs are meant for: its URL, as callers know it.
    pub audience: String,
    /// CAs that are believed about the host of `https` URLs. Without them, the server has to be the workload of the folder.
    pub ca: Option<PathBuf>,
    /// The bindings that it has; checks of others are skipped.
    pub bindings: Vec<Binding>,
    /// The algorithms that it has; checks of others are skipped. If there are none: ES256, and EdDSA where it takes that.
    pub algorithms: Vec<Algorithm>,
    /// What is no more than recommended is a warning.
    pub lenient: bool,
    /// For each answer.
    pub timeout: Duration,
    /// A folder to which what was sent, and what came, is written.
    pub messages: Option<PathBuf>,
}

/// What is tried where nobody says which algorithms a server has.
const USUAL: [Algorithm; 2] = [Algorithm::Es256, Algorithm::EdDsa];

/// Drives the server and reports. `suite` is the catalogue.
///
/// # Errors
///
/// When a URL cannot be used, a request cannot be made, or a file of messages cannot be written. What the server does is never an
/// error.
pub fn drive(drive: Drive, suite: &Suite, baseline: &Baseline) -> Result<Report, LiveError> {
    let parse = |url: &str| {
        Target::parse(url)
            .map_err(|reason| LiveError::Folder(FolderError::Url { url: url.to_owned(), reason }))
    };
    let target = parse(&drive.url)?;
    let mutual = match &drive.mtls_url {
        Some(url) => Some(parse(url)?),
        None => Some(target.beneath("mtls")),
    };
    let mutual = mutual.filter(Target::is_https);
    let folder = Arc::new(drive.folder);
    let channel = |target: &Target| {
        Channel::new(target, &folder, drive.ca.as_ref(), drive.timeout).map_err(LiveError::Connecting)
    };
    let ways =
        Arc::new(Ways { messages: channel(&target)?, mutual: mutual.as_ref().map(channel).transpose()? });
    let protocol = ways.messages.protocol();
    if let Some(folder) = &drive.messages {
        fs::create_dir_all(folder).map_err(LiveError::Messages)?;
    }
    let mut drivers = Vec::new();
    for algorithm in if drive.algorithms.is_empty() { &USUAL[..] } else { &drive.algorithms } {
        let targets = (target.clone(), mutual.clone());
        let bench = Bench::new(Arc::clone(&folder), *algorithm, targets, drive.audience.clone());
        drivers.push(Driver {
            bench: bench.map_err(LiveError::Making)?,
            ways: Arc::clone(&ways),
            lenient: drive.lenient,
            messages: drive.messages.clone(),
        });
    }
    let mut suite = Suite { catalogues: suite.catalogues.clone(), files: Vec::new() };
    let mut judgements = Vec::new();
    for binding in Binding::ALL {
        let mut vectors = Vec::new();
        for driver in &drivers {
            let without = match drive.bindings.contains(&binding) {
                false => Some(format!("the server is without {binding}")),
                true => driver.without(binding, drive.algorithms.is_empty())?,
            };
            for check in checks::all(binding, driver.bench.algorithm()) {
                judgements.push(match &without {
                    Some(reason) => because(Verdict::Skip, reason),
                    None => driver.judge(&check)?,
                });
                vectors.push(check.vector);
            }
        }
        let (draft, revision) = (binding.draft().to_owned(), binding.revision().to_owned());
        suite.files.push(VectorFile { draft, revision, vectors });
    }
    let version = format!("live, {protocol}");
    let hello = Hello { name: drive.name, version, language: "server".to_owned(), ..wimse_harness::hello() };
    let selected: Vec<Selected<'_>> = suite.selected().collect();
    Ok(Report::of(&suite, None, &hello, &selected, judgements, baseline))
}

/// Why a server cannot be driven.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LiveError {
    /// The folder or the URL.
    #[error("the run cannot be prepared")]
    Folder(#[from] FolderError),
    /// The server cannot be connected to, whether it is there or not.
    #[error("no connection can be made: {0}")]
    Connecting(String),
    /// A request cannot be made.
    #[error("a request cannot be made: {0}")]
    Making(String),
    /// It cannot be listened there.
    #[error("it cannot be listened")]
    Listen(#[source] io::Error),
    /// Messages cannot be written down.
    #[error("messages cannot be written down")]
    Messages(#[source] io::Error),
}

//! No token, proof, signature or key is in anything that can be seen from outside.
//!
//! The suite of this crate, and what goes on in the background of a service, runs once more in a process that keeps its logs at
//! trace level, its metrics, its audit events, what it answers to refused callers, and how errors and values show themselves. All
//! secrets that were made are looked for in that.

#![allow(clippy::unwrap_used, reason = "a test may")]

#[path = "../server/answers.rs"]
mod answers;
#[path = "../server/audit.rs"]
mod audit;
mod background;
#[path = "../server/content.rs"]
mod content;
#[path = "../tls/downgrades.rs"]
mod downgrades;
#[path = "../server/grpc.rs"]
mod grpc;
#[path = "../wire/hostile.rs"]
mod hostile;
mod http2;
#[path = "../tls/layers.rs"]
mod layers;
#[path = "../server/original.rs"]
mod original;
#[path = "../server/policies.rs"]
mod policies;
#[path = "../tls/refused.rs"]
mod refused;
#[path = "../server/responses.rs"]
mod responses;
#[path = "../wire/routes.rs"]
mod routes;
mod search;
#[path = "../tls/server.rs"]
mod server;
#[path = "../wire/service.rs"]
mod service;
#[path = "../support/mod.rs"]
mod support;
mod table;
#[path = "../server/unjudged.rs"]
mod unjudged;
#[path = "../tls/workshop.rs"]
mod workshop;

use search::Search;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use support::capture;

/// A folder of one test, removed at its end.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("wimse-tower-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).unwrap()
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs tests of this program in a process that keeps what it shows.
pub(crate) fn run(folder: &Path, arguments: &[&str], leak: bool) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    // As it is when the suite is run: nobody has asked for a filter of logs.
    command.args(arguments).env(capture::FOLDER, folder).env_remove("RUST_LOG");
    if leak {
        command.env(capture::LEAK, "1");
    }
    command.output().unwrap()
}

/// All of the suite, but for the tests that run it.
pub(crate) fn run_suite(folder: &Path) {
    let output = run(folder, &["--test-threads=2", "--skip", "observed_"], false);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

const SHOWN: [&str; 4] = ["logs", "metrics", "audit", "texts"];

fn secrets(folder: &Folder) -> Search {
    let mut search = Search::default();
    let listed = folder.text("secrets");
    let listed: std::collections::BTreeSet<&str> = listed.lines().collect();
    for (number, line) in listed.into_iter().enumerate() {
        let (kind, hex) = line.split_once(' ').unwrap();
        let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        let secret: Vec<u8> = (0..hex.len()).step_by(2).map(byte).collect();
        match kind {
            "text" => search.add_text(&format!("text {number}"), std::str::from_utf8(&secret).unwrap()),
            _ => search.add_binary(&format!("{kind} {number}"), &secret),
        }
    }
    search
}

#[test]
fn observed_suite_shows_no_secret() {
    let folder = Folder::new("leaks");
    run_suite(&folder.0);
    // It has seen something.
    let (logs, metrics, audit, texts) =
        (folder.text("logs"), folder.text("metrics"), folder.text("audit"), folder.text("texts"));
    for span in ["wimse.authenticate", "wimse.sign_response", "wimse.refresh", "wimse.renew"] {
        assert!(logs.contains(span), "{span}");
    }
    // Those of others, at the lowest level there is.
    assert!(logs.contains("TRACE"), "{}", &logs[..1000.min(logs.len())]);
    assert!(metrics.contains("wimse_decisions_total"), "{metrics}");
    assert!(
        texts.contains("WPT") || texts.contains("401 Unauthorized"),
        "{}",
        &texts[..1000.min(texts.len())]
    );
    for code in
        ["wpt.replayed", "wpt.signature", "httpsig.signature", "tower.nothing_presented", "\"code\":null"]
    {
        assert!(audit.contains(code), "{code}");
    }
    table::check_metrics(&metrics);
    table::check_spans(&logs);
    table::check_events(&audit);
    let search = secrets(&folder);
    assert!(search.len() > 500, "{}", search.len());
    for shown in SHOWN {
        let found = search.find(&folder.read(shown));
        assert!(found.is_empty(), "{shown}: {found:#?}");
    }
}

/// The twin: the same search finds what is written into the log on purpose.
#[test]
fn observed_leaks_are_found() {
    for leak in [false, true] {
        let folder = Folder::new(if leak { "leaking" } else { "tight" });
        let output = run(&folder.0, &["--exact", "routes::extractors_and_routes"], leak);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        let search = secrets(&folder);
        assert!(search.len() > 5, "{}", search.len());
        let found: Vec<_> = SHOWN.iter().flat_map(|shown| search.find(&folder.read(shown))).collect();
        assert_eq!(!found.is_empty(), leak, "{found:#?}");
    }
}

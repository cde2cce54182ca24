//! What the commands have written.

use crate::asked::exchange;
use crate::issuer::Running;
use crate::workshop::{Ended, Workshop};
use serde_json::Value;

/// By kind (`stdout`, `stderr`, `audit`, `metrics`, `answers`) and by whom.
#[derive(Default)]
pub(crate) struct Seen(Vec<(&'static str, String, String)>);

impl Seen {
    pub(crate) fn add(&mut self, kind: &'static str, by: &str, text: impl Into<String>) {
        self.0.push((kind, by.to_owned(), text.into()));
    }

    /// A command that has ended.
    pub(crate) fn ended(&mut self, by: &str, ended: Ended) {
        self.add("stdout", by, ended.stdout);
        self.add("stderr", by, ended.stderr);
    }

    /// A service, which ends now: its metrics first.
    pub(crate) fn service(&mut self, by: &str, shop: &Workshop, running: Running, metrics: Option<&str>) {
        if let Some(address) = metrics {
            let request = b"GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
            self.add("metrics", by, exchange(address, request).content);
            let audit = shop.read("audit.jsonl");
            let is_json = |line: &str| serde_json::from_str::<Value>(line).is_ok();
            assert!(!audit.is_empty() && audit.lines().all(is_json), "{audit}");
            self.add("audit", by, audit);
        }
        let ended = running.end();
        assert_eq!(ended.code, 0, "{by}: {}", ended.stderr);
        self.ended(by, ended);
    }

    /// What a refused caller is told. An answer that is none is only asked for its status.
    pub(crate) fn answer(&mut self, place: &str, request: &[u8]) -> u16 {
        let answer = exchange(place, request);
        if answer.status >= 400 {
            self.add("answers", place, format!("{} {}\n", answer.status, answer.content));
        }
        answer.status
    }

    /// All of a kind.
    pub(crate) fn all(&self, kind: &str) -> String {
        self.0.iter().filter(|(of, ..)| *of == kind).map(|(_, _, text)| text.as_str()).collect()
    }

    pub(crate) fn each(&self) -> impl Iterator<Item = (String, &str)> {
        self.0.iter().map(|(kind, by, text)| (format!("{kind} of {by}"), text.as_str()))
    }
}

/// Where a service shows its metrics, by its log.
pub(crate) fn metrics(running: &Running) -> String {
    let line = running.wait_for("metrics: http://").unwrap();
    let (_, address) = line.split_once("http://").unwrap();
    address.trim().strip_suffix("/metrics").unwrap().to_owned()
}

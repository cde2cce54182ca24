//! Pages on which commands go on while others run.

use crate::issuer::{self, Running};
use crate::page::{self, Transcript};
use crate::workshop::{Ended, Workshop};
use std::fs;
use std::net::TcpListener;
use std::path::Path;

/// A command that goes on until the end of the page, and where the page has it listen.
const GOING_ON: [(&str, &str); 2] =
    [("wimse dev-server", issuer::ADDRESS), ("wimse serve", "127.0.0.1:8080")];

/// Runs the commands of a page in one folder, one after the other, and compares what they print.
pub(crate) fn play(page: &str) {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(page)).unwrap();
    let (shop, mut stage) = (super::shop(), Stage::default());
    for transcript in page::transcripts(&text) {
        stage.run(&shop, transcript);
    }
    stage.end();
}

#[derive(Default)]
struct Stage {
    running: Vec<(Transcript, Running)>,
    /// Addresses of the page, and those that were free.
    addresses: Vec<(&'static str, String)>,
}

impl Stage {
    fn run(&mut self, shop: &Workshop, transcript: Transcript) {
        let words: Vec<String> =
            transcript.command.split_whitespace().skip(1).map(|word| self.for_run(word)).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let is_it = |command: &str| {
            transcript.command == command || transcript.command.starts_with(&format!("{command} --"))
        };
        let Some((_, address)) = GOING_ON.iter().find(|(command, _)| is_it(command)) else {
            let ended = shop.wimse(&words);
            self.compare(&transcript, &ended);
            return;
        };
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        self.addresses.push((address, free.clone()));
        // Configurations name the address of the page.
        for entry in shop.path("").read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end == "toml") {
                let text = self.for_run(&fs::read_to_string(&path).unwrap());
                fs::write(&path, text).unwrap();
            }
        }
        let running = issuer::start(shop, &[&words[..], &["--listen", &free]].concat());
        self.running.push((transcript, running));
    }

    /// What goes on ends now, the last first, and is compared.
    fn end(&mut self) {
        assert!(!self.running.is_empty(), "nothing goes on");
        while let Some((transcript, running)) = self.running.pop() {
            let ended = running.end();
            self.compare(&transcript, &ended);
        }
    }

    fn for_run(&self, text: &str) -> String {
        self.addresses.iter().fold(text.to_owned(), |text, (page, run)| text.replace(page, run))
    }

    fn for_page(&self, text: &str) -> String {
        self.addresses.iter().fold(text.to_owned(), |text, (page, run)| text.replace(run.as_str(), page))
    }

    fn compare(&self, transcript: &Transcript, ended: &Ended) {
        let printed = self.for_page(&format!("{}{}", ended.stdout, ended.stderr));
        let shown = transcript.output.trim_end();
        let lines: Vec<&str> = printed.trim_end().lines().collect();
        let patterns: Vec<&str> = shown.lines().collect();
        let fits = lines.len() == patterns.len()
            && patterns.iter().zip(&lines).all(|(pattern, line)| fits(pattern, line));
        assert!(fits, "{}\nprinted:\n{printed}\nshown:\n{shown}", transcript.command);
        assert_eq!(ended.code, transcript.exit, "{}: {printed}", transcript.command);
    }
}

/// `[..]` stands for anything.
fn fits(pattern: &str, line: &str) -> bool {
    let mut parts = pattern.split("[..]");
    let Some(mut rest) = line.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, between)) = parts.split_last() else { return rest.is_empty() };
    for part in between {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

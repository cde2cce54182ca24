//! The pages whose commands need each other: a service, and what calls it.

use crate::page::{self, Transcript};
use crate::service::*;
use crate::workshop::{Ended, Workshop};
use std::fs;
use std::net::TcpListener;
use std::path::Path;

/// Where the pages have the service listen. In the tests it takes a free port.
const ADDRESS: &str = "127.0.0.1:8080";

/// In each block, a service is started, called by the commands after it, and stopped.
#[test]
fn the_pages_show_what_all_print() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/command");
    for name in ["serving.md", "calling.md"] {
        let page = fs::read_to_string(folder.join(name)).unwrap();
        let mut transcripts = page::transcripts(&page).into_iter().peekable();
        let mut services = 0;
        while let Some(serve) = transcripts.next() {
            assert!(serve.command.starts_with("wimse serve "), "{}", serve.command);
            let calls =
                std::iter::from_fn(|| transcripts.next_if(|next| !next.command.starts_with("wimse serve ")));
            run(&serve, &calls.collect::<Vec<_>>());
            services += 1;
        }
        assert!(services > 0, "{name}");
    }
}

fn run(serve: &Transcript, calls: &[Transcript]) {
    let shop = shop();
    let address = free(&shop);
    let words: Vec<String> = words(serve, &address);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let place = words.iter().position(|word| *word == "--config").unwrap();
    let config = shop.read(words[place + 1]);
    let options = [&words[1..place], &words[place + 2..]].concat();
    let service = Service::start_with(&shop, &config, &options);
    for call in calls {
        let words = self::words(call, &address);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        compare(call, &shop.wimse(&words), &address);
    }
    let stdout = service.ready.clone();
    let (status, log) = service.stop("TERM");
    let stderr = log.iter().map(|line| format!("{line}\n")).collect();
    compare(serve, &Ended { code: status.code().unwrap(), stdout, stderr }, &address);
}

/// A free port of this machine, in the place of that of the pages.
fn free(shop: &Workshop) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    for config in ["service.toml", "service-mtls.toml"] {
        shop.write(config, shop.read(config).replace(ADDRESS, &address));
    }
    address
}

/// The command in words, but for the program; in quotes there may be spaces.
fn words(transcript: &Transcript, address: &str) -> Vec<String> {
    let command = transcript.command.replace(ADDRESS, address);
    let mut words = Vec::new();
    for (place, part) in command.split('\'').enumerate() {
        match place % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words.remove(0);
    words
}

fn compare(transcript: &Transcript, ended: &Ended, address: &str) {
    let printed = format!("{}{}", ended.stdout, ended.stderr).replace(address, ADDRESS);
    let command = &transcript.command;
    assert_eq!(ended.code, transcript.exit, "{command}: {printed}");
    let (printed, shown): (Vec<&str>, Vec<&str>) =
        (printed.trim_end().lines().collect(), transcript.output.trim_end().lines().collect());
    let are_alike = printed.len() == shown.len()
        && printed.iter().zip(&shown).all(|(printed, shown)| is_like(printed, shown));
    assert!(are_alike, "{command} printed\n{}", printed.join("\n"));
}

/// `[..]` stands for whatever is there.
fn is_like(printed: &str, shown: &str) -> bool {
    let mut parts = shown.split("[..]");
    let first = parts.next().unwrap();
    let Some(mut rest) = printed.strip_prefix(first) else { return false };
    let mut is_open = false;
    for part in parts {
        let Some(place) = (if part.is_empty() { Some(rest.len()) } else { rest.find(part) }) else {
            return false;
        };
        rest = &rest[place + part.len()..];
        is_open = part.is_empty();
    }
    rest.is_empty() || is_open
}

//! The page of the command: a gateway, Caddy that asks it, and callers.

use crate::asked::Gateway;
use crate::page::{self, Transcript};
use crate::program;
use crate::proxy::Kind;
use crate::stage::{serve, shop};
use std::fs;
use std::net::TcpListener;
use std::path::Path;

/// What the page has, and the tests have elsewhere.
const PROXY: &str = "127.0.0.1:8080";
const GATEWAY: &str = "127.0.0.1:9191";

#[test]
fn the_page_shows_what_all_print() {
    let (Some(program), Some(python)) = (Kind::Caddy.program(), program::find("python3")) else { return };
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/command/gateway.md");
    let transcripts = page::transcripts(&fs::read_to_string(page).unwrap());
    let (first, calls) = transcripts.split_first().unwrap();
    assert_eq!(first.command, "wimse gateway --config gateway.toml --now 1800000000");
    assert!(calls.len() > 2);

    let shop = shop();
    let place = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let (_served, service) = serve(&shop, &python);
    let file = Kind::Caddy.file();
    let (_running, proxy) = Kind::Caddy.start(&shop, &program, &file, [&place, &service.to_string()]);
    let proxy = proxy.to_string();
    let here = |text: &str| text.replace(PROXY, &proxy).replace(GATEWAY, &place);
    let there = |text: &str| text.replace(&proxy, PROXY).replace(&place, GATEWAY);

    let gateway = Gateway::start(&shop, &here(&shop.read("gateway.toml")), &[]);
    for call in calls {
        let words = words(&here(&call.command));
        let ended = shop.wimse(&words.iter().map(String::as_str).collect::<Vec<_>>());
        let printed = format!("{}{}", ended.stdout, ended.stderr);
        compare(call, ended.code, &there(&printed));
    }
    let mut printed = gateway.ready.clone();
    calls.iter().for_each(|_| printed.push_str(&format!("{}\n", gateway.line())));
    compare(first, gateway.stop().code().unwrap(), &there(&printed));
}

/// The command in words, but for the program; in quotes there may be spaces.
fn words(command: &str) -> Vec<String> {
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

fn compare(transcript: &Transcript, code: i32, printed: &str) {
    assert_eq!(
        (code, printed.trim_end()),
        (transcript.exit, transcript.output.trim_end()),
        "{}",
        transcript.command
    );
}

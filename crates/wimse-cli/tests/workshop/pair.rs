//! `wimse tls serve` and `wimse tls connect`, at the same time.
#![allow(dead_code, reason = "each test file uses its own part")]

use crate::workshop::{Ended, NOW, Workshop};
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};

/// How both ended.
pub(crate) struct Pair {
    pub(crate) server: Ended,
    pub(crate) client: Ended,
}

/// Where the pages have the server listen. In the tests it takes a free port.
pub(crate) const ADDRESS: &str = "127.0.0.1:8443";

/// Orders, which serves billing once.
pub(crate) fn serve(more: &[&str]) -> Vec<String> {
    let identity = "tls serve --wic orders.crt --key orders.key --permit wimse://example.com/billing --once";
    words(identity, more)
}

/// A client that means orders.
pub(crate) fn connect(client: &str, more: &[&str]) -> Vec<String> {
    let identity = format!("tls connect {ADDRESS} --wic {client}.crt --key {client}.key");
    words(&format!("{identity} --expect-workload wimse://example.com/orders"), more)
}

fn words(command: &str, more: &[&str]) -> Vec<String> {
    let ends = ["--config", "certificates.toml", "--now", NOW];
    command.split(' ').chain(more.iter().copied()).chain(ends).map(str::to_owned).collect()
}

/// Starts the server, and the client when that listens.
pub(crate) fn call(shop: &Workshop, server: &[String], client: &[String]) -> Pair {
    let started = start(shop, server);
    let address = started.address.clone();
    let client: Vec<String> = client.iter().map(|word| word.replace(ADDRESS, &address)).collect();
    let client: Vec<&str> = client.iter().map(String::as_str).collect();
    let mut client = shop.wimse(&client);
    let mut server = started.end();
    for ended in [&mut server, &mut client] {
        ended.stdout = ended.stdout.replace(&address, ADDRESS);
    }
    Pair { server, client }
}

/// A server that listens.
pub(crate) struct Started {
    child: Child,
    pub(crate) address: String,
    stdout: BufReader<ChildStdout>,
    stderr: BufReader<ChildStderr>,
    /// What it has printed on standard output to say so.
    first: String,
}

impl Started {
    /// Waits until it has served all its connections.
    pub(crate) fn end(mut self) -> Ended {
        let (mut stdout, mut stderr) = (self.first, String::new());
        self.stdout.read_to_string(&mut stdout).unwrap();
        self.stderr.read_to_string(&mut stderr).unwrap();
        let code = self.child.wait().unwrap().code().unwrap();
        Ended { code, stdout, stderr }
    }
}

/// Starts a server on a free port; it goes when its connections have come.
pub(crate) fn start(shop: &Workshop, arguments: &[String]) -> Started {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wimse"));
    command.args(arguments).args(["--listen", "127.0.0.1:0"]).current_dir(shop.path(""));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let (mut first, mut line) = (String::new(), String::new());
    if arguments.iter().any(|argument| argument == "--json") {
        stderr.read_line(&mut line).unwrap();
    } else {
        stdout.read_line(&mut first).unwrap();
        line.clone_from(&first);
    }
    let address = line.split(' ').nth(2).unwrap_or_else(|| panic!("{line}")).to_owned();
    Started { child, address, stdout, stderr, first }
}

//! `wimse dev-server`, while others use it.
#![allow(dead_code, reason = "each test file uses its own part")]

use crate::workshop::{Ended, Workshop};
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Where the pages have the server listen. In the tests it takes a free port.
pub(crate) const ADDRESS: &str = "127.0.0.1:8400";

/// A server that runs until the test ends.
pub(crate) struct Running {
    child: Child,
    /// Where it listens.
    pub(crate) address: String,
    /// What it has said to be ready.
    pub(crate) ready: String,
    readers: Option<[JoinHandle<String>; 2]>,
    /// Lines of standard error, as they come.
    log: Receiver<String>,
}

/// Guards against a server that never says that it is ready.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts `wimse dev-server` with further options on a free port.
pub(crate) fn dev_server(shop: &Workshop, more: &[&str]) -> Running {
    let arguments = [&["dev-server", "--listen", "127.0.0.1:0"], more].concat();
    start(shop, &arguments)
}

/// Starts a command that goes on, and waits for a line on its standard output with an address.
pub(crate) fn start(shop: &Workshop, arguments: &[&str]) -> Running {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wimse"));
    command.args(arguments).current_dir(shop.path("")).env_remove("WIMSE_CONFIG");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (stdout, lines) = follow(child.stdout.take().unwrap());
    let (stderr, log) = follow(child.stderr.take().unwrap());
    let mut ready = String::new();
    let address = loop {
        let line = lines.recv_timeout(PATIENCE).unwrap_or_else(|_| {
            let _ = child.kill();
            panic!("{arguments:?} is not ready: {ready}");
        });
        ready.push_str(&line);
        if let Some(address) = address(&line) {
            break address;
        }
    };
    Running { child, address, ready, readers: Some([stdout, stderr]), log }
}

/// The first address and port in a line.
fn address(line: &str) -> Option<String> {
    let start = line.find("127.0.0.1:")?;
    let rest = &line[start..];
    let end = rest.find(|c: char| !c.is_ascii_digit() && !".:".contains(c)).unwrap_or(rest.len());
    Some(rest[..end].to_owned())
}

/// Reads everything, line by line.
fn follow(from: impl Read + Send + 'static) -> (JoinHandle<String>, Receiver<String>) {
    let (sender, lines) = channel();
    let reader = std::thread::spawn(move || {
        let (mut all, mut from) = (String::new(), BufReader::new(from));
        loop {
            let mut line = String::new();
            match from.read_line(&mut line) {
                Ok(0) | Err(_) => return all,
                Ok(_) => all.push_str(&line),
            }
            let _ = sender.send(line);
        }
    });
    (reader, lines)
}

impl Running {
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The next line of its log that has this in it.
    pub(crate) fn wait_for(&self, words: &str) -> Option<String> {
        std::iter::from_fn(|| self.log.recv_timeout(PATIENCE).ok()).find(|line| line.contains(words))
    }

    /// Ends it as an operator does, and takes what it has printed.
    pub(crate) fn end(mut self) -> Ended {
        let process = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &process]).status().unwrap().success());
        let code = self.child.wait().unwrap().code().unwrap_or(-1);
        let [stdout, stderr] = self.readers.take().unwrap().map(|reader| reader.join().unwrap());
        Ended { code, stdout, stderr }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

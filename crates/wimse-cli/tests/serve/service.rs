//! A service that runs, and its callers.

use crate::fixture;
use crate::workshop::{Ended, NOW, Workshop};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// What has not come by then does not come: for hangs, not for speed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// How the callers of these tests dial the service.
pub(crate) const BASE: &str = "http://api.example.com";
pub(crate) const BILLING: &str = "wimse://example.com/billing";
pub(crate) const ORDERS: &str = "wimse://example.com/orders";

/// Accepts WPTs and signatures of billing, and signs where that is demanded.
pub(crate) const CONFIG: &str = include_str!("../workshop/served.toml");

/// A folder with the files of the transcripts.
pub(crate) fn shop() -> Workshop {
    let shop = Workshop::new();
    fixture::copy_to(&shop.path(""));
    shop
}

/// The same, with WITs that are valid now: for what is compared with the clock of another program.
pub(crate) fn shop_of_today() -> Workshop {
    let shop = shop();
    for (who, name) in [(BILLING, "billing"), (ORDERS, "orders")] {
        let public = shop.make(&["key", "public", &format!("{name}.jwk.json")]);
        shop.write("public.jwk.json", public);
        let subject = ["--sub", who, "--key", "public.jwk.json", "--issuer-key", "issuer.jwk.json"];
        let wit = shop.make(&[&["wit", "issue"], &subject[..]].concat());
        shop.write(&format!("{name}.wit"), wit);
    }
    shop
}

/// `wimse serve`, killed when it is dropped.
pub(crate) struct Service {
    child: Child,
    /// Standard output, as far as it has come.
    pub(crate) ready: String,
    log: Receiver<String>,
}

impl Service {
    /// Starts one with this configuration, at the time of the fixture.
    pub(crate) fn start(shop: &Workshop, config: &str) -> Self {
        Self::start_with(shop, config, &["--listen", "127.0.0.1:0", "--now", NOW])
    }

    pub(crate) fn start_with(shop: &Workshop, config: &str, options: &[&str]) -> Self {
        Self::start_command("serve", shop, config, options)
    }

    /// Starts another command that runs until it is stopped.
    pub(crate) fn start_command(name: &str, shop: &Workshop, config: &str, options: &[&str]) -> Self {
        shop.write("service-under-test.toml", config);
        let mut command = Command::new(env!("CARGO_BIN_EXE_wimse"));
        command.args([name, "--config", "service-under-test.toml"]).args(options).current_dir(shop.path(""));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (lines, log) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| lines.send(line)));
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        let service = Self { child, ready, log };
        assert!(
            !service.ready.is_empty(),
            "it has not started: {:?}",
            service.log.iter().collect::<Vec<_>>()
        );
        service
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> &str {
        let (_, rest) = self.ready.split_once("://").unwrap();
        rest.split([' ', ',', '"']).next().unwrap()
    }

    /// The number of the process.
    #[cfg(target_os = "linux")]
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line of the log.
    pub(crate) fn line(&self) -> String {
        self.log.recv_timeout(PATIENCE).unwrap()
    }

    /// The next line of the log that has this in it; those before are passed over.
    pub(crate) fn line_with(&self, word: &str) -> String {
        let mut passed = Vec::new();
        loop {
            match self.log.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(word) => return line,
                Ok(line) => passed.push(line),
                Err(_) => panic!("no line has {word}: {passed:#?}"),
            }
        }
    }

    /// Waits until each of these words was in a line of the log, whatever the order.
    pub(crate) fn lines_with(&self, mut words: Vec<String>) {
        while !words.is_empty() {
            let line = self.log.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no line has {words:?}"));
            words.retain(|word| !line.contains(word));
        }
    }

    /// Where its metrics are, with `--metrics`; lines of the log before that are passed over.
    pub(crate) fn metrics(&self) -> String {
        let line = self.line_with("metrics: http://");
        let (_, url) = line.split_once("http://").unwrap();
        url.strip_suffix("/metrics").unwrap().to_owned()
    }

    /// Ends it as an operator would, and gives the rest of the log.
    pub(crate) fn stop(mut self, signal: &str) -> (ExitStatus, Vec<String>) {
        let kill = format!("kill -{signal} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        let rest = std::iter::from_fn(|| self.log.recv_timeout(PATIENCE).ok()).collect();
        (self.child.wait().unwrap(), rest)
    }

    /// Calls it as billing, dialled as the configuration says, and gives the document.
    pub(crate) fn call(&self, shop: &Workshop, options: &[&str]) -> (i32, Value) {
        self.call_as(shop, "billing", options)
    }

    pub(crate) fn call_as(&self, shop: &Workshop, who: &str, options: &[&str]) -> (i32, Value) {
        let (wit, key) = (format!("{who}.wit"), format!("{who}.jwk.json"));
        let identity = ["call", "--wit", &wit, "--key", &key, "--now", NOW, "--allow-plain-http"];
        shop.document(&[&identity[..], &["--connect", self.address()], options].concat())
    }

    /// The same request as `call` would send it, as bytes.
    pub(crate) fn print(&self, shop: &Workshop, options: &[&str]) -> Vec<u8> {
        let identity = ["call", "--wit", "billing.wit", "--key", "billing.jwk.json", "--now", NOW];
        shop.make(&[&identity[..], &["--allow-plain-http", "--print-request"], options].concat()).into_bytes()
    }

    /// Sends bytes over a connection of their own, and gives the status and all that came back.
    pub(crate) fn send(&self, bytes: &[u8]) -> (u16, String) {
        send(self.address(), bytes)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What Prometheus would see at an address of `--metrics`.
pub(crate) fn scraped(address: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

/// Sends bytes over a connection of their own, and gives the status and all that came back.
pub(crate) fn send(address: &str, bytes: &[u8]) -> (u16, String) {
    let address = address.to_socket_addrs().unwrap().next().unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    // So that the answer ends where the connection does.
    let text = text.replacen("\r\n", "\r\nconnection: close\r\n", 1);
    stream.write_all(text.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
}

/// Asks again and again until it is so, with a limit.
#[cfg(target_os = "linux")]
pub(crate) fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let start = std::time::Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "{what}: not after {PATIENCE:?}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// What the echo service has said.
pub(crate) fn echoed(document: &Value) -> Value {
    serde_json::from_str(document["body"].as_str().unwrap()).unwrap()
}

/// Exit code and the code of the refusal.
pub(crate) fn refusal((code, document): &(i32, Value)) -> (i32, &str) {
    (*code, document["refusal"]["code"].as_str().unwrap_or_default())
}

/// What was printed when something failed.
pub(crate) fn said(ended: &Ended) -> (i32, &str) {
    (ended.code, &ended.stderr)
}

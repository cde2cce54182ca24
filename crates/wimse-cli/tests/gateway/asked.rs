//! A gateway that runs, and what is sent to it or to a proxy.

use crate::workshop::{NOW, Workshop};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// What has not come by then does not come: for hangs, not for speed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) const BILLING: &str = "wimse://example.com/billing";

/// Accepts WPTs and signatures of billing, and anybody beneath /open.
pub(crate) const CONFIG: &str = r#"[recipient]
audience-bases = ["http://api.example.com"]
[[domains]]
origin = "wimse://example.com"
jwks = ["issuer.jwks.json"]
[serve]
accept = ["wpt", "httpsig"]
permit = ["wimse://example.com/billing"]
replay = "local"
[[serve.routes]]
path = "/open"
anonymous = true
[gateway]
"#;

/// `wimse gateway`, killed when it is dropped.
pub(crate) struct Gateway {
    child: Child,
    /// Standard output, as far as it has come.
    pub(crate) ready: String,
    log: Receiver<String>,
}

impl Gateway {
    /// Starts one with this configuration, at the time of the fixture.
    pub(crate) fn start(shop: &Workshop, config: &str, options: &[&str]) -> Self {
        Self::start_at(shop, config, &[options, &["--now", NOW]].concat())
    }

    pub(crate) fn start_at(shop: &Workshop, config: &str, options: &[&str]) -> Self {
        shop.write("gateway-under-test.toml", config);
        let mut command = Command::new(env!("CARGO_BIN_EXE_wimse"));
        command
            .args(["gateway", "--config", "gateway-under-test.toml"])
            .args(options)
            .current_dir(shop.path(""));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (lines, log) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| lines.send(line)));
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        let gateway = Self { child, ready, log };
        let log = || gateway.log.iter().collect::<Vec<_>>();
        assert!(!gateway.ready.is_empty(), "it has not started: {:?}", log());
        gateway
    }

    /// Where it listens, as it says.
    pub(crate) fn place(&self) -> &str {
        let (_, rest) = self.ready.split_once(" on ").unwrap();
        rest.split([' ', ',']).next().unwrap()
    }

    /// The next line of the log.
    pub(crate) fn line(&self) -> String {
        self.log.recv_timeout(PATIENCE).unwrap()
    }

    /// Asks it directly, as a proxy would.
    pub(crate) fn ask(&self, question: &str) -> Answer {
        exchange(self.place(), question.as_bytes())
    }

    /// Ends it as an operator would.
    pub(crate) fn stop(mut self) -> ExitStatus {
        let kill = format!("kill -TERM {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        self.child.wait().unwrap()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) content: String,
}

impl Answer {
    /// The only value of a field.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let mut values = fields.filter(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        let first = values.next();
        assert_eq!(values.next(), None, "{name} is there twice: {}", self.head);
        first
    }
}

/// Sends bytes over a connection of their own, to an address or a Unix socket. The server has to close it.
pub(crate) fn exchange(place: &str, bytes: &[u8]) -> Answer {
    let mut answer = Vec::new();
    // A server that has refused early may close while content is on its way.
    match place.strip_prefix("unix:") {
        Some(path) => {
            let mut stream = UnixStream::connect(Path::new(path)).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            let _ = stream.write_all(bytes);
            stream.read_to_end(&mut answer).unwrap();
        }
        None => {
            let mut stream = TcpStream::connect(place.parse::<SocketAddr>().unwrap()).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            let _ = stream.write_all(bytes);
            stream.read_to_end(&mut answer).unwrap();
        }
    }
    let answer = String::from_utf8(answer).unwrap();
    let (head, content) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_owned(), content: content.to_owned() }
}

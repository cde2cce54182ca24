//! A proxy, the gateway that it asks, the service behind, and callers.

use crate::asked::{Answer, CONFIG, Gateway, PATIENCE, exchange};
use crate::fixture;
use crate::program::{self, Program};
use crate::proxy::{Kind, documented};
use crate::workshop::{NOW, Workshop};
use serde_json::Value;
use std::fs;
use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant};

pub(crate) struct Stage {
    /// They end before their folders do.
    _running: [Program; 2],
    pub(crate) kind: Kind,
    pub(crate) shop: Workshop,
    /// `None` once it has been stopped.
    pub(crate) gateway: Option<Gateway>,
    pub(crate) proxy: SocketAddr,
    pub(crate) service: SocketAddr,
}

/// A folder with the files of the transcripts.
pub(crate) fn shop() -> Workshop {
    let shop = Workshop::new();
    fixture::copy_to(&shop.path(""));
    shop
}

impl Stage {
    /// `None` if the proxy is not installed.
    pub(crate) fn set(kind: Kind) -> Option<Self> {
        Self::set_with(kind, |text| text)
    }

    /// With another configuration of the proxy than that of the documentation.
    pub(crate) fn set_with(kind: Kind, change: impl Fn(String) -> String) -> Option<Self> {
        let (program, python) = (kind.program()?, program::find("python3")?);
        let shop = shop();
        let place = kind.place(&shop);
        let config = format!("{CONFIG}proxy = \"{}\"\n", kind.name());
        let gateway = Gateway::start(&shop, &config, &["--listen", &place]);
        let (served, service) = serve(&shop, &python);
        let file = change(kind.file());
        let places = [gateway.place(), &service.to_string()];
        let (running, proxy) = kind.start(&shop, &program, &file, places);
        let stage = Self { _running: [running, served], kind, shop, gateway: Some(gateway), proxy, service };
        stage.wait();
        Some(stage)
    }

    /// Traefik listens before it knows where to.
    fn wait(&self) {
        let start = Instant::now();
        while self.kind == Kind::Traefik && start.elapsed() < PATIENCE {
            let answer = self.send("GET /open HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
            if answer.status == 200 {
                self.decision();
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// A request of billing, as bytes, as it would be sent to the proxy.
    pub(crate) fn print(&self, options: &[&str]) -> String {
        self.print_as("billing", options)
    }

    pub(crate) fn print_as(&self, who: &str, options: &[&str]) -> String {
        print(&self.shop, who, options)
    }

    /// Sends a request to the proxy.
    pub(crate) fn send(&self, request: &str) -> Answer {
        exchange(&self.proxy.to_string(), request.as_bytes())
    }

    /// The next decision of the gateway.
    pub(crate) fn decision(&self) -> String {
        self.gateway.as_ref().unwrap().line()
    }

    /// Sends one that is let through, and gives what the service was told.
    pub(crate) fn pass(&self, request: &str) -> Value {
        let answer = self.send(request);
        assert_eq!(answer.status, 200, "{:?} {request}: {answer:?}", self.kind);
        let line = self.decision();
        assert!(line.contains(": let through, "), "{line}");
        serde_json::from_str(&answer.content).unwrap()
    }

    /// Sends one that is refused with this status, for this reason.
    pub(crate) fn refuse(&self, request: &str, status: u16, code: &str) -> Answer {
        let answer = self.send(request);
        let line = self.decision();
        assert!(
            line.contains(&format!(", {code}")) || code.starts_with('.') && line.contains(code),
            "{:?} {code}: {line}",
            self.kind
        );
        assert_eq!(answer.status, status, "{:?} {line}: {answer:?}", self.kind);
        assert!(!answer.content.contains("\"caller\""), "the service has answered: {answer:?}");
        answer
    }
}

/// A request as bytes, on a connection that ends with it.
pub(crate) fn print(shop: &Workshop, who: &str, options: &[&str]) -> String {
    let (wit, key) = (format!("{who}.wit"), format!("{who}.jwk.json"));
    let identity =
        ["call", "--wit", &wit, "--key", &key, "--now", NOW, "--allow-plain-http", "--print-request"];
    let printed = shop.make(&[&identity[..], options].concat());
    printed.replacen("\r\n", "\r\nconnection: close\r\n", 1)
}

/// The service in Python, which is not protected itself.
pub(crate) fn serve(shop: &Workshop, python: &std::path::Path) -> (Program, SocketAddr) {
    let folder = shop.path("service");
    fs::create_dir(&folder).unwrap();
    Program::serve(&folder, |address| {
        let mut command = Command::new(python);
        command.arg(documented("service.py")).arg(address.to_string());
        command
    })
}

/// Puts a line into the head of a request.
pub(crate) fn with_field(request: &str, field: &str) -> String {
    request.replacen("\r\n", &format!("\r\n{field}\r\n"), 1)
}

//! A Redis server of the test's own, which can hang, end, and come back with nothing in its memory.

use crate::program::{self, Program};
use crate::workshop::Workshop;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) struct Redis {
    executable: PathBuf,
    folder: PathBuf,
    address: SocketAddr,
    /// Options beside the usual.
    more: Vec<String>,
    /// `None` while it has ended.
    running: Option<Program>,
}

impl Redis {
    /// `None` if there is none and none is required.
    pub(crate) fn start(shop: &Workshop, more: &[&str]) -> Option<Self> {
        let (executable, folder) = (program::find("redis-server")?, shop.path("redis"));
        fs::create_dir(&folder).unwrap();
        let more: Vec<_> = more.iter().map(|&option| option.to_owned()).collect();
        let (running, address) =
            Program::serve(&folder, |address| command(&executable, &folder, address, &more));
        Some(Self { executable, folder, address, more, running: Some(running) })
    }

    /// The value of `replay` in the configuration of its replicas, whose clocks are one.
    pub(crate) fn replay(&self, more: &str) -> String {
        let url = format!("redis://{}", self.address);
        format!("{{ shared = {{ url = \"{url}\", prefix = \"orders\", max-clock-skew = 1, {more} }} }}")
    }

    /// It takes connections and questions, and answers none.
    pub(crate) fn hang(&self) {
        self.running.as_ref().unwrap().signal("STOP");
    }

    pub(crate) fn go_on(&self) {
        self.running.as_ref().unwrap().signal("CONT");
    }

    pub(crate) fn kill(&mut self) {
        self.running = None;
    }

    /// Starts it again where it was.
    pub(crate) fn start_empty(&mut self) {
        let mut program =
            Program::start(command(&self.executable, &self.folder, self.address, &self.more), &self.folder);
        assert!(program.is_ready(self.address), "redis-server has not started again");
        self.running = Some(program);
    }
}

/// Nothing is kept on disk.
fn command(executable: &Path, folder: &Path, address: SocketAddr, more: &[String]) -> Command {
    let (host, port) = (address.ip().to_string(), address.port().to_string());
    let mut command = Command::new(executable);
    command.args(["--bind", &host, "--port", &port, "--protected-mode", "no", "--daemonize", "no"]);
    command.args(["--save", "", "--appendonly", "no", "--dir"]).arg(folder).args(more);
    command
}

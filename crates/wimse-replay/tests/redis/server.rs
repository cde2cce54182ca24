//! A Redis server of the test's own.

use crate::program::{self, Folder, PATIENCE, Program};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use wimse_replay::{RedisReplayStore, RedisSettings};

/// A server on a socket in a folder of its own, stopped when it is dropped.
pub(crate) struct Redis {
    executable: PathBuf,
    process: Program,
    folder: Folder,
}

impl Redis {
    /// `None` if there is no `redis-server` and none is required.
    pub(crate) fn start(options: &[&str]) -> Option<Self> {
        let (executable, folder) = (program::find("redis-server")?, Folder::new());
        let process = run(&executable, &folder, options, READY);
        Some(Self { executable, process, folder })
    }

    /// Starts it again in the same folder, after it has been killed.
    pub(crate) fn restart(&mut self, options: &[&str]) {
        self.kill();
        self.process = run(&self.executable, &self.folder, options, READY);
    }

    /// The same, and does not wait until its data is loaded.
    pub(crate) fn restart_loading(&mut self, options: &[&str]) {
        self.kill();
        self.process = run(&self.executable, &self.folder, options, "Server initialized");
    }

    pub(crate) fn kill(&mut self) {
        self.process.kill();
    }

    pub(crate) fn signal(&self, name: &str) {
        self.process.signal(name);
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("redis.sock")
    }

    pub(crate) fn address(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    /// With short pauses between attempts to connect, and time enough where many wait for each other on little processor.
    pub(crate) fn settings(&self) -> RedisSettings {
        patient(RedisSettings::new(&self.address()).unwrap())
    }

    /// For what is not to be waited for.
    pub(crate) fn impatient_settings(&self) -> RedisSettings {
        let second = Duration::from_secs(1);
        let settings = self.settings().connect_timeout(second).response_timeout(second);
        settings.total_timeout(Duration::from_secs(2))
    }

    pub(crate) async fn store(&self) -> RedisReplayStore {
        RedisReplayStore::connect(self.settings()).await.unwrap()
    }

    /// Runs a command as an operator would.
    pub(crate) fn command(&self, words: &[&str]) -> redis::Value {
        let client = redis::Client::open(self.address()).unwrap();
        let start = Instant::now();
        // A server that is loading, or had been stopped, may be slow.
        let mut connection = loop {
            match client.get_connection_with_timeout(PATIENCE) {
                Ok(connection) => break connection,
                Err(error) => assert!(start.elapsed() < PATIENCE, "{error}"),
            }
        };
        redis::cmd(words[0]).arg(&words[1..]).query(&mut connection).unwrap()
    }

    pub(crate) fn text(&self, words: &[&str]) -> String {
        redis::from_redis_value(self.command(words)).unwrap()
    }
}

pub(crate) fn patient(settings: RedisSettings) -> RedisSettings {
    let settings = settings.longest_pause(Duration::from_millis(100)).connect_timeout(PATIENCE);
    settings.response_timeout(PATIENCE).total_timeout(PATIENCE)
}

const READY: &str = "eady to accept connections";

fn run(executable: &Path, folder: &Folder, options: &[&str], ready: &str) -> Program {
    let _ = std::fs::remove_file(folder.path().join("redis.sock"));
    let mut command = Command::new(executable);
    command.args(["--port", "0", "--unixsocket", "redis.sock", "--save", "", "--daemonize", "no"]);
    command.args(options).current_dir(folder.path());
    Program::start(command, ready).unwrap_or_else(|| panic!("redis-server has ended: {options:?}"))
}

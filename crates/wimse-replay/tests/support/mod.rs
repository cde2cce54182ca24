//! A Redis server of the test's own, and proofs to ask it about.
#![allow(dead_code, reason = "no test file uses all of it")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::pop::binding::{Binding, Possession};
use wimse_creds::pop::{Admissible, ReplayKey, ReplayScope};
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::{UnixTime, Validity, WitClaims, WitPolicy, WitVerifier};
use wimse_replay::RedisSettings;

/// A server on a socket in a folder of its own, stopped when it is dropped.
pub(crate) struct Redis {
    folder: PathBuf,
    process: Child,
}

impl Redis {
    /// `None` if there is no `redis-server` and none is required.
    pub(crate) fn start(options: &[&str]) -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("wimse-replay-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let Some(process) = run(&folder, options) else {
            let required = std::env::var("WIMSE_REQUIRE")
                .is_ok_and(|names| names.split(',').any(|name| name == "peers"));
            assert!(!required, "redis-server is required");
            let _ = writeln!(std::io::stderr(), "skipped: redis-server");
            return None;
        };
        Some(Self { folder, process })
    }

    /// Starts it again in the same folder, after it has been killed.
    pub(crate) fn restart(&mut self, options: &[&str]) {
        self.stop();
        self.process = run(&self.folder, options).unwrap();
    }

    pub(crate) fn stop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    pub(crate) fn address(&self) -> String {
        format!("redis+unix://{}", self.folder.join("redis.sock").display())
    }

    pub(crate) fn settings(&self) -> RedisSettings {
        RedisSettings::new(&self.address()).unwrap()
    }

    /// Runs a command as an operator would.
    pub(crate) fn command(&self, words: &[&str]) -> redis::Value {
        let mut connection = redis::Client::open(self.address()).unwrap().get_connection().unwrap();
        let mut command = redis::cmd(words[0]);
        command.arg(&words[1..]);
        command.query(&mut connection).unwrap()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn run(folder: &Path, options: &[&str]) -> Option<Child> {
    let _ = std::fs::remove_file(folder.join("redis.sock"));
    let mut command = Command::new("redis-server");
    command.args(["--port", "0", "--unixsocket", "redis.sock", "--save", "", "--daemonize", "no"]);
    command.args(options).current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = command.spawn().ok()?;
    let mut lines = BufReader::new(process.stdout.take()?);
    let mut line = String::new();
    while !line.contains("eady to accept connections") {
        line.clear();
        assert_ne!(lines.read_line(&mut line).unwrap(), 0, "redis-server has ended");
    }
    // What it says later must not fill the pipe.
    std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
    Some(process)
}

pub(crate) fn now() -> UnixTime {
    UnixTime::from(SystemTime::now())
}

/// A workload that has proven its key.
pub(crate) fn sender(name: &str) -> Possession {
    let (issuer, workload) = (
        SigningKey::generate(Algorithm::Ed25519).unwrap(),
        SigningKey::generate(Algorithm::Ed25519).unwrap(),
    );
    let subject = format!("wimse://example.com/{name}").parse().unwrap();
    let hour = Validity::starting(now(), Duration::from_secs(3600));
    let wit = WitClaims::new(subject, workload.public_key(), hour).sign(&issuer).unwrap();
    let domain = DomainAnchors::new("wimse://example.com".parse().unwrap());
    let domain = domain.with_key(issuer.public_key().clone()).unwrap();
    let verifier = WitVerifier::new(TrustAnchors::none().with(domain).unwrap(), WitPolicy::default());
    let wit = verifier.verify(wit.as_str(), now()).unwrap();
    let signature = workload.sign(b"proof").unwrap();
    wit.prove_possession(Binding::WorkloadProofToken, b"proof", &signature).unwrap()
}

pub(crate) fn key(sender: &Possession, id: &str) -> ReplayKey {
    sender.replay_key_within_sender(ReplayScope::new("wpt"), id)
}

/// Could have been admitted since so many seconds from now, and can be for a minute.
pub(crate) fn since(seconds: i64) -> Admissible {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let from = if seconds < 0 { now().minus(distance) } else { now().plus(distance) };
    Admissible { from, until: now().plus(Duration::from_secs(60)) }
}

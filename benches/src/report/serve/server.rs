//! A life of `wimse serve`: its files, where it listens, its memory, and the processor time that it took.

use super::callers::{Callers, ISSUER, ORIGIN};
use nix::sys::resource::{UsageWho, getrusage};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{env, fs};
use wimse_benches::Error;
use wimse_benches::scenario::SERVICE;

/// The process.
pub(super) struct Server {
    child: Child,
    address: SocketAddr,
    folder: PathBuf,
    /// Of the servers before this one.
    before: Duration,
}

impl Server {
    /// Starts the program with a configuration that trusts the issuer of these callers.
    ///
    /// Requests without a proof are let through as well: they are what authentication is measured beside. With a leeway in
    /// seconds, proofs live for five at most; without, both are as they are unless set otherwise.
    pub(super) fn start(program: &Path, callers: &Callers, leeway: Option<u64>) -> Result<Self, Error> {
        let folder = env::temp_dir().join(format!("wimse-served-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("issuer.jwks.json"), callers.jwks())?;
        fs::write(folder.join("wimse.toml"), configuration(leeway))?;
        let before = cpu_time(UsageWho::RUSAGE_CHILDREN)?;
        let mut command = Command::new(program);
        command.args(["serve", "--config", "wimse.toml", "--listen", "127.0.0.1:0", "--json"]);
        command.current_dir(&folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let child = command.spawn()?;
        let mut server = Self { child, address: ([127, 0, 0, 1], 0).into(), folder, before };
        server.address = server.ready()?;
        Ok(server)
    }

    fn ready(&mut self) -> Result<SocketAddr, Error> {
        let mut line = String::new();
        BufReader::new(self.child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        let ready: Value = serde_json::from_str(&line)
            .map_err(|error| format!("wimse serve does not start, see wimse config check: {error}"))?;
        Ok(ready["address"].as_str().unwrap_or_default().parse()?)
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its resident memory in bytes.
    pub(super) fn resident_bytes(&self) -> Result<u64, Error> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.split_whitespace().next().ok_or("no VmRSS")?.parse::<u64>()? * 1024)
    }

    /// Ends it, and gives the processor time of its life, in user and system: `getrusage` has it once it has been waited
    /// for.
    pub(super) fn end(mut self) -> Result<Duration, Error> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(cpu_time(UsageWho::RUSAGE_CHILDREN)?.saturating_sub(self.before))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Where it has ended there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn configuration(leeway: Option<u64>) -> String {
    let proofs = leeway.map_or_else(String::new, |leeway| {
        format!(
            "[wpt]\nleeway = {leeway}\nmax-lifetime = 5\n[httpsig]\nleeway = {leeway}\nmax-lifetime = 5\n"
        )
    });
    format!(
        "[recipient]\naudience-bases = [\"{SERVICE}\"]\n\
         [[domains]]\norigin = \"{ORIGIN}\"\njwks = [\"issuer.jwks.json\"]\nissuers = [\"{ISSUER}\"]\n{proofs}\
         [serve]\naccept = [\"wpt\", \"httpsig\"]\npermit-domains = [\"{ORIGIN}\"]\nanonymous = true\n\
         replay = \"local\"\n"
    )
}

/// User and system time.
pub(super) fn cpu_time(who: UsageWho) -> Result<Duration, Error> {
    let usage = getrusage(who)?;
    let micros = |time: nix::sys::time::TimeVal| {
        let (seconds, micros) = (u64::try_from(time.tv_sec())?, u64::try_from(time.tv_usec())?);
        Ok::<_, Error>(Duration::from_secs(seconds) + Duration::from_micros(micros))
    };
    Ok(micros(usage.user_time())? + micros(usage.system_time())?)
}

//! Independent implementations of JOSE, in other languages, as long-lived processes.

use crate::openssl::skipped;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A program that signs and verifies; the protocol is described in it.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    /// All that are installed. Those that are not are named on standard error, or fail the test where they are required.
    pub(crate) fn all() -> Vec<Self> {
        let adapters = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/adapters");
        let node = adapters.join("node");
        let node =
            node.join("node_modules/jose").is_dir().then(|| (PathBuf::from("node"), node.join("jose.mjs")));
        let python = adapters.join("python/.venv/bin/python");
        let python = python.is_file().then(|| (python, adapters.join("python/jose.py")));
        let peers = [("npm jose", node), ("Python joserfc", python)];
        let started =
            peers.into_iter().map(|(name, files)| match files.and_then(|files| Self::start(name, &files)) {
                Some(peer) => Some(peer),
                None => {
                    skipped(name);
                    None
                }
            });
        started.flatten().collect()
    }

    fn start(name: &'static str, (program, script): &(PathBuf, PathBuf)) -> Option<Self> {
        let mut command = Command::new(program);
        // Its warnings are about what it is asked to do on purpose.
        command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().ok()?;
        let requests = child.stdin.take()?;
        let answers = BufReader::new(child.stdout.take()?);
        Some(Self { name, child, requests, answers })
    }

    /// Signs, or says why not.
    pub(crate) fn sign(&mut self, header: &Value, payload: &Value, jwk: &Value) -> Result<String, String> {
        let answer = self.ask(&json!({ "do": "sign", "header": header, "payload": payload, "jwk": jwk }));
        answer["token"].as_str().map(str::to_owned).ok_or_else(|| answer["error"].to_string())
    }

    /// Verifies with one algorithm and one `typ`; the claims.
    pub(crate) fn verify(&mut self, token: &str, jwk: &Value, alg: &str, typ: &str) -> Result<Value, String> {
        let answer = self.ask(&json!({ "do": "verify", "token": token, "jwk": jwk, "alg": alg, "typ": typ }));
        answer.get("payload").cloned().ok_or_else(|| answer["error"].to_string())
    }

    fn ask(&mut self, request: &Value) -> Value {
        writeln!(self.requests, "{request}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{}: {error}: {line:?}", self.name))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

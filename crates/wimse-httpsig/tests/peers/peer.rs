//! Packages of other authors, as long-lived processes with a server and a client of their own.

use http::{HeaderMap, Request, Response};
use hyper::body::Bytes;
use serde_json::{Map, Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use wimse_creds::key::{PublicKey, SigningKey};
use wimse_httpsig::message::{CoveredComponent, ParameterValue, Parameters, SignatureInput};

/// An answer takes at most this long; the scripts give up sooner by themselves.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What is told apart about the packages.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: &'static str,
    /// What its script says of a signature that is not valid.
    pub(crate) invalid: &'static str,
    /// Whether it has `@query-param`, `sf` and `bs`.
    pub(crate) has_all_components: bool,
}

const PACKAGES: [Package; 2] = [
    Package { name: "http-message-signatures", invalid: "invalid", has_all_components: true },
    Package { name: "http-message-sig", invalid: "VerificationFailed", has_all_components: false },
];

/// A running script of `conformance/adapters/node`; the protocol is described in it.
pub(crate) struct Peer {
    pub(crate) package: &'static Package,
    child: Child,
    commands: ChildStdin,
    answers: Receiver<String>,
}

impl Peer {
    /// All that are installed. Those that are not are named on standard error, or fail the test where they are required.
    pub(crate) fn all() -> Vec<Self> {
        let started = PACKAGES.iter().map(|package| {
            let peer = Self::start(package);
            if peer.is_none() {
                skipped(package.name);
            }
            peer
        });
        started.flatten().collect()
    }

    fn start(package: &'static Package) -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/adapters/node");
        if !folder.join("node_modules").join(package.name).is_dir() {
            return None;
        }
        let mut command = Command::new("node");
        // Warnings about experimental parts of Node are nobody's concern here.
        command.arg(folder.join(format!("{}.mjs", package.name))).stderr(Stdio::null());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let commands = child.stdin.take()?;
        let lines = BufReader::new(child.stdout.take()?).lines();
        let (sender, answers) = channel();
        // Reading has no time limit, waiting for a channel has one. The thread ends with the process.
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Some(Self { package, child, commands, answers })
    }

    /// Starts a server there that verifies and answers; its authority.
    pub(crate) fn serve(&mut self, verify: Option<&Value>, answer: &Value) -> String {
        let answer = self.ask(&json!({ "do": "serve", "verify": verify, "answer": answer }));
        answer["authority"].as_str().unwrap().to_owned()
    }

    /// What the server there made of the next request.
    pub(crate) fn seen(&mut self) -> Value {
        self.ask(&json!({ "do": "seen" }))
    }

    /// Sends a request from there to the authority in `Host`; what it made of the response.
    pub(crate) fn send(
        &mut self,
        request: &Request<Bytes>,
        sign: Option<&Value>,
        verify: Option<&Value>,
    ) -> Value {
        let mut headers = request.headers().clone();
        let authority = headers.remove("host").unwrap();
        self.ask(&json!({
            "do": "send",
            "authority": authority.to_str().unwrap(),
            "method": request.method().as_str(),
            "target": request.uri().path_and_query().unwrap().as_str(),
            "fields": fields(&headers),
            "body": text(request.body()),
            "sign": sign,
            "verify": verify,
        }))
    }

    fn ask(&mut self, command: &Value) -> Value {
        writeln!(self.commands, "{command}").unwrap();
        let line = self.answers.recv_timeout(TIMEOUT).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        assert!(answer.get("error").is_none(), "{}: {answer}", self.package.name);
        answer
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the server there is to answer.
pub(crate) fn answer(response: &Response<Bytes>, sign: Option<&Value>) -> Value {
    let status = response.status().as_u16();
    json!({ "status": status, "fields": fields(response.headers()), "body": text(response.body()), "sign": sign })
}

/// To sign there what a signature input says.
pub(crate) fn sign(input: &SignatureInput, key: &SigningKey) -> Value {
    let component =
        |component: CoveredComponent<'_>| json!([component.name(), pairs(component.parameters())]);
    json!({
        "jwk": serde_json::from_str::<Value>(&key.to_private_jwk()).unwrap(),
        "label": input.label(),
        "components": input.components().map(component).collect::<Vec<_>>(),
        "parameters": pairs(input.parameters()),
    })
}

/// To verify there the signature with this tag.
pub(crate) fn verify(key: &PublicKey, tag: &str) -> Value {
    json!({ "jwk": serde_json::from_str::<Value>(&key.to_jwk()).unwrap(), "tag": tag })
}

/// In their order, which a JSON object does not keep.
fn pairs(parameters: Parameters<'_>) -> Vec<Value> {
    let pair = |(name, value)| match value {
        ParameterValue::Boolean(value) => json!([name, value]),
        ParameterValue::Integer(value) => json!([name, value]),
        ParameterValue::String(value) => json!([name, value]),
        other => panic!("{other:?} is not used here"),
    };
    parameters.iter().map(pair).collect()
}

fn fields(headers: &HeaderMap) -> Value {
    let lines = |name| headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect::<Vec<_>>();
    headers.keys().map(|name| (name.to_string(), json!(lines(name)))).collect::<Map<_, _>>().into()
}

fn text(body: &Bytes) -> Option<&str> {
    (!body.is_empty()).then(|| std::str::from_utf8(body).unwrap())
}

/// Says that something is not there; fails where `WIMSE_REQUIRE` has "peers".
fn skipped(name: &str) {
    let required = std::env::var("WIMSE_REQUIRE").unwrap_or_default();
    assert!(!required.split(',').any(|word| word == "peers"), "{name} is required and not there");
    let _ = writeln!(std::io::stderr(), "skipped: {name}");
}

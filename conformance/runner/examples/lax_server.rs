//! A server for `wimse-conformance live` that can be told to skip what matters.
//!
//! ```sh
//! cargo run -p wimse-conformance -- live prepare /tmp/live
//! cargo run -p wimse-conformance --example lax_server -- /tmp/live replay audience
//! cargo run -p wimse-conformance -- live --credentials /tmp/live      # names what fails
//! ```
//!
//! Without the word `replay` it takes no proof twice; without `audience` it takes none that is meant for a server of another
//! name. The path it compares always. It is for tests: it serves one request a connection, on threads.
#![forbid(unsafe_code)]

use std::{
    error::Error,
    io::{self, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{Request, Response};
use wimse::{
    creds::{
        WitVerifier,
        pop::{Audience, MemoryReplayGuard, NoReplayGuard, Nonce, PeerPolicy, ReplayGuard, WitCredential},
    },
    httpsig::{
        self, Inbound,
        message::{Fields, ParameterValue, Signatures, TargetContext},
        problem,
        profile::{TAG, WIMSE_AUD},
    },
    wpt,
};
use wimse_conformance::live::{
    CALLER, Folder, Target, now,
    wire::{Message, read_message},
};

/// The server.
pub(crate) struct Server {
    wits: Arc<WitVerifier>,
    credential: WitCredential,
    permitted: PeerPolicy,
    target: Target,
    guard: Box<dyn ReplayGuard>,
    any_audience: bool,
}

impl Server {
    /// A server with the credentials of that folder; `skip` has the names of what it leaves out.
    pub(crate) fn new(folder: &Folder, skip: &[&str]) -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            wits: Arc::new(folder.wits()?),
            credential: folder.credential("server")?,
            permitted: PeerPolicy::exactly([CALLER.parse()?]),
            target: Target::parse(&folder.url)?,
            guard: match skip.contains(&"replay") {
                true => Box::new(NoReplayGuard),
                false => Box::new(MemoryReplayGuard::new(10_000)),
            },
            any_audience: skip.contains(&"audience"),
        })
    }

    /// Serves until the program ends.
    pub(crate) fn serve(self, listener: &TcpListener) {
        let server = Arc::new(self);
        for stream in listener.incoming().flatten() {
            let server = Arc::clone(&server);
            thread::spawn(move || server.connection(&stream));
        }
    }

    fn connection(&self, mut stream: &TcpStream) {
        let patience = Duration::from_secs(10);
        if stream.set_read_timeout(Some(patience)).is_err() {
            return;
        }
        let answer = match read_message(stream, Instant::now() + patience) {
            Ok(Some(request)) => self.answer(&request),
            _ => Refusal::of(400, "http.malformed").0,
        };
        // A client that has gone away needs no answer.
        let _ = stream.write_all(&answer.to_bytes());
    }

    /// What it makes of a request.
    pub(crate) fn answer(&self, message: &Message) -> Message {
        self.respond(message).unwrap_or_else(|refusal| refusal.0)
    }

    fn respond(&self, message: &Message) -> Result<Message, Refusal> {
        let (method, target) = message.request_line().ok_or_else(|| Refusal::of(400, "http.malformed"))?;
        let mut request = Request::new(());
        *request.method_mut() = method.parse().map_err(|_| Refusal::of(400, "http.malformed"))?;
        *request.uri_mut() = target.parse().map_err(|_| Refusal::of(400, "http.malformed"))?;
        *request.headers_mut() = message.headers().ok_or_else(|| Refusal::of(400, "http.malformed"))?;
        let signed = request.headers().contains_key("signature-input");
        let inbound = if signed { Some(self.signature(&request, target, &message.content)?) } else { None };
        if inbound.is_none() {
            self.proof_token(&request)?;
        }
        let content = b"{\"hello\":true}";
        let mut response = Response::new(());
        response.headers_mut().insert("content-type", http::HeaderValue::from_static("application/json"));
        if let Some(inbound) = inbound.filter(Inbound::response_required) {
            let nonce = Nonce::random().map_err(|_| Refusal::of(500, "random"))?;
            let signed = inbound.sign_response(&mut response, content, &self.credential, now(), nonce);
            signed.map_err(|error| Refusal::with(&problem::signed_response_unavailable(), error.code()))?;
        }
        Ok(to_message(&response, content))
    }

    fn signature(&self, request: &Request<()>, target: &str, content: &[u8]) -> Result<Inbound, Refusal> {
        let audience = self.audience(signed_audience(request));
        let verifier = httpsig::Verifier::new(Arc::clone(&self.wits), audience);
        let context =
            TargetContext::new(target).scheme(self.target.scheme).authority(self.target.authority.as_str());
        let (parts, ()) = request.clone().into_parts();
        let inbound = verifier.check_head(&parts, &context, now()).and_then(|head| head.body(content));
        let inbound = inbound.and_then(|checked| checked.admit(self.guard.as_ref(), now()));
        let inbound = inbound.map_err(|error| Refusal::with(&error.response(), error.code()))?;
        let permitted = self.permitted.authorize(inbound.peer());
        permitted.map_err(|error| Refusal::of(403, error.code()))?;
        Ok(inbound)
    }

    fn proof_token(&self, request: &Request<()>) -> Result<(), Refusal> {
        let audience = self.audience(token_audience(request));
        let verifier = wpt::Verifier::new(Arc::clone(&self.wits), audience);
        let peer = verifier.verify(request, self.guard.as_ref(), now());
        let peer = peer.map_err(|error| Refusal::with(&error.response(), error.code()))?;
        self.permitted.authorize(&peer).map_err(|error| Refusal::of(403, error.code()))
    }

    /// Where a strict server has its own name, a lax one takes what the proof says.
    fn audience(&self, claimed: Option<String>) -> Audience {
        let own = || Audience::base(&self.target.origin()).or_else(|_| Audience::value("nobody"));
        let claimed = claimed.filter(|_| self.any_audience).map(Audience::value);
        // The origin of a target that was parsed is a base.
        claimed.unwrap_or_else(own).unwrap_or_else(|error| unreachable(&error))
    }
}

fn unreachable(error: &dyn Error) -> ! {
    let _ = writeln!(io::stderr(), "{error}");
    std::process::exit(2)
}

fn token_audience(request: &Request<()>) -> Option<String> {
    let proof = request.headers().get("authorization")?.to_str().ok()?;
    let claims = URL_SAFE_NO_PAD.decode(proof.split('.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    claims.get("aud")?.as_str().map(str::to_owned)
}

fn signed_audience(request: &Request<()>) -> Option<String> {
    let signatures = Signatures::parse(Fields::from(request.headers())).ok()?;
    match signatures.tagged(TAG).ok()?.input().parameters().get(WIMSE_AUD)? {
        ParameterValue::String(audience) => Some(audience.into_owned()),
        _ => None,
    }
}

/// The field that tells tests why a request was refused. No server but one for tests has it.
const REASON: &str = "x-refused-with";

struct Refusal(Message);

impl Refusal {
    fn of(status: u16, code: &str) -> Self {
        let mut message = Message { start: format!("HTTP/1.1 {status} Refused"), ..Message::default() };
        message.add(REASON, code);
        Self(message)
    }

    fn with(response: &Response<&'static str>, code: &str) -> Self {
        let mut message = to_message(response, response.body().as_bytes());
        message.add(REASON, code);
        Self(message)
    }
}

fn to_message<B>(response: &Response<B>, content: &[u8]) -> Message {
    let mut message =
        Message { start: format!("HTTP/1.1 {} -", response.status().as_u16()), ..Message::default() };
    for (name, value) in response.headers() {
        message.add(name.as_str(), value.as_bytes());
    }
    message.content = content.to_vec();
    message
}

/// The program. (The tests have the rest of this file as a module.)
#[allow(dead_code)]
fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (folder, skip) = arguments.split_first().ok_or("a folder is needed, by \"live prepare\"")?;
    let folder = Folder::read(Path::new(folder))?;
    let skip: Vec<&str> = skip.iter().map(String::as_str).collect();
    let server = Server::new(&folder, &skip)?;
    let listener = TcpListener::bind(&server.target.address)?;
    writeln!(io::stdout(), "serving {}, without {skip:?}", folder.url)?;
    server.serve(&listener);
    Ok(())
}

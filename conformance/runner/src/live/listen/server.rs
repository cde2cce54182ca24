//! The server and the proxy: what arrives is verified as sent, and answered as the lesson says.

use std::{
    collections::BTreeMap,
    io::Write,
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use http::Request;
use wimse::{
    creds::{
        WitVerifier,
        pop::{Audience, MemoryReplayGuard},
    },
    httpsig::{
        self, PendingExchange,
        message::{RequestMessage, TargetContext},
    },
    wpt,
};

use super::{
    answer::Answer,
    lessons::{Failure, Lesson, Play, all},
    seen::{Arrival, bound_fields},
};
use crate::live::{
    Binding, Folder, LiveError,
    folder::now,
    socket::Socket,
    wire::{Message, read_message},
};

#[derive(Debug)]
pub(super) struct Server {
    folder: Folder,
    origin: String,
    authority: String,
    lessons: Vec<Lesson>,
    wits: Arc<WitVerifier>,
    /// Of what the client has sent.
    guard: MemoryReplayGuard,
    /// Of what the proxy hands on to the server.
    behind: MemoryReplayGuard,
    arrivals: Mutex<Vec<Arrival>>,
    /// The last signed response, for the proxy that has kept it.
    earlier: Mutex<Option<Message>>,
    /// How many requests have come to a path of which each other one fails.
    failing: Mutex<BTreeMap<String, usize>>,
    patience: Duration,
}

/// Where a redirection leads.
const ELSEWHERE: &str = "elsewhere";

/// The most requests that are kept of a lesson.
const MOST: usize = 1000;

/// The most bytes of their heads.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// The most connections at once: a client has one or two, and each may hold a message.
const CONNECTIONS: usize = 64;

/// How long it is waited when no connection can be accepted.
const RECOVERY: Duration = Duration::from_millis(50);

impl Server {
    pub(super) fn new(folder: &Folder, origin: &str, patience: Duration) -> Result<Self, LiveError> {
        let folder = Folder::read(folder.path())?;
        Ok(Self {
            wits: Arc::new(folder.wits()?),
            folder,
            origin: origin.to_owned(),
            authority: origin.trim_start_matches("http://").to_owned(),
            lessons: Binding::ALL.into_iter().flat_map(all).collect(),
            guard: MemoryReplayGuard::new(10_000),
            behind: MemoryReplayGuard::new(10_000),
            arrivals: Mutex::default(),
            earlier: Mutex::default(),
            failing: Mutex::default(),
            patience,
        })
    }

    /// Where a client finds the lesson. There is a query, which is no part of an audience.
    pub(super) fn url(&self, lesson: &Lesson) -> String {
        format!("{}/{}?lesson=1", self.origin, lesson.path)
    }

    /// Serves in a thread, until the program ends.
    pub(super) fn start(self: &Arc<Self>, listener: TcpListener) {
        let server = Arc::clone(self);
        thread::spawn(move || server.run(&listener));
    }

    pub(super) fn run(self: &Arc<Self>, listener: &TcpListener) {
        let places = Arc::new(());
        for stream in listener.incoming() {
            let Ok(stream) = stream else {
                // Too many open files, perhaps: that passes.
                thread::sleep(RECOVERY);
                continue;
            };
            // One of them is ours. Who opens more than this is turned away.
            let place = Arc::clone(&places);
            if Arc::strong_count(&place) > CONNECTIONS + 1 {
                continue;
            }
            let server = Arc::clone(self);
            // Without a thread the connection ends.
            let _ = thread::Builder::new().spawn(move || {
                server.connection(stream);
                drop(place);
            });
        }
    }

    /// What has arrived since [`forget`](Self::forget).
    pub(super) fn arrivals(&self) -> Vec<Arrival> {
        lock(&self.arrivals).clone()
    }

    pub(super) fn forget(&self) {
        lock(&self.arrivals).clear();
    }

    fn connection(&self, stream: TcpStream) {
        let deadline = Instant::now() + self.patience;
        let mut socket = Socket::accepted(stream, deadline);
        let Ok(Some(request)) = read_message(&mut socket, deadline) else { return };
        let answer = self.answer(&request).unwrap_or_else(|reason| {
            let start = "HTTP/1.1 400 Bad Request".to_owned();
            Some(Message { start, content: reason.into_bytes(), ..Message::default() })
        });
        let Some(answer) = answer else { return };
        // A client that has gone away needs no answer.
        let _ = socket.write_all(&answer.to_bytes());
    }

    /// The answer; nothing, where the connection ends.
    fn answer(&self, message: &Message) -> Result<Option<Message>, String> {
        let (_, target) = message.request_line().ok_or("the request line is malformed")?;
        let path = target.split('?').next().unwrap_or_default().trim_start_matches('/');
        let lesson = self.lessons.iter().find(|lesson| lesson.path == path);
        let elsewhere = path == ELSEWHERE;
        if lesson.is_none() && !elsewhere {
            return Ok(Some(with_status("404 Not Found")));
        }
        let request = request_of(message)?;
        let context = self.context(target);
        let origin = if elsewhere { self.elsewhere() } else { self.origin.clone() };
        let (verified, demands) = self.verify(&request, target, &origin, &message.content, &self.guard);
        let audience = format!("{origin}/{path}");
        // Nobody looks at the content.
        let head =
            Message { start: message.start.clone(), fields: message.fields.clone(), ..Message::default() };
        self.keep(Arrival { message: head, audience, elsewhere, verified, demands });
        let Some(lesson) = lesson.filter(|_| !elsewhere) else {
            return Ok(Some(Message { content: b"{}".to_vec(), ..with_status("200 OK") }));
        };
        let good = || self.signed(&request, &context, |_| (), |_| ());
        match lesson.play {
            Play::Redirect => {
                let mut answer = with_status("307 Temporary Redirect");
                answer.add("Location", format!("{}/{ELSEWHERE}", self.elsewhere()));
                Ok(answer)
            }
            Play::Earlier => {
                let earlier = lock(&self.earlier).clone();
                earlier
                    .ok_or_else(|| "no response has been seen before: call the good lesson first".to_owned())
            }
            Play::Answer(change, tamper) => self.signed(&request, &context, change, tamper),
            Play::Twice | Play::Expired => good(),
            Play::OtherPath => self.signed(&request, &self.context("/other"), |_| (), |_| ()),
            Play::Changed(tamper) => {
                let mut changed = message.clone();
                tamper(&mut changed);
                self.behind(&changed).map_or_else(Ok, |()| good())
            }
            Play::Doubled => {
                // The first answer is lost.
                let _ = self.behind(message);
                self.behind(message).map_or_else(Ok, |()| good())
            }
            Play::Impostor => {
                let mut answer = with_status("200 OK");
                answer.add("Content-Type", "application/json");
                answer.content = b"{\"hello\":true}".to_vec();
                Ok(answer)
            }
            Play::FailOnce(failure) => {
                let mut failing = lock(&self.failing);
                let count = failing.entry(lesson.path.clone()).or_default();
                *count += 1;
                match (*count % 2, failure) {
                    (1, Failure::Reset) => return Ok(None),
                    (1, Failure::Busy) => {
                        let mut answer = with_status("503 Service Unavailable");
                        answer.add("Retry-After", "0");
                        Ok(answer)
                    }
                    _ => good(),
                }
            }
        }
        .map(Some)
    }

    fn keep(&self, arrival: Arrival) {
        let mut arrivals = lock(&self.arrivals);
        let bytes: usize = arrivals.iter().map(Arrival::bytes).sum();
        if arrivals.len() < MOST && bytes + arrival.bytes() <= MOST_BYTES {
            arrivals.push(arrival);
        }
    }

    /// What a server makes of what the proxy hands on: nothing against it, or its refusal.
    fn behind(&self, message: &Message) -> Result<(), Message> {
        let refusal = |signed: bool| {
            let mut refusal = with_status(if signed { "400 Bad Request" } else { "401 Unauthorized" });
            if !signed {
                refusal.add("WWW-Authenticate", "WPT");
            }
            refusal
        };
        let (Some((_, target)), Ok(request)) = (message.request_line(), request_of(message)) else {
            return Err(with_status("400 Bad Request"));
        };
        let signed = request.headers().contains_key("signature-input");
        let (verified, _) = self.verify(&request, target, &self.origin, &message.content, &self.behind);
        verified.map_err(|_| refusal(signed))
    }

    /// Another name of the same place: another server, for whoever compares origins.
    fn elsewhere(&self) -> String {
        format!("http://localhost:{}", self.authority.rsplit(':').next().unwrap_or_default())
    }

    fn context<'t>(&'t self, target: &'t str) -> TargetContext<'t> {
        TargetContext::new(target).scheme("http").authority(self.authority.as_str())
    }

    /// Whether it verifies, and whether it demands a signed response.
    fn verify(
        &self,
        request: &Request<()>,
        target: &str,
        origin: &str,
        content: &[u8],
        guard: &MemoryReplayGuard,
    ) -> (Result<(), String>, bool) {
        match request.headers().contains_key("signature-input") {
            true => self.signature(request, &self.context(target), origin, content, guard),
            false => (self.proof_token(request, origin, guard), false),
        }
    }

    fn signed(
        &self,
        request: &Request<()>,
        context: &TargetContext<'_>,
        change: fn(&mut Answer),
        tamper: fn(&mut Message),
    ) -> Result<Message, String> {
        let (parts, ()) = request.clone().into_parts();
        let Ok(pending) = PendingExchange::of_sent(&parts, context) else {
            // A request without a signature has an answer without one.
            return Ok(Message { content: b"{\"hello\":true}".to_vec(), ..with_status("200 OK") });
        };
        let mut answer = Answer::new(pending.nonce())?;
        change(&mut answer);
        let mut message = answer.finish(&self.folder, &RequestMessage::of_parts(&parts, context.clone()))?;
        *lock(&self.earlier) = Some(message.clone());
        tamper(&mut message);
        Ok(message)
    }

    fn signature(
        &self,
        request: &Request<()>,
        context: &TargetContext<'_>,
        origin: &str,
        content: &[u8],
        guard: &MemoryReplayGuard,
    ) -> (Result<(), String>, bool) {
        let (parts, ()) = request.clone().into_parts();
        let demands =
            PendingExchange::of_sent(&parts, context).is_ok_and(|pending| pending.response_required());
        let verified = audience(origin).and_then(|audience| {
            let verifier = httpsig::Verifier::new(Arc::clone(&self.wits), audience);
            let inbound = verifier.check_head(&parts, context, now()).and_then(|head| head.body(content));
            let inbound = inbound.and_then(|checked| checked.admit(guard, now()));
            inbound.map(drop).map_err(|error| format!("{} ({error})", error.code()))
        });
        (verified, demands)
    }

    fn proof_token(
        &self,
        request: &Request<()>,
        origin: &str,
        guard: &MemoryReplayGuard,
    ) -> Result<(), String> {
        let verifier = wpt::Verifier::new(Arc::clone(&self.wits), audience(origin)?)
            .context_fields(bound_fields(request.headers()));
        let peer = verifier.verify(request, guard, now());
        peer.map(drop).map_err(|error| format!("{} ({error})", error.code()))
    }
}

fn audience(origin: &str) -> Result<Audience, String> {
    Audience::base(origin).map_err(|error| error.to_string())
}

fn with_status(status: &str) -> Message {
    Message { start: format!("HTTP/1.1 {status}"), ..Message::default() }
}

fn request_of(message: &Message) -> Result<Request<()>, String> {
    let (method, target) = message.request_line().ok_or("the request line is malformed")?;
    let mut request = Request::new(());
    *request.method_mut() = method.parse().map_err(|_| "the method is malformed")?;
    *request.uri_mut() = target.parse().map_err(|_| "the target is malformed")?;
    *request.headers_mut() = message.headers().ok_or("a field is malformed")?;
    Ok(request)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;

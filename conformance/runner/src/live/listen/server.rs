//! The server and the proxy: what arrives is verified as sent, and answered as the lesson says.

use std::{
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
    lessons::{Lesson, Play, all},
};
use crate::live::{
    Binding, Folder, LiveError,
    folder::now,
    wire::{Message, read_message},
};

/// A request that has arrived.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    /// Whether it came to where a redirection leads.
    pub(super) elsewhere: bool,
    /// Whether it verifies, as the client has sent it.
    pub(super) verified: Result<(), String>,
    /// Whether it demands a signed response.
    pub(super) demands: bool,
}

#[derive(Debug)]
pub(super) struct Server {
    folder: Folder,
    origin: String,
    authority: String,
    lessons: Vec<Lesson>,
    wits: Arc<WitVerifier>,
    guard: MemoryReplayGuard,
    arrivals: Mutex<Vec<Arrival>>,
    /// The last signed response, for the proxy that has kept it.
    earlier: Mutex<Option<Message>>,
    patience: Duration,
}

/// Where a redirection leads.
const ELSEWHERE: &str = "elsewhere";

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
            arrivals: Mutex::default(),
            earlier: Mutex::default(),
            patience,
        })
    }

    /// Where a client finds the lesson.
    pub(super) fn url(&self, lesson: &Lesson) -> String {
        format!("{}/{}", self.origin, lesson.path)
    }

    /// Serves in a thread, until the program ends.
    pub(super) fn start(self: &Arc<Self>, listener: TcpListener) {
        let server = Arc::clone(self);
        thread::spawn(move || server.run(&listener));
    }

    pub(super) fn run(self: &Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming().flatten() {
            let server = Arc::clone(self);
            thread::spawn(move || server.connection(&stream));
        }
    }

    /// What has arrived since [`forget`](Self::forget).
    pub(super) fn arrivals(&self) -> Vec<Arrival> {
        lock(&self.arrivals).clone()
    }

    pub(super) fn forget(&self) {
        lock(&self.arrivals).clear();
    }

    fn connection(&self, mut stream: &TcpStream) {
        if stream.set_read_timeout(Some(self.patience)).is_err() {
            return;
        }
        let Ok(Some(request)) = read_message(stream, Instant::now() + self.patience) else { return };
        let answer = self.answer(&request).unwrap_or_else(|reason| {
            let start = "HTTP/1.1 400 Bad Request".to_owned();
            Message { start, content: reason.into_bytes(), ..Message::default() }
        });
        // A client that has gone away needs no answer.
        let _ = stream.write_all(&answer.to_bytes());
    }

    fn answer(&self, message: &Message) -> Result<Message, String> {
        let (method, target) = message.request_line().ok_or("the request line is malformed")?;
        let path = target.split('?').next().unwrap_or_default().trim_start_matches('/');
        let lesson = self.lessons.iter().find(|lesson| lesson.path == path);
        let elsewhere = path == ELSEWHERE;
        if lesson.is_none() && !elsewhere {
            return Ok(Message { start: "HTTP/1.1 404 Not Found".to_owned(), ..Message::default() });
        }
        let mut request = Request::new(());
        *request.method_mut() = method.parse().map_err(|_| "the method is malformed")?;
        *request.uri_mut() = target.parse().map_err(|_| "the target is malformed")?;
        *request.headers_mut() = message.headers().ok_or("a field is malformed")?;
        let context = TargetContext::new(target).scheme("http").authority(self.authority.as_str());
        let signed = request.headers().contains_key("signature-input");
        let (verified, demands) = match signed {
            true => self.signature(&request, &context, &message.content),
            false => (self.proof_token(&request), false),
        };
        lock(&self.arrivals).push(Arrival { elsewhere, verified, demands });
        let Some(lesson) = lesson.filter(|_| !elsewhere) else {
            return Ok(Message {
                start: "HTTP/1.1 200 OK".to_owned(),
                content: b"{}".to_vec(),
                ..Message::default()
            });
        };
        match lesson.play {
            Play::Redirect => {
                let mut answer =
                    Message { start: "HTTP/1.1 307 Temporary Redirect".to_owned(), ..Message::default() };
                // Another name of the same place: another server, for whoever compares audiences.
                let port = self.authority.rsplit(':').next().unwrap_or_default();
                answer.add("Location", format!("http://localhost:{port}/{ELSEWHERE}"));
                Ok(answer)
            }
            Play::Earlier => {
                let earlier = lock(&self.earlier).clone();
                earlier
                    .ok_or_else(|| "no response has been seen before: call the good lesson first".to_owned())
            }
            Play::Answer(change, tamper) => self.signed(&request, &context, change, tamper),
            Play::Twice => self.signed(&request, &context, |_| (), |_| ()),
            Play::OtherPath => {
                let other = TargetContext::new("/other").scheme("http").authority(self.authority.as_str());
                self.signed(&request, &other, |_| (), |_| ())
            }
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
            let mut answer = Message { start: "HTTP/1.1 200 OK".to_owned(), ..Message::default() };
            answer.content = b"{\"hello\":true}".to_vec();
            return Ok(answer);
        };
        let mut answer = Answer::new(pending.nonce())?;
        change(&mut answer);
        let mut message = answer.finish(&self.folder, &RequestMessage::of_parts(&parts, context.clone()))?;
        *lock(&self.earlier) = Some(message.clone());
        tamper(&mut message);
        Ok(message)
    }

    fn audience(&self) -> Result<Audience, String> {
        Audience::base(&self.origin).map_err(|error| error.to_string())
    }

    fn signature(
        &self,
        request: &Request<()>,
        context: &TargetContext<'_>,
        content: &[u8],
    ) -> (Result<(), String>, bool) {
        let (parts, ()) = request.clone().into_parts();
        let demands =
            PendingExchange::of_sent(&parts, context).is_ok_and(|pending| pending.response_required());
        let verified = self.audience().and_then(|audience| {
            let verifier = httpsig::Verifier::new(Arc::clone(&self.wits), audience);
            let inbound = verifier.check_head(&parts, context, now()).and_then(|head| head.body(content));
            let inbound = inbound.and_then(|checked| checked.admit(&self.guard, now()));
            inbound.map(drop).map_err(|error| format!("{} ({error})", error.code()))
        });
        (verified, demands)
    }

    fn proof_token(&self, request: &Request<()>) -> Result<(), String> {
        let verifier = wpt::Verifier::new(Arc::clone(&self.wits), self.audience()?);
        let peer = verifier.verify(request, &self.guard, now());
        peer.map(drop).map_err(|error| format!("{} ({error})", error.code()))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

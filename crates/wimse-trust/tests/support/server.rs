//! A server on loopback.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;
use wimse_mtls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What the server does with a request.
#[derive(Clone)]
pub(crate) enum Reply {
    /// Sends these bytes, and closes.
    Bytes(Vec<u8>),
    /// Says nothing until the client goes.
    Silence,
    /// Sends these bytes again and again, one at a time, until the client goes.
    Drip(Vec<u8>),
}

/// A request, as it was received.
pub(crate) struct Received {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }
}

type Handler = Box<dyn Fn(&Received) -> Reply + Send>;

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    handler: Arc<Mutex<Handler>>,
    requests: Arc<AtomicUsize>,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let handler: Handler = Box::new(|_| Reply::Silence);
        let handler = Arc::new(Mutex::new(handler));
        let (requests, stopped) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (handle, count, stop) = (Arc::clone(&handler), Arc::clone(&requests), Arc::clone(&stopped));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let (stream, tls) = (stream.unwrap(), tls.clone());
                let (handle, count) = (Arc::clone(&handle), Arc::clone(&count));
                std::thread::spawn(move || match tls {
                    Some(tls) => {
                        let connection = ServerConnection::new(tls).unwrap();
                        answer(StreamOwned::new(connection, stream), &handle, &count);
                    }
                    None => answer(stream, &handle, &count),
                });
            }
        });
        Self { address, handler, requests, stopped, thread: Some(thread) }
    }

    pub(crate) fn plain() -> Self {
        Self::start(None)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Answers every request so from now on.
    pub(crate) fn reply(&self, reply: Reply) {
        self.handle(move |_| reply.clone());
    }

    /// Answers with JSON of status 200, and further header lines.
    pub(crate) fn json(&self, content: &str, lines: &str) {
        self.reply(Reply::Bytes(response(
            "200 OK",
            &format!("Content-Type: application/json\r\n{lines}"),
            content,
        )));
    }

    pub(crate) fn handle(&self, handler: impl Fn(&Received) -> Reply + Send + 'static) {
        *self.handler.lock().unwrap() = Box::new(handler);
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread up.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

pub(crate) fn response(status: &str, lines: &str, content: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{lines}Content-Length: {}\r\n\r\n{content}", content.len()).into_bytes()
}

fn answer(stream: impl Read + Write, handler: &Mutex<Handler>, requests: &AtomicUsize) {
    let mut stream = BufReader::new(stream);
    let Some(received) = receive(&mut stream) else { return };
    requests.fetch_add(1, Ordering::SeqCst);
    let reply = handler.lock().unwrap()(&received);
    let stream = stream.get_mut();
    match reply {
        Reply::Bytes(bytes) => {
            let _ = stream.write_all(&bytes).and_then(|()| stream.flush());
        }
        Reply::Silence => {
            let _ = stream.read(&mut [0]);
        }
        Reply::Drip(bytes) => {
            for byte in bytes.iter().cycle() {
                if stream.write_all(&[*byte]).and_then(|()| stream.flush()).is_err() {
                    return;
                }
                // The pace; nothing waits for it.
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }
}

fn receive<S: Read>(stream: &mut BufReader<S>) -> Option<Received> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let mut received = Received { head, body: Vec::new() };
    let length = received.field("content-length").map_or(0, |length| length.parse().unwrap());
    received.body.resize(length, 0);
    stream.read_exact(&mut received.body).ok()?;
    Some(received)
}

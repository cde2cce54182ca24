//! Our side of the wire: a server and calls, in HTTP/1.1 that every program understands.

use crate::domain::HOST;
use crate::program;
use crate::workshop::now;
use rustls::{ClientConfig, ClientConnection, ServerConnection, Stream};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use wimse_mtls::{MtlsClient, MtlsError, MtlsServer, rustls};

pub(crate) const REQUEST: &str = "GET / HTTP/1.1\r\nHost: orders.example.com\r\nConnection: close\r\n\r\n";

/// Who has called, or the code of our refusal.
pub(crate) type Verdict = Result<String, &'static str>;

/// Our server on a port of its own. It greets whom it has authenticated.
pub(crate) struct Listening {
    pub(crate) address: SocketAddr,
    verdicts: Receiver<Verdict>,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Listening {
    pub(crate) fn start(server: MtlsServer) -> Self {
        let listener = TcpListener::bind((program::host(), 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, verdicts) = channel();
        let stopped = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&stopped);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let (server, sender) = (server.clone(), sender.clone());
                // Ends with the connection, whose reading and writing has a limit.
                std::thread::spawn(move || answer(&server, &stream.unwrap(), &sender));
            }
        });
        Self { address, verdicts, stopped, thread: Some(thread) }
    }

    /// What has become of the oldest call that was not asked for yet.
    pub(crate) fn verdict(&self) -> Verdict {
        self.verdicts.recv_timeout(program::PATIENCE).unwrap_or(Err("nobody has called"))
    }

    /// Whether every call was asked for.
    pub(crate) fn is_quiet(&self) -> bool {
        self.verdicts.try_recv().is_err()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread up.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What our server says to a caller.
pub(crate) fn greeting(caller: &str) -> String {
    format!("hello {caller}")
}

fn answer(server: &MtlsServer, stream: &TcpStream, verdicts: &Sender<Verdict>) {
    limit(stream);
    // Who only looks whether the port is open says nothing.
    if !matches!(stream.peek(&mut [0]), Ok(1)) {
        return;
    }
    let mut stream = stream;
    let mut connection = ServerConnection::new(server.config()).unwrap();
    let verdict = shake_hands(&mut connection, &mut stream).and_then(|()| {
        let peer = server.peer(&connection, now()).map_err(|error| error.code())?;
        Ok(peer.identifier().to_string())
    });
    if let Ok(caller) = &verdict {
        let mut tls = Stream::new(&mut connection, &mut stream);
        let body = greeting(caller) + "\n";
        let length = body.len();
        let response =
            format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
        // What reaches the caller is asserted there.
        let _ = read_request(&mut tls).and_then(|()| tls.write_all(response.as_bytes()));
        tls.conn.send_close_notify();
        let _ = tls.flush();
    }
    let _ = verdicts.send(verdict);
}

fn read_request(stream: &mut impl Read) -> io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        request.push(byte[0]);
    }
    Ok(())
}

/// Calls a server with our client: its identifier as authenticated, and all of its response.
pub(crate) fn call(client: &MtlsClient, address: SocketAddr) -> Result<(String, String), &'static str> {
    let mut stream = connect(address);
    let name = HOST.try_into().unwrap();
    let mut connection = ClientConnection::new(client.config(), HOST.try_into().unwrap()).unwrap();
    shake_hands(&mut connection, &mut stream)?;
    let peer = client.peer(&connection, &name, now()).map_err(|error| error.code())?;
    let server = peer.workload().unwrap().identifier().to_string();
    Ok((server, ask(&mut connection, &mut stream)?))
}

/// Calls a server with any client; its response.
pub(crate) fn call_as(client: Arc<ClientConfig>, address: SocketAddr) -> Result<String, &'static str> {
    let mut stream = connect(address);
    let mut connection = ClientConnection::new(client, HOST.try_into().unwrap()).unwrap();
    shake_hands(&mut connection, &mut stream)?;
    ask(&mut connection, &mut stream)
}

fn ask(connection: &mut ClientConnection, stream: &mut TcpStream) -> Result<String, &'static str> {
    let mut tls = Stream::new(connection, stream);
    tls.write_all(REQUEST.as_bytes()).map_err(|error| code(&error))?;
    let mut response = Vec::new();
    match tls.read_to_end(&mut response) {
        Ok(_) => {}
        // Some programs close a connection without saying so in TLS.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && !response.is_empty() => {}
        Err(error) => return Err(code(&error)),
    }
    Ok(String::from_utf8_lossy(&response).into_owned())
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, program::PATIENCE).unwrap();
    limit(&stream);
    stream
}

fn limit(stream: &TcpStream) {
    stream.set_read_timeout(Some(program::PATIENCE)).unwrap();
    stream.set_write_timeout(Some(program::PATIENCE)).unwrap();
}

/// The handshake alone.
fn shake_hands<D>(
    connection: &mut rustls::ConnectionCommon<D>,
    stream: &mut (impl Read + Write),
) -> Result<(), &'static str> {
    while connection.is_handshaking() {
        connection.complete_io(stream).map_err(|error| code(&error))?;
    }
    Ok(())
}

fn code(error: &io::Error) -> &'static str {
    match MtlsError::from_io(error) {
        Some(error) => error.code(),
        None => "the network has failed",
    }
}

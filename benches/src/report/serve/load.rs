//! Connections that are kept, each with one request at a time.

use super::callers::Callers;
use super::message::Kind;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;
use wimse_benches::Error;
use wimse_creds::pop::WitCredential;

const CONNECTIONS: u32 = 4;
/// Requests of a connection that are signed before they are sent one after the other: little enough to be sent within a second.
const AHEAD: u32 = 1000;
/// An answer that takes so long does not come.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer.
const ANSWER_BYTES: usize = 8192;

/// All connections to one server.
pub(super) struct Load<'c> {
    connections: Vec<Connection>,
    credentials: &'c [WitCredential],
}

impl<'c> Load<'c> {
    /// Connects.
    pub(super) fn connect(address: SocketAddr, callers: &'c Callers) -> Result<Self, Error> {
        let connections = (0..CONNECTIONS).map(|_| Connection::open(address));
        Ok(Self { connections: connections.collect::<Result<_, _>>()?, credentials: callers.credentials() })
    }

    /// Sends so many requests, the callers taking turns, and reads the answers. None is made while others are sent: the server
    /// has the machine, but for what it takes to write and read, and is always asked.
    pub(super) fn run(&mut self, requests: u32, kind: Kind) -> Result<(), Error> {
        let mut callers = self.credentials.iter().cycle();
        let mut left = requests;
        while left > 0 {
            let now = left.min(AHEAD * CONNECTIONS);
            let ready = callers.by_ref().take(now as usize).map(|caller| kind.request(caller));
            self.send(&ready.collect::<Result<Vec<_>, _>>()?, kind)?;
            left -= now;
        }
        Ok(())
    }

    fn send(&mut self, requests: &[Vec<u8>], kind: Kind) -> Result<(), Error> {
        let share = requests.len().div_ceil(self.connections.len()).max(1);
        thread::scope(|scope| {
            let pairs = self.connections.iter_mut().zip(requests.chunks(share));
            let threads: Vec<_> = pairs
                .map(|(connection, share)| {
                    // The message alone can leave a thread.
                    scope.spawn(move || connection.send(share, kind).map_err(|error| error.to_string()))
                })
                .collect();
            for thread in threads {
                thread.join().map_err(|_| "a thread has panicked")??;
            }
            Ok(())
        })
    }
}

struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    fn open(address: SocketAddr) -> Result<Self, Error> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, answer: vec![0; ANSWER_BYTES] })
    }

    fn send(&mut self, requests: &[Vec<u8>], kind: Kind) -> Result<(), Error> {
        for request in requests {
            self.stream.write_all(request)?;
            self.expect(kind.expected())?;
        }
        Ok(())
    }

    /// Reads one answer: 200, with this text in its content.
    fn expect(&mut self, text: &str) -> Result<(), Error> {
        let mut filled = 0;
        loop {
            let room = self.answer.get_mut(filled..).filter(|room| !room.is_empty());
            let read = self.stream.read(room.ok_or("a longer answer than expected")?)?;
            if read == 0 {
                return Err("the connection has ended".into());
            }
            filled += read;
            let so_far = std::str::from_utf8(&self.answer[..filled])?;
            let Some((head, content)) = so_far.split_once("\r\n\r\n") else { continue };
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if content.len() < length.ok_or("no content-length")?.parse()? {
                continue;
            }
            if head.starts_with("HTTP/1.1 200 ") && content.contains(text) {
                return Ok(());
            }
            return Err(format!("an answer without {text}: {so_far}").into());
        }
    }
}

//! A socket on which nothing is waited for without end.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A socket with a time by which something has to be done.
#[derive(Debug)]
pub(crate) struct Timed {
    socket: TcpStream,
    patience: Duration,
    begun: Instant,
}

impl Timed {
    pub(crate) fn new(socket: TcpStream, patience: Duration) -> Self {
        Self { socket, patience, begun: Instant::now() }
    }

    /// Gives the peer its time anew: for what comes next, however many bytes it comes in.
    pub(crate) fn begin(&mut self) {
        self.begun = Instant::now();
    }

    fn left(&self) -> io::Result<Duration> {
        let left = self.patience.saturating_sub(self.begun.elapsed());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(Some(self.left()?))?;
        self.socket.read(buffer).map_err(in_time)
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(Some(self.left()?))?;
        self.socket.write(bytes).map_err(in_time)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

/// Some systems call it "would block" when a socket has run out of time.
fn in_time(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::WouldBlock { io::ErrorKind::TimedOut.into() } else { error }
}

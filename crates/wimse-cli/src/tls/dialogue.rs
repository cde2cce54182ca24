//! Lines over TLS.

use super::timed::Timed;
use crate::certificate::{Role, refusal};
use crate::refusal::Refusal;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::ops::DerefMut;
use wimse::mtls::MtlsError;
use wimse::mtls::rustls::{ConnectionCommon, SideData, StreamOwned};

/// Bytes of a line, its end included.
const LINE_BYTES: usize = 8 * 1024;

/// A connection, from its handshake on.
pub(crate) struct Dialogue<C, S>
where
    C: DerefMut<Target = ConnectionCommon<S>>,
    S: SideData,
{
    stream: BufReader<StreamOwned<C, Timed>>,
}

impl<C, S> Dialogue<C, S>
where
    C: DerefMut<Target = ConnectionCommon<S>>,
    S: SideData,
{
    pub(crate) fn new(connection: C, socket: Timed) -> Self {
        Self { stream: BufReader::new(StreamOwned::new(connection, socket)) }
    }

    pub(crate) fn connection(&self) -> &C {
        &self.stream.get_ref().conn
    }

    /// Goes on until the handshake is finished, as far as this side can tell.
    pub(crate) fn handshake(&mut self) -> io::Result<()> {
        let StreamOwned { conn, sock } = self.stream.get_mut();
        sock.begin();
        let mut done = Ok(());
        while done.is_ok() && conn.is_handshaking() {
            done = conn.complete_io(sock).map(|_| ());
        }
        // Whatever came of it, the peer is told: an alert is no less than the end of a handshake.
        while conn.wants_write() {
            match conn.write_tls(sock) {
                Ok(_) => {}
                Err(error) => return done.and(Err(error)),
            }
        }
        done
    }

    /// The next line with its end; `None` where the peer has ended the connection. A line that is too long is an error.
    pub(crate) fn hear(&mut self) -> io::Result<Option<Vec<u8>>> {
        self.stream.get_mut().sock.begin();
        let mut line = Vec::new();
        let limit = u64::try_from(LINE_BYTES).unwrap_or(u64::MAX);
        match (&mut self.stream).take(limit).read_until(b'\n', &mut line) {
            // Many a client just goes.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && line.is_empty() => Ok(None),
            Err(error) => Err(error),
            Ok(0) => Ok(None),
            Ok(LINE_BYTES) if line.last() != Some(&b'\n') => {
                Err(io::Error::new(io::ErrorKind::InvalidData, "the line is longer than 8 KiB"))
            }
            Ok(_) => Ok(Some(line)),
        }
    }

    pub(crate) fn say(&mut self, line: &[u8]) -> io::Result<()> {
        let stream = self.stream.get_mut();
        stream.sock.begin();
        stream.write_all(line)?;
        stream.flush()
    }

    /// Says that nothing more comes. The peer may have gone before.
    pub(crate) fn end(mut self) {
        let StreamOwned { conn, sock } = self.stream.get_mut();
        sock.begin();
        conn.send_close_notify();
        while conn.wants_write() {
            if conn.write_tls(sock).is_err() {
                return;
            }
        }
    }
}

/// Why a connection came to nothing: TLS, or the network under it.
pub(super) fn refusal_of(error: &io::Error, peer: Role) -> Refusal {
    match MtlsError::from_io(error) {
        Some(error) => refusal(error.code(), &error, peer),
        None => {
            let (code, fix) = match error.kind() {
                io::ErrorKind::TimedOut => {
                    ("tls.timeout", "look whether the other side speaks TLS, or give it more --patience")
                }
                io::ErrorKind::InvalidData => ("tls.line_too_long", "send shorter lines"),
                _ => ("tls.closed", "look into the log of the other side: it has ended the connection"),
            };
            Refusal::of(code, error).with_fix(fix)
        }
    }
}

//! Lines that are written while the request waits.

use super::{AuditError, AuditEvent, AuditSink};
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Writes each event to a file, or to another writer, before its request goes on.
///
/// A line that fails in the middle is ended by the next one that does not: it cannot be read as JSON then, and its event was
/// reported as failed.
pub struct AuditLog<W = File> {
    state: Mutex<State<W>>,
}

struct State<W> {
    writer: W,
    /// A line has begun and has no end.
    is_broken: bool,
}

impl AuditLog {
    /// Adds to the end of a file, which is made if need be; on Unix with the mode 0640.
    ///
    /// # Errors
    ///
    /// If it cannot be opened.
    pub fn append(path: impl AsRef<Path>) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o640);
        options.open(path).map(Self::new)
    }
}

impl<W: Write + Send> AuditLog<W> {
    /// To a writer, such as standard error. One that can block keeps requests waiting.
    pub fn new(writer: W) -> Self {
        Self { state: Mutex::new(State { writer, is_broken: false }) }
    }
}

impl<W: Write + Send> AuditSink for AuditLog<W> {
    fn record(&self, event: &AuditEvent) -> Result<(), AuditError> {
        let line = event.to_line();
        // What a panic has left is seen by `is_broken`.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let begin: &[u8] = if state.is_broken { b"\n" } else { b"" };
        state.is_broken = true;
        let State { writer, .. } = &mut *state;
        let written = writer.write_all(begin).and_then(|()| writer.write_all(line.as_bytes()));
        written.and_then(|()| writer.flush()).map_err(|_| AuditError::Write)?;
        state.is_broken = false;
        Ok(())
    }
}

impl<W> fmt::Debug for AuditLog<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditLog").finish_non_exhaustive()
    }
}

//! Lines on standard error. Who writes one waits for nobody: a reader that is slow loses lines, and learns how many.

use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Weak};
use std::thread::{self, Builder, JoinHandle};
use std::time::Duration;
use std::{io, iter};

/// Lines that wait to be written.
const WAITING: usize = 4096;
/// What is said within it is written at once, and wakes nobody: to wake a thread costs a request more than its line does.
const PAUSE: Duration = Duration::from_millis(5);

/// The log of a service.
pub(crate) struct Log {
    writer: Arc<Writer>,
    thread: JoinHandle<()>,
}

/// Writes lines for as long as the log lasts.
#[derive(Clone)]
pub(crate) struct Lines(Weak<Writer>);

/// Writes lines from wherever something happens.
#[derive(Clone)]
pub(crate) struct Writer {
    lines: SyncSender<String>,
    lost: Arc<AtomicU64>,
}

impl Log {
    pub(crate) fn start() -> io::Result<Self> {
        let (lines, waiting) = sync_channel(WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        let of_thread = Arc::clone(&lost);
        let thread =
            Builder::new().name("wimse-log".to_owned()).spawn(move || write(&waiting, &of_thread))?;
        Ok(Self { writer: Arc::new(Writer { lines, lost }), thread })
    }

    pub(crate) fn writer(&self) -> Writer {
        Writer::clone(&self.writer)
    }

    /// For who may still be there when the log ends, such as a subscriber: it has nothing to say then.
    pub(crate) fn lines(&self) -> Lines {
        Lines(Arc::downgrade(&self.writer))
    }

    pub(crate) fn say(&self, line: Option<String>) {
        self.writer.say(line);
    }

    /// Writes what is left. Every other writer has to be gone.
    pub(crate) fn end(self) {
        drop(self.writer);
        // A panic of the thread has been told already.
        let _ = self.thread.join();
    }
}

impl Writer {
    /// A line, if there is something to say.
    pub(crate) fn say(&self, line: Option<String>) {
        let Some(line) = line else { return };
        if self.lines.try_send(line).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Lines {
    pub(crate) fn say(&self, line: Option<String>) {
        if let Some(writer) = self.0.upgrade() {
            writer.say(line);
        }
    }
}

/// Each is written whole, and with its end.
impl io::Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.say(Some(String::from_utf8_lossy(line).trim_end_matches('\n').to_owned()));
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write(waiting: &Receiver<String>, lost: &AtomicU64) {
    while let Ok(first) = waiting.recv() {
        let mut text = String::new();
        for line in iter::once(first).chain(waiting.try_iter().take(WAITING)) {
            text.push_str(&line);
            text.push('\n');
        }
        let lost = lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            text.push_str(&format!("{lost} lines were left out\n"));
        }
        // Where nobody reads there is nobody to tell.
        let _ = io::stderr().write_all(text.as_bytes());
        thread::sleep(PAUSE);
    }
}

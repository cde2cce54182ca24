//! Lines that a thread writes.

use super::{AuditError, AuditEvent, AuditSink};
use std::fmt;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Queues events for a thread that writes them: no request waits for the writer.
///
/// The queue has a fixed length. When it is full, events are [dropped](Self::dropped), and their recording fails with
/// [`AuditError::Full`]. A writer that fails is asked again every 100 milliseconds for the rest of the line, so that no event is
/// written half or twice.
///
/// That an event is queued does not mean that it is written: what waits when the process ends is lost, unless the process waits
/// for [`finish`](Self::finish). Where nothing may pass that is not written, take an [`AuditLog`](super::AuditLog).
///
/// ```
/// use std::time::Duration;
/// use wimse_tower::Authenticator;
/// use wimse_tower::audit::{Audit, AuditQueue, OnAuditFailure};
///
/// # fn main() -> std::io::Result<()> {
/// let queue = AuditQueue::new(std::io::stderr(), 10_000)?;
/// let audit = Audit::new(queue.clone(), OnAuditFailure::Continue);
/// # let _ = audit;
/// // ... at the end of the program:
/// assert!(queue.finish(Duration::from_secs(5)), "not everything is written");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct AuditQueue(Arc<Queue>);

struct Queue {
    lines: SyncSender<String>,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    waiting: Mutex<usize>,
    written: Condvar,
    dropped: AtomicU64,
    /// Nobody queues any more: a writer that fails now is not asked again.
    is_closed: AtomicBool,
}

impl AuditQueue {
    /// A queue of this many events, at least one, and a thread that writes them.
    ///
    /// # Errors
    ///
    /// If the system gives no thread.
    pub fn new(writer: impl Write + Send + 'static, length: usize) -> io::Result<Self> {
        let (lines, receiver) = sync_channel(length.max(1));
        let state = Arc::<State>::default();
        let writing = Arc::clone(&state);
        let thread = thread::Builder::new().name("wimse-audit".to_owned());
        thread.spawn(move || write(writer, &receiver, &writing))?;
        Ok(Self(Arc::new(Queue { lines, state })))
    }

    /// How many events were dropped, because the queue was full.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.0.state.dropped.load(Ordering::Relaxed)
    }

    /// Waits until everything that is queued has been written, and not longer than this. Gives whether it has.
    #[must_use]
    pub fn finish(&self, timeout: Duration) -> bool {
        let waited =
            self.0.state.written.wait_timeout_while(self.0.state.waiting(), timeout, |waiting| *waiting > 0);
        let (waiting, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *waiting == 0
    }
}

impl State {
    fn waiting(&self) -> MutexGuard<'_, usize> {
        // A number is never half changed.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AuditSink for AuditQueue {
    fn record(&self, event: &AuditEvent) -> Result<(), AuditError> {
        let line = event.to_line();
        // Counted first: the thread may be faster than this one.
        *self.0.state.waiting() += 1;
        self.0.lines.try_send(line).map_err(|error| {
            *self.0.state.waiting() -= 1;
            self.0.state.dropped.fetch_add(1, Ordering::Relaxed);
            match error {
                TrySendError::Full(_) => AuditError::Full,
                TrySendError::Disconnected(_) => AuditError::Closed,
            }
        })
    }
}

impl fmt::Debug for AuditQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditQueue").field("dropped", &self.dropped()).finish_non_exhaustive()
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.state.is_closed.store(true, Ordering::Relaxed);
    }
}

/// Ends when all senders are gone and everything is written, or cannot be.
fn write(mut writer: impl Write, lines: &Receiver<String>, state: &State) {
    while let Ok(line) = lines.recv() {
        let mut rest = line.as_bytes();
        loop {
            let step = if rest.is_empty() { writer.flush().map(|()| 0) } else { writer.write(rest) };
            match step {
                Ok(_) if rest.is_empty() => break,
                Ok(written) if written > 0 => rest = rest.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                _ if state.is_closed.load(Ordering::Relaxed) => return,
                _ => thread::sleep(RETRY),
            }
        }
        *state.waiting() -= 1;
        state.written.notify_all();
    }
}

const RETRY: Duration = Duration::from_millis(100);

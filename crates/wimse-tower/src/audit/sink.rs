//! Where events go, and what happens when they do not get there.

use super::AuditEvent;
use crate::Decision;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use wimse_creds::UnixTime;

/// Puts events on record. It is asked while the request waits, and must not block for long.
///
/// ```
/// use std::sync::Mutex;
/// use wimse_tower::audit::{AuditError, AuditEvent, AuditSink};
///
/// /// Keeps them all, for a test.
/// struct Kept(Mutex<Vec<AuditEvent>>);
///
/// impl AuditSink for Kept {
///     fn record(&self, event: &AuditEvent) -> Result<(), AuditError> {
///         self.0.lock().map_err(|_| AuditError::Write)?.push(event.clone());
///         Ok(())
///     }
/// }
/// ```
pub trait AuditSink: Send + Sync {
    /// Puts one event on record.
    ///
    /// # Errors
    ///
    /// An [`AuditError`] if it is not on record.
    fn record(&self, event: &AuditEvent) -> Result<(), AuditError>;
}

impl<S: AuditSink + ?Sized> AuditSink for Arc<S> {
    fn record(&self, event: &AuditEvent) -> Result<(), AuditError> {
        (**self).record(event)
    }
}

/// Why an event is not on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// It could not be written.
    #[error("the event could not be written")]
    Write,
    /// As many events as may wait are waiting already.
    #[error("the queue of events is full")]
    Full,
    /// The sink takes no more events.
    #[error("the sink has been closed")]
    Closed,
}

impl AuditError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Write => "audit.write",
            Self::Full => "audit.full",
            Self::Closed => "audit.closed",
        }
    }
}

/// What becomes of a request whose event is not on record. There is no default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnAuditFailure {
    /// It is refused with 503: nothing is done that is not on record.
    Refuse,
    /// It passes: the service is there though its records are not.
    Continue,
}

/// Where the decisions of a service go on record. Clones have the same sink, and count failures together.
#[derive(Clone)]
pub struct Audit {
    sink: Arc<dyn AuditSink>,
    on_failure: OnAuditFailure,
    with_query: bool,
    failures: Arc<AtomicU64>,
}

impl Audit {
    /// To this sink.
    #[must_use]
    pub fn new(sink: impl AuditSink + 'static, on_failure: OnAuditFailure) -> Self {
        Self { sink: Arc::new(sink), on_failure, with_query: false, failures: Arc::default() }
    }

    /// Records the query of requests too, escaped and cut as all else. Whatever applications take in queries is in it then.
    #[must_use]
    pub fn with_query(mut self) -> Self {
        self.with_query = true;
        self
    }

    /// A counter of the events that are not on record, of this and later.
    #[must_use]
    pub fn failures(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.failures)
    }

    /// Puts a decision on record; fails if the request must not pass without.
    pub(crate) fn record(&self, decision: &Decision<'_>, now: UnixTime) -> Result<(), AuditError> {
        let mut event = AuditEvent::new(decision, now);
        if self.with_query {
            event = event.with_query_of(decision);
        }
        let recorded = self.put(&event);
        match self.on_failure {
            OnAuditFailure::Refuse => recorded,
            OnAuditFailure::Continue => Ok(()),
        }
    }

    /// Puts an event on record, and counts it where that fails.
    pub(crate) fn put(&self, event: &AuditEvent) -> Result<(), AuditError> {
        let recorded = self.sink.record(event);
        crate::telemetry::recorded(recorded);
        if recorded.is_err() {
            self.failures.fetch_add(1, Ordering::Relaxed);
        }
        recorded
    }
}

impl fmt::Debug for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Audit")
            .field("on_failure", &self.on_failure)
            .field("with_query", &self.with_query)
            .field("failures", &self.failures)
            .finish_non_exhaustive()
    }
}

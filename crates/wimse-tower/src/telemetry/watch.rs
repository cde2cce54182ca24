//! What is watched of one request.

use super::{Labels, Trace};
use crate::{Decision, Stage};

/// Watches one request, or one response that is signed: how long each stage takes, and what is decided.
pub(crate) struct Watch {
    #[cfg(feature = "metrics")]
    begun: std::time::Instant,
    #[cfg(feature = "metrics")]
    lap: std::time::Instant,
    trace: Trace,
}

impl Watch {
    pub(crate) fn of_request() -> Self {
        Self::new(Trace::of_request())
    }

    pub(crate) fn of_response() -> Self {
        Self::new(Trace::of_response())
    }

    fn new(trace: Trace) -> Self {
        #[cfg(feature = "metrics")]
        let now = std::time::Instant::now();
        Self {
            #[cfg(feature = "metrics")]
            begun: now,
            #[cfg(feature = "metrics")]
            lap: now,
            trace,
        }
    }

    pub(crate) fn span(&self) -> Trace {
        self.trace.clone()
    }

    /// A stage has ended.
    pub(crate) fn lap(&mut self, stage: Stage) {
        #[cfg(feature = "metrics")]
        {
            let now = std::time::Instant::now();
            super::counted::lap(stage, now - std::mem::replace(&mut self.lap, now));
        }
        #[cfg(not(feature = "metrics"))]
        let _ = stage;
    }

    /// The last stage has ended, with this decision.
    pub(crate) fn decided(&mut self, decision: &Decision<'_>, labels: &Labels) {
        self.lap(decision.stage);
        #[cfg(feature = "metrics")]
        super::counted::decided(decision, labels, self.begun.elapsed());
        #[cfg(not(feature = "metrics"))]
        let _ = labels;
        self.trace.decided(decision);
    }
}

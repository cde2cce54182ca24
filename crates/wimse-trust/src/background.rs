//! Tasks that keep things up to date.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::task::JoinSet;

/// Tasks of a runtime that keep something up to date, until this value is dropped.
#[must_use = "the tasks end when this is dropped"]
pub struct Background {
    tasks: JoinSet<()>,
}

impl Background {
    pub(crate) fn new(tasks: JoinSet<()>) -> Self {
        Self { tasks }
    }

    /// Ends the tasks, and waits until they have ended. What they kept up to date stays as it is, until it is too old.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Background").field("tasks", &self.tasks.len()).finish()
    }
}

/// Tells somebody what came of an attempt. If that panics, the task goes on: it must not end unnoticed.
pub(crate) fn tell(report: impl FnOnce()) {
    let _ = catch_unwind(AssertUnwindSafe(report));
}

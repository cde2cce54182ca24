//! What callers got, by the key or CA that vouched for them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

/// Shared by all callers.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    accepted: Mutex<BTreeMap<String, u64>>,
    failed: Mutex<Vec<String>>,
    stopped: AtomicBool,
}

impl Calls {
    /// Counts a call that has to be accepted.
    pub(crate) fn count(&self, generation: &str, outcome: &Outcome) {
        match outcome {
            Ok(200) => *self.accepted.lock().unwrap().entry(generation.to_owned()).or_default() += 1,
            other => self.fail(format!("a valid call, by {generation}: {other:?}")),
        }
    }

    pub(crate) fn fail(&self, what: String) {
        self.failed.lock().unwrap().push(what);
    }

    pub(crate) fn stop(&self) {
        self.stopped.store(true, SeqCst);
    }

    /// Whether there is another call to be made, after a pause.
    pub(crate) async fn go_on(&self) -> bool {
        // The pace; nothing waits for it.
        tokio::time::sleep(PACE).await;
        !self.stopped.load(SeqCst)
    }

    /// Then there is nothing left to wait for.
    pub(crate) fn has_failed(&self) -> bool {
        !self.failed.lock().unwrap().is_empty()
    }

    pub(crate) fn accepted(&self) -> u64 {
        self.accepted.lock().unwrap().values().sum()
    }

    /// None has failed, and each of these generations, and no fewer than three, has vouched for some.
    pub(crate) fn judge(&self, generations: &[String]) {
        let (accepted, failed) = (self.accepted.lock().unwrap(), self.failed.lock().unwrap());
        assert!(
            failed.is_empty(),
            "{} calls have failed: {:#?}",
            failed.len(),
            &failed[..failed.len().min(20)]
        );
        let idle: Vec<_> = generations.iter().filter(|name| !accepted.contains_key(*name)).collect();
        assert!(idle.is_empty(), "no call by {idle:?}, of {generations:?}: {accepted:?}");
        assert!(generations.len() >= 3, "hardly any rotation: {generations:?}");
    }
}

impl fmt::Display for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let accepted = self.accepted.lock().unwrap();
        let [fewest, most] =
            [accepted.values().min(), accepted.values().max()].map(|count| count.copied().unwrap_or(0));
        let (calls, generations) = (accepted.values().sum::<u64>(), accepted.len());
        let failed = self.failed.lock().unwrap().len();
        write!(
            f,
            "{calls} valid calls accepted, {failed} failed; {generations} generations, {fewest} to {most} calls each"
        )
    }
}

/// The status that was answered, or why there was no answer.
pub(crate) type Outcome = Result<u16, String>;

/// Between calls of one caller.
const PACE: Duration = Duration::from_millis(40);

//! Several processes of a harness that share the cases among them.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use wimse_harness::{Case, protocol::Hello};

use super::{Failure, HarnessCommand, Process};
use crate::run::Happened;

/// How a harness is run.
#[derive(Clone, Debug)]
pub struct Pool {
    /// What is started.
    pub command: HarnessCommand,
    /// How many at a time.
    pub jobs: usize,
    /// For each answer.
    pub timeout: Duration,
    /// How often, over all of them, one is started again that has failed.
    pub restarts: usize,
    /// The version of the vectors, if they have one.
    pub vectors: Option<String>,
}

/// Has all cases run. `record` gets the number of a case and what happened to it; for a case that is found to be answered
/// twice it is called again. A case that nobody could be asked is not recorded.
///
/// # Errors
///
/// When the first process does not start or does not say hello.
pub fn run(pool: &Pool, cases: &[Case], record: &(dyn Fn(usize, Happened) + Sync)) -> Result<Hello, Failure> {
    let (first, hello) = Process::start(&pool.command, pool.vectors.as_deref(), pool.timeout)?;
    let shared = Shared {
        pool,
        cases,
        record,
        hello: &hello,
        next: AtomicUsize::new(0),
        restarts: AtomicUsize::new(pool.restarts),
    };
    thread::scope(|scope| {
        for _ in 1..pool.jobs.min(cases.len()) {
            scope.spawn(|| Worker { shared: &shared, process: None, started: false, last: None }.work());
        }
        Worker { shared: &shared, process: Some(first), started: true, last: None }.work();
    });
    Ok(hello)
}

struct Shared<'a> {
    pool: &'a Pool,
    cases: &'a [Case],
    record: &'a (dyn Fn(usize, Happened) + Sync),
    hello: &'a Hello,
    next: AtomicUsize,
    restarts: AtomicUsize,
}

struct Worker<'a> {
    shared: &'a Shared<'a>,
    process: Option<Process>,
    /// Another start would be a restart.
    started: bool,
    /// The case that the process has answered last.
    last: Option<usize>,
}

impl Worker<'_> {
    fn work(mut self) {
        let Shared { cases, record, hello, next, .. } = self.shared;
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = cases.get(number) else { break };
            match lacking(hello, case) {
                Some(lacking) => record(number, Happened::NotSent(lacking)),
                None if self.case(number, case) => {}
                None => return,
            }
        }
        if let (Some(process), Some(last)) = (self.process, self.last)
            && process.finish().is_err()
        {
            record(last, Happened::of(Failure::AnsweredTwice));
        }
    }

    /// Has one case run; whether this worker can go on.
    fn case(&mut self, number: usize, case: &Case) -> bool {
        let record = self.shared.record;
        loop {
            let mut process = match self.process.take().map_or_else(|| self.start(), Ok) {
                Ok(process) => process,
                Err(reason) => {
                    record(number, Happened::NotRun(reason));
                    return false;
                }
            };
            let seq = u64::try_from(number).unwrap_or(u64::MAX);
            match (process.ask(seq, case), self.last.take()) {
                (Ok(answer), _) => {
                    record(number, Happened::Answer(answer));
                    (self.process, self.last) = (Some(process), Some(number));
                    return true;
                }
                // The case before is to blame; this one is asked again.
                (Err(error @ Failure::AnsweredTwice), Some(last)) => record(last, Happened::of(error)),
                (Err(error), _) => {
                    record(number, Happened::of(error));
                    return true;
                }
            }
        }
    }

    fn start(&mut self) -> Result<Process, String> {
        let Shared { pool, restarts, hello, .. } = self.shared;
        if self.started {
            let spent =
                restarts.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
            spent.map_err(|_| format!("the harness has failed more than {} times", pool.restarts))?;
        }
        self.started = true;
        let (process, said) = Process::start(&pool.command, pool.vectors.as_deref(), pool.timeout)
            .map_err(|error| error.to_string())?;
        if said != **hello {
            return Err("the harness says another hello than before".to_owned());
        }
        Ok(process)
    }
}

/// What the case needs and the implementation does not have, by its own words.
fn lacking(hello: &Hello, case: &Case) -> Option<String> {
    let Hello { operations, revisions, features, .. } = hello;
    if !operations.contains(&case.operation) {
        return Some(format!("it does not have the operation {}", case.operation));
    }
    let revisions = revisions.as_ref().and_then(|revisions| revisions.get(&case.draft));
    if revisions.is_some_and(|revisions| !revisions.contains(&case.revision)) {
        return Some(format!("it does not have {} revision {}", case.draft, case.revision));
    }
    let features = features.as_ref()?;
    let missing = case.features.iter().find(|needed| !features.contains(needed))?;
    Some(format!("it does not have {missing}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn what_an_implementation_does_not_have_is_not_sent() {
        let mut case = Case::of_operation("wpt.verify");
        (case.draft, case.revision) = ("wpt".to_owned(), "02".to_owned());
        let mut needing = case.clone();
        needing.features = vec!["ES256".to_owned()];
        let text = |text: &str| text.to_owned();
        let revisions = |revision: &str| Some(BTreeMap::from([(text("wpt"), vec![text(revision)])]));
        let all = Hello { operations: vec![text("wpt.verify")], ..wimse_harness::hello() };
        assert_eq!(lacking(&all, &needing), None);
        let same = Hello { revisions: revisions("02"), features: Some(vec![text("ES256")]), ..all.clone() };
        assert_eq!(lacking(&same, &needing), None);
        let other = Hello { revisions: revisions("03"), ..all.clone() };
        assert!(lacking(&other, &case).unwrap().contains("revision 02"));
        let few = Hello { features: Some(Vec::new()), ..all.clone() };
        assert_eq!(lacking(&few, &case), None);
        assert!(lacking(&few, &needing).unwrap().contains("ES256"));
        let none = Hello { operations: Vec::new(), ..all };
        assert!(lacking(&none, &case).unwrap().contains("wpt.verify"));
    }
}

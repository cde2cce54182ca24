//! Carries cases out, here or by a harness, and judges what comes.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use wimse_harness::{
    Case, answer,
    execute::known,
    hello,
    protocol::{Answer, Hello},
};

use crate::{
    harness::{self, Failure, Pool},
    judge::{Judgement, Measure, Verdict, judge},
    load::Selected,
    text::clean,
};

/// What happened to a case.
#[derive(Clone, Debug, PartialEq)]
pub enum Happened {
    /// It was run.
    Answer(Answer),
    /// The implementation says that it does not have what the case needs.
    NotSent(String),
    /// The implementation ended.
    Crash(String),
    /// No answer came in this time.
    Timeout(Duration),
    /// What came is not the protocol.
    Protocol(String),
    /// The implementation could not be asked any more.
    NotRun(String),
}

impl Happened {
    /// What a failure of a harness is for the case that was asked.
    #[must_use]
    pub fn of(failure: Failure) -> Self {
        match failure {
            Failure::Timeout(timeout) => Self::Timeout(timeout),
            Failure::Crash(detail) => Self::Crash(detail),
            Failure::Protocol(detail) => Self::Protocol(detail),
            Failure::AnsweredTwice => Self::Protocol("more than one answer to the case".to_owned()),
            Failure::Start(error) => Self::NotRun(error.to_string()),
        }
    }
}

/// Who runs the cases.
#[derive(Clone, Debug)]
pub enum Implementation {
    /// This workspace, in this process, with so many threads.
    BuiltIn {
        /// Threads.
        jobs: usize,
    },
    /// A program.
    Harness(Pool),
}

/// Runs the cases and judges each by `measure`; `progress` is told the verdict of each as it comes. The judgements are in
/// the order of the cases.
///
/// # Errors
///
/// When a harness does not start or does not say hello.
pub fn run(
    implementation: &Implementation,
    selected: &[Selected<'_>],
    measure: Measure,
    progress: &(dyn Fn(Verdict) + Sync),
) -> Result<(Hello, Vec<Judgement>), Failure> {
    let cases: Vec<Case> = selected.iter().map(|selected| selected.case()).collect();
    let judgements = Mutex::new(vec![None; cases.len()]);
    let record = |number: usize, happened: Happened| {
        let Some(selected) = selected.get(number) else { return };
        let judgement = judge(selected.vector, &happened, measure);
        progress(judgement.verdict);
        let mut judgements = judgements.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = judgements.get_mut(number) {
            *place = Some(judgement);
        }
    };
    let said = match implementation {
        Implementation::BuiltIn { jobs } => {
            built_in(*jobs, &cases, &record);
            hello()
        }
        Implementation::Harness(pool) => harness::run(pool, &cases, &record)?,
    };
    let not_run = || Judgement {
        verdict: Verdict::NotRun,
        reason: Some("no process of the harness was left".to_owned()),
        left_out: Vec::new(),
    };
    let judgements = judgements.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok((said, judgements.into_iter().map(|judgement| judgement.unwrap_or_else(not_run)).collect()))
}

fn built_in(jobs: usize, cases: &[Case], record: &(dyn Fn(usize, Happened) + Sync)) {
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = cases.get(number) else { return };
            record(number, carry_out(case));
        }
    };
    thread::scope(|scope| {
        for _ in 1..jobs.min(cases.len()) {
            scope.spawn(work);
        }
        work();
    });
}

/// Runs a case in this process. A panic is the crash of the case.
#[must_use]
pub fn carry_out(case: &Case) -> Happened {
    if !known().any(|name| name == case.operation) {
        return Happened::Answer(Answer::Error { detail: Some("no such operation here".to_owned()) });
    }
    match catch_unwind(AssertUnwindSafe(|| answer(case))) {
        Ok(answer) => Happened::Answer(answer),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            Happened::Crash(clean(text.unwrap_or("a panic")))
        }
    }
}

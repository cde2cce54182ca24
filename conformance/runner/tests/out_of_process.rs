//! The crates of this workspace behind the harness protocol say of every case what they say in-process. The program of
//! this test is the harness, too, when it is told to be.

use std::{env, error::Error, io, time::Duration};

use wimse_conformance::{
    harness::{HarnessCommand, Pool},
    judge::{Measure, Verdict},
    load::Suite,
    requirements_dir,
    run::{Implementation, run},
    vectors_dir,
};

fn main() -> Result<(), Box<dyn Error>> {
    match env::args().nth(1).as_deref() {
        Some("serve") => Ok(wimse_harness::serve(io::stdin().lock(), &mut io::stdout().lock())?),
        // Who wants to know which tests there are: none that could be chosen.
        Some("--list") => Ok(()),
        _ => compare(),
    }
}

fn compare() -> Result<(), Box<dyn Error>> {
    let command: HarnessCommand = format!("'{}' serve", env::current_exe()?.display()).parse()?;
    let pool = Pool { command, jobs: 2, timeout: Duration::from_secs(60), restarts: 0, vectors: None };
    let suite = Suite::load(&requirements_dir(), &vectors_dir())?;
    let selected: Vec<_> = suite.selected().collect();
    let judged = |implementation: &Implementation| run(implementation, &selected, Measure::ALL, &|_| ());
    let (here, inside) = judged(&Implementation::BuiltIn { jobs: 2 })?;
    let (there, outside) = judged(&Implementation::Harness(pool))?;
    assert_eq!(here, there);
    for ((selected, inside), outside) in selected.iter().zip(&inside).zip(&outside) {
        assert_eq!(inside.verdict, outside.verdict, "{}: {outside:?}", selected.vector.id);
        assert!(inside.verdict.is_fine(), "{}: {inside:?}", selected.vector.id);
    }
    assert!(inside.iter().filter(|judgement| judgement.verdict == Verdict::Pass).count() > 2000);
    Ok(())
}

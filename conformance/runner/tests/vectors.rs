//! The vectors of this repository: all pass, all come from their source, and they leave no
//! requirement without cases.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;

use wimse_conformance::{
    coverage::{Coverage, PAIRS},
    generate,
    judge::{Verdict, run},
    load::Suite,
    requirements_dir,
    vector::{Expectation, Vector},
    vectors_dir,
};

fn suite() -> Suite {
    Suite::load(&requirements_dir(), &vectors_dir()).unwrap()
}

#[test]
fn all_vectors_pass() {
    let mut passed = 0;
    for vector in suite().vectors() {
        let judgement = run(vector);
        assert!(judgement.verdict.is_fine(), "{}: {judgement:?}", vector.id);
        passed += usize::from(judgement.verdict == Verdict::Pass);
    }
    assert!(passed > 0);
}

#[test]
fn the_files_are_those_that_are_generated() {
    assert_eq!(generate::stale(&vectors_dir()).unwrap(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_wrong_expectation_is_reported() {
    for vector in suite().vectors().filter(|vector| run(vector).verdict != Verdict::Skip) {
        let mut wrong = vector.clone();
        wrong.expect = opposite(&vector.expect);
        assert_eq!(run(&wrong).verdict, Verdict::Fail, "{}", vector.id);
    }
}

/// The other outcome; of a sequence, in its last step.
fn opposite(expected: &Expectation) -> Expectation {
    match expected {
        Expectation::Accept { .. } => Expectation::Reject { codes: vec!["test.other_code".to_owned()] },
        Expectation::Reject { .. } => Expectation::Accept { outputs: serde_json::Map::new() },
        Expectation::Steps { steps } => {
            let (last, before) = steps.split_last().unwrap();
            Expectation::Steps { steps: [before, &[opposite(last)]].concat() }
        }
    }
}

#[test]
fn a_wrong_code_is_reported() {
    for vector in suite().vectors().filter(|vector| run(vector).verdict != Verdict::Skip) {
        if let Expectation::Reject { .. } = vector.expect {
            let expect = Expectation::Reject { codes: vec!["test.other_code".to_owned()] };
            let other = Vector { expect, ..vector.clone() };
            assert_eq!(run(&other).verdict, Verdict::Fail, "{}", vector.id);
        }
    }
}

#[test]
fn refused_cases_differ_from_their_twin_in_one_member() {
    let suite = suite();
    for vector in suite.vectors() {
        let Some(twin) = vector.twin.as_ref().and_then(|twin| suite.vector(twin)) else { continue };
        let mut members = vector.differences(twin);
        if vector.operation == "sequence" {
            // A step that is another one may have another time, too.
            let step = |member: &String| member.split_once(']').map(|(step, _)| step.to_owned());
            members.dedup_by_key(|member| step(member).unwrap_or_else(|| member.clone()));
        }
        assert_eq!(members.len(), 1, "{}: {members:?}", vector.id);
    }
}

/// Some rows are shown by vectors of another draft.
#[test]
fn no_requirement_lacks_cases() {
    let coverage = Coverage::of(&suite());
    let gaps: BTreeSet<_> = coverage.gaps().map(|row| row.requirement.as_str()).collect();
    assert!(gaps.is_empty(), "{gaps:?}");
    assert!(coverage.is_enough(), "{} pairs, {PAIRS} asked for", coverage.pairs);
}

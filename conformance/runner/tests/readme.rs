//! The guide says what is so: the printed case is the recorded output, and every operation has its row.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use wimse_conformance::{load::Suite, requirements_dir, show, vectors_dir};

const README: &str = include_str!("../../README.md");

#[test]
fn the_printed_case_is_what_show_prints() {
    let suite = Suite::load(&requirements_dir(), &vectors_dir()).unwrap();
    let shown = show::show(suite.vector("canonical-scheme-capital").unwrap(), &suite);
    assert!(README.contains(&shown), "{shown}");
}

#[test]
fn every_operation_has_a_row() {
    let suite = Suite::load(&requirements_dir(), &vectors_dir()).unwrap();
    for vector in suite.vectors() {
        assert!(README.contains(&format!("| `{}` |", vector.operation)), "{}", vector.operation);
    }
}

//! Runs the WIMSE conformance vectors against an implementation and reports which requirements it meets.
//!
//! The vectors are language-neutral JSON (`conformance/vectors`), tied by id to the requirement catalogue
//! (`conformance/requirements`). This crate reads both, has each case run and judges the outcome:
//!
//! ```text
//! vectors ----> load ----> run ----> judge ----> report
//! requirements --^  |       \-- in-process, or a harness
//! generate ----> vectors    \----> coverage
//! ```
//!
//! | Module | What it knows |
//! | --- | --- |
//! | [`vector`], [`requirement`], [`schema`] | the shape of the files |
//! | [`load`], [`select`], [`manifest`] | reading them, what holds across files, which cases are meant, and their version |
//! | [`mod@run`] | having the cases run: by this workspace in-process, or by a harness |
//! | [`harness`] | implementations in programs of their own, in any language |
//! | [`judge`] | whether an outcome is the expected one |
//! | [`baseline`] | failures that are expected |
//! | [`coverage`] | which requirements have enough cases |
//! | [`live`] | running servers and clients, in place of cases |
//! | [`html`] | several reports in one page: requirement by implementation |
//! | [`report`], [`progress`], [`mod@show`] | what a person or a program reads of it |
//! | [`mod@generate`] | the source of the vector files |
//!
//! The crates under test are called by `wimse-harness` alone. Only what makes the vectors signs by itself.
//!
//! # Example
//!
//! ```
//! use wimse_conformance::{judge::{self, Verdict}, load::Suite};
//!
//! let suite = Suite::load(&wimse_conformance::requirements_dir(), &wimse_conformance::vectors_dir())?;
//! let case = suite.vector("identifier-wimse-example").ok_or("no such case")?;
//! assert_eq!(judge::run(case).verdict, Verdict::Pass);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};

pub mod baseline;
pub mod coverage;
pub mod generate;
pub mod harness;
pub mod html;
pub mod judge;
pub mod live;
pub mod load;
pub mod manifest;
pub mod progress;
pub mod report;
pub mod requirement;
pub mod run;
pub mod schema;
pub mod select;
pub mod show;
mod text;
pub mod vector;

/// The folder of the requirement catalogue beside this crate.
#[must_use]
pub fn requirements_dir() -> PathBuf {
    beside("requirements")
}

/// The folder of the vectors beside this crate.
#[must_use]
pub fn vectors_dir() -> PathBuf {
    beside("vectors")
}

/// The folder of the JSON Schemas beside this crate.
#[must_use]
pub fn schema_dir() -> PathBuf {
    beside("schema")
}

fn beside(folder: &str) -> PathBuf {
    let runner = Path::new(env!("CARGO_MANIFEST_DIR"));
    runner.parent().unwrap_or(runner).join(folder)
}

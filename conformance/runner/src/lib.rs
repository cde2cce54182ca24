//! Runs the WIMSE conformance vectors against this workspace and reports which requirements they cover.
//!
//! The vectors are language-neutral JSON (`conformance/vectors`), tied by id to the requirement catalogue
//! (`conformance/requirements`). This crate reads both, runs each case in-process and judges the outcome:
//!
//! ```text
//! vectors ----> load ----> execute ----> judge ----> report
//! requirements --^  \----> coverage --------------------^
//! generate ----> vectors
//! ```
//!
//! | Module | What it knows |
//! | --- | --- |
//! | [`vector`], [`requirement`] | the shape of the files |
//! | [`load`] | reading them, and what holds across files |
//! | [`mod@execute`] | one function per operation: the only part that calls the crates under test |
//! | [`judge`] | whether an outcome is the expected one |
//! | [`coverage`] | which requirements have enough cases |
//! | [`report`], [`mod@show`] | what a person or a program reads of it |
//! | [`mod@generate`] | the source of the vector files |
//!
//! It does not speak to other processes: implementations in other languages read the same files on their own.
//!
//! # Example
//!
//! ```
//! use wimse_conformance::{judge::Verdict, load::Suite};
//!
//! let suite = Suite::load(&wimse_conformance::requirements_dir(), &wimse_conformance::vectors_dir())?;
//! let case = suite.vector("identifier-wimse-example").ok_or("no such case")?;
//! assert!(matches!(wimse_conformance::judge::run(case), Verdict::Pass));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};

pub mod coverage;
pub mod execute;
pub mod generate;
pub mod judge;
pub mod load;
pub mod report;
pub mod requirement;
pub mod show;
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

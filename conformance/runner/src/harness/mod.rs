//! Implementations in programs of their own, which speak the harness protocol (`conformance/README.md`).
//!
//! Nothing that such a program does stops the runner: what it says is bounded and checked, and every wait has an end.

mod command;
mod lines;
mod pool;
mod process;

pub use command::{CommandError, HarnessCommand};
pub use pool::{Pool, run};
pub use process::{Failure, Process};

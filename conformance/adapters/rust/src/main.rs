//! `wimse-harness`: the crates of this workspace as a harness of the conformance runner, on stdin and stdout.
#![forbid(unsafe_code)]

use std::{
    io::{self, Write},
    process::ExitCode,
};

fn main() -> ExitCode {
    match wimse_harness::serve(io::stdin().lock(), &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // There is nowhere to report a failure of that.
            let _ = writeln!(io::stderr(), "wimse-harness: {error}");
            ExitCode::FAILURE
        }
    }
}

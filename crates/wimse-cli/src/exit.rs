//! How a command ends.

use std::error::Error;
use std::io::{self, Write as _};

/// The exit codes of every subcommand. 2, wrong usage, is given by the parser of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Everything came out as it should.
    AsExpected = 0,
    /// Something came out otherwise.
    Otherwise = 1,
    /// The surroundings do not allow it: a port that cannot be bound, a closed output.
    Environment = 3,
}

/// For `--help`.
pub(crate) const HELP: &str = "\
Exit codes:
  0  everything came out as it should
  1  something did not
  2  wrong usage
  3  the environment does not allow it, such as a port that cannot be bound";

/// Why a command could not come to a result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The surroundings are at fault.
    #[error("{doing}")]
    Environment {
        /// What was being done.
        doing: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// A step that has to work did not.
    #[error("{doing}")]
    Step {
        /// What was being done.
        doing: &'static str,
        /// Why it did not work.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl Failure {
    /// For `map_err`: the environment does not allow it.
    pub(crate) fn environment(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Environment { doing, source }
    }

    /// For `map_err`: a step did not work.
    pub(crate) fn step<E: Into<Box<dyn Error + Send + Sync>>>(doing: &'static str) -> impl FnOnce(E) -> Self {
        move |source| Self::Step { doing, source: source.into() }
    }

    /// Writes the error and its causes to standard error, and says how to exit.
    pub(crate) fn report(&self) -> Exit {
        let mut line = format!("wimse: {self}");
        let mut cause = self.source();
        while let Some(error) = cause {
            line.push_str(&format!(": {error}"));
            cause = error.source();
        }
        // There is nowhere left to say that standard error is closed.
        let _ = writeln!(io::stderr(), "{line}");
        match self {
            Self::Environment { .. } => Exit::Environment,
            Self::Step { .. } => Exit::Otherwise,
        }
    }
}

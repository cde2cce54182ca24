//! How a command ends.

use crate::output::{Output, wrap};
use serde::Serialize;
use std::error::Error;
use std::io::{self, Write as _};

/// The exit codes of every subcommand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// What was to be judged was accepted, or what was to be made was made.
    Accepted = 0,
    /// What was to be judged was refused.
    Refused = 1,
    /// Wrong usage: options, configuration, or keys that were given to work with.
    Usage = 2,
    /// The surroundings do not allow it: a file that cannot be read, a port that cannot be bound, a closed output.
    Environment = 3,
}

/// For `--help`.
pub(crate) const HELP: &str = "\
Exit codes:
  0  accepted, or done
  1  refused: the reason is on standard output
  2  wrong usage, wrong configuration, or a key that cannot be used
  3  the environment does not allow it, such as a file that cannot be read

Every command takes --json: one JSON document with a \"schema\" member. Members may be added;
none is renamed, removed or given another meaning under the same schema.";

/// Why a command could not come to a result, and what to do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    doing: String,
    source: Option<Box<dyn Error + Send + Sync>>,
    next: Option<String>,
}

/// The document of a failure with `--json`.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    result: &'static str,
    exit: u8,
    message: String,
    next: Option<&'a str>,
}

impl Failure {
    /// Wrong usage.
    pub(crate) fn usage(doing: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, doing: doing.into(), source: None, next: None }
    }

    /// For `map_err`: what was given to work with is wrong.
    pub(crate) fn unusable<E: Into<Box<dyn Error + Send + Sync>>>(
        doing: impl Into<String>,
    ) -> impl FnOnce(E) -> Self {
        move |source| Self { source: Some(source.into()), ..Self::usage(doing) }
    }

    /// The environment does not allow it, for a reason that no other error stands behind.
    pub(crate) fn forbidden(doing: impl Into<String>) -> Self {
        Self { exit: Exit::Environment, ..Self::usage(doing) }
    }

    /// For `map_err`: the environment does not allow it.
    pub(crate) fn environment(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        move |source| Self { source: Some(source.into()), ..Self::forbidden(doing) }
    }

    /// For `map_err`: a step that has to work did not.
    pub(crate) fn step<E: Into<Box<dyn Error + Send + Sync>>>(doing: &'static str) -> impl FnOnce(E) -> Self {
        move |source| Self { exit: Exit::Refused, source: Some(source.into()), ..Self::usage(doing) }
    }

    /// Adds what to do next.
    #[must_use]
    pub(crate) fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    /// Writes the error and its causes to standard error, or with `--json` to standard output, and says how to exit.
    pub(crate) fn report(&self, output: &Output) -> Exit {
        let mut message = self.doing.clone();
        let mut cause: Option<&dyn Error> = self.source.as_deref().map(|source| source as &dyn Error);
        while let Some(error) = cause {
            message.push_str(&format!(": {error}"));
            cause = error.source();
        }
        // There is nowhere left to say that the output is closed.
        let _ = if output.is_json() {
            let document = Document {
                schema: "wimse-error/1",
                result: "error",
                exit: self.exit as u8,
                message,
                next: self.next.as_deref(),
            };
            let text = serde_json::to_string_pretty(&document).unwrap_or_default();
            writeln!(io::stdout(), "{text}")
        } else {
            let next = self.next.as_ref().map_or(String::new(), |next| format!("\n  next: {}", lines(next)));
            writeln!(io::stderr(), "wimse: {message}{next}")
        };
        self.exit
    }
}

/// Columns of what to do next, behind its start.
const WIDTH: usize = 100;

/// Long lines are broken; what has lines of its own keeps them.
fn lines(next: &str) -> String {
    if next.contains('\n') { next.to_owned() } else { wrap(next, WIDTH).join("\n        ") }
}

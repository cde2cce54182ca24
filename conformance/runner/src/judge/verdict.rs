//! What is said of a case, and by which measure.

/// How a case went.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Judgement {
    /// In one word.
    pub verdict: Verdict,
    /// What was expected and what came; harmless text of bounded length. Absent when the case passed.
    pub reason: Option<String>,
    /// Names of expected outputs that the implementation does not have; nothing is said of them.
    pub left_out: Vec<String>,
}

/// How a case went, in one word.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Verdict {
    /// As expected.
    Pass,
    /// Not as expected.
    Fail,
    /// Not as expected, in what is no more than recommended or permitted.
    Warn,
    /// The implementation does not have what the case needs: nothing is said of it.
    Skip,
    /// The implementation could not run the case.
    Error,
    /// The implementation ended.
    Crash,
    /// No answer came in time.
    Timeout,
    /// What came is not the harness protocol.
    Protocol,
    /// The implementation had failed too often before.
    NotRun,
}

impl Verdict {
    /// All, in the order of reports.
    pub const ALL: [Self; 9] = [
        Self::Pass,
        Self::Fail,
        Self::Warn,
        Self::Skip,
        Self::Error,
        Self::Crash,
        Self::Timeout,
        Self::Protocol,
        Self::NotRun,
    ];

    /// The word in reports and baselines.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Skip => "skip",
            Self::Error => "error",
            Self::Crash => "crash",
            Self::Timeout => "timeout",
            Self::Protocol => "protocol",
            Self::NotRun => "not-run",
        }
    }

    /// Whether nothing is wrong: passed, a warning, or not judged.
    #[must_use]
    pub fn is_fine(self) -> bool {
        matches!(self, Self::Pass | Self::Warn | Self::Skip)
    }
}

/// What is compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Measure {
    /// Whether a refusal must be for the right reason, where one is given.
    pub codes: bool,
    /// Whether an output or a reason that is not given is a failure. Of this workspace all are asked for.
    pub all: bool,
}

impl Measure {
    /// What this workspace is held to.
    pub const ALL: Self = Self { codes: true, all: true };
    /// What any other implementation is held to: what it gives must be right.
    pub const GIVEN: Self = Self { codes: true, all: false };
}

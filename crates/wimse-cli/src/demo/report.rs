//! What came out, before it is printed.

use crate::exit::Failure;
use crate::output::Verdict;
use serde::Serialize;

/// The result of a whole run.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) servers: Vec<ServerLine>,
    pub(crate) groups: Vec<Group>,
    pub(crate) checks: Vec<Check>,
}

/// One server.
#[derive(Debug, Serialize)]
pub(crate) struct ServerLine {
    pub(crate) name: &'static str,
    pub(crate) url: String,
    pub(crate) role: String,
}

/// Rows of one kind under one heading.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) kind: Kind,
    pub(crate) title: &'static str,
    pub(crate) explanation: &'static str,
    pub(crate) rows: Vec<Row>,
}

/// What rows are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// To be accepted.
    Call,
    /// To be refused.
    Attack,
    /// Accepted, although somebody meddled: outside what a WPT or a signature covers.
    Limit,
}

/// One thing that was tried.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) id: &'static str,
    pub(crate) tried: &'static str,
    pub(crate) expected: Outcome,
    /// What happened; no status if there was no answer.
    #[serde(flatten)]
    pub(crate) actual: Outcome,
    pub(crate) requirement: Option<&'static str>,
    /// The workload that signed the response or proved itself in the handshake, where the caller found it good.
    pub(crate) answered_by: Option<String>,
    /// The body of an answer that was accepted, or why there was no answer.
    pub(crate) detail: Option<String>,
    /// The status of the genuine request or response that the attack was made of, as it was sent.
    pub(crate) genuine_status: Option<u16>,
    pub(crate) ok: bool,
}

/// HTTP status that reached the caller, and the reason in the log of who refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Outcome {
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<&'static str>,
    pub(crate) refused_by: Option<Party>,
}

/// The two sides of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Party {
    /// It refuses requests.
    Callee,
    /// It refuses responses.
    Caller,
}

/// Something that holds across rows.
#[derive(Debug, Serialize)]
pub(crate) struct Check {
    pub(crate) id: &'static str,
    pub(crate) says: String,
    pub(crate) ok: bool,
}

impl Report {
    pub(crate) fn rows(&self, kind: Kind) -> impl Iterator<Item = &Row> {
        self.groups.iter().filter(move |group| group.kind == kind).flat_map(|group| &group.rows)
    }

    /// How many rows and checks came out wrong.
    pub(crate) fn wrong(&self) -> usize {
        let rows = self.groups.iter().flat_map(|group| &group.rows).map(|row| row.ok);
        rows.chain(self.checks.iter().map(|check| check.ok)).filter(|ok| !ok).count()
    }

    pub(crate) fn is_as_expected(&self) -> bool {
        self.wrong() == 0
    }

    pub(crate) fn verdict(&self) -> Verdict {
        if self.is_as_expected() { Verdict::Accepted } else { Verdict::Refused }
    }

    /// The document of `--json`; its members are described in the help.
    pub(crate) fn to_json(&self) -> Result<String, Failure> {
        let lines = self.groups.iter().flat_map(|group| {
            group.rows.iter().map(|row| Line { kind: group.kind, group: group.title, row })
        });
        let rows: Vec<Line<'_>> = lines.collect();
        let summary = Summary {
            calls: self.rows(Kind::Call).count(),
            attacks: self.rows(Kind::Attack).count(),
            limits: self.rows(Kind::Limit).count(),
            checks: self.checks.len(),
            wrong: self.wrong(),
            ok: self.is_as_expected(),
        };
        let document = Document {
            schema: "wimse-demo/1",
            result: self.verdict(),
            servers: &self.servers,
            rows,
            checks: &self.checks,
            summary,
        };
        let text = serde_json::to_string_pretty(&document);
        text.map(|text| text + "\n").map_err(Failure::step("the report cannot be written as JSON"))
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    result: Verdict,
    servers: &'a [ServerLine],
    rows: Vec<Line<'a>>,
    checks: &'a [Check],
    summary: Summary,
}

#[derive(Serialize)]
struct Line<'a> {
    kind: Kind,
    group: &'static str,
    #[serde(flatten)]
    row: &'a Row,
}

#[derive(Serialize)]
struct Summary {
    calls: usize,
    attacks: usize,
    limits: usize,
    checks: usize,
    wrong: usize,
    ok: bool,
}

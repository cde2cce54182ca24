//! The report as text for people.

use super::report::{Group, Kind, Report, Row};
use crate::output::{BOLD, DIM, GREEN, RED, Style, YELLOW, wrap};

/// Columns of text. Rows may be two longer: all lines fit into 110.
const WIDTH: usize = 108;
/// Columns of what was tried, and of the reason.
const TRIED: usize = 56;
const REASON: usize = 27;

const INTRODUCTION: &str = "Two workloads prove to each other who they are, over HTTP. A thief sits between them, reads \
everything and tries to be one of them. All of this runs now, on this machine, with real keys.";

const WORDS: [(&str, &str); 6] = [
    ("workload", "a running program; its name is an identifier such as wimse://demo.example/web"),
    ("WIT", "Workload Identity Token: the identity server says which workload has which key, for 1 hour"),
    ("WPT", "Workload Proof Token: signed with that key for one request; good once, for about a minute"),
    (
        "WIC",
        "Workload Identity Certificate: what a WIT says, for TLS handshakes in which both sides show one",
    ),
    ("signature", "HTTP Message Signature: with that key over a whole message; responses can be signed too"),
    ("Txn-Token", "says for which user a request is made; the WPT ties it to the request"),
];

/// The whole report, each line ended.
pub(crate) fn render(report: &Report, style: Style) -> String {
    let mut page = Page { text: String::new(), style };
    page.heading("wimse demo");
    page.paragraph(INTRODUCTION);

    page.heading("Words");
    for (word, meaning) in WORDS {
        page.line(&format!("  {word:<10} {meaning}"));
    }

    page.heading("Who is where");
    for server in &report.servers {
        page.line(&format!("  {:<17} {:<23} {}", server.name, server.url, server.role));
    }

    let mut attacks = report.groups.iter().filter(|group| group.kind == Kind::Attack).peekable();
    for group in report.groups.iter().filter(|group| group.kind == Kind::Call) {
        page.group(group);
    }
    if attacks.peek().is_some() {
        page.heading("Attacks: each must be refused");
        page.paragraph(
            "\"Reason\" stands in the log of who refuses, and is never sent to the other side. \"Rule\" is the requirement \
             of the drafts that decided, by its id in conformance/requirements.",
        );
        page.columns();
    }
    for group in attacks {
        page.group(group);
    }
    for group in report.groups.iter().filter(|group| group.kind == Kind::Limit) {
        page.group(group);
    }

    page.heading("And over all");
    for check in &report.checks {
        page.marked(check.ok, Mark::of(check.ok), &check.says);
    }
    page.summary(report);
    page.text
}

struct Page {
    text: String,
    style: Style,
}

/// What stands before a row.
#[derive(Clone, Copy)]
enum Mark {
    Right,
    Wrong,
    /// As expected, and worth knowing.
    Mind,
}

impl Mark {
    fn of(ok: bool) -> Self {
        if ok { Self::Right } else { Self::Wrong }
    }

    fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::Right => ("✓", GREEN),
            Self::Wrong => ("✗", RED),
            Self::Mind => ("!", YELLOW),
        }
    }
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn heading(&mut self, heading: &str) {
        if !self.text.is_empty() {
            self.line("");
        }
        self.line(&self.painted(heading, BOLD));
    }

    fn paragraph(&mut self, text: &str) {
        for line in wrap(text, WIDTH - 2) {
            self.line(&self.painted(&format!("  {line}"), DIM));
        }
    }

    fn columns(&mut self) {
        let titles = format!("    HTTP  {:<TRIED$}  {:<REASON$}  Rule", "The thief tries to …", "Reason");
        self.line("");
        self.line(&self.painted(&titles, DIM));
    }

    fn group(&mut self, group: &Group) {
        self.heading(group.title);
        self.paragraph(group.explanation);
        for row in &group.rows {
            self.row(group.kind, row);
        }
    }

    fn row(&mut self, kind: Kind, row: &Row) {
        let mark = if row.ok && kind == Kind::Limit { Mark::Mind } else { Mark::of(row.ok) };
        let status = match (row.actual.status, row.expected.status) {
            (Some(status), _) => status.to_string(),
            (None, Some(_)) => "---".to_owned(),
            // No HTTP, and none expected.
            (None, None) => "TLS".to_owned(),
        };
        let reason = match (row.actual.code, &row.detail) {
            (Some(code), _) => code,
            (None, Some(detail)) => detail,
            (None, None) => "",
        };
        let rule = row.requirement.unwrap_or_default();
        let mut lines = wrap(row.tried, TRIED).into_iter();
        let first = lines.next().unwrap_or_default();
        let (sign, colour) = mark.text();
        let sign = self.painted(sign, colour);
        self.line(&format!("  {sign} {status}   {first:<TRIED$}  {reason:<REASON$}  {rule}"));
        for line in lines {
            self.line(&format!("          {line}"));
        }
        if !row.ok {
            for line in wrap(&expectation(row), WIDTH - 10) {
                self.line(&self.painted(&format!("          {line}"), RED));
            }
        }
    }

    fn marked(&mut self, ok: bool, mark: Mark, text: &str) {
        let (sign, colour) = mark.text();
        let mut sign = self.painted(sign, colour);
        for line in wrap(text, WIDTH - 4) {
            self.line(&format!("  {sign} {}", if ok { line } else { self.painted(&line, RED) }));
            sign = String::from(" ");
        }
    }

    fn summary(&mut self, report: &Report) {
        let (calls, attacks) = (report.rows(Kind::Call).count(), report.rows(Kind::Attack).count());
        self.line("");
        let text = match report.wrong() {
            0 => format!(
                "As it should be: {calls} calls accepted, {attacks} attacks refused. All servers are stopped."
            ),
            wrong => format!("NOT as it should be: {wrong} of the lines above came out wrong (✗)."),
        };
        let colour = if report.is_as_expected() { GREEN } else { RED };
        self.line(&self.painted(&text, colour));
    }

    fn painted(&self, text: &str, colour: &str) -> String {
        self.style.paint(text, colour)
    }
}

fn expectation(row: &Row) -> String {
    let expected = row.expected;
    let status = expected.status.map_or("TLS".to_owned(), |status| status.to_string());
    let code = expected.code.map_or(String::new(), |code| format!(" for {code}"));
    let genuine = match row.genuine_status {
        Some(status) if status != 200 => format!("; the genuine message got {status} and not 200"),
        _ => String::new(),
    };
    format!("expected: {status}{code}{genuine}")
}

#[cfg(test)]
mod tests {
    use super::super::report::{Check, Outcome, Party};
    use super::*;

    /// A replay that got this answer.
    fn report(actual: Outcome, genuine_status: Option<u16>, ok: bool) -> Report {
        let row = Row {
            id: "replay",
            tried: "Send a recorded request a second time",
            expected: REFUSED,
            actual,
            requirement: None,
            answered_by: None,
            detail: None,
            genuine_status,
            ok,
        };
        let group = Group { kind: Kind::Attack, title: "Reuse", explanation: "Once.", rows: vec![row] };
        let check = Check { id: "check", says: "It holds.".to_owned(), ok: true };
        Report { servers: Vec::new(), groups: vec![group], checks: vec![check] }
    }

    const REFUSED: Outcome =
        Outcome { status: Some(401), code: Some("wpt.replayed"), refused_by: Some(Party::Callee) };
    const ACCEPTED: Outcome = Outcome { status: Some(200), code: None, refused_by: None };

    #[test]
    fn what_came_out_wrong_is_seen() {
        let right = report(REFUSED, Some(200), true);
        assert!(right.is_as_expected());
        let text = render(&right, Style::Plain);
        assert!(text.contains("✓ 401   Send a recorded") && text.contains("1 attacks refused"), "{text}");
        assert!(!text.contains('✗') && !text.contains("expected:"), "{text}");

        let wrong = report(ACCEPTED, Some(401), false);
        assert_eq!(wrong.wrong(), 1);
        let text = render(&wrong, Style::Plain);
        assert!(text.contains("✗ 200   Send a recorded"), "{text}");
        assert!(text.contains("expected: 401 for wpt.replayed; the genuine message got 401 and not 200"));
        assert!(text.contains("NOT as it should be: 1 of"), "{text}");
    }

    #[test]
    fn colours_only_where_asked_for() {
        let report = report(REFUSED, None, true);
        assert!(!render(&report, Style::Plain).contains('\x1b'));
        assert!(render(&report, Style::Coloured).contains("\x1b[32m✓\x1b[0m"));
    }
}

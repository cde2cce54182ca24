//! The matrix of one draft: a row for each requirement, a column for each implementation.

use super::{
    given::{Case, Outcome, Results},
    text::Html,
};
use crate::requirement::{Catalogue, Requirement};

/// With more implementations, a narrow screen has their cells beneath the requirement, each with the name of its own.
const FEW: usize = 3;

/// Where the matrix of a draft is.
pub(super) fn anchor(draft: &str, revision: &str) -> String {
    format!("d-{draft}-{revision}")
}

pub(super) fn section(html: &mut Html, catalogue: &Catalogue, results: &Results<'_>) {
    let (draft, revision) = (&catalogue.draft, &catalogue.revision);
    html.raw("<section>\n<h2 id=\"")
        .attribute(&anchor(draft, revision))
        .raw("\">")
        .text(draft)
        .raw(" <small>");
    html.text(revision).raw("</small></h2>\n<table");
    if results.reports.len() > FEW {
        // In rem: the text of the requirement, and the columns.
        let width = 14.0 + 7.5 * f64::from(u16::try_from(results.reports.len()).unwrap_or(u16::MAX));
        html.raw(" class=many style=\"min-width:").text(&width.to_string()).raw("rem\"");
    }
    html.raw(">\n<thead><tr><th scope=col>requirement");
    for report in results.reports {
        html.raw("<th scope=col>").text(&report.implementation.name);
    }
    html.raw("</thead>\n");
    for requirement in &catalogue.requirements {
        let cases = results.of_requirement(&requirement.id);
        if !cases.is_empty() {
            row(html, requirement, &cases, results);
        }
    }
    html.raw("</table>\n</section>\n");
}

fn row(html: &mut Html, requirement: &Requirement, cases: &[&Case<'_>], results: &Results<'_>) {
    let Requirement { id, level, text, section, .. } = requirement;
    html.raw("<tbody id=\"r-")
        .attribute(id)
        .raw("\"><tr><th scope=row><b>")
        .text(id)
        .raw("</b> <small>")
        .text(level)
        .raw(", section ");
    html.text(section).raw("</small><br>").text(text);
    for number in 0..results.reports.len() {
        cell(html, id, cases, number, results);
    }
    html.raw("\n<tr><td colspan=").text(&(results.reports.len() + 1).to_string()).raw("><details><summary>");
    html.text(&counted(cases.len())).raw("</summary><ul class=list>");
    // What is wrong comes first.
    let mut cases = cases.to_vec();
    cases
        .sort_by_key(|case| !(0..results.reports.len()).any(|number| case.outcome(number) == Outcome::Wrong));
    for case in cases {
        html.raw("<li>");
        signs(html, case, results);
        html.raw("<a href=\"#c-").attribute(case.id).raw("\">").text(case.id).raw("</a>");
    }
    html.raw("</ul></details>\n");
}

/// How the requirement went with one implementation.
fn cell(html: &mut Html, id: &str, cases: &[&Case<'_>], number: usize, results: &Results<'_>) {
    let count = |wanted| cases.iter().filter(|case| case.outcome(number) == wanted).count();
    let [passed, wrong, warned, skipped] =
        [Outcome::Passed, Outcome::Wrong, Outcome::Warned, Outcome::Skipped].map(count);
    let (outcome, shown) = match () {
        () if wrong > 0 => (Outcome::Wrong, format!("{wrong}/{}", passed + wrong + warned)),
        () if warned > 0 => (Outcome::Warned, format!("{warned}/{}", passed + warned)),
        () if passed > 0 => (Outcome::Passed, passed.to_string()),
        () if skipped > 0 => (Outcome::Skipped, String::new()),
        () => (Outcome::Absent, String::new()),
    };
    let (sign, class) = outcome.sign();
    html.raw("<td class=").raw(class);
    if outcome == Outcome::Absent {
        html.raw(">");
        return;
    }
    if results.reports.len() > FEW {
        html.raw(" data-of=\"").attribute(&results.reports[number].implementation.name).raw("\"");
    }
    html.raw(">");
    let words = [(passed, "passed"), (wrong, "wrong"), (warned, "warnings"), (skipped, "skipped")];
    let words = words.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
    html.raw("<a href=\"#r-")
        .attribute(id)
        .raw("\" title=\"")
        .attribute(&words.collect::<Vec<_>>().join(", "));
    html.raw("\">").raw(sign).raw(" ").text(&shown).raw("</a>");
}

/// A sign for each implementation, in the order of the columns.
pub(super) fn signs(html: &mut Html, case: &Case<'_>, results: &Results<'_>) {
    let outcomes: Vec<Outcome> = (0..results.reports.len()).map(|number| case.outcome(number)).collect();
    let worst =
        [Outcome::Wrong, Outcome::Warned, Outcome::Passed].into_iter().find(|worst| outcomes.contains(worst));
    let (_, class) = worst.unwrap_or(Outcome::Skipped).sign();
    html.raw("<i class=").raw(class).raw(">");
    for outcome in outcomes {
        html.raw(match outcome {
            Outcome::Absent => "\u{b7}",
            outcome => outcome.sign().0,
        });
    }
    html.raw("</i>");
}

fn counted(cases: usize) -> String {
    if cases == 1 { "1 case".to_owned() } else { format!("{cases} cases") }
}

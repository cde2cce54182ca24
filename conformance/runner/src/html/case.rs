//! The cases, each once.

use std::collections::BTreeMap;

use super::{
    given::{Case, Outcome, Results},
    matrix::signs,
    text::Html,
};
use crate::{
    load::Suite,
    show,
    vector::{Vector, VectorFile},
};

/// Configurations that are there already, and the case where.
type Shown<'a> = BTreeMap<String, &'a str>;

pub(super) fn section(html: &mut Html, suite: &Suite, results: &Results<'_>) {
    html.raw("<section>\n<h2 id=cases>cases</h2>\n");
    let mut shown = Shown::new();
    let mut file = None;
    for case in &results.cases {
        let here = case
            .known
            .map(|(file, vector)| (file.draft.as_str(), file.revision.as_str(), vector.operation.as_str()));
        if file != Some(here) {
            if file.is_some() {
                html.raw("</details>\n");
            }
            file = Some(here);
            let (draft, revision, operation) = here.unwrap_or(("other", "", "cases"));
            html.raw("<details class=group><summary>")
                .text(draft)
                .raw(" ")
                .text(revision)
                .raw(": ")
                .text(operation);
            html.raw("</summary>\n");
        }
        block(html, suite, case, results, &mut shown);
    }
    if file.is_some() {
        html.raw("</details>\n");
    }
    html.raw("</section>\n");
}

fn block<'a>(html: &mut Html, suite: &Suite, case: &Case<'a>, results: &Results<'a>, shown: &mut Shown<'a>) {
    html.raw("<details class=case><summary id=\"c-").attribute(case.id).raw("\">");
    signs(html, case, results);
    html.text(case.id).raw("</summary>");
    if let Some((file, vector)) = case.known {
        known(html, suite, file, vector, shown);
    }
    for (number, report) in results.reports.iter().enumerate() {
        let outcome = case.outcome(number);
        let reason = case.rows.get(number).copied().flatten().and_then(|row| row.reason.as_deref());
        if outcome == Outcome::Absent || outcome == Outcome::Passed {
            continue;
        }
        let (sign, class) = outcome.sign();
        html.raw("<p class=")
            .raw(class)
            .raw(">")
            .raw(sign)
            .raw(" ")
            .text(&report.implementation.name)
            .raw(": ");
        html.text(reason.unwrap_or("no reason given"));
    }
    html.raw("</details>\n");
}

fn known<'a>(html: &mut Html, suite: &Suite, file: &VectorFile, vector: &'a Vector, shown: &mut Shown<'a>) {
    html.raw("<p>").text(&vector.comment).raw("<p class=sub>").text(vector.importance.as_str()).raw(", ");
    html.text(&vector.operation).raw(", ").text(&file.draft);
    for id in &vector.requirements {
        html.raw(", <a href=\"#r-").attribute(id).raw("\">").text(id).raw("</a>");
    }
    let twin = vector.twin.as_deref().and_then(|id| suite.vector(id));
    if let Some(twin) = twin {
        html.raw("<p>As <a href=\"#c-")
            .attribute(&twin.id)
            .raw("\">")
            .text(&twin.id)
            .raw("</a>, with one thing changed: ");
        html.text(vector.differs.as_deref().unwrap_or_default()).raw(".");
    }
    if let Some(twin) = twin {
        pre(html, &show::changes(vector, twin));
    } else {
        pre(html, &show::members("input", &vector.input));
        let config = show::members("config", &vector.config);
        match shown.get(&config) {
            Some(first) if !config.is_empty() => {
                html.raw("<p class=sub>config: that of <a href=\"#c-")
                    .attribute(first)
                    .raw("\">")
                    .text(first)
                    .raw("</a>");
            }
            _ => {
                pre(html, &config);
                shown.insert(config, &vector.id);
            }
        }
    }
    if vector.operation.starts_with("live.") {
        html.raw("<p class=sub>What is sent is made anew in each run.");
    }
    if vector.operation.starts_with("live.") {
        html.raw("<p>").raw(if vector.is_accepted() { "To be accepted." } else { "To be refused." });
    } else {
        pre(html, &show::expected(vector));
    }
}

fn pre(html: &mut Html, text: &str) {
    if !text.is_empty() {
        html.raw("<pre>").text(text.trim_end()).raw("</pre>");
    }
}

//! Several reports as one page: a matrix of requirements and implementations, and every case with its decoded input.
//!
//! The page is one file without anything from elsewhere. Its one script opens the case that a link leads to, where the browser
//! does not do so by itself.
//!
//! ```
//! use wimse_conformance::{html::{Given, page}, load::Suite};
//!
//! let suite = Suite::default();
//! let report = r#"{"implementation": {"name": "mine", "version": "1.0", "language": "Go"}, "cases": []}"#;
//! let page = page(&suite, &[Given::parse(report)?], None);
//! assert!(page.starts_with("<!doctype html>") && page.contains("mine"));
//! # Ok::<(), serde_json::Error>(())
//! ```

use crate::{load::Suite, manifest::Manifest};

mod case;
mod given;
mod matrix;
mod text;

pub use given::Given;

use given::Results;
use text::Html;

/// The page. `suite` has the requirements and the cases; of a case that is not in it, the id is shown.
#[must_use]
pub fn page(suite: &Suite, reports: &[Given], vectors: Option<&Manifest>) -> String {
    let results = Results::of(suite, reports);
    let mut html = Html::default();
    html.raw(HEAD)
        .raw("<style>")
        .raw(STYLE)
        .raw("</style>\n</head>\n<body>\n<header>\n<h1>WIMSE conformance</h1>\n<p class=sub>");
    match vectors {
        Some(vectors) => html.text(&vectors.to_string()),
        None => html.text("vectors without a version"),
    };
    html.raw("</p>\n");
    summary(&mut html, reports);
    html.raw(LEGEND);
    let catalogues: Vec<_> = suite.catalogues.iter().filter(|catalogue| results.has(catalogue)).collect();
    html.raw("<nav aria-label=Drafts><ul>");
    for catalogue in &catalogues {
        let (draft, revision) = (&catalogue.draft, &catalogue.revision);
        html.raw("<li><a href=\"#").attribute(&matrix::anchor(draft, revision)).raw("\">").text(draft);
        html.raw(" <small>").text(revision).raw("</small></a>");
    }
    html.raw("<li><a href=\"#cases\">cases</a></ul></nav>\n</header>\n<main>\n");
    for catalogue in catalogues {
        matrix::section(&mut html, catalogue, &results);
    }
    case::section(&mut html, suite, &results);
    html.raw("</main>\n<script>").raw(SCRIPT).raw("</script>\n</body>\n</html>\n");
    html.finish()
}

fn summary(html: &mut Html, reports: &[Given]) {
    html.raw("<ul class=impls>\n");
    for report in reports {
        let count = |words: &[&str]| {
            report.cases.iter().filter(|case| words.contains(&case.verdict.as_str())).count()
        };
        let (passed, skipped, warned) = (count(&["pass"]), count(&["skip"]), count(&["warn"]));
        let wrong = report.cases.len() - passed - skipped - warned;
        html.raw("<li><b>")
            .text(&report.implementation.name)
            .raw("</b> ")
            .text(&report.implementation.version);
        html.raw("<br><small>").text(&report.implementation.language).raw("</small><br>");
        html.raw("<span class=p>").text(&format!("{passed} passed")).raw("</span>, <span class=");
        html.raw(if wrong > 0 { "f" } else { "s" }).raw(">").text(&format!("{wrong} wrong")).raw("</span>, ");
        if warned > 0 {
            html.raw("<span class=w>").text(&format!("{warned} warnings")).raw("</span>, ");
        }
        html.raw("<span class=s>").text(&format!("{skipped} skipped")).raw("</span>\n");
    }
    html.raw("</ul>\n");
}

const HEAD: &str = "<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n\
    <meta name=viewport content=\"width=device-width, initial-scale=1\">\n<meta name=color-scheme content=\"light dark\">\n\
    <title>WIMSE conformance</title>\n";

const LEGEND: &str = "<p class=legend><span class=p>✓ passed</span> <span class=f>✗ wrong of all</span> \
    <span class=w>! warning</span> <span class=s>– skipped</span></p>\n<p class=legend>A cell opens the cases of its requirement.</p>\n";

const STYLE: &str = include_str!("page.css");

/// What a link leads to is shown: the folded parts that it is in are opened, and the cases of a requirement.
const SCRIPT: &str = "addEventListener('hashchange',o);o();function o(){\
    var e=document.getElementById(decodeURIComponent(location.hash.slice(1)));if(!e)return;\
    if(e.tagName=='TBODY')e.querySelector('details').open=true;\
    for(var p=e;p;p=p.parentElement)if(p.tagName=='DETAILS')p.open=true;e.scrollIntoView()}";

//! The page of several reports.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{collections::BTreeSet, sync::OnceLock};

use wimse_conformance::{
    html::{Given, page},
    load::Suite,
    requirements_dir, vectors_dir,
};

fn suite() -> &'static Suite {
    static SUITE: OnceLock<Suite> = OnceLock::new();
    SUITE.get_or_init(|| Suite::load(&requirements_dir(), &vectors_dir()).unwrap())
}

/// A report of an implementation with that name, by id and verdict.
fn report(name: &str, cases: &[(&str, &str)]) -> Given {
    let cases: Vec<_> = cases
        .iter()
        .map(|(id, verdict)| serde_json::json!({"id": id, "verdict": verdict, "reason": "found <b>7</b>", "requirements": ["WPT-2-18"]}))
        .collect();
    let report = serde_json::json!({
        "implementation": {"name": name, "version": "1", "language": "X"},
        "cases": cases,
    });
    Given::parse(&report.to_string()).unwrap()
}

#[test]
fn a_cell_leads_to_the_cases_and_a_case_shows_its_decoded_input() {
    let reports = [
        report("good", &[("wpt-typ", "pass"), ("wpt-typ-jwt", "pass")]),
        report("bad", &[("wpt-typ", "pass"), ("wpt-typ-jwt", "fail")]),
        report("small", &[("wpt-typ", "skip"), ("wpt-typ-jwt", "skip")]),
    ];
    let page = page(suite(), &reports, None);
    for part in [
        "<td class=p><a href=\"#r-WPT-2-18\" title=\"2 passed\">✓ 2</a>",
        "<td class=f><a href=\"#r-WPT-2-18\" title=\"1 passed, 1 wrong\">✗ 1/2</a>",
        "<td class=s><a href=\"#r-WPT-2-18\" title=\"2 skipped\">– </a>",
        // Of the requirement, what is wrong comes first.
        "<summary>2 cases</summary><ul class=list><li><i class=f>✓✗–</i><a href=\"#c-wpt-typ-jwt\">",
        // What differs from the twin, with what is in the token.
        "As <a href=\"#c-wpt-typ\">wpt-typ</a>, with one thing changed",
        "+ Authorization: WPT ⟨{\"alg\":\"Ed25519\",\"typ\":\"JWT\"}⟩.",
        "refused with wpt.typ_mismatch",
        "✗ bad: found &lt;b&gt;7&lt;/b&gt;",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
}

/// On a narrow screen there are no columns for so many.
#[test]
fn of_many_implementations_each_cell_says_whose_it_is() {
    let few = ["a", "b", "c"].map(|name| report(name, &[("wpt-typ", "pass")]));
    let many = ["a", "b", "<c>", "d"].map(|name| report(name, &[("wpt-typ", "pass")]));
    let (few, many) = (page(suite(), &few, None), page(suite(), &many, None));
    let cell = "<td class=p data-of=\"&lt;c&gt;\"><a href=\"#r-WPT-2-18\"";
    for part in ["<table class=many style=\"min-width:44rem\">", cell] {
        assert_eq!((few.contains(part), many.contains(part)), (false, true), "{part}");
    }
    assert!(few.contains("<table>"));
}

#[test]
fn every_link_leads_somewhere_and_nothing_is_loaded() {
    let suite = suite();
    let cases: Vec<(&str, &str)> = suite.vectors().map(|vector| (vector.id.as_str(), "pass")).collect();
    let page = page(suite, &[report("all", &cases)], None);
    let of = |start: &str| -> BTreeSet<&str> {
        page.split(start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    };
    let (mut ids, links) = (of(" id=\""), of(" href=\"#"));
    ids.insert("cases");
    assert!(links.len() > 3000);
    assert_eq!(links.difference(&ids).collect::<Vec<_>>(), Vec::<&&str>::new());
    assert_eq!(of(" href=\"").len(), links.len(), "every link is within the page");
    for loading in [" src=", "<link", "<img", "<iframe", "@import", ":url("] {
        // In values of cases there may be anything; in markup there is not.
        let outside =
            page.split("<pre>").map(|part| part.split_once("</pre>").map_or(part, |(_, rest)| rest));
        assert!(!outside.into_iter().any(|part| part.contains(loading)), "{loading}");
    }
    for theme in ["prefers-color-scheme:dark", "name=viewport"] {
        assert!(page.contains(theme), "{theme}");
    }
}

#[test]
fn what_the_suite_does_not_know_is_shown_by_its_id_and_is_no_markup() {
    let page = page(suite(), &[report("<i>evil", &[("x\"><script>alert(1)</script>", "pass")])], None);
    assert!(!page.contains("<script>alert") && !page.contains("<i>evil"));
    assert!(page.contains("id=\"c-x&quot;&gt;&lt;script&gt;"), "it is there all the same");
}

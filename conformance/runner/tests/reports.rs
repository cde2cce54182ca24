//! What the reports say of a run, and that the words of others are only words in them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use serde_json::{Value, json};
use wimse_conformance::{
    baseline::Baseline,
    judge::{Judgement, Measure, Verdict, judge},
    load::{Selected, Suite},
    manifest::Manifest,
    report::Report,
    requirements_dir,
    run::Happened,
    vectors_dir,
};
use wimse_harness::protocol::{Answer, Hello};

const HOSTILE: &str = "</failure><script>alert(1)</script>\" | `x` [a](b) ]]>\u{1b}[2J\u{0}\n## More";

/// Two refused cases and an accepted one of identifiers; the first is accepted, the second one's harness crashes.
fn report(baseline: &str) -> Report {
    let suite = Suite::load(&requirements_dir(), &vectors_dir()).unwrap();
    let of = |id: &str| suite.selected().find(|selected| selected.vector.id == id).unwrap();
    let selected: Vec<Selected<'_>> =
        ["identifier-relative-path", "identifier-authority-empty", "identifier-wimse-example"]
            .map(of)
            .to_vec();
    let refused = Answer::Reject { code: Some(HOSTILE.to_owned()), detail: Some(HOSTILE.to_owned()) };
    let happened = [
        Happened::Answer(refused),
        Happened::Crash("it ended".to_owned()),
        Happened::Answer(Answer::Accept { outputs: serde_json::Map::new() }),
    ];
    let judged = selected.iter().zip(&happened);
    let judgements: Vec<Judgement> =
        judged.map(|(selected, happened)| judge(selected.vector, happened, Measure::GIVEN)).collect();
    let hello = Hello { name: "<b>&\"|".to_owned(), ..wimse_harness::hello() };
    let manifest = Manifest::read(&vectors_dir()).unwrap();
    Report::of(&suite, manifest, &hello, &selected, judgements, &Baseline::parse(baseline).unwrap())
}

const EXPECTED: &str = "[[expected]]\nid = \"identifier-relative-path\"\nreason = \"known <1>\"\n\
     [[expected]]\nid = \"identifier-authority-empty\"\nverdict = \"crash\"\nreason = \"known\"\n";

#[test]
fn a_run_is_clean_when_all_that_is_wrong_is_expected() {
    let found = report("");
    assert!(!found.clean);
    assert_eq!(
        (found.count(Verdict::Fail), found.count(Verdict::Crash), found.count(Verdict::Pass)),
        (1, 1, 1)
    );
    let expected = report(EXPECTED);
    assert!(expected.clean && expected.expected == 2);
    let stale =
        report(&format!("{EXPECTED}[[expected]]\nid = \"identifier-wimse-example\"\nreason = \"old\"\n"));
    assert!(!stale.clean);
    assert_eq!((stale.stale[0].expected.as_str(), stale.stale[0].found), ("fail", "pass"));
}

#[test]
fn the_summary_names_case_verdict_and_requirements() {
    let text = report("").terminal(false);
    for part in [
        "FAIL identifier-relative-path (",
        "CRASH identifier-authority-empty (",
        "  shows ID-",
        "3 cases: 1 passed, 1 failed, 1 crashed",
        "vectors 0.1.0",
        "not as expected",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains('\u{1b}'), "{text}");
    assert!(report(EXPECTED).terminal(true).contains("\u{1b}[32mas expected\u{1b}[0m"));
}

#[test]
fn the_json_report_has_its_documented_members() {
    let report = serde_json::to_value(report(EXPECTED)).unwrap();
    assert_eq!(report["vectors"], json!({"version": "0.1.0", "license": "Apache-2.0 OR MIT"}));
    assert_eq!(report["totals"], json!({"pass": 1, "fail": 1, "crash": 1}));
    let case = &report["cases"][0];
    assert_eq!(
        (&case["id"], &case["verdict"], &case["expected"]),
        (&json!("identifier-relative-path"), &json!("fail"), &json!("known <1>"))
    );
    assert!(case["reason"].as_str().unwrap().contains("\\u{1b}"), "{case}");
    let left_out = report["cases"][2]["left_out"].as_array().unwrap().len();
    assert_eq!(report["outputs_left_out"], left_out);
    let requirements = report["requirements"].as_array().unwrap();
    let wrong: Vec<_> = requirements.iter().filter(|row| row["wrong"] != json!([])).collect();
    assert!(!wrong.is_empty() && wrong.iter().all(|row| row["text"].is_string()), "{requirements:?}");
    let schema: Value = serde_json::from_str(include_str!("../../schema/report.schema.json")).unwrap();
    let schema = jsonschema::draft202012::new(&schema).unwrap();
    let errors: Vec<_> = schema.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn junit_counts_failures_errors_and_expected_ones() {
    let xml = report("").junit();
    assert!(xml.contains("tests=\"3\" failures=\"1\" errors=\"1\" skipped=\"0\""), "{xml}");
    assert!(
        xml.contains("<failure type=\"fail\" message=\"") && xml.contains("<error type=\"crash\""),
        "{xml}"
    );
    assert!(xml.contains("<property name=\"requirement\" value=\"ID-"), "{xml}");
    assert!(xml.contains("&lt;/failure&gt;&lt;script&gt;") && !xml.contains("<script"), "{xml}");
    assert!(xml.contains("<testsuites name=\"&lt;b&gt;&amp;&quot;|"), "{xml}");
    assert!(!xml.contains('\u{1b}') && !xml.contains('\0'), "{xml}");
    let expected = report(EXPECTED).junit();
    assert!(expected.contains("failures=\"0\" errors=\"0\" skipped=\"2\""), "{expected}");
    assert!(expected.contains("<skipped message=\"expected: known &lt;1&gt;"), "{expected}");
}

#[test]
fn markdown_stays_a_table() {
    let page = report("").markdown();
    let row = page.lines().find(|line| line.starts_with("| `identifier-relative-path` | fail |")).unwrap();
    assert!(row.contains("\\[a\\]\\(b\\)") && row.contains("&lt;script&gt;"), "{row}");
    assert_eq!(row.replace("\\|", "").matches('|').count(), 7, "{row}");
    assert!(!page.contains("\n## More") && !page.contains('\u{1b}') && !page.contains("<script"), "{page}");
    assert!(page.contains("| ID-4.2-2 |") || page.contains("| ID-"), "{page}");
    assert!(page.contains("## identifier after-03"), "{page}");
}

//! Structured fields (RFC 9651) as this crate really reads them: as components with `sf`, and as parameters of a
//! signature. Judged by the cases of the HTTP working group.
//!
//! The cases are read from the folder `WIMSE_VECTORS` and skipped without it.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod support;

use serde_json::Value;
use wimse_httpsig::message::{
    Component, FieldType, FieldTypes, Fields, RequestMessage, Signatures, TargetContext,
};

/// A case that we decide in another way than the set, by its name, its raw lines, and what we make of it.
struct Divergence {
    name: &'static str,
    raw: &'static [&'static str],
    ours: Result<&'static str, &'static str>,
    reason: &'static str,
}

const DIVERGENCES: &[Divergence] = &[
    Divergence {
        name: "empty dictionary",
        raw: &[""],
        ours: Err("httpsig.field_structure"),
        reason: "an empty Dictionary is no field (RFC 9651 4.1): there is nothing to sign",
    },
    Divergence {
        name: "empty list",
        raw: &[""],
        ours: Err("httpsig.field_structure"),
        reason: "an empty List is no field (RFC 9651 4.1): there is nothing to sign",
    },
    Divergence {
        name: "leading space",
        raw: &[" \t 1"],
        ours: Ok("1"),
        reason: "white space at both ends, tabs too, is no part of a field value (RFC 9110 5.5, RFC 9421 2.1)",
    },
    Divergence {
        name: "trailing space",
        raw: &["1 \t "],
        ours: Ok("1"),
        reason: "white space at both ends, tabs too, is no part of a field value (RFC 9110 5.5, RFC 9421 2.1)",
    },
];

#[test]
fn components_in_strict_form() {
    let Some(folder) = support::vectors() else { return };
    let (mut accepted, mut refused, mut diverged) = (0, 0, 0);
    each_case(&folder.join("structured-field-tests"), &mut |case| {
        let (name, raw) = (case["name"].as_str().unwrap(), strings(&case["raw"]));
        let found = strict(case["header_type"].as_str().unwrap(), &raw);
        if let Some(known) = DIVERGENCES.iter().find(|known| known.name == name && known.raw == raw) {
            assert_eq!(found.as_deref().map_err(|code| *code), known.ours, "{name}: {}", known.reason);
            diverged += 1;
        } else if case["must_fail"] == true {
            assert!(found.is_err(), "{name}: {raw:?} {found:?}");
            refused += 1;
        } else if case["can_fail"] != true {
            // What can fail is left to the parser, and not judged.
            let canonical = case.get("canonical").map_or(raw.clone(), strings).join(", ");
            assert_eq!(found.as_deref(), Ok(&*canonical), "{name}: {raw:?}");
            accepted += 1;
        }
    });
    assert_eq!(diverged, DIVERGENCES.len());
    assert!(accepted >= 120 && refused >= 100, "{accepted} {refused}");
}

/// Every bare item of an Item case, as a parameter.
#[test]
fn parameters_of_signatures() {
    let Some(folder) = support::vectors() else { return };
    let (mut accepted, mut refused) = (0, 0);
    each_case(&folder.join("structured-field-tests"), &mut |case| {
        let raw = strings(&case["raw"]);
        let is_one_item = case["header_type"] == "item" && raw.len() == 1 && raw[0] == raw[0].trim();
        if !is_one_item || case["can_fail"] == true {
            return;
        }
        let fails = case["must_fail"] == true;
        let has_parameters = case["expected"][1].as_array().is_some_and(|list| !list.is_empty());
        // What follows the bare item belongs to the signature here.
        if has_parameters || raw[0].contains([';', ',']) || raw[0].is_empty() {
            return;
        }
        let input = format!("a=();p={}", raw[0]);
        let lines = [("signature-input", input.as_bytes()), ("signature", &b"a=:AAAA:"[..])];
        match Signatures::parse(Fields::raw(&lines)) {
            Err(_) => {
                assert!(fails, "{}: {raw:?}", case["name"]);
                refused += 1;
            }
            Ok(signatures) => {
                assert!(!fails, "{}: {raw:?}", case["name"]);
                let canonical = case.get("canonical").map_or(raw, strings).join("");
                let expected =
                    if canonical == "?1" { "();p".to_owned() } else { format!("();p={canonical}") };
                assert_eq!(signatures.labelled("a").unwrap().input().as_str(), expected);
                accepted += 1;
            }
        }
    });
    assert!(accepted >= 40 && refused >= 60, "{accepted} {refused}");
}

/// The value of a component with `sf`, or the code of the refusal.
fn strict(field_type: &str, raw: &[String]) -> Result<String, &'static str> {
    let field_type = match field_type {
        "dictionary" => FieldType::Dictionary,
        "list" => FieldType::List,
        _ => FieldType::Item,
    };
    let types = FieldTypes::default().with("x", field_type);
    let lines: Vec<_> = raw.iter().map(|line| ("X", line.as_bytes())).collect();
    let message = RequestMessage::new("GET", TargetContext::new("/"), Fields::raw(&lines));
    let component = Component::field("x").unwrap().sf();
    component.value(&message.with_field_types(&types)).map_err(|error| error.code())
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn each_case(folder: &std::path::Path, judge: &mut dyn FnMut(&Value)) {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    assert!(files.len() >= 13, "{files:?}");
    for file in files {
        support::json(&file).as_array().unwrap().iter().for_each(&mut *judge);
    }
}

/// A few by hand, for a run without the folder.
#[test]
fn a_handful() {
    for (field_type, raw, expected) in [
        ("dictionary", "a=1 ,b;x,  c=( 1   2 )", Ok("a=1, b;x, c=(1 2)")),
        ("dictionary", "a=1,b=2,a=3", Ok("a=3, b=2")),
        ("list", "1,\t2.0", Ok("1, 2.0")),
        ("item", "?0", Ok("?0")),
        ("item", "1 2", Err("httpsig.field_structure")),
        ("list", "1,,2", Err("httpsig.field_structure")),
        ("dictionary", "A=1", Err("httpsig.field_structure")),
    ] {
        let found = strict(field_type, &[raw.to_owned()]);
        assert_eq!(found.as_deref().map_err(|code| *code), expected, "{raw}");
    }
}

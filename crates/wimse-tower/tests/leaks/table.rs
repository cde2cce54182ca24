//! The tables of `docs/observability.md`, and what the crates do.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

fn document(name: &str) -> String {
    fs::read_to_string(format!("{}/../../docs/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The rows whose first cell begins so, by their cells.
fn rows(beginning: &str, cells: usize) -> Vec<Vec<String>> {
    let document = document("observability.md");
    let rows = document.lines().filter(|line| line.starts_with(&format!("| `{beginning}")));
    let rows =
        rows.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect());
    rows.filter(|row: &Vec<String>| row.len() == cells).collect()
}

fn words(cell: &str) -> BTreeSet<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn word(cell: &str) -> String {
    words(cell).into_iter().next().unwrap()
}

/// Kind, unit, description, and the labels of each series.
pub(crate) fn check_metrics(written: &str) {
    let mut described = BTreeMap::new();
    let mut labels = BTreeMap::<String, BTreeSet<String>>::new();
    for line in written.lines() {
        if let Some(line) = line.strip_prefix("describe ") {
            let parts: Vec<_> = line.splitn(4, ' ').collect();
            described
                .insert(parts[1].to_owned(), (parts[0].to_owned(), parts[2].to_owned(), parts[3].to_owned()));
            continue;
        }
        let (kind_and_name, series) = line.split_once(" {").unwrap();
        let name = kind_and_name.split(' ').nth(1).unwrap().to_owned();
        let series = series.trim_end_matches('}').split(',').filter_map(|label| label.split_once('='));
        let series: Vec<(&str, &str)> = series.collect();
        for (label, value) in &series {
            let is_known =
                ["\"unknown\"", "\"wimse://example.com\"", "\"spiffe://partner.example\""].contains(value);
            assert!(is_known || !label.contains("trust_domain"), "{line}");
            let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "\"_.+:/".contains(c);
            assert!(value.chars().all(is_plain), "{line}");
        }
        let series = series.into_iter().map(|(label, _)| label.to_owned()).collect();
        let known = labels.entry(name.clone()).or_insert_with(|| BTreeSet::clone(&series));
        assert_eq!(*known, series, "{name}");
    }
    let table: BTreeMap<_, _> = rows("wimse_", 5).into_iter().map(|row| (word(&row[0]), row)).collect();
    assert_eq!(table.keys().collect::<Vec<_>>(), described.keys().collect::<Vec<_>>());
    let has_redis = written.contains("wimse_replay_connections_total {");
    for (name, row) in table {
        let told = (row[1].clone(), row[2].clone(), row[4].clone());
        assert_eq!(told, described[&name], "{name}");
        if has_redis || !name.starts_with("wimse_replay_") {
            assert_eq!(labels.get(&name), Some(&words(&row[3])), "{name}");
        }
    }
}

/// The fields that spans have in the log.
pub(crate) fn check_spans(logs: &str) {
    let spans = rows("wimse.", 4);
    assert_eq!(spans.len(), 5);
    for row in spans {
        let (name, target, documented) = (word(&row[0]), word(&row[1]), words(&row[2]));
        let mut seen = BTreeSet::new();
        let mut is_there = false;
        for line in logs.lines() {
            let Some((_, from)) = line.split_once(&name) else { continue };
            is_there |= line.contains(&format!("{target}: "));
            if let Some(fields) =
                from.strip_prefix('{').and_then(|from| from.split_once("}:").map(|(fields, _)| fields))
            {
                // Up to the next span within this one.
                let fields = fields.split("}:").next().unwrap_or_default();
                let keys =
                    fields.split([' ', '{']).filter_map(|word| word.split_once('=').map(|(key, _)| key));
                seen.extend(
                    keys.filter(|key| key.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
                        .map(str::to_owned),
                );
            }
        }
        assert!(is_there || name == "wimse.admit", "{name}");
        if is_there {
            assert_eq!(seen, documented, "{name}");
        }
    }
}

/// Each event is as the schema says, and the table has the members of the schema.
pub(crate) fn check_events(lines: &str) {
    let schema: serde_json::Value = serde_json::from_str(&document("audit/event.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut seen = BTreeSet::new();
    for line in lines.lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        let errors: Vec<String> = validator.iter_errors(&event).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?} in {line}");
        seen.extend(event.as_object().unwrap().keys().cloned());
    }
    let members: BTreeSet<String> = schema["properties"].as_object().unwrap().keys().cloned().collect();
    let required: BTreeSet<&str> =
        schema["required"].as_array().unwrap().iter().filter_map(|name| name.as_str()).collect();
    let document = document("observability.md");
    let (_, table) = document.split_once("| Field | Always |").unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let mut told = BTreeSet::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let name = word(cells[0]);
        assert_eq!(cells[1] == "yes", required.contains(name.as_str()), "{name}");
        told.insert(name);
    }
    assert_eq!(told, members);
    // What the suite has no case of.
    let rare = ["claimed_issuer", "claimed_token_id"].map(str::to_owned);
    assert!(members.iter().all(|name| seen.contains(name) || rare.contains(name)), "{seen:?}");
}

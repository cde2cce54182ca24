//! From text to the sections and keys of the schema: what TOML and the schema refuse, in words that help.

use super::problem::Problem;
use super::schema::Document;
use super::source::Source;
use serde::de::DeserializeOwned;

/// Reads the text, up to the first thing that is wrong.
pub(super) fn read(source: &Source) -> Result<Document, Box<Problem>> {
    read_as(source, "\"wimse config check --help\" has a whole example")
}

/// Reads a file of another schema; `manual` says where a whole example is.
pub(super) fn read_as<T: DeserializeOwned>(source: &Source, manual: &str) -> Result<T, Box<Problem>> {
    toml::from_str(source.text()).map_err(|error| {
        let mut problem = explain(source, &error);
        problem.fix = problem.fix.replace("\"wimse config check --help\" has a whole example", manual);
        Box::new(problem)
    })
}

fn explain(source: &Source, error: &toml::de::Error) -> Problem {
    let span = error.span().unwrap_or(0..0);
    let message = error.message();
    // serde puts the name that is wrong first, and those that are known after it, each between backticks.
    let mut names = message.split('`').skip(1).step_by(2);
    let name = names.next().unwrap_or_default();
    let known: Vec<&str> = names.collect();
    let problem = |code, message: String, fix: String| source.problem(code, span.clone(), message, fix);
    match message {
        _ if message.starts_with("unknown field") => {
            problem("config.unknown_key", format!("unknown key \"{name}\""), choose(name, &known))
        }
        _ if message.starts_with("unknown variant") => {
            problem("config.value", format!("unknown value \"{name}\""), choose(name, &known))
        }
        _ if message.ends_with("expected newtype variant") => problem(
            "config.value",
            format!("{} alone does not say which", source.at(span.clone())),
            "say where the store is: replay = { shared = { url = \"redis://…\" } }".to_owned(),
        ),
        _ if message.starts_with("missing field") => problem(
            "config.missing_key",
            format!("the key \"{name}\" is missing in this section"),
            fix_of_missing(name),
        ),
        _ if message.starts_with("duplicate key") => problem(
            "config.duplicate_key",
            format!("the key \"{}\" is there twice", source.at(span.clone()).trim()),
            "remove one of the two; several trust domains are several [[domains]]".to_owned(),
        ),
        _ if INVALID.iter().any(|start| message.starts_with(start)) => {
            let fix = fix_of_type(message, source.at(span.clone()));
            problem("config.type", in_words(message), fix.to_owned())
        }
        _ => problem(
            "config.syntax",
            format!("not well-formed TOML: {}", message.replace('\n', ", ")),
            "correct the line; \"wimse config check --help\" has a whole example".to_owned(),
        ),
    }
}

fn fix_of_missing(name: &str) -> String {
    match name {
        "replay" => "say what refuses replays: replay = \"local\" for one process, { shared = { url = \"redis://…\" } } \
                     for several, or \"off\""
            .to_owned(),
        "accept" => "say which proofs are accepted: accept = [\"wpt\", \"httpsig\"], or \"mtls\"".to_owned(),
        "proxy" => "say which proxy asks: proxy = \"nginx\", \"caddy\", \"traefik\" or \"envoy\"".to_owned(),
        _ => format!("add a line {name} = …; \"wimse config check --help\" has a whole example"),
    }
}

/// How errors of a type begin; those of the syntax may begin with "invalid" too.
const INVALID: [&str; 3] = ["invalid type", "invalid value", "invalid length"];

/// The types of the error by their names in TOML.
fn in_words(message: &str) -> String {
    let (found, expected) = message.rsplit_once("expected ").unwrap_or((message, "another value"));
    let expected = match expected {
        "a sequence" => "a list",
        "u64" => "a whole number",
        _ if expected.starts_with("struct") => "a section",
        _ => expected,
    };
    let found = match found {
        "invalid type: map, " => "invalid type: table, ",
        "invalid type: sequence, " => "invalid type: list, ",
        _ => found,
    };
    format!("{found}expected {expected}")
}

fn fix_of_type(message: &str, found: &str) -> &'static str {
    match message.rsplit_once("expected ").map(|(_, expected)| expected) {
        Some("a sequence") if found.starts_with('[') && !found.contains(['"', '\'']) => {
            "write the header with two brackets: [[domains]]"
        }
        Some("a sequence") => "write a list, such as [\"one\", \"two\"]",
        Some("a boolean") => "write true or false, without quotes",
        Some("a string") => "write the value between quotes",
        Some("u64") => "write a whole number, without quotes, such as 30; times are in seconds",
        Some(expected) if expected.starts_with("struct") => {
            "write it as a section of its own, such as [recipient] or [[domains]]"
        }
        _ => "correct the value; \"wimse config check --help\" has a whole example",
    }
}

/// What to write instead of a name that is not known.
fn choose(name: &str, known: &[&str]) -> String {
    let all = known.join(", ");
    match nearest(name, known) {
        Some(nearest) => format!("write {nearest}, if that is meant; known here: {all}"),
        None => format!("known here: {all}"),
    }
}

/// The known name that is most like this one, if any is alike.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let name = name.to_ascii_lowercase().replace('_', "-");
    let distances = known.iter().map(|known| (distance(&name, known), *known));
    let (distance, nearest) = distances.min_by_key(|(distance, _)| *distance)?;
    let begins_alike = name.len() >= 3 && (nearest.starts_with(&name) || name.starts_with(nearest));
    (distance <= 1 + nearest.len() / 4 || begins_alike).then_some(nearest)
}

/// How many characters to insert, remove or replace (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, c) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, known) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(c != *known);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered() {
        let known = ["audience-bases", "audience-values", "context-fields"];
        for (name, expected) in [
            ("audience-base", Some("audience-bases")),
            ("audience_bases", Some("audience-bases")),
            ("Context-Field", Some("context-fields")),
            ("context", Some("context-fields")),
            ("leeway", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, &known), expected, "{name}");
        }
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}

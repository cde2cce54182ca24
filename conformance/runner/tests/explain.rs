//! Explanations say of every vector what verification says, name the requirements that decide, and show no token.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use wimse::{
    creds, httpsig,
    identifier::{
        self,
        explain::{Explanation, Finding, Rule},
    },
    wpt,
};
use wimse_conformance::{
    load::Suite,
    requirement::Catalogue,
    requirements_dir,
    vector::{Bytes, Vector},
    vectors_dir,
};
use wimse_harness::execute::{Outcome, execute, explain};

static SUITE: LazyLock<Suite> = LazyLock::new(|| Suite::load(&requirements_dir(), &vectors_dir()).unwrap());

/// Each case of an operation that can be explained, with its explanation.
static EXPLAINED: LazyLock<Vec<(&Vector, Explanation)>> = LazyLock::new(|| {
    SUITE.vectors().filter_map(|vector| Some((vector, explain(&vector.case("", "")).unwrap()?))).collect()
});

#[test]
fn explanations_say_what_verification_says() {
    let (mut accepted, mut refused) = (0, 0);
    for (vector, explanation) in EXPLAINED.iter() {
        let first = explanation.first_refusal().and_then(Finding::code);
        match execute(&vector.case("", "")).unwrap() {
            Outcome::Accept(_) => {
                accepted += 1;
                let open: Vec<_> = explanation.iter().filter(|finding| !finding.is_met()).collect();
                assert!(explanation.is_accepted() && open.is_empty(), "{}: {open:?}", vector.id);
            }
            Outcome::Reject { code, .. } => {
                refused += 1;
                assert!(!explanation.is_accepted(), "{}", vector.id);
                assert_eq!(first, Some(code.as_str()), "{}: {explanation:#?}", vector.id);
            }
            Outcome::Unsupported | Outcome::LeftOut => unreachable!("{}", vector.id),
        }
    }
    assert!(accepted > 200 && refused > 800, "{accepted} accepted and {refused} refused cases");
}

#[test]
fn every_case_of_these_operations_is_explained() {
    // What is not text, or no HTTP message, does not get as far as the rules.
    let before = ["identifier.not_ascii", "wit.base64", "http.malformed", "http.field_line"];
    let operations = ["identifier.parse", "wit.verify", "wit.field", "wpt.verify", "wpt.message"];
    for vector in SUITE.vectors().filter(|vector| operations.contains(&vector.operation.as_str())) {
        if explain(&vector.case("", "")).unwrap().is_none() {
            let Outcome::Reject { code, .. } = execute(&vector.case("", "")).unwrap() else {
                panic!("{}", vector.id)
            };
            assert!(before.contains(&code.as_str()), "{}: {code}", vector.id);
        }
    }
}

/// Cases are written about one thing, and refused for another where that comes first; so some name no requirement of
/// their code. Those of a bad WIT in a request are such, and those for other schemes than `wimse`.
#[test]
fn the_first_refusal_names_a_requirement_of_its_case() {
    let mut named: BTreeMap<&str, usize> = BTreeMap::new();
    let mut refused = 0;
    for (vector, explanation) in EXPLAINED.iter() {
        let Some(first) = explanation.first_refusal() else { continue };
        refused += 1;
        let is_named = vector.requirements.iter().any(|id| id == first.requirement());
        *named.entry(first.code().unwrap()).or_default() += usize::from(is_named);
    }
    let never: Vec<&str> = named.iter().filter(|(_, count)| **count == 0).map(|(code, _)| *code).collect();
    // The case shows that many claims are ignored, up to a limit that no requirement has.
    assert_eq!(never, ["wit.too_many_members"]);
    let count: usize = named.values().sum();
    assert!(count * 7 >= refused * 6, "{count} of {refused}");
}

#[test]
fn no_text_has_any_part_of_a_token() {
    let mut searched = 0;
    for (vector, explanation) in EXPLAINED.iter() {
        let mut tokens = Vec::new();
        vector.input.values().for_each(|value| collect_tokens(value, &mut tokens));
        let private: Vec<String> = tokens.iter().flat_map(|token| private_members(token)).collect();
        for finding in explanation {
            let texts = [finding.message(), finding.expected(), finding.received()];
            for text in texts.into_iter().flatten() {
                for run in text.split(|c: char| !is_base64url(c)).filter(|run| run.len() >= 12) {
                    searched += tokens.len();
                    let shown = tokens.iter().any(|token| token.contains(run));
                    assert!(!shown, "{}: {}: {run}", vector.id, finding.rule().name());
                }
                let secret = private.iter().find(|secret| text.contains(*secret));
                assert_eq!(secret, None, "{}: {}", vector.id, finding.rule().name());
            }
        }
    }
    assert!(searched > 10_000, "{searched}");
}

/// Words that begin as a token does, in text and in base64 of text.
fn collect_tokens(value: &Value, tokens: &mut Vec<String>) {
    if let Ok(bytes) = serde_json::from_value::<Bytes>(value.clone()) {
        let bytes = bytes.decode().unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let words = text.split(|c: char| !is_base64url(c) && c != '.');
        tokens.extend(words.filter(|word| word.starts_with("ey")).map(str::to_owned));
        return;
    }
    match value {
        Value::String(text) => {
            collect_tokens(&Bytes::Text(text.clone()).into(), tokens);
        }
        Value::Array(values) => values.iter().for_each(|value| collect_tokens(value, tokens)),
        Value::Object(members) => members.values().for_each(|value| collect_tokens(value, tokens)),
        _ => {}
    }
}

fn is_base64url(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// Values of private members of the key that a token binds.
fn private_members(token: &str) -> Vec<String> {
    let payload = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let claims: Option<Value> = payload.and_then(|json| serde_json::from_slice(&json).ok());
    let member = |name: &str| Some(claims.as_ref()?["cnf"]["jwk"][name].as_str()?.to_owned());
    let values = ["d", "p", "q", "dp", "dq", "qi", "k", "priv"].into_iter().filter_map(member);
    values.filter(|value| value.len() >= 8).collect()
}

#[test]
fn every_rule_names_requirements_of_the_catalogue() {
    let row = |id: &str| {
        let rows = |catalogue: &Catalogue| {
            let row = catalogue.requirements.iter().find(|row| row.id == id)?;
            Some((format!("{} {}", catalogue.draft, row.section), row.refusals))
        };
        SUITE.catalogues.iter().find_map(rows)
    };
    for rule in rules() {
        let own = (rule.requirement(), rule.section());
        let others =
            rule.refusals().iter().filter_map(|refusal| Some((refusal.requirement()?, refusal.section()?)));
        for (requirement, section) in others.chain([own]) {
            let (place, refusals) = row(requirement).unwrap_or_else(|| panic!("{requirement}"));
            assert_eq!(section, place, "{}: {requirement}", rule.name());
            assert!(refusals, "{}: nothing is refused for {requirement}", rule.name());
        }
    }
}

#[test]
fn rules_stand_once_and_codes_once_in_a_table() {
    let mut names = BTreeSet::new();
    for table in tables() {
        let mut codes = BTreeSet::new();
        for rule in table {
            assert!(names.insert(rule.name()), "{}", rule.name());
            assert!(!rule.refusals().is_empty(), "{}", rule.name());
            for refusal in rule.refusals() {
                assert!(codes.insert(refusal.code()), "{}", refusal.code());
                assert!(refusal.fix().len() > 15 && !refusal.fix().ends_with('.'), "{}", refusal.code());
            }
        }
    }
}

/// The bindings know the codes of what is below them, and each its own.
#[test]
fn a_rule_is_found_by_its_code() {
    let finders = [httpsig::explain::rule_of, wpt::explain::rule_of];
    for (binding, rule_of) in [httpsig::explain::RULES, wpt::explain::RULES].into_iter().zip(finders) {
        for rule in binding.iter().chain(creds::explain::RULES).chain(identifier::explain::RULES) {
            for refusal in rule.refusals() {
                let found = rule_of(refusal.code()).map(|(found, _)| found.name());
                assert_eq!(found, Some(rule.name()), "{}", refusal.code());
            }
        }
        assert_eq!(rule_of("of.nobody"), None);
    }
}

fn tables() -> [&'static [&'static Rule]; 4] {
    [identifier::explain::RULES, creds::explain::RULES, httpsig::explain::RULES, wpt::explain::RULES]
}

fn rules() -> impl Iterator<Item = &'static Rule> {
    tables().into_iter().flatten().copied()
}

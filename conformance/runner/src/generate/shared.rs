//! Rules that two documents have: a case of the one shows the other, too.

use crate::vector::{Expectation, Vector};

/// Adds the requirements of the architecture and of the practices that the case shows by what it shows already.
pub(super) fn complete(vector: &mut Vector) {
    let by_rule = SAME_RULE
        .iter()
        .filter(|(_, rules)| rules.iter().any(|rule| vector.requirements.iter().any(|shown| shown == rule)));
    let by_output = SHOWN_BY_OUTPUT.iter().filter(|(_, output)| has_output(vector, output));
    let more: Vec<&str> = by_rule.map(|(id, _)| *id).chain(by_output.map(|(id, _)| *id)).collect();
    for id in more {
        if !vector.requirements.iter().any(|shown| shown == id) {
            vector.requirements.push(id.to_owned());
        }
    }
}

fn has_output(vector: &Vector, name: &str) -> bool {
    matches!(&vector.expect, Expectation::Accept { outputs } if outputs.contains_key(name))
}

/// A requirement, and those whose cases are its cases.
const SAME_RULE: &[(&str, &[&str])] = &[
    ("ARCH-3.1.1-2", &["WIT-3-3"]),
    ("ARCH-3.1.2-1", &["ID-4.1-2"]),
    ("ARCH-3.4.3-1", &["MTLS-5-11"]),
    ("PRAC-5.1.1-1", &["WPT-2-4"]),
    ("PRAC-5.2-1", &["WIT-5.1-4", "WPT-2-3"]),
    ("PRAC-5.2-2", &["WIT-5.1.4-3", "WPT-2-18"]),
    ("PRAC-5.4-2", &["WIT-9.3.1-2"]),
    ("PRAC-5.6-1", &["WIT-5.1-9"]),
    ("PRAC-5.6-2", &["WIT-5.1-10"]),
    ("PRAC-5.6-3", &["WIT-5.1-12"]),
    ("PRAC-5.7-1", &["WPT-2-5"]),
    ("PRAC-5.7-2", &["WPT-2-5"]),
];

/// A requirement, and the output that shows it: what is known of a caller or of a refusal for the records, and what is
/// printed.
const SHOWN_BY_OUTPUT: &[(&str, &str)] = &[
    ("ARCH-3.4.3-2", "transport"),
    ("ARCH-3.4.5-1", "cause"),
    ("ARCH-3.4.5-1", "wit_jti"),
    ("ARCH-3.4.5-2", "leaked"),
    ("ARCH-3.4.5-3", "leaked"),
];

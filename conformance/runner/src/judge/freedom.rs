//! What the drafts leave to whoever makes a token, a proof or a signed message.

use serde_json::Value;

/// How an output of another implementation is compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Rule {
    /// It is the expected value.
    Equal,
    /// It has all that is expected, and perhaps more.
    AtLeast,
    /// It has the same challenge, or none as well: other fields of an answer are those of an implementation.
    Challenge,
    /// It is free; that it is right shows in other outputs.
    Free,
}

/// The rule for an output of what was made: the body of an answer is free, as are its fields but for the challenge; the order of JSON members is free, a signature may be random, and more may be
/// covered by a signature, or asked for, than the profile demands. `label` is free unless it is configured.
pub(super) fn rule(operation: &str, output: &str, label_is_configured: bool) -> Rule {
    match (operation, output) {
        ("jws.sign", "jws") | ("wit.issue", "token") | ("wpt.create", "authorization") => Rule::Free,
        ("httpsig.sign" | "credential.sign", "signature") => Rule::Free,
        ("profile.sign_request" | "profile.sign_response", output) => match output {
            "base" | "headers" | "signature" => Rule::Free,
            "label" if !label_is_configured => Rule::Free,
            "components" | "parameters" | "accept_signature" => Rule::AtLeast,
            _ => Rule::Equal,
        },
        ("profile.accept_signature", "accept_signature") => Rule::AtLeast,
        ("wpt.answer" | "profile.answer", "headers") => Rule::Challenge,
        ("wpt.answer" | "profile.answer", "body") => Rule::Free,
        _ => Rule::Equal,
    }
}

impl Rule {
    /// Whether what was found will do.
    pub(super) fn allows(self, expected: &Value, found: &Value) -> bool {
        match self {
            Self::Free => true,
            Self::Equal => expected == found,
            Self::AtLeast => has(expected, found),
            Self::Challenge => expected.get(CHALLENGE) == found.get(CHALLENGE),
        }
    }
}

/// The field of an answer that has the challenge, by its name in the vectors.
const CHALLENGE: &str = "www-authenticate";

/// Whether all of one is in the other: items of a list in any order, members of an object.
fn has(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Array(expected), Value::Array(found)) => expected.iter().all(|item| found.contains(item)),
        (Value::Object(expected), Value::Object(found)) => {
            let in_found =
                |(name, value): (&String, &Value)| found.get(name).is_some_and(|other| has(value, other));
            expected.iter().all(in_found)
        }
        (expected, found) => expected == found,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn at_least_means_nothing_is_missing_or_different() {
        let expected = json!({"components": ["a", "b"], "parameters": {"tag": "t"}});
        let more =
            json!({"components": ["c", "b", "a"], "parameters": {"tag": "t", "nonce": "n"}, "more": 1});
        assert!(Rule::AtLeast.allows(&expected, &more));
        assert!(!Rule::Equal.allows(&expected, &more));
        for wrong in [
            json!({"components": ["a"], "parameters": {"tag": "t"}}),
            json!({"components": ["a", "b"], "parameters": {"tag": "u"}}),
            json!({"components": ["a", "b"]}),
            json!(null),
        ] {
            assert!(!Rule::AtLeast.allows(&expected, &wrong), "{wrong}");
        }
    }

    #[test]
    fn an_answer_has_the_challenge_and_its_own_fields() {
        let rule = rule("wpt.answer", "headers", false);
        let expected = json!({"content-type": "application/problem+json", "www-authenticate": "WPT"});
        for right in [json!({"www-authenticate": "WPT"}), json!({"date": "now", "www-authenticate": "WPT"})] {
            assert!(rule.allows(&expected, &right), "{right}");
        }
        let none = json!({"content-type": "application/problem+json"});
        for wrong in [json!({"www-authenticate": "Bearer"}), none.clone(), json!({}), json!("WPT")] {
            assert!(!rule.allows(&expected, &wrong), "{wrong}");
        }
        assert!(rule.allows(&none, &json!({})));
        assert!(!rule.allows(&none, &expected));
    }

    #[test]
    fn a_label_is_free_unless_it_is_configured() {
        assert_eq!(rule("profile.sign_request", "label", false), Rule::Free);
        assert_eq!(rule("profile.sign_request", "label", true), Rule::Equal);
        assert_eq!(rule("httpsig.base", "base", false), Rule::Equal);
    }
}

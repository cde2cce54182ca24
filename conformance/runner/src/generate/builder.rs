//! How cases are written down: an accepted one, and the refused ones as that case with one thing changed.

use serde_json::{Map, Value};

use crate::vector::{Bytes, Expectation, Importance, Vector};

impl Vector {
    /// An accepted case without input, configuration or outputs.
    pub(crate) fn accepted(id: &str, operation: &str, comment: &str) -> Self {
        Self {
            id: id.to_owned(),
            requirements: Vec::new(),
            operation: operation.to_owned(),
            features: Vec::new(),
            importance: Importance::Medium,
            can_fail: false,
            input: Map::new(),
            config: Map::new(),
            expect: Expectation::Accept { outputs: Map::new() },
            comment: comment.to_owned(),
            twin: None,
            differs: None,
            mutation: None,
            source: None,
        }
    }

    /// This case, refused for one of these reasons; what differs is set by the caller with the next call. The words for
    /// it also name the mutation.
    pub(crate) fn refused(&self, id: &str, codes: &[&str], differs: &str, comment: &str) -> Self {
        Self {
            id: id.to_owned(),
            expect: refusal(&self.expect, codes),
            comment: comment.to_owned(),
            twin: Some(self.id.clone()),
            differs: Some(differs.to_owned()),
            mutation: Some(kebab(differs)),
            source: None,
            ..self.clone()
        }
    }

    /// Another code that a refusal may have; an accepted case has none.
    pub(crate) fn or_code(mut self, code: &str) -> Self {
        at_last(&mut self.expect, |last| {
            if let Expectation::Reject { codes } = last {
                codes.push(code.to_owned());
            }
        });
        self
    }

    /// The texts leave open what is done here, whatever the level of the requirements: a difference is a warning.
    pub(crate) fn left_open(self) -> Self {
        Self { can_fail: true, ..self }
    }

    /// The requirements that the case shows, instead of those of its twin.
    pub(crate) fn requires(self, requirements: &[&str]) -> Self {
        Self { requirements: owned(requirements), ..self }
    }

    /// A feature that cannot be told from the members of the case.
    pub(crate) fn needs(mut self, feature: &str) -> Self {
        if !self.features.iter().any(|known| known == feature) {
            self.features.push(feature.to_owned());
        }
        self
    }

    /// What the words for the difference are about, where the same words are used of several things: `nonce` makes
    /// `nonce-not-covered` of "not covered".
    pub(crate) fn of(mut self, what: &str) -> Self {
        let words = self.mutation.take().unwrap_or_default();
        let what = if what.is_empty() { "empty".to_owned() } else { kebab(what) };
        Self { mutation: Some(format!("{what}-{words}")), ..self }
    }

    /// Sets a member of the input.
    pub(crate) fn input(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.input.insert(name.to_owned(), value.into());
        self
    }

    /// Sets a byte value of the input.
    pub(crate) fn input_bytes(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.input(name, Bytes::from(value.as_ref()))
    }

    /// Sets a member of the configuration.
    pub(crate) fn config(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.config.insert(name.to_owned(), value.into());
        self
    }

    /// Sets an output; a refused case has none.
    pub(crate) fn output(mut self, name: &str, value: impl Into<Value>) -> Self {
        at_last(&mut self.expect, |last| {
            if let Expectation::Accept { outputs } = last {
                outputs.insert(name.to_owned(), value.into());
            }
        });
        self
    }

    /// The same case by another algorithm, as a part of ids says.
    pub(crate) fn suffixed(self, suffix: &str) -> Self {
        let id = |id: String| format!("{id}{suffix}");
        Self { id: id(self.id), twin: self.twin.map(id), ..self }
    }

    /// Where the values were taken from.
    pub(crate) fn source(self, source: &str) -> Self {
        Self { source: Some(source.to_owned()), ..self }
    }
}

/// Refused where it was accepted; a sequence is refused in its last step.
fn refusal(accepted: &Expectation, codes: &[&str]) -> Expectation {
    let mut refused = accepted.clone();
    at_last(&mut refused, |last| *last = Expectation::Reject { codes: owned(codes) });
    refused
}

/// Changes what is expected of a case, or of its last step.
fn at_last(expected: &mut Expectation, change: impl FnOnce(&mut Expectation)) {
    match expected {
        Expectation::Steps { steps } => {
            if let Some(last) = steps.last_mut() {
                change(last);
            }
        }
        expected => change(expected),
    }
}

/// The words in kebab case, without articles.
fn kebab(words: &str) -> String {
    let words = words.to_lowercase();
    let words = words.split(|character: char| !character.is_ascii_alphanumeric());
    let words = words.filter(|word| !matches!(*word, "" | "a" | "an" | "the"));
    words.collect::<Vec<_>>().join("-")
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_the_name_of_a_mutation() {
        assert_eq!(kebab("alg is \"Ed25519\""), "alg-is-ed25519");
        let case = Vector::accepted("x", "y.z", "A case.");
        let refused = case.refused("x-no", &["y.no"], "the component is not covered", "A mistake.");
        assert_eq!(refused.mutation.as_deref(), Some("component-is-not-covered"));
        assert_eq!(refused.of("@path").mutation.as_deref(), Some("path-component-is-not-covered"));
    }
}

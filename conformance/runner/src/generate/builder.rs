//! How cases are written down: an accepted one, and the refused ones as that case with one thing changed.

use serde_json::{Map, Value};

use crate::vector::{Bytes, Expectation, Vector};

impl Vector {
    /// An accepted case without input, configuration or outputs.
    pub(crate) fn accepted(id: &str, operation: &str, comment: &str) -> Self {
        Self {
            id: id.to_owned(),
            requirements: Vec::new(),
            operation: operation.to_owned(),
            algorithm: None,
            input: Map::new(),
            config: Map::new(),
            expect: Expectation::Accept { outputs: Map::new() },
            comment: comment.to_owned(),
            twin: None,
            differs: None,
            source: None,
        }
    }

    /// This case, refused for one of these reasons; what differs is set by the caller with the next call.
    pub(crate) fn refused(&self, id: &str, codes: &[&str], differs: &str, comment: &str) -> Self {
        Self {
            id: id.to_owned(),
            expect: Expectation::Reject { codes: owned(codes) },
            comment: comment.to_owned(),
            twin: Some(self.id.clone()),
            differs: Some(differs.to_owned()),
            source: None,
            ..self.clone()
        }
    }

    /// Another code that a refusal may have; an accepted case has none.
    pub(crate) fn or_code(mut self, code: &str) -> Self {
        if let Expectation::Reject { codes } = &mut self.expect {
            codes.push(code.to_owned());
        }
        self
    }

    /// The requirements that the case shows, instead of those of its twin.
    pub(crate) fn requires(self, requirements: &[&str]) -> Self {
        Self { requirements: owned(requirements), ..self }
    }

    /// The JOSE algorithm that the case needs.
    pub(crate) fn needs(self, algorithm: &str) -> Self {
        Self { algorithm: Some(algorithm.to_owned()), ..self }
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
        if let Expectation::Accept { outputs } = &mut self.expect {
            outputs.insert(name.to_owned(), value.into());
        }
        self
    }

    /// Where the values were taken from.
    pub(crate) fn source(self, source: &str) -> Self {
        Self { source: Some(source.to_owned()), ..self }
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

//! The messages of the harness protocol: one JSON object a line, in both directions.
//!
//! `conformance/README.md` says what each member means. Members that are not known are ignored, so that either side may
//! be newer than the other.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Case;

/// The version of the protocol.
pub const VERSION: u32 = 1;

/// The longest line of either side, in bytes, with its line end.
pub const MAX_LINE: usize = 4 * 1024 * 1024;

/// What the runner writes.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
#[allow(clippy::large_enum_variant, reason = "there is one at a time, and nearly all are cases")]
pub enum ToHarness {
    /// The first message.
    Hello {
        /// The version of the protocol.
        protocol: u32,
        /// Name and version of the runner.
        runner: String,
        /// The version of the vectors.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vectors: Option<String>,
    },
    /// A case to run; the next message follows after its result.
    Case {
        /// The number of the message, which the result repeats.
        seq: u64,
        /// What is to be done.
        #[serde(flatten)]
        case: Case,
    },
}

/// What the harness writes.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum ToRunner {
    /// The answer to the hello of the runner.
    Hello(Hello),
    /// The answer to a case.
    Result {
        /// The number of the case.
        seq: u64,
        /// What came out.
        #[serde(flatten)]
        answer: Answer,
    },
}

/// What an implementation says of itself.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Hello {
    /// The version of the protocol.
    pub protocol: u32,
    /// The name of the implementation.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The programming language.
    pub language: String,
    /// The operations that it has; cases of others are not sent.
    pub operations: Vec<String>,
    /// By draft, the revisions that it implements; absent, or for a draft that is not listed: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revisions: Option<BTreeMap<String, Vec<String>>>,
    /// JOSE algorithms and other abilities; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<String>>,
}

/// What came out of a case.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "result", rename_all = "lowercase")]
pub enum Answer {
    /// Accepted.
    Accept {
        /// Name and value of each output that the implementation has.
        #[serde(default)]
        outputs: Map<String, Value>,
    },
    /// Refused.
    Reject {
        /// Why, in the vocabulary of the vectors.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// Why, for people.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
    },
    /// The implementation does not have what the case needs.
    Skip {
        /// What it does not have.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
    },
    /// The harness could not run the case; neither accepted nor refused.
    Error {
        /// Why not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
    },
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn messages_have_the_form_of_the_specification() {
        let case = Case::of_operation("identifier.parse").with_input("identifier", json!({"text": "a"}));
        let sent = serde_json::to_value(ToHarness::Case { seq: 7, case }).unwrap();
        let expected = json!({
            "type": "case", "seq": 7, "id": "", "draft": "", "revision": "", "operation": "identifier.parse",
            "input": {"identifier": {"text": "a"}}, "config": {}
        });
        assert_eq!(sent, expected);
        let answer = Answer::Reject { code: Some("a.b".to_owned()), detail: None };
        let sent = serde_json::to_value(ToRunner::Result { seq: 7, answer }).unwrap();
        assert_eq!(sent, json!({"type": "result", "seq": 7, "result": "reject", "code": "a.b"}));
    }

    #[test]
    fn what_may_be_absent_may_be_absent() {
        let read = |value: Value| serde_json::from_value::<ToRunner>(value);
        let accepted = read(json!({"type": "result", "seq": 1, "result": "accept", "more": 1})).unwrap();
        let ToRunner::Result { seq: 1, answer: Answer::Accept { outputs } } = accepted else { panic!() };
        assert!(outputs.is_empty());
        for wrong in [
            json!({"type": "result", "result": "accept"}),
            json!({"type": "result", "seq": 1, "result": "maybe"}),
            json!({"type": "result", "seq": 1}),
            json!({"type": "result", "seq": -1, "result": "accept"}),
            json!({"type": "result", "seq": 1, "result": "accept", "outputs": []}),
            json!({"type": "hello", "protocol": 1, "name": "a", "version": "b", "language": "c"}),
            json!({"seq": 1, "result": "accept"}),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }
}

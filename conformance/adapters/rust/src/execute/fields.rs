//! Typed access to the members of `input` and `config`.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::memory::Memory;
use crate::{Bytes, Case};

impl Case {
    /// The members of `input`.
    pub(crate) fn input_fields(&self) -> Fields<'_> {
        Fields { part: "input", members: &self.input, memory: &self.memory }
    }

    /// The members of `config`.
    pub(crate) fn config_fields(&self) -> Fields<'_> {
        Fields { part: "config", members: &self.config, memory: &self.memory }
    }

    /// The outputs that an implementation has given for the case.
    pub(crate) fn made_fields<'a>(&'a self, outputs: &'a Map<String, Value>) -> Fields<'a> {
        Fields { part: "outputs", members: outputs, memory: &self.memory }
    }
}

/// The members of one part of a case.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'a> {
    part: &'static str,
    members: &'a Map<String, Value>,
    memory: &'a Memory,
}

impl Fields<'_> {
    /// What the party of the case remembers.
    pub(crate) fn memory(&self) -> &Memory {
        self.memory
    }

    /// The member of that name, in the shape that is asked for.
    pub(crate) fn required<T: DeserializeOwned>(&self, name: &str) -> Result<T, InvalidCase> {
        self.optional(name)?.ok_or_else(|| InvalidCase::Missing { member: self.member(name) })
    }

    /// The member of that name if it is there.
    pub(crate) fn optional<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, InvalidCase> {
        let member = self.members.get(name).cloned().map(serde_json::from_value);
        member.transpose().map_err(|source| InvalidCase::Shape { member: self.member(name), source })
    }

    /// The byte value of that name.
    pub(crate) fn bytes(&self, name: &str) -> Result<Vec<u8>, InvalidCase> {
        let bytes: Bytes = self.required(name)?;
        bytes.decode().map_err(|error| self.invalid(name, &error))
    }

    /// The member has its shape, but not a value that the operation can be configured with.
    pub(crate) fn invalid(&self, name: &str, detail: &impl ToString) -> InvalidCase {
        InvalidCase::Value { member: self.member(name), detail: detail.to_string() }
    }

    fn member(&self, name: &str) -> String {
        format!("{}.{name}", self.part)
    }
}

/// The case itself is wrong: neither accepted nor refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidCase {
    /// A member that the operation needs is not there.
    #[error("{member} is missing")]
    Missing {
        /// Part and name.
        member: String,
    },
    /// A member is of the wrong shape.
    #[error("{member} is of the wrong shape: {source}")]
    Shape {
        /// Part and name.
        member: String,
        /// Why.
        source: serde_json::Error,
    },
    /// A member has a value that makes no sense.
    #[error("{member} is not usable: {detail}")]
    Value {
        /// Part and name.
        member: String,
        /// Why.
        detail: String,
    },
}

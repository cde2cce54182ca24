//! What a proof is remembered by, and how long.

use crate::UnixTime;
use crate::key::Thumbprint;
use wimse_identifier::WorkloadIdentifier;

/// Keeps the identifiers of different kinds of proof apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReplayScope(&'static str);

impl ReplayScope {
    /// A scope by its name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0
    }
}

/// What a proof is remembered by: never signature or token bytes, which have more than one valid form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReplayKey {
    pub(super) scope: ReplayScope,
    pub(super) within: Option<Thumbprint>,
    pub(super) sender: WorkloadIdentifier,
    pub(super) id: Box<str>,
}

impl ReplayKey {
    pub(in super::super) fn new(
        scope: ReplayScope,
        within: Option<Thumbprint>,
        sender: WorkloadIdentifier,
        id: Box<str>,
    ) -> Self {
        Self { scope, within, sender, id }
    }

    /// The kind of proof.
    #[must_use]
    pub fn scope(&self) -> ReplayScope {
        self.scope
    }

    /// The key within which the identifier is unique; `None` if it is unique whoever sent it.
    #[must_use]
    pub fn within(&self) -> Option<Thumbprint> {
        self.within
    }

    /// The sender, whose share of the store an entry counts against. Not part of what makes the key unique.
    #[must_use]
    pub fn sender(&self) -> &WorkloadIdentifier {
        &self.sender
    }

    /// The unique identifier of the proof: a `jti` or a nonce.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// When a proof can be admitted, by the clock of whoever verifies it, leeway included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admissible {
    /// The first second. What a store remembers since then tells whether the proof is new; if it has lost its memory
    /// later, it cannot tell.
    pub from: UnixTime,
    /// The first second in which the proof is not valid any more.
    pub until: UnixTime,
}

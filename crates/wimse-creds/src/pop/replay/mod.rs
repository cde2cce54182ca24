//! Replay protection: a proof is admitted once.

mod memory;

pub use memory::MemoryReplayGuard;

use crate::UnixTime;
use crate::key::Thumbprint;
use wimse_identifier::WorkloadIdentifier;

/// Remembers proofs until they expire.
///
/// It is asked only after every other check, so nobody can fill or poison it without a valid proof.
pub trait ReplayGuard: Send + Sync {
    /// Remembers the key until `valid_until`, unless it is there already: one atomic check-and-insert.
    ///
    /// # Errors
    ///
    /// A [`ReplayError`]; the proof is refused then, whatever the reason.
    fn admit(&self, key: &ReplayKey, valid_until: UnixTime, now: UnixTime) -> Result<(), ReplayError>;
}

/// No replay protection: within its lifetime a captured request can be sent again. The name is there to be found.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoReplayGuard;

impl ReplayGuard for NoReplayGuard {
    fn admit(&self, _: &ReplayKey, _: UnixTime, _: UnixTime) -> Result<(), ReplayError> {
        Ok(())
    }
}

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
    scope: ReplayScope,
    within: Option<Thumbprint>,
    sender: WorkloadIdentifier,
    id: Box<str>,
}

impl ReplayKey {
    pub(super) fn new(
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

    /// The sender, whose share of the store an entry counts against.
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

/// Why a proof was not admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// It has been seen before.
    #[error("the proof has been used before")]
    Replayed,
    /// The store is full. Not the fault of the peer: 503.
    #[error("the replay store is full")]
    Full,
    /// The sender has used up its share of the store.
    #[error("the sender has used up its share of the replay store")]
    SenderShare,
    /// The proof lives longer than the store can remember it.
    #[error("the proof lives longer than the replay store remembers")]
    Window,
    /// The proof is from a time that the store has forgotten: the clock was ahead and has been set back.
    #[error("the replay store has forgotten the time of the proof")]
    Forgotten,
    /// The store does not answer. Not the fault of the peer: 503.
    #[error("the replay store does not answer")]
    Unavailable,
}

impl ReplayError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Replayed => "replay.replayed",
            Self::Full => "replay.full",
            Self::SenderShare => "replay.sender_share",
            Self::Window => "replay.window",
            Self::Forgotten => "replay.forgotten",
            Self::Unavailable => "replay.unavailable",
        }
    }
}

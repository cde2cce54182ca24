//! Why a proof was not admitted.

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
    /// The proof could have been used before the store began to remember: it is new, or has lost its memory. A proof
    /// that is made later will do, so this passes within the lifetime of a proof: 503.
    #[error("the proof may have been used before the replay store began to remember")]
    Fenced,
    /// The clock here and that of the store are too far apart to tell. Not the fault of the peer: 503.
    #[error("the clock and that of the replay store are too far apart")]
    Clock,
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
            Self::Fenced => "replay.fenced",
            Self::Clock => "replay.clock",
            Self::Unavailable => "replay.unavailable",
        }
    }
}

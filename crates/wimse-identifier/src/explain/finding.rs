//! What was found of one rule.

use alloc::string::String;

use super::rule::{Refusal, Rule};

/// What was found of one rule.
///
/// No text in it has a token, a signature or a private key, and text from the peer is an
/// [`Excerpt`](super::Excerpt).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub(super) rule: &'static Rule,
    pub(super) state: State,
    pub(super) expected: Option<String>,
    pub(super) received: Option<String>,
}

/// Whether a rule is met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The rule is met.
    Met,
    /// The rule is not met.
    Refused {
        /// The stable code, which is that of the verifier's error.
        code: &'static str,
        /// The verifier's error and its causes, for people.
        message: String,
    },
    /// The rule could not be judged, because of an earlier refusal.
    NotReached,
}

impl Finding {
    pub(super) fn new(rule: &'static Rule, state: State) -> Self {
        Self { rule, state, expected: None, received: None }
    }

    /// The rule.
    #[must_use]
    pub fn rule(&self) -> &'static Rule {
        self.rule
    }

    /// Whether the rule is met.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Whether the rule is met.
    #[must_use]
    pub fn is_met(&self) -> bool {
        self.state == State::Met
    }

    /// What would have been accepted, for people; `None` where the rule says it all.
    #[must_use]
    pub fn expected(&self) -> Option<&str> {
        self.expected.as_deref()
    }

    /// What was there, for people; `None` where it does not help, or must not be shown.
    #[must_use]
    pub fn received(&self) -> Option<&str> {
        self.received.as_deref()
    }

    /// The stable code of a refusal.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        match &self.state {
            State::Refused { code, .. } => Some(code),
            State::Met | State::NotReached => None,
        }
    }

    /// The verifier's error and its causes, of a refusal.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match &self.state {
            State::Refused { message, .. } => Some(message),
            State::Met | State::NotReached => None,
        }
    }

    /// What to do about a refusal, in one sentence.
    #[must_use]
    pub fn fix(&self) -> Option<&'static str> {
        self.refusal().map(Refusal::fix)
    }

    /// The id of the requirement that decides: of the refusal, or the main one of the rule.
    #[must_use]
    pub fn requirement(&self) -> &'static str {
        self.refusal().and_then(Refusal::requirement).unwrap_or(self.rule.requirement())
    }

    /// The draft and section of [`requirement`](Self::requirement).
    #[must_use]
    pub fn section(&self) -> &'static str {
        self.refusal().and_then(Refusal::section).unwrap_or(self.rule.section())
    }

    /// The row of the rule for this refusal.
    fn refusal(&self) -> Option<&'static Refusal> {
        self.rule.refusal(self.code()?)
    }
}

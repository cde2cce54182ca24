//! Join tokens: made at random, kept as hashes, good once.

use super::refused::Refused;
use super::state::State;
use crate::config::TokenHash;
use sha2::{Digest as _, Sha256};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use subtle::ConstantTimeEq as _;
use wimse::creds::UnixTime;
use wimse::creds::pop::{Nonce, NonceError};
use wimse::identifier::WorkloadIdentifier;
use zeroize::Zeroizing;

/// What a token begins with, so that people and programs that look for secrets know it.
pub(crate) const PREFIX: &str = "wimse-join-";

/// Makes a token with 256 random bits.
pub(crate) fn make() -> Result<Zeroizing<String>, NonceError> {
    let halves = [Nonce::random()?, Nonce::random()?];
    Ok(Zeroizing::new(format!("{PREFIX}{}{}", halves[0].as_str(), halves[1].as_str())))
}

/// By what a token is known. It has so many bits that no salt and no slow hash is needed.
pub(crate) fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// The tokens that let somebody in.
#[derive(Debug)]
pub(crate) struct JoinTokens {
    expected: Mutex<Vec<Expected>>,
    /// Remembers across restarts what was used.
    state: Option<Arc<State>>,
}

#[derive(Debug)]
struct Expected {
    token: TokenHash,
    identifier: WorkloadIdentifier,
    is_used: bool,
}

/// A token that was good when it was looked at. It is not used up yet.
#[derive(Debug)]
pub(crate) struct Ticket(TokenHash);

impl JoinTokens {
    /// No tokens yet. Those in `state` that were used before are used.
    pub(crate) fn new(state: Option<Arc<State>>) -> Self {
        Self { expected: Mutex::default(), state }
    }

    /// Expects a token for a workload.
    pub(crate) fn expect(&self, token: TokenHash, identifier: &WorkloadIdentifier) {
        let is_used = self.state.as_ref().is_some_and(|state| state.was_used(&token.sha256));
        self.expected().push(Expected { token, identifier: identifier.clone(), is_used });
    }

    /// Makes a token for a workload, and expects it.
    pub(crate) fn invite(
        &self,
        identifier: &WorkloadIdentifier,
        expires: UnixTime,
    ) -> Result<Zeroizing<String>, NonceError> {
        let token = make()?;
        self.expect(TokenHash { sha256: hash(&token), expires }, identifier);
        Ok(token)
    }

    /// Whom a token is for. Nothing is used up by looking.
    pub(crate) fn look(&self, token: &str, now: UnixTime) -> Result<(WorkloadIdentifier, Ticket), Refused> {
        let hash = hash(token);
        let expected = self.expected();
        // Each is compared, and each as long as the other.
        let found = expected.iter().fold(None, |found, expected| {
            if bool::from(expected.token.sha256.ct_eq(&hash)) { Some(expected) } else { found }
        });
        let found = found.ok_or(Refused::TokenUnknown)?;
        judge(found, now)?;
        Ok((found.identifier.clone(), Ticket(found.token)))
    }

    /// Uses it up; of several at once, one succeeds. It is written down first, where it is to outlast this program.
    #[allow(clippy::needless_pass_by_value, reason = "a ticket is good once")]
    pub(crate) fn use_up(&self, ticket: Ticket, now: UnixTime) -> Result<(), Refused> {
        let mut expected = self.expected();
        let found = expected.iter_mut().find(|expected| expected.token == ticket.0);
        let found = found.ok_or(Refused::TokenUnknown)?;
        judge(found, now)?;
        if let Some(state) = &self.state {
            state.remember_used(&ticket.0, now).map_err(Refused::State)?;
        }
        found.is_used = true;
        Ok(())
    }

    fn expected(&self) -> MutexGuard<'_, Vec<Expected>> {
        // Nothing panics while it holds the lock.
        self.expected.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn judge(expected: &Expected, now: UnixTime) -> Result<(), Refused> {
    match expected {
        Expected { is_used: true, .. } => Err(Refused::TokenUsed),
        Expected { token, .. } if now >= token.expires => Err(Refused::TokenExpired),
        _ => Ok(()),
    }
}

//! Which workload a key is bound to.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use wimse::creds::UnixTime;
use wimse::creds::key::Thumbprint;
use wimse::identifier::WorkloadIdentifier;

/// Keys whose credentials have not expired. WIT-9.5-2: a key is bound to a single Workload Identifier.
#[derive(Debug, Default)]
pub(crate) struct Bindings(Mutex<HashMap<Thumbprint, Entry>>);

#[derive(Debug)]
struct Entry {
    identifier: WorkloadIdentifier,
    /// Of credentials that were given.
    until: Option<UnixTime>,
    /// Requests that are not decided yet.
    pending: usize,
}

/// Keys that are bound for a request that is not decided yet. Dropped, they are as they were before.
#[derive(Debug)]
#[must_use = "a binding that is not kept is undone"]
pub(crate) struct Binding<'a> {
    bindings: &'a Bindings,
    keys: Vec<Thumbprint>,
    kept: Option<UnixTime>,
}

/// Why a key is not bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unbound {
    /// It is bound to another workload.
    Other,
    /// More keys than this server remembers are in use.
    Full,
}

/// Keys at once.
const MOST: usize = 100_000;

impl Bindings {
    /// Binds keys to a workload, all or none, until it is decided whether they stay so.
    pub(crate) fn bind(
        &self,
        keys: Vec<Thumbprint>,
        identifier: &WorkloadIdentifier,
        now: UnixTime,
    ) -> Result<Binding<'_>, Unbound> {
        let mut bound = self.entries();
        let is_other = |key: &Thumbprint| {
            bound.get(key).is_some_and(|entry| entry.is_in_use(now) && entry.identifier != *identifier)
        };
        if keys.iter().any(is_other) {
            return Err(Unbound::Other);
        }
        if bound.len() + keys.len() > MOST {
            bound.retain(|_, entry| entry.is_in_use(now));
        }
        if bound.len() + keys.len() > MOST {
            return Err(Unbound::Full);
        }
        for key in &keys {
            let entry = bound.entry(*key).or_insert_with(|| Entry::of(identifier));
            if entry.identifier != *identifier {
                *entry = Entry::of(identifier);
            }
            entry.pending += 1;
        }
        Ok(Binding { bindings: self, keys, kept: None })
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<Thumbprint, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.entries().len()
    }
}

impl Entry {
    fn of(identifier: &WorkloadIdentifier) -> Self {
        Self { identifier: identifier.clone(), until: None, pending: 0 }
    }

    fn is_in_use(&self, now: UnixTime) -> bool {
        self.pending > 0 || self.until.is_some_and(|until| now < until)
    }
}

impl Binding<'_> {
    /// The credentials are given, and good until then.
    pub(crate) fn keep(mut self, until: UnixTime) {
        self.kept = Some(until);
    }
}

impl Drop for Binding<'_> {
    fn drop(&mut self) {
        let mut bound = self.bindings.entries();
        for key in &self.keys {
            let Some(entry) = bound.get_mut(key) else { continue };
            entry.pending = entry.pending.saturating_sub(1);
            entry.until = entry.until.max(self.kept);
            if entry.pending == 0 && entry.until.is_none() {
                bound.remove(key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimse::creds::key::{Algorithm, SigningKey};

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
    const THEN: UnixTime = UnixTime::from_secs(1_800_000_060);

    fn id(name: &str) -> WorkloadIdentifier {
        format!("wimse://example.com/{name}").parse().unwrap()
    }

    fn keys<const N: usize>() -> [Thumbprint; N] {
        [(); N].map(|()| SigningKey::generate(Algorithm::Ed25519).unwrap().public_key().thumbprint())
    }

    #[test]
    fn a_key_is_bound_while_its_request_is_decided_and_its_credential_is_good() {
        let (bindings, [key, other], web, thief) = (Bindings::default(), keys(), id("web"), id("thief"));
        let unbound = |keys: &[Thumbprint], now| bindings.bind(keys.to_vec(), &thief, now).map(drop);
        let pending = bindings.bind(vec![key], &web, NOW).unwrap();
        assert_eq!(unbound(&[other, key], NOW), Err(Unbound::Other));
        assert_eq!(unbound(&[other], NOW), Ok(()));
        pending.keep(THEN);
        assert_eq!(unbound(&[key], NOW), Err(Unbound::Other));
        assert_eq!(unbound(&[key], THEN), Ok(()));
    }

    /// Whatever is decided first, of requests for one key those that fail leave nothing, and those that succeed stay.
    #[test]
    fn what_is_not_kept_is_undone() {
        let (bindings, [key], web) = (Bindings::default(), keys(), id("web"));
        let bind = || bindings.bind(vec![key], &web, NOW).unwrap();
        for first_is_kept in [None, Some(true), Some(false)] {
            let (first, second) = (bind(), bind());
            match first_is_kept {
                None => drop((first, second)),
                Some(true) => {
                    first.keep(THEN);
                    drop(second);
                }
                Some(false) => {
                    drop(first);
                    second.keep(THEN);
                }
            }
            assert_eq!(bindings.len(), usize::from(first_is_kept.is_some()), "{first_is_kept:?}");
        }
        // What was given before stays as it was.
        drop(bind());
        assert!(matches!(bindings.bind(vec![key], &id("thief"), NOW), Err(Unbound::Other)));
    }
}

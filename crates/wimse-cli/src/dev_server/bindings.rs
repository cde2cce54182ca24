//! Which workload a key is bound to.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use wimse::creds::UnixTime;
use wimse::creds::key::Thumbprint;
use wimse::identifier::WorkloadIdentifier;

/// Keys whose credentials have not expired. WIT-9.5-2: a key is bound to a single Workload Identifier.
#[derive(Debug, Default)]
pub(crate) struct Bindings(Mutex<HashMap<Thumbprint, (WorkloadIdentifier, UnixTime)>>);

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
    /// Binds keys to a workload, all or none.
    pub(crate) fn bind(
        &self,
        keys: &[Thumbprint],
        identifier: &WorkloadIdentifier,
        now: UnixTime,
        expires: UnixTime,
    ) -> Result<(), Unbound> {
        let mut bound = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_other = |key: &Thumbprint| {
            bound.get(key).is_some_and(|(known, until)| now < *until && known != identifier)
        };
        if keys.iter().any(is_other) {
            return Err(Unbound::Other);
        }
        if bound.len() + keys.len() > MOST {
            bound.retain(|_, (_, until)| now < *until);
        }
        if bound.len() + keys.len() > MOST {
            return Err(Unbound::Full);
        }
        bound.extend(keys.iter().map(|key| (*key, (identifier.clone(), expires))));
        Ok(())
    }
}

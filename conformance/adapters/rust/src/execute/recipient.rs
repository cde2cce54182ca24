//! What every recipient of proofs is configured with: who it is, and what it remembers.

use std::{sync::Arc, time::Duration};

use serde::Deserialize;
use wimse::creds::{
    UnixTime,
    pop::{Admissible, Audience, MemoryReplayGuard, ReplayError, ReplayGuard, ReplayKey},
};

use super::{InvalidCase, fields::Fields};

/// The memory of proofs that `config.guard` describes; one of the default size when it is absent. The steps of a sequence
/// have that of the first of them that asks.
pub(super) fn guard(config: Fields<'_>) -> Result<Arc<dyn ReplayGuard>, InvalidCase> {
    if let Some(Store::Unavailable) = config.optional("replay_store")? {
        return Ok(Arc::new(UnavailableStore));
    }
    let described: Guard = config.optional("guard")?.unwrap_or_default();
    Ok(config.memory().guard(|| described.guard()))
}

/// The audience that `config.audience` describes.
pub(super) fn audience(config: Fields<'_>) -> Result<Audience, InvalidCase> {
    let described: DescribedAudience = config.required("audience")?;
    let mut audience: Option<Audience> = None;
    for base in &described.bases {
        let wider = audience.map_or_else(|| Audience::base(base), |audience| audience.or_base(base));
        audience = Some(wider.map_err(|error| config.invalid("audience", &error))?);
    }
    for value in &described.values {
        let wider = audience.map_or_else(|| Audience::value(value), |audience| audience.or_value(value));
        audience = Some(wider.map_err(|error| config.invalid("audience", &error))?);
    }
    audience.ok_or_else(|| config.invalid("audience", &"neither bases nor values"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DescribedAudience {
    #[serde(default)]
    bases: Vec<String>,
    #[serde(default)]
    values: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Guard {
    capacity: Option<usize>,
    share_per_sender: Option<usize>,
    window: Option<u64>,
}

impl Guard {
    fn guard(self) -> Arc<dyn ReplayGuard> {
        let mut guard = MemoryReplayGuard::new(self.capacity.unwrap_or(1024));
        if let Some(nonces) = self.share_per_sender {
            guard = guard.with_share_per_sender(nonces);
        }
        if let Some(seconds) = self.window {
            guard = guard.with_window(Duration::from_secs(seconds));
        }
        Arc::new(guard)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Store {
    Unavailable,
}

/// A shared store that does not answer.
struct UnavailableStore;

impl ReplayGuard for UnavailableStore {
    fn admit(&self, _: &ReplayKey, _: Admissible, _: UnixTime) -> Result<(), ReplayError> {
        Err(ReplayError::Unavailable)
    }
}

//! The generations in use, and what is published of them.

use super::generation::{Generation, Generations, Plan};
use super::published::Published;
use super::refused::Refused;
use super::state::State;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wimse::creds::UnixTime;
use wimse::creds::trust::{DomainAnchors, TrustAnchorSource};
use wimse::identifier::Origin;

/// Signing keys that roll. Nobody has to turn them: whoever asks is given what is due.
#[derive(Debug)]
pub(crate) struct Keys {
    plan: Plan,
    state: Option<Arc<State>>,
    current: Mutex<Current>,
}

#[derive(Debug)]
struct Current {
    generations: Generations,
    published: Arc<Published>,
}

impl Keys {
    /// With the generations of a state, if there are some that are still good.
    pub(crate) fn start(plan: Plan, state: Option<Arc<State>>, now: UnixTime) -> Result<Self, Refused> {
        let kept = state.as_ref().map(|state| state.generations(&plan.origin)).transpose();
        let kept = kept.map_err(Refused::State)?.unwrap_or_else(Generations::none);
        let published = Arc::new(Published::of(&kept, &plan)?);
        let current = Mutex::new(Current { generations: kept, published });
        let keys = Self { plan, state, current };
        keys.turn(&mut keys.current(), now)?;
        Ok(keys)
    }

    /// What signs now, and what is published.
    pub(crate) fn at(&self, now: UnixTime) -> Result<(Arc<Generation>, Arc<Published>), Refused> {
        let mut current = self.current();
        self.turn(&mut current, now)?;
        let signer = current.generations.signer(now).ok_or(Refused::Cancelled)?;
        Ok((Arc::clone(signer), Arc::clone(&current.published)))
    }

    /// Goes on to what is due. It is written down before anybody sees it: a key that was published is not forgotten.
    fn turn(&self, current: &mut Current, now: UnixTime) -> Result<(), Refused> {
        let Some(next) = current.generations.next(&self.plan, now)? else { return Ok(()) };
        let published = Arc::new(Published::of(&next, &self.plan)?);
        if let Some(state) = &self.state {
            state.keep(&self.plan.origin, &next).map_err(Refused::State)?;
        }
        *current = Current { generations: next, published };
        Ok(())
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        // A panic leaves what was before.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// By which this server knows its own WITs.
impl TrustAnchorSource for Keys {
    fn anchors_for(&self, origin: &Origin) -> Option<Arc<DomainAnchors>> {
        let current = self.current();
        (*origin == self.plan.origin).then(|| Arc::clone(&current.published.anchors))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Lifetimes, Registry};
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;
    use wimse::creds::key::{Algorithm, SigningKey};
    use wimse::creds::{Validity, WitClaims, WitPolicy, WitVerifier};

    /// While several threads issue and verify, the clock runs: each WIT is good with what is published after.
    #[test]
    fn rotation_under_load_refuses_nothing() {
        let seconds = Duration::from_secs;
        let mut registry = Registry::of("wimse://example.com".parse().unwrap());
        let lifetimes =
            Lifetimes { wit: seconds(60), wic: seconds(60), key: seconds(20), ..registry.lifetimes };
        registry.lifetimes = Lifetimes { refresh: seconds(2), ..lifetimes };
        let clock = AtomicU64::new(1_800_000_000);
        let now = || UnixTime::from_secs(clock.load(Ordering::SeqCst));
        let keys = Arc::new(Keys::start(Plan::of(&registry), None, now()).unwrap());
        let verifier = WitVerifier::new(Arc::clone(&keys), WitPolicy::default());
        let issue = || {
            let mut signers = std::collections::HashSet::new();
            for _ in 0..100 {
                let time = UnixTime::from_secs(clock.fetch_add(1, Ordering::SeqCst));
                let (signer, _) = keys.at(time).unwrap();
                signers.insert(signer.key.public_key().thumbprint());
                let workload = SigningKey::generate(Algorithm::Ed25519).unwrap();
                let id = "wimse://example.com/billing".parse().unwrap();
                let claims = WitClaims::new(id, workload.public_key(), Validity::starting(time, seconds(60)));
                let wit = claims.sign(&signer.key).unwrap();
                verifier.verify(wit.as_str(), time).unwrap();
            }
            signers.len()
        };
        let counts: Vec<usize> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(issue)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(counts.iter().all(|count| *count > 1), "keys rolled meanwhile: {counts:?}");
    }
}

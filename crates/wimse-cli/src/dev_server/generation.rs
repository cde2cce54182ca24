//! The keys that sign, one generation after the other.

use super::refused::RotationError;
use crate::config::{Lifetimes, Registry};
use std::sync::Arc;
use std::time::Duration;
use wimse::creds::key::{Algorithm, SigningKey};
use wimse::creds::wic::CertificateAuthority;
use wimse::creds::{UnixTime, Validity};
use wimse::identifier::Origin;

/// A key that signs WITs, and a CA that signs certificates.
#[derive(Debug)]
pub(crate) struct Generation {
    pub(crate) key: SigningKey,
    pub(crate) authority: CertificateAuthority,
    /// From when on it signs. It is published before.
    pub(crate) active: UnixTime,
    /// From when on it signs no more. It is published until the CA expires.
    pub(crate) retires: UnixTime,
}

/// What is made, and when.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) origin: Origin,
    algorithm: Algorithm,
    pub(crate) lifetimes: Lifetimes,
}

/// All generations that are published, in the order in which they sign.
#[derive(Debug, Clone)]
pub(crate) struct Generations {
    pub(crate) all: Vec<Arc<Generation>>,
    /// Of the published set; it grows with each change.
    pub(crate) sequence: u64,
}

/// For clocks that differ.
const SPARE: Duration = Duration::from_secs(60);

impl Plan {
    pub(crate) fn of(registry: &Registry) -> Self {
        Self { origin: registry.origin.clone(), algorithm: registry.algorithm, lifetimes: registry.lifetimes }
    }

    /// A generation that signs from `active` on, and is published from `now` on.
    fn make(&self, now: UnixTime, active: UnixTime) -> Result<Generation, RotationError> {
        let key = SigningKey::generate(self.algorithm)?;
        let key_id = key.public_key().thumbprint().to_string();
        let retires = active.plus(self.lifetimes.key);
        let start = now.minus(SPARE);
        let validity =
            Validity::starting(start, start.until(retires.plus(self.lifetimes.credential()).plus(SPARE)));
        let authority =
            CertificateAuthority::root(&self.origin, SigningKey::generate(self.algorithm)?, validity)?;
        Ok(Generation { key: key.with_key_id(key_id), authority, active, retires })
    }

    /// Whether what this generation signs now is good for its whole lifetime.
    fn signs(&self, generation: &Generation, now: UnixTime) -> bool {
        now < generation.retires && now.plus(self.lifetimes.credential()) <= generation.expires()
    }
}

impl Generation {
    /// From when on nothing of it is valid.
    pub(crate) fn expires(&self) -> UnixTime {
        self.authority.certificate().validity().end()
    }
}

impl Generations {
    pub(crate) fn none() -> Self {
        Self { all: Vec::new(), sequence: 0 }
    }

    /// What has to take the place of these by now; `None` if nothing has.
    ///
    /// The next generation is published a lead before it signs. One whose credentials have all expired is left out.
    pub(crate) fn next(&self, plan: &Plan, now: UnixTime) -> Result<Option<Self>, RotationError> {
        let mut all: Vec<_> = self.all.iter().filter(|one| now < one.expires()).cloned().collect();
        let mut is_changed = all.len() != self.all.len();
        match all.last().map(|last| (plan.signs(last, now), last.active, last.retires)) {
            // Some time before its end, the next one is published.
            Some((true, active, retires)) if active <= now && now.plus(plan.lifetimes.lead()) >= retires => {
                all.push(Arc::new(plan.make(now, retires)?));
                is_changed = true;
            }
            Some((true, ..)) => {}
            // At the start, after a long sleep, and when lifetimes have become longer.
            _ => {
                all.push(Arc::new(plan.make(now, now)?));
                is_changed = true;
            }
        }
        // It goes on from where a server without a memory may have been.
        let sequence = (self.sequence + 1).max(u64::try_from(now.as_secs()).unwrap_or_default());
        Ok(is_changed.then_some(Self { all, sequence }))
    }

    /// The one that signs: the newest whose time has come.
    pub(crate) fn signer(&self, now: UnixTime) -> Option<&Arc<Generation>> {
        let active = self.all.iter().rev().find(|one| one.active <= now);
        // A clock that was put back.
        active.or(self.all.first())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimse::creds::trust::{DomainAnchors, TrustAnchors};
    use wimse::creds::{WitClaims, WitPolicy, WitVerifier, WorkloadIdentityToken};

    const START: u64 = 1_800_000_000;

    fn plan(wit: u64, key: u64, refresh: u64) -> Plan {
        let seconds = Duration::from_secs;
        let mut registry = Registry::of("wimse://example.com".parse().unwrap());
        let (wit, key, refresh) = (seconds(wit), seconds(key), seconds(refresh));
        registry.lifetimes = Lifetimes { wit, wic: wit, key, refresh, ..registry.lifetimes };
        Plan::of(&registry)
    }

    fn anchors(generations: &Generations) -> TrustAnchors {
        let domain = DomainAnchors::new("wimse://example.com".parse().unwrap());
        let add = |domain: DomainAnchors, one: &Arc<Generation>| {
            domain.with_key(one.key.public_key().clone()).unwrap()
        };
        TrustAnchors::none().with(generations.all.iter().fold(domain, add)).unwrap()
    }

    fn issue(generations: &Generations, plan: &Plan, now: UnixTime) -> WorkloadIdentityToken {
        let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
        let validity = Validity::starting(now, plan.lifetimes.wit);
        let claims =
            WitClaims::new("wimse://example.com/billing".parse().unwrap(), key.public_key(), validity);
        claims.sign(&generations.signer(now).unwrap().key).unwrap()
    }

    /// Second by second: whoever asks for the keys as often as he is told to never misses one, and nothing is kept for
    /// longer than it is needed.
    #[test]
    fn no_valid_wit_is_without_its_key() {
        let plan = plan(40, 30, 5);
        let (mut generations, mut known) = (Generations::none(), None);
        let (mut wits, mut signers): (Vec<WorkloadIdentityToken>, Vec<String>) = (Vec::new(), Vec::new());
        for second in 0..200 {
            let now = UnixTime::from_secs(START + second);
            let before = generations.sequence;
            if let Some(next) = generations.next(&plan, now).unwrap() {
                assert!(next.sequence > before);
                generations = next;
            }
            assert!(generations.next(&plan, now).unwrap().is_none(), "one step is enough");
            assert!(generations.all.len() <= 5, "{}", generations.all.len());
            if second % 5 == 0 || known.is_none() {
                known = Some(WitVerifier::new(
                    anchors(&generations),
                    WitPolicy::default().leeway(Duration::ZERO),
                ));
            }
            let wit = issue(&generations, &plan, now);
            wits.push(wit);
            wits.retain(|wit| now < wit.claimed_expiry());
            for wit in &wits {
                let verified = known.as_ref().unwrap().verify(wit.as_str(), now);
                assert!(verified.is_ok(), "second {second}: {:?}", verified.err());
            }
            let signer = generations.signer(now).unwrap().key.public_key().key_id().unwrap().to_owned();
            if signers.last() != Some(&signer) {
                assert_eq!(second % 30, 0, "each key signs for its time");
                assert!(!signers.contains(&signer), "a key that has retired does not come back");
                signers.push(signer);
            }
        }
        assert_eq!(signers.len(), 7);
        // The WITs of the first have expired, and it is gone; a verifier that asks now refuses them.
        let now = UnixTime::from_secs(START + 200);
        let kids = generations.all.iter().map(|one| one.key.public_key().key_id().unwrap());
        assert!(!kids.collect::<Vec<_>>().contains(&signers[0].as_str()));
        assert!(generations.all.iter().all(|one| now < one.expires()));
    }

    #[test]
    fn certificates_never_outlive_their_ca() {
        use wimse::creds::wic::WicTemplate;
        let plan = plan(40, 30, 5);
        let mut generations = Generations::none();
        for second in 0..65 {
            let now = UnixTime::from_secs(START + second);
            generations = generations.next(&plan, now).unwrap().unwrap_or(generations);
            let key = SigningKey::generate(Algorithm::Es256).unwrap();
            let validity = Validity::starting(now, plan.lifetimes.wic);
            let template =
                WicTemplate::new("wimse://example.com/billing".parse().unwrap(), key.public_key(), validity);
            let issued = generations.signer(now).unwrap().authority.issue(&template);
            assert!(issued.is_ok(), "second {second}: {:?}", issued.err());
        }
    }

    #[test]
    fn after_a_long_sleep_there_is_a_new_key_at_once() {
        let plan = plan(40, 30, 5);
        let start = UnixTime::from_secs(START);
        let first = Generations::none().next(&plan, start).unwrap().unwrap();
        let late = start.plus(Duration::from_secs(1000));
        let next = first.next(&plan, late).unwrap().unwrap();
        assert_eq!((next.all.len(), next.all[0].active), (1, late));
        assert!(next.sequence > first.sequence);
        // Some seconds after its end the old one is still published.
        let soon = start.plus(Duration::from_secs(31));
        let next = first.next(&plan, soon).unwrap().unwrap();
        assert_eq!((next.all.len(), next.signer(soon).unwrap().active), (2, soon));
    }

    #[test]
    fn longer_lifetimes_want_a_new_key() {
        let start = UnixTime::from_secs(START);
        let first = Generations::none().next(&plan(40, 30, 5), start).unwrap().unwrap();
        assert!(first.next(&plan(40, 30, 5), start).unwrap().is_none());
        let longer = plan(400, 30, 5);
        let next = first.next(&longer, start).unwrap().unwrap();
        assert_eq!(next.all.len(), 2);
        assert!(longer.signs(next.signer(start).unwrap(), start));
    }
}

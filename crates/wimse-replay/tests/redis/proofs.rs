//! Proofs that a store is asked about.

use std::time::{Duration, SystemTime};
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::pop::binding::{Binding, Possession};
use wimse_creds::pop::{Admissible, ReplayError, ReplayKey, ReplayScope, ReplayStore};
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::{UnixTime, Validity, WitClaims, WitPolicy, WitVerifier};

/// Could have been admitted later than any birth: made after the store began to remember.
pub(crate) const FRESH: i64 = 30;
/// Could have been admitted before the store began to remember.
pub(crate) const OLD: i64 = -1;

pub(crate) fn now() -> UnixTime {
    UnixTime::from(SystemTime::now())
}

/// Could have been admitted since so many seconds from now, and can be for a minute.
pub(crate) fn since(seconds: i64) -> Admissible {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let from = if seconds < 0 { now().minus(distance) } else { now().plus(distance) };
    Admissible { from, until: now().plus(Duration::from_secs(60)) }
}

/// A workload that has proven its key.
pub(crate) struct Sender(Possession);

impl Sender {
    pub(crate) fn new(name: &str) -> Self {
        let key = || SigningKey::generate(Algorithm::Ed25519).unwrap();
        let (issuer, workload) = (key(), key());
        let subject = format!("wimse://example.com/{name}").parse().unwrap();
        let hour = Validity::starting(now(), Duration::from_secs(3600));
        let wit = WitClaims::new(subject, workload.public_key(), hour).sign(&issuer).unwrap();
        let domain = DomainAnchors::new("wimse://example.com".parse().unwrap());
        let domain = domain.with_key(issuer.public_key().clone()).unwrap();
        let verifier = WitVerifier::new(TrustAnchors::none().with(domain).unwrap(), WitPolicy::default());
        let wit = verifier.verify(wit.as_str(), now()).unwrap();
        let signature = workload.sign(b"proof").unwrap();
        Self(wit.prove_possession(Binding::WorkloadProofToken, b"proof", &signature).unwrap())
    }

    pub(crate) fn key(&self, id: &str) -> ReplayKey {
        self.0.replay_key_within_sender(ReplayScope::new("wpt"), id)
    }

    /// Asks about a proof of this sender that could have been admitted since so many seconds from now.
    pub(crate) async fn ask(
        &self,
        store: &dyn ReplayStore,
        id: &str,
        seconds: i64,
    ) -> Result<(), ReplayError> {
        store.admit(&self.key(id), since(seconds), now()).await
    }
}

//! Whoever has stolen the keys of `wimse dev-server`: they are in the folder of `--state`.

use crate::retired::Stolen;
use crate::workshop::Workshop;
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use wimse::creds::key::{Algorithm, SigningKey};
use wimse::creds::pop::WitCredential;
use wimse::creds::{UnixTime, Validity, WitClaims};

/// A WIT of billing by each key that was ever kept, good for an hour.
#[derive(Default)]
pub(crate) struct Thief {
    pub(crate) stolen: Vec<Stolen<Arc<WitCredential>>>,
    /// When they sign, in the same order: from one second to the other.
    pub(crate) signs: Vec<[u64; 2]>,
}

impl Thief {
    /// Takes what is new.
    pub(crate) fn look(&mut self, shop: &Workshop) {
        let kept: Value = serde_json::from_str(&shop.read("state/keys.json")).unwrap();
        for generation in kept["generations"].as_array().unwrap() {
            let key = SigningKey::from_jwk(&generation["key"].to_string()).unwrap();
            let name = key.public_key().key_id().unwrap().to_owned();
            if self.stolen.iter().all(|known| known.generation != name) {
                self.signs.push(["active", "retires"].map(|when| generation[when].as_u64().unwrap()));
                self.stolen.push(Stolen::new(name, Arc::new(forge(&key))));
            }
        }
    }

    /// Those that sign now or did before.
    pub(crate) fn in_use(&mut self) -> impl Iterator<Item = &mut Stolen<Arc<WitCredential>>> {
        let now = UnixTime::from(SystemTime::now()).as_secs().unsigned_abs();
        let signs = self.signs.iter();
        self.stolen.iter_mut().zip(signs).filter(move |(_, [active, _])| *active <= now).map(|(one, _)| one)
    }

    /// Those whose whole time was within these seconds.
    pub(crate) fn between(&self, begin: u64, end: u64) -> Vec<String> {
        let within = |[active, retires]: &[u64; 2]| *active >= begin && *retires <= end;
        let both = self.stolen.iter().zip(&self.signs);
        both.filter(|(_, signs)| within(signs)).map(|(one, _)| one.generation.clone()).collect()
    }
}

fn forge(key: &SigningKey) -> WitCredential {
    let workload = SigningKey::generate(Algorithm::Ed25519).unwrap();
    let validity = Validity::starting(SystemTime::now().into(), Duration::from_secs(3600));
    let claims = WitClaims::new(crate::service::BILLING.parse().unwrap(), workload.public_key(), validity);
    WitCredential::new(claims.random_token_id().sign(key).unwrap(), workload).unwrap()
}

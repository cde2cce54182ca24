//! The issuer: it rolls its key every four seconds, publishes its keys, and issues WITs over HTTP.

use crate::support::server::{Received, Reply, Server, response};
use crate::support::{DOMAIN, jwk_set, loopback};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};
use wimse_creds::key::{Algorithm, PublicKey, SigningKey};
use wimse_creds::pop::WitCredential;
use wimse_creds::{UnixTime, Validity, WitClaims, WorkloadIdentityToken};
use wimse_trust::Endpoint;
use wimse_trust::protocol::{CredentialRequest, CredentialResponse};

pub(crate) struct Issuer {
    keys: Mutex<Keys>,
    server: Server,
}

#[derive(Default)]
struct Keys {
    /// With the step in which it was published, the newest last.
    published: Vec<(u64, SigningKey)>,
    /// One for each key that was used, the newest last.
    issued: Vec<Arc<Issued>>,
}

/// A WIT that is good for longer than the key that signed it, as after a theft of the key.
pub(crate) struct Issued {
    pub(crate) credential: WitCredential,
    step: u64,
    removed: Mutex<Option<Instant>>,
}

impl Issued {
    /// When the key was taken out of what is published.
    pub(crate) fn removed(&self) -> Option<Instant> {
        *self.removed.lock().unwrap()
    }
}

impl Issuer {
    pub(crate) fn start() -> Arc<Self> {
        let issuer = Arc::new(Self { keys: Mutex::default(), server: Server::plain() });
        issuer.publish(0);
        issuer.use_newest(0);
        let serving = Arc::clone(&issuer);
        issuer.server.handle(move |received| {
            let content =
                if received.head.starts_with("GET ") { serving.jwk_set() } else { serving.issue(received) };
            Reply::Bytes(response("200 OK", "Content-Type: application/json\r\n", &content))
        });
        issuer
    }

    pub(crate) fn endpoint(&self, path: &str) -> Endpoint {
        loopback(&self.server.url(path))
    }

    /// One second. A key is published three seconds before it is used, is used for four, and is removed when the last WIT
    /// of a caller by it has expired.
    pub(crate) fn step(&self, step: u64) {
        match step % PERIOD {
            0 => self.publish(step),
            LEAD => self.use_newest(step - LEAD),
            _ => {}
        }
        let mut keys = self.keys.lock().unwrap();
        let is_old = |published: u64| published + LEAD + PERIOD + LIFETIME.as_secs() + 1 <= step;
        keys.published.retain(|(published, _)| !is_old(*published));
        for issued in keys.issued.iter().filter(|issued| is_old(issued.step)) {
            issued.removed.lock().unwrap().get_or_insert_with(Instant::now);
        }
    }

    /// The newest of them.
    pub(crate) fn issued(&self) -> Vec<Arc<Issued>> {
        let keys = self.keys.lock().unwrap();
        keys.issued.iter().rev().take(8).cloned().collect()
    }

    pub(crate) fn refreshes(&self) -> usize {
        self.server.requests()
    }

    fn publish(&self, step: u64) {
        let key = SigningKey::generate(Algorithm::Es256).unwrap().with_key_id(step.to_string());
        self.keys.lock().unwrap().published.push((step, key));
    }

    fn use_newest(&self, step: u64) {
        let workload = SigningKey::generate(Algorithm::Ed25519).unwrap();
        let wit = self.sign_by(step, "orders", workload.public_key(), Duration::from_secs(3600));
        let credential = WitCredential::new(wit, workload).unwrap();
        let issued = Issued { credential, step, removed: Mutex::default() };
        self.keys.lock().unwrap().issued.push(Arc::new(issued));
    }

    fn sign_by(&self, step: u64, name: &str, key: &PublicKey, lifetime: Duration) -> WorkloadIdentityToken {
        let keys = self.keys.lock().unwrap();
        let (_, issuer) = keys.published.iter().find(|(published, _)| *published == step).unwrap();
        let now = UnixTime::from(SystemTime::now());
        let claims = WitClaims::new(
            format!("{DOMAIN}/{name}").parse().unwrap(),
            key,
            Validity::starting(now, lifetime),
        );
        claims.random_token_id().sign(issuer).unwrap()
    }

    fn jwk_set(&self) -> String {
        let keys = self.keys.lock().unwrap();
        jwk_set(&keys.published.iter().map(|(_, key)| key).collect::<Vec<_>>())
    }

    fn issue(&self, received: &Received) -> String {
        let (url, now) = (self.server.url("/credentials"), UnixTime::from(SystemTime::now()));
        let request = CredentialRequest::from_json(&received.body, &url, now).unwrap();
        let step = self.keys.lock().unwrap().issued.last().unwrap().step;
        let wit = self.sign_by(step, "billing", request.wit_key().unwrap(), LIFETIME);
        CredentialResponse::default().with_wit(&wit).to_json()
    }
}

/// Steps between one key and the next.
pub(crate) const PERIOD: u64 = 4;
const LEAD: u64 = 3;
/// Of the WITs of callers.
const LIFETIME: Duration = Duration::from_secs(6);

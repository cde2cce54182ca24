//! What tests share: a clock that is set by hand, a server that says what it is told to, keys and files.
#![allow(dead_code, reason = "no test uses all of it")]

pub(crate) mod server;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use std::{fs, process};
use wimse_creds::UnixTime;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::{Clock, Validity, WitClaims};
use wimse_mtls::TlsEnvironment;
use wimse_mtls::rustls::RootCertStore;
use wimse_trust::{AddressPolicy, Endpoint, HttpClient, SteadyClock};

pub(crate) const DOMAIN: &str = "wimse://example.com";
pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const HOUR: Duration = Duration::from_secs(3600);
const START: u64 = 1_800_000_000;

/// It goes on when it is told to.
#[derive(Default)]
pub(crate) struct ManualClock(AtomicU64);

impl ManualClock {
    pub(crate) fn advance(&self, duration: Duration) {
        self.0.fetch_add(duration.as_secs(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> UnixTime {
        UnixTime::from_secs(START + self.0.load(Ordering::SeqCst))
    }
}

impl SteadyClock for ManualClock {
    fn elapsed(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

/// A client for development servers on loopback.
pub(crate) fn client() -> HttpClient {
    HttpClient::new(&TlsEnvironment::aws_lc(), RootCertStore::empty(), AddressPolicy::public()).unwrap()
}

pub(crate) fn loopback(url: &str) -> Endpoint {
    Endpoint::allow_loopback_http(url).unwrap()
}

pub(crate) fn key(id: &str) -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap().with_key_id(id)
}

pub(crate) fn jwk_set(keys: &[&SigningKey]) -> String {
    let keys: Vec<String> = keys.iter().map(|key| key.public_key().to_jwk()).collect();
    format!(r#"{{"keys":[{}]}}"#, keys.join(","))
}

/// A bundle of WIT-SVID keys, with further members.
pub(crate) fn bundle(keys: &[&SigningKey], more: &str) -> String {
    let keys = keys.iter().map(|key| key.public_key().to_jwk().replacen('{', r#"{"use":"wit-svid","#, 1));
    format!(r#"{{{more}"keys":[{}]}}"#, keys.collect::<Vec<_>>().join(","))
}

/// A WIT for billing by an issuer.
pub(crate) fn wit(issuer: &SigningKey, workload: &SigningKey, now: UnixTime) -> String {
    let identifier = format!("{DOMAIN}/billing").parse().unwrap();
    let claims = WitClaims::new(identifier, workload.public_key(), Validity::starting(now, HOUR));
    claims.random_token_id().sign(issuer).unwrap().as_str().to_owned()
}

/// A folder of one test, removed at its end.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("wimse-trust-{name}-{}", process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::default())
}

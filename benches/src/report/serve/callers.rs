//! An issuer, and callers with WITs that are good now.

use super::LIFETIME;
use std::time::{Duration, SystemTime};
use wimse_benches::Error;
use wimse_creds::key::{Algorithm, PublicKey, SigningKey};
use wimse_creds::pop::WitCredential;
use wimse_creds::{UnixTime, Validity, WitClaims};

/// How many callers take turns: enough that none is most of the replay guard.
const CALLERS: usize = 16;
/// The trust domain of all.
pub(super) const ORIGIN: &str = "wimse://trust.example.com";
/// What the issuer calls itself.
pub(super) const ISSUER: &str = "https://id.example.com";

/// Callers of one algorithm, and who vouches for them.
pub(super) struct Callers {
    credentials: Vec<WitCredential>,
    keys: Vec<PublicKey>,
    issuer: SigningKey,
}

impl Callers {
    /// New keys and WITs. The issuer has ES256.
    pub(super) fn new(algorithm: Algorithm) -> Result<Self, Error> {
        let issuer = SigningKey::generate(Algorithm::Es256)?.with_key_id("2026-11");
        let validity = Validity::starting(now().minus(LIFETIME), Duration::from_secs(3600));
        let credentials = (0..CALLERS).map(|index| -> Result<_, Error> {
            let key = SigningKey::generate(algorithm)?;
            let identifier = format!("{ORIGIN}/service/payment-{index}").parse()?;
            let claims = WitClaims::new(identifier, key.public_key(), validity).issuer(ISSUER);
            Ok(WitCredential::new(claims.random_token_id().sign(&issuer)?, key)?)
        });
        let credentials: Vec<_> = credentials.collect::<Result<_, _>>()?;
        let keys = credentials.iter().map(|one| PublicKey::from_jwk(&one.public_key().to_jwk()));
        Ok(Self { keys: keys.collect::<Result<_, _>>()?, credentials, issuer })
    }

    /// All of them.
    pub(super) fn credentials(&self) -> &[WitCredential] {
        &self.credentials
    }

    /// The JWK Set of the issuer.
    pub(super) fn jwks(&self) -> String {
        format!("{{\"keys\":[{}]}}", self.issuer.public_key().to_jwk())
    }

    /// Their public keys as a recipient reads them from WITs.
    pub(super) fn keys(&self) -> &[PublicKey] {
        &self.keys
    }

    /// What verifies with those keys.
    pub(super) fn backend(&self) -> &'static str {
        self.keys.first().map_or("none", |key| key.backend().name())
    }
}

pub(super) fn now() -> UnixTime {
    SystemTime::now().into()
}

//! Callers with their keys, tokens and requests, and one service.

use crate::Error;
use crate::primitive::{Point, Public, Secret};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Request;
use http::header::AUTHORIZATION;
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::pop::{
    Audience, MemoryReplayGuard, Nonce, ReplayError, ReplayGuard, ReplayKey, WitCredential,
};
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::{UnixTime, Validity, WitClaims, WitPolicy, WitVerifier};
use wimse_identifier::WorkloadIdentifier;
use wimse_wpt::{Prover, Verifier};

/// The time of every verification, so that nothing expires while it is measured.
pub const NOW: UnixTime = UnixTime::from_secs(1_790_000_000);

/// How many callers take turns.
pub const CALLERS: usize = 64;

/// One caller: what travels, and the same for a floor.
pub struct Caller {
    /// WIT and key.
    pub credential: WitCredential,
    /// A request with WIT and WPT.
    pub request: Request<()>,
    /// The WPT of that request.
    pub proof: String,
    /// The private key.
    pub secret: Secret,
    /// The public key as it is in the WIT.
    pub point: Point,
    /// The public key as a cache keeps it.
    pub public: Public,
    /// What the issuer signed, and its signature.
    pub wit_signed: Signed,
    /// What the caller signed, and its signature.
    pub proof_signed: Signed,
}

/// The two halves of a compact JWS that matter to cryptography.
pub struct Signed {
    /// The signing input.
    pub input: Vec<u8>,
    /// The signature, decoded.
    pub signature: [u8; 64],
}

impl Signed {
    fn of(jws: &str) -> Result<Self, Error> {
        let (input, signature) = jws.rsplit_once('.').ok_or("not a JWS")?;
        let signature = URL_SAFE_NO_PAD.decode(signature)?[..].try_into()?;
        Ok(Self { input: input.into(), signature })
    }
}

/// An issuer (ES256), callers with keys of one algorithm, and a service that trusts the issuer.
pub struct Scenario {
    /// The callers.
    pub callers: Vec<Caller>,
    /// The key of the issuer.
    pub issuer: SigningKey,
    /// The public key of the issuer, imported.
    pub issuer_public: Public,
    anchors: Arc<TrustAnchors>,
}

impl Scenario {
    /// Makes keys, tokens and requests.
    ///
    /// # Errors
    ///
    /// Any of the crates under test.
    pub fn new(proof_algorithm: Algorithm) -> Result<Self, Error> {
        let issuer = SigningKey::generate(Algorithm::Es256)?.with_key_id("2026-11");
        let origin = identifier(0)?.origin();
        let domain = DomainAnchors::new(origin)
            .with_key(issuer.public_key().clone())?
            .with_issuer("https://id.example.com")?;
        let callers = (0..CALLERS).map(|index| caller(index, &issuer, proof_algorithm));
        Ok(Self {
            callers: callers.collect::<Result<_, _>>()?,
            issuer_public: Point::of(&issuer)?.import().ok_or("the issuer's key")?,
            issuer,
            anchors: Arc::new(TrustAnchors::none().with(domain)?),
        })
    }

    /// A verifier of WITs with a cache of this many.
    #[must_use]
    pub fn wits(&self, cached: usize, policy: WitPolicy) -> WitVerifier {
        WitVerifier::new(Arc::clone(&self.anchors), policy).with_cache_capacity(cached)
    }

    /// The service, with a cache of this many WITs.
    ///
    /// # Errors
    ///
    /// None that is known.
    pub fn service(&self, cached: usize) -> Result<Verifier, Error> {
        let audience = Audience::base("https://orders.example.com")?;
        Ok(Verifier::new(Arc::new(self.wits(cached, WitPolicy::default())), audience))
    }
}

/// The claims of the WIT of one caller: those of the draft's example, with `iss` and `jti`.
///
/// # Errors
///
/// None that is known.
pub fn claims(index: usize, key: &SigningKey) -> Result<WitClaims, Error> {
    let validity = Validity::starting(NOW, Duration::from_secs(3600));
    Ok(WitClaims::new(identifier(index)?, key.public_key(), validity)
        .issuer("https://id.example.com")
        .random_token_id())
}

fn caller(index: usize, issuer: &SigningKey, algorithm: Algorithm) -> Result<Caller, Error> {
    let key = SigningKey::generate(algorithm)?;
    let (secret, point) = (Secret::of(&key)?, Point::of(&key)?);
    let wit = claims(index, &key)?.sign(issuer)?;
    let credential = WitCredential::new(wit, key)?;
    let mut request = Request::post("https://orders.example.com/orders/17?page=2").body(())?;
    Prover::new(&credential).attach(&mut request, NOW, Nonce::random()?)?;
    let proof = request.headers()[AUTHORIZATION].to_str()?.trim_start_matches("WPT ").to_owned();
    Ok(Caller {
        public: point.import().ok_or("the caller's key")?,
        wit_signed: Signed::of(credential.wit().as_str())?,
        proof_signed: Signed::of(&proof)?,
        credential,
        request,
        proof,
        secret,
        point,
    })
}

fn identifier(index: usize) -> Result<WorkloadIdentifier, Error> {
    Ok(format!("wimse://trust.example.com/service/payment-{index}").parse()?)
}

/// Hands out indices in turn, for ever.
#[derive(Default)]
pub struct Turn(Cell<usize>);

impl Turn {
    /// The next index.
    pub fn next(&self) -> usize {
        let index = self.0.get();
        self.0.set((index + 1) % CALLERS);
        index
    }
}

/// A replay guard whose clock moves on by two windows after each turn of the callers, so that the same proofs are
/// new again and each admission is one real insertion.
pub struct EverNew {
    guard: MemoryReplayGuard,
    admissions: AtomicU64,
}

impl Default for EverNew {
    fn default() -> Self {
        Self { guard: MemoryReplayGuard::new(1_000_000), admissions: AtomicU64::new(0) }
    }
}

impl ReplayGuard for EverNew {
    fn admit(&self, key: &ReplayKey, valid_until: UnixTime, now: UnixTime) -> Result<(), ReplayError> {
        let turn = self.admissions.fetch_add(1, Ordering::Relaxed) / CALLERS as u64;
        let shift = 2 * MemoryReplayGuard::DEFAULT_WINDOW * u32::try_from(turn).unwrap_or(u32::MAX);
        self.guard.admit(key, valid_until.plus(shift), now.plus(shift))
    }
}

//! Callers with their keys, tokens and requests, and one service.

use crate::Error;
use crate::library::Library;
use crate::primitive::{Point, Public, Secret, seed};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Request;
use http::header::AUTHORIZATION;
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use wimse_creds::key::{Algorithm, PublicKey, SigningKey};
use wimse_creds::pop::{
    Admissible, Audience, MemoryReplayGuard, Nonce, ReplayError, ReplayGuard, ReplayKey, WitCredential,
};
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::{UnixTime, Validity, WitClaims, WitPolicy, WitVerifier};
use wimse_identifier::WorkloadIdentifier;
use wimse_wpt::{Prover, Verifier};

/// The time of every verification, so that nothing expires while it is measured.
pub const NOW: UnixTime = UnixTime::from_secs(1_790_000_000);

/// The service that they call.
pub const SERVICE: &str = "https://orders.example.com";

/// How many callers take turns.
pub const CALLERS: usize = 64;

/// What kind of keys a scenario has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suite {
    /// Of the issuer of WITs.
    pub issuer: Algorithm,
    /// Of the callers.
    pub proof: Algorithm,
    /// What does the cryptography.
    pub library: Library,
}

impl Suite {
    /// WITs by ES256, proofs by Ed25519.
    #[must_use]
    pub fn mixed(library: Library) -> Self {
        Self { issuer: Algorithm::Es256, proof: ED25519, library }
    }

    /// ES256 only.
    #[must_use]
    pub fn es256(library: Library) -> Self {
        Self { issuer: Algorithm::Es256, proof: Algorithm::Es256, library }
    }

    /// Ed25519 only.
    #[must_use]
    pub fn ed25519(library: Library) -> Self {
        Self { issuer: ED25519, proof: ED25519, library }
    }
}

/// Ed25519 by its older name, which the peers read: with it, all verify the very same tokens. The work is the same.
pub const ED25519: Algorithm = Algorithm::EdDsa;

/// The name of an algorithm in tables.
#[must_use]
pub fn shown(algorithm: Algorithm) -> &'static str {
    if algorithm == ED25519 { "Ed25519" } else { algorithm.name() }
}

/// One caller: what travels, and the same for a floor.
pub struct Caller {
    /// WIT and key.
    pub credential: WitCredential,
    /// A request with WIT and WPT.
    pub request: Request<()>,
    /// The WPT of that request.
    pub proof: String,
    /// The private key once more, as text.
    pub private_jwk: String,
    /// The private scalar or seed.
    pub seed: [u8; 32],
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
    pub(crate) fn of(jws: &str) -> Result<Self, Error> {
        let (input, signature) = jws.rsplit_once('.').ok_or("not a JWS")?;
        let signature = URL_SAFE_NO_PAD.decode(signature)?[..].try_into()?;
        Ok(Self { input: input.into(), signature })
    }
}

/// An issuer, callers with keys of one algorithm, and a service that trusts the issuer.
pub struct Scenario {
    /// The kind of its keys.
    pub suite: Suite,
    /// The callers.
    pub callers: Vec<Arc<Caller>>,
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
    pub fn new(suite: Suite) -> Result<Self, Error> {
        let library = suite.library;
        let issuer = library.generate(suite.issuer)?.with_key_id("2026-11");
        let domain = library.anchors(domain_of(&issuer)?)?;
        let callers = (0..CALLERS).map(|index| caller(index, &issuer, suite));
        Ok(Self {
            suite,
            callers: callers.collect::<Result<_, _>>()?,
            issuer_public: Point::of(&library.public(issuer.public_key())?)?
                .import()
                .ok_or("the issuer's key")?,
            issuer,
            anchors: Arc::new(TrustAnchors::none().with(domain)?),
        })
    }

    /// The anchors of the domain of the callers.
    ///
    /// # Errors
    ///
    /// None that is known.
    pub fn domain(&self) -> Result<DomainAnchors, Error> {
        self.suite.library.anchors(domain_of(&self.issuer)?)
    }

    /// A verifier of WITs with a cache of this many.
    #[must_use]
    pub fn wits(&self, cached: usize) -> WitVerifier {
        self.wits_of(Arc::clone(&self.anchors), cached)
    }

    /// The same for other anchors.
    #[must_use]
    pub fn wits_of(&self, anchors: Arc<TrustAnchors>, cached: usize) -> WitVerifier {
        let policy = self.suite.library.policy(WitPolicy::default());
        WitVerifier::new(anchors, policy).with_cache_capacity(cached)
    }

    /// The service, with a cache of this many WITs.
    ///
    /// # Errors
    ///
    /// None that is known.
    pub fn service(&self, cached: usize) -> Result<Verifier, Error> {
        Ok(Verifier::new(Arc::new(self.wits(cached)), Audience::base(SERVICE)?))
    }
}

/// The claims of the WIT of one caller: those of the draft's example, with `iss` and `jti`.
///
/// # Errors
///
/// None that is known.
pub fn claims(index: usize, key: &PublicKey) -> Result<WitClaims, Error> {
    let validity = Validity::starting(NOW, Duration::from_secs(3600));
    Ok(WitClaims::new(identifier(index)?, key, validity).issuer("https://id.example.com").random_token_id())
}

/// One more WIT of the issuer, unlike all others.
///
/// # Errors
///
/// None that is known.
pub fn wit_of(scenario: &Scenario) -> Result<String, Error> {
    let key = scenario.callers[0].credential.public_key();
    Ok(claims(0, key)?.sign(&scenario.issuer)?.as_str().to_owned())
}

fn domain_of(issuer: &SigningKey) -> Result<DomainAnchors, Error> {
    let domain = DomainAnchors::new(identifier(0)?.origin()).with_key(issuer.public_key().clone())?;
    Ok(domain.with_issuer("https://id.example.com")?)
}

fn caller(index: usize, issuer: &SigningKey, suite: Suite) -> Result<Arc<Caller>, Error> {
    let key = suite.library.generate(suite.proof)?;
    let (secret, point) = (Secret::of(&key)?, Point::of(&suite.library.public(key.public_key())?)?);
    let (seed, private_jwk) = (seed(&key)?, key.to_private_jwk().to_string());
    let wit = claims(index, key.public_key())?.sign(issuer)?;
    let credential = WitCredential::new(wit, key)?;
    let mut request = Request::post("https://orders.example.com/orders/17?page=2").body(())?;
    Prover::new(&credential).attach(&mut request, NOW, Nonce::random()?)?;
    let proof = request.headers()[AUTHORIZATION].to_str()?.trim_start_matches("WPT ").to_owned();
    Ok(Arc::new(Caller {
        public: point.import().ok_or("the caller's key")?,
        wit_signed: Signed::of(credential.wit().as_str())?,
        proof_signed: Signed::of(&proof)?,
        credential,
        request,
        proof,
        seed,
        private_jwk,
        secret,
        point,
    }))
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
    fn admit(&self, key: &ReplayKey, admissible: Admissible, now: UnixTime) -> Result<(), ReplayError> {
        let turn = self.admissions.fetch_add(1, Ordering::Relaxed) / CALLERS as u64;
        let shift = 2 * MemoryReplayGuard::DEFAULT_WINDOW * u32::try_from(turn).unwrap_or(u32::MAX);
        let until = admissible.until.plus(shift);
        self.guard.admit(key, Admissible { until, ..admissible }, now.plus(shift))
    }
}

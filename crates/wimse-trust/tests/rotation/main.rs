//! Rotation under load: an issuer rolls its key every four seconds, and callers renew their WITs.
//!
//! No valid call may fail, and none may be accepted by a key that was removed, once the refresh interval is over, or once
//! the service has refreshed. It runs where it is asked for by name, `cargo test -p wimse-trust --test rotation`, for a minute, or as many seconds as an
//! argument says.
#![allow(clippy::unwrap_used, reason = "it fails by a panic")]

mod issuer;
#[path = "../support/mod.rs"]
mod support;

use issuer::{Issuer, PERIOD};
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime};
use support::{DOMAIN, client};
use wimse_creds::key::Algorithm;
use wimse_creds::pop::{Audience, MemoryReplayGuard, Nonce, WitCredential};
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::{UnixTime, WitPolicy, WitVerifier};
use wimse_trust::{
    Attempt, CredentialSource, Enrolment, IdentityServer, LiveAnchors, LiveDomain, RefreshPolicy,
    RenewalPolicy, SteadySystemClock,
};
use wimse_wpt::{Prover, Verifier};

#[derive(Default)]
struct Counts {
    rotations: AtomicU64,
    renewals: AtomicU64,
    calls: AtomicU64,
    failed: AtomicU64,
    retired_refused: AtomicU64,
    retired_accepted: AtomicU64,
    /// Although a refresh that began after the removal had succeeded before the call.
    accepted_after_refresh: AtomicU64,
    /// In milliseconds after the removal.
    last_acceptance: AtomicU64,
    is_over: AtomicBool,
    refreshed: Mutex<Refreshes>,
}

/// When the last two refreshes ended.
#[derive(Default)]
struct Refreshes {
    last: Option<Instant>,
    /// What was removed before this moment is known to the service.
    known_until: Option<Instant>,
}

impl Counts {
    fn refreshed(&self, attempt: &Attempt) {
        let mut refreshes = self.refreshed.lock().unwrap();
        match &attempt.outcome {
            // It began after the one before had ended.
            Ok(_) => refreshes.known_until = refreshes.last,
            Err(error) => {
                let _ = writeln!(std::io::stderr(), "{}: {}", attempt.source, error.code());
            }
        }
        refreshes.last = Some(Instant::now());
    }

    fn known_until(&self) -> Option<Instant> {
        self.refreshed.lock().unwrap().known_until
    }
}

/// The service that is called.
struct Service {
    verifier: Verifier,
    guard: MemoryReplayGuard,
}

fn main() {
    let seconds: u64 = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(60);
    let seconds = seconds.clamp(24, 600);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (issuer, clock, counts) =
        (Issuer::start(), Arc::new(SteadySystemClock::new()), Arc::new(Counts::default()));
    let client = client().with_timeout(INTERVAL);

    let domain = LiveDomain::new(DomainAnchors::new(DOMAIN.parse().unwrap()));
    let domain = domain.jwk_set(&client, issuer.endpoint("/jwks.json"));
    let policy = RefreshPolicy::default().with_bounds(INTERVAL, INTERVAL).with_cooldown(INTERVAL);
    let anchors = LiveAnchors::new(TrustAnchors::none(), [domain], policy, clock.clone()).unwrap();
    let server = IdentityServer::new(&client, issuer.endpoint("/credentials"), Enrolment::join_token("join"));
    let credentials = CredentialSource::from_server(
        server.wit(Algorithm::Ed25519),
        RenewalPolicy::default(),
        clock.clone(),
    );
    runtime.block_on(anchors.refresh_due());
    runtime.block_on(credentials.renew()).unwrap();
    let counting = Arc::clone(&counts);
    let refreshing = anchors.spawn(runtime.handle(), move |attempt| counting.refreshed(attempt));
    let counting = Arc::clone(&counts);
    let renewing = credentials.spawn(runtime.handle(), move |outcome| {
        outcome.unwrap();
        counting.renewals.fetch_add(1, SeqCst);
    });

    let wits = Arc::new(WitVerifier::new(anchors.clone(), WitPolicy::default()));
    let verifier = Verifier::new(wits, Audience::base(BASE).unwrap());
    let service = Arc::new(Service { verifier, guard: MemoryReplayGuard::new(200_000) });
    let callers = [0, 1].map(|_| {
        let (service, credentials, counts) = (Arc::clone(&service), credentials.clone(), Arc::clone(&counts));
        thread::spawn(move || call(&service, &credentials, &counts))
    });
    let prober = {
        let (service, issuer, counts) = (Arc::clone(&service), Arc::clone(&issuer), Arc::clone(&counts));
        thread::spawn(move || probe(&service, &issuer, &counts))
    };

    let start = Instant::now();
    for step in 1..=seconds {
        // The pace; nothing waits for it.
        thread::sleep((start + Duration::from_secs(step)).saturating_duration_since(Instant::now()));
        issuer.step(step);
        counts.rotations.fetch_add(u64::from(step % PERIOD == 0), SeqCst);
    }
    counts.is_over.store(true, SeqCst);
    callers.into_iter().for_each(|caller| caller.join().unwrap());
    prober.join().unwrap();
    runtime.block_on(async { tokio::join!(refreshing.stop(), renewing.stop()) });
    judge(&counts, issuer.refreshes());
}

fn judge(counts: &Counts, refreshes: usize) {
    let get = |counter: &AtomicU64| counter.load(SeqCst);
    let mut out = std::io::stdout();
    writeln!(out, "rotations: {}, renewals: {}", get(&counts.rotations), get(&counts.renewals)).unwrap();
    writeln!(out, "requests to the issuer: {refreshes}").unwrap();
    writeln!(out, "calls: {} accepted, {} failed", get(&counts.calls), get(&counts.failed)).unwrap();
    let (refused, accepted) = (get(&counts.retired_refused), get(&counts.retired_accepted));
    let accepted = [accepted, get(&counts.accepted_after_refresh)];
    let [late, known] = accepted;
    writeln!(
        out,
        "by removed keys: {refused} refused; accepted after the interval: {late}, after a refresh: {known}"
    )
    .unwrap();
    writeln!(out, "last acceptance: {} ms after the removal", get(&counts.last_acceptance)).unwrap();
    assert!(get(&counts.calls) > 0 && get(&counts.rotations) > 2 && get(&counts.renewals) > 2);
    assert!(refused > 0, "nobody has tried a key after its removal");
    assert_eq!(get(&counts.failed), 0);
    assert_eq!(accepted, [0, 0]);
}

/// Calls with the credential that is current.
fn call(service: &Service, credentials: &CredentialSource, counts: &Counts) {
    while !counts.is_over.load(SeqCst) {
        match service.call(&credentials.wit().unwrap()) {
            Ok(()) => counts.calls.fetch_add(1, SeqCst),
            Err(code) => count_failure(counts, "a valid call", code),
        };
        thread::sleep(PACE);
    }
}

/// Calls with WITs that outlive the key that signed them.
fn probe(service: &Service, issuer: &Issuer, counts: &Counts) {
    while !counts.is_over.load(SeqCst) {
        for issued in issuer.issued() {
            let (removed, known_until, begun) = (issued.removed(), counts.known_until(), Instant::now());
            let since = removed.map(|removed| begun.saturating_duration_since(removed));
            let is_known = removed.is_some_and(|removed| known_until.is_some_and(|until| removed < until));
            match (service.call(&issued.credential), since) {
                (Ok(()), _) if is_known => counts.accepted_after_refresh.fetch_add(1, SeqCst),
                (Ok(()), Some(since)) if since > BOUND => counts.retired_accepted.fetch_add(1, SeqCst),
                (Ok(()), Some(since)) => counts.last_acceptance.fetch_max(milliseconds(since), SeqCst),
                (Ok(()), None) => counts.calls.fetch_add(1, SeqCst),
                // The removal may have come in between.
                (Err("wit.kid_unknown"), _) if issued.removed().is_some() => {
                    counts.retired_refused.fetch_add(1, SeqCst)
                }
                (Err(code), _) => count_failure(counts, "with a key that is published", code),
            };
            thread::sleep(PACE);
        }
    }
}

impl Service {
    /// As over the wire.
    fn call(&self, credential: &WitCredential) -> Result<(), &'static str> {
        let now = UnixTime::from(SystemTime::now());
        let mut request = http::Request::post(format!("{BASE}/orders")).body(()).unwrap();
        let proven = Prover::new(credential).attach(&mut request, now, Nonce::random().unwrap());
        proven.map_err(|error| error.code())?;
        self.verifier.verify(&request, &self.guard, now).map(drop).map_err(|error| error.code())
    }
}

fn count_failure(counts: &Counts, what: &str, code: &str) -> u64 {
    let _ = writeln!(std::io::stderr(), "{what}: {code}");
    counts.failed.fetch_add(1, SeqCst)
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

const BASE: &str = "https://orders.example.com";
/// Between calls of one caller.
const PACE: Duration = Duration::from_millis(4);
/// Between refreshes, and the longest that one may take.
const INTERVAL: Duration = Duration::from_secs(1);
/// The interval, and a refresh that came to nothing and had to be made again.
const BOUND: Duration = Duration::from_secs(4);

//! What two threads do in the time of one, beside what the raw signature calls do on the same two threads.

use crate::Error;
use crate::exchange;
use crate::primitive::sha256;
use crate::scenario::{Caller, NOW, Scenario, Signed};
use http::header::AUTHORIZATION;
use http::{Request, Uri};
use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Instant;
use wimse_creds::pop::{Admissible, MemoryReplayGuard, Nonce, ReplayError, ReplayGuard, ReplayKey};
use wimse_creds::{UnixTime, limits};
use wimse_httpsig::Signer;
use wimse_httpsig::message::{RequestMessage, TargetContext};
use wimse_wpt::Prover;

/// How much faster two threads are than one.
#[derive(Debug, Clone, Copy)]
pub struct Scaling {
    /// The operation.
    pub ours: f64,
    /// Hash and signature alone.
    pub raw: f64,
    /// The one by the other.
    pub ratio: f64,
}

/// A whole request with a WPT whose WIT is in the cache. All threads share a verifier and a replay guard.
///
/// # Errors
///
/// If a call is refused.
pub fn wpt(scenario: &Scenario) -> Result<Scaling, Error> {
    let proofs = Proof::all(scenario, Proof::wpt)?;
    let (service, guard) = (scenario.service(limits::CACHED_TOKENS)?, Shifted::default());
    let ours = |proof: &Proof| black_box(service.verify(&proof.request, &guard, NOW)).is_ok();
    let raw = |proof: &Proof| {
        let caller = &scenario.callers[proof.caller];
        black_box(sha256(caller.credential.wit().as_str().as_bytes()));
        caller.public.verify(&proof.signed.input, &proof.signed.signature)
    };
    measure(&proofs, &guard, &ours, &raw)
}

/// A GET with an HTTP signature whose WIT is in the cache. All threads share a verifier and a replay guard.
///
/// # Errors
///
/// If a call is refused.
pub fn http_signature(scenario: &Scenario) -> Result<Scaling, Error> {
    let proofs = Proof::all(scenario, Proof::http_signature)?;
    let (service, guard) = (exchange::verifier(scenario)?, Shifted::default());
    let ours = |proof: &Proof| {
        let target = TargetContext::of_uri(proof.request.uri());
        black_box(service.verify(&proof.request, &target, &guard, NOW)).is_ok()
    };
    let raw = |proof: &Proof| {
        let Signed { input, signature } = &proof.signed;
        scenario.callers[proof.caller].public.verify(input, signature)
    };
    measure(&proofs, &guard, &ours, &raw)
}

type Call<'c> = &'c (dyn Fn(&Proof) -> bool + Sync);

fn measure(proofs: &[Proof], guard: &Shifted, ours: Call<'_>, raw: Call<'_>) -> Result<Scaling, Error> {
    // The best of each: what else a machine does makes it only slower.
    let (mut raw_best, mut ours_best) = ([0.0_f64; 2], [0.0_f64; 2]);
    for _ in 0..ROUNDS {
        let speed = |threads, call| {
            guard.forget();
            section(proofs, threads, call)
        };
        for (index, threads) in [1, THREADS].into_iter().enumerate() {
            raw_best[index] = raw_best[index].max(speed(threads, raw)?);
            ours_best[index] = ours_best[index].max(speed(threads, ours)?);
        }
    }
    let (ours, raw) = (ours_best[1] / ours_best[0], raw_best[1] / raw_best[0]);
    Ok(Scaling { ours, raw, ratio: ours / raw })
}

/// Calls per second of all threads together. Each has proofs of its own.
fn section(proofs: &[Proof], threads: usize, call: Call<'_>) -> Result<f64, Error> {
    let start = Barrier::new(threads);
    let one = |proofs: &[Proof]| {
        start.wait();
        let clock = Instant::now();
        let done = proofs.iter().fold(true, |done, proof| done & call(proof));
        #[allow(clippy::cast_precision_loss)]
        done.then(|| proofs.len() as f64 / clock.elapsed().as_secs_f64())
    };
    let speeds: Option<Vec<f64>> = thread::scope(|scope| {
        let one = &one;
        let workers = proofs.chunks(EACH).take(threads).map(|proofs| scope.spawn(move || one(proofs)));
        let workers: Vec<_> = workers.collect();
        workers.into_iter().map(|worker| worker.join().ok().flatten()).collect()
    });
    Ok(speeds.ok_or("a call was refused")?.into_iter().sum())
}

/// One request that is new to the replay guard.
struct Proof {
    caller: usize,
    request: Request<exchange::Content>,
    signed: Signed,
}

type Made = (Request<()>, Signed);

impl Proof {
    fn all(scenario: &Scenario, make: fn(&Caller) -> Result<Made, Error>) -> Result<Vec<Self>, Error> {
        let callers = (0..scenario.callers.len()).cycle().take(THREADS * EACH);
        let of = |caller: usize| {
            let (request, signed) = make(&scenario.callers[caller])?;
            Ok(Self { caller, request: request.map(|()| exchange::content(0)), signed })
        };
        callers.map(of).collect()
    }

    fn wpt(caller: &Caller) -> Result<Made, Error> {
        let mut request = Request::get("https://orders.example.com/orders/17?page=2").body(())?;
        Prover::new(&caller.credential).attach(&mut request, NOW, Nonce::random()?)?;
        let signed = Signed::of(request.headers()[AUTHORIZATION].to_str()?.trim_start_matches("WPT "))?;
        Ok((request, signed))
    }

    fn http_signature(caller: &Caller) -> Result<Made, Error> {
        let mut request = exchange::unsigned_request(&[]);
        let _ = Signer::new(&caller.credential).sign(&mut request, &[], NOW, Nonce::random()?)?;
        *request.uri_mut() = Uri::from_static("/orders/17?page=2");
        let message = RequestMessage::of(&request, TargetContext::of_uri(request.uri()));
        let signed = exchange::signed(request.headers(), &message)?;
        Ok((request, signed))
    }
}

/// A replay guard that forgets by a leap of its clock.
struct Shifted {
    guard: MemoryReplayGuard,
    leaps: AtomicU32,
}

impl Default for Shifted {
    fn default() -> Self {
        Self { guard: MemoryReplayGuard::new(1_000_000), leaps: AtomicU32::new(0) }
    }
}

impl Shifted {
    fn forget(&self) {
        self.leaps.fetch_add(1, Ordering::Relaxed);
    }
}

impl ReplayGuard for Shifted {
    fn admit(&self, key: &ReplayKey, admissible: Admissible, now: UnixTime) -> Result<(), ReplayError> {
        let shift = 2 * MemoryReplayGuard::DEFAULT_WINDOW * self.leaps.load(Ordering::Relaxed);
        let until = admissible.until.plus(shift);
        self.guard.admit(key, Admissible { until, ..admissible }, now.plus(shift))
    }
}

const THREADS: usize = 2;
/// Proofs of each thread.
const EACH: usize = 512;
const ROUNDS: usize = 21;

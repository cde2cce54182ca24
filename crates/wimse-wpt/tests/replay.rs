//! Replay: a proof is admitted once, whatever its form, its WIT or the number of attempts at the same time.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod signed;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Request;
use signed::{NOW, credential, credential_of, key, nonce, request, signed, signed_by, verifier};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use wimse_creds::UnixTime;
use wimse_creds::key::Algorithm;
use wimse_creds::pop::{Admissible, MemoryReplayGuard, NoReplayGuard, ReplayError, ReplayGuard, ReplayKey};
use wimse_wpt::{ProofOptions, Prover, Verifier};

fn guard() -> MemoryReplayGuard {
    MemoryReplayGuard::new(10_000)
}

fn refusal(
    verifier: &Verifier,
    request: &Request<()>,
    guard: &dyn ReplayGuard,
    now: UnixTime,
) -> &'static str {
    verifier.verify(request, guard, now).unwrap_err().code()
}

/// WPT-2-23: of a thousand attempts at the same time, one.
#[test]
fn one_of_a_thousand_parallel_attempts_is_admitted() {
    let (verifier, request, guard) = (verifier(), signed(), guard());
    let (admitted, replayed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let barrier = Barrier::new(20);
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                barrier.wait();
                for _ in 0..50 {
                    match verifier.verify(&request, &guard, NOW) {
                        Ok(_) => admitted.fetch_add(1, Ordering::SeqCst),
                        Err(error) => {
                            assert_eq!(error.code(), "wpt.replayed");
                            replayed.fetch_add(1, Ordering::SeqCst)
                        }
                    };
                }
            });
        }
    });
    assert_eq!((admitted.into_inner(), replayed.into_inner(), guard.len()), (1, 999, 1));
}

/// ECDSA signatures have a second form, (r, n - s): it makes neither a new proof nor the same WIT.
#[test]
fn the_other_form_of_an_ecdsa_signature_is_a_replay() {
    let credential = credential_of("billing", key(Algorithm::Es256, 2));
    let good = signed_by(&credential, ProofOptions::default(), request());
    let (verifier, guard) = (verifier(), guard());
    let mut other_proof = good.clone();
    replace(&mut other_proof, "authorization", negate_s);
    assert_ne!(other_proof.headers(), good.headers());
    assert!(verifier.verify(&other_proof, &guard, NOW).is_ok());
    assert_eq!(refusal(&verifier, &good, &guard, NOW), "wpt.replayed");
    assert_eq!(guard.len(), 1);

    // The WIT is signed with ES256 too; `wth` is over its exact bytes (WPT-2-8).
    let mut other_wit = good;
    replace(&mut other_wit, "workload-identity-token", negate_s);
    assert_eq!(refusal(&verifier, &other_wit, &MemoryReplayGuard::new(10), NOW), "wpt.wth_mismatch");
}

fn negate_s(token: &str) -> String {
    const ORDER: [u8; 32] = *b"\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xbc\xe6\xfa\xad\xa7\x17\x9e\x84\xf3\xb9\xca\xc2\xfc\x63\x25\x51";
    let (input, signature) = token.rsplit_once('.').unwrap();
    let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let mut borrow = 0;
    for place in (0..32).rev() {
        let digit = i16::from(ORDER[place]) - i16::from(signature[32 + place]) - borrow;
        borrow = i16::from(digit < 0);
        signature[32 + place] = u8::try_from(digit.rem_euclid(256)).unwrap();
    }
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// WPT-3.1.4-1: `jti` is unique within the sender, which is its key.
#[test]
fn a_jti_is_known_within_its_key() {
    let (verifier, guard) = (verifier(), guard());
    let sign = |name: &str, number, algorithm| {
        signed_by(&credential_of(name, key(algorithm, number)), ProofOptions::default(), request())
    };
    assert!(verifier.verify(&sign("a", 2, Algorithm::Ed25519), &guard, NOW).is_ok());
    assert!(verifier.verify(&sign("a", 3, Algorithm::Ed25519), &guard, NOW).is_ok());
    assert!(verifier.verify(&sign("a", 2, Algorithm::Es256), &guard, NOW).is_ok());
    // The same key under another name, WIT or algorithm name is the same sender.
    assert_eq!(refusal(&verifier, &sign("b", 2, Algorithm::Ed25519), &guard, NOW), "wpt.replayed");
    assert_eq!(refusal(&verifier, &sign("a", 2, Algorithm::EdDsa), &guard, NOW), "wpt.replayed");
    let mut fresh = request();
    Prover::new(&credential()).attach(&mut fresh, NOW, nonce(2)).unwrap();
    assert!(verifier.verify(&fresh, &guard, NOW).is_ok());
}

/// A store with one answer.
struct Answers(ReplayError);

impl ReplayGuard for Answers {
    fn admit(&self, _: &ReplayKey, _: Admissible, _: UnixTime) -> Result<(), ReplayError> {
        Err(self.0)
    }
}

#[test]
fn a_store_that_is_full_or_down_is_not_the_peers_fault() {
    let (verifier, request) = (verifier(), signed());
    for (answer, code, status) in [
        (ReplayError::Replayed, "wpt.replayed", 401),
        (ReplayError::Full, "replay.full", 503),
        (ReplayError::SenderShare, "replay.sender_share", 503),
        (ReplayError::Window, "replay.window", 503),
        (ReplayError::Fenced, "replay.fenced", 503),
        (ReplayError::Clock, "replay.clock", 503),
        (ReplayError::Unavailable, "replay.unavailable", 503),
    ] {
        let error = verifier.verify(&request, &Answers(answer), NOW).unwrap_err();
        assert_eq!((error.code(), error.response().status().as_u16()), (code, status));
        assert_eq!(error.is_unavailable(), status == 503);
    }
    let full = MemoryReplayGuard::new(1);
    assert!(verifier.verify(&request, &full, NOW).is_ok());
    let other = signed_by(
        &credential_of("other", key(Algorithm::Ed25519, 3)),
        ProofOptions::default(),
        signed::request(),
    );
    let error = verifier.verify(&other, &full, NOW).unwrap_err();
    assert_eq!((error.code(), error.response().status().as_u16()), ("replay.full", 503));
    // A proof that may outlive the memory of the store.
    let short = MemoryReplayGuard::new(10).with_window(Duration::from_secs(89));
    assert_eq!(refusal(&verifier, &request, &short, NOW), "replay.window");
    assert!(verifier.verify(&request, &NoReplayGuard, NOW).is_ok());
    assert!(verifier.verify(&request, &NoReplayGuard, NOW).is_ok());
}

fn replace(request: &mut Request<()>, name: &'static str, change: impl Fn(&str) -> String) {
    let text = change(request.headers()[name].to_str().unwrap());
    request.headers_mut().insert(name, text.parse().unwrap());
}

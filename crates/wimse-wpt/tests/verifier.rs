//! The verifier: time, audience, what a refusal leaves behind and what it tells.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod signed;

use http::{HeaderValue, Request};
use signed::{
    BASE, NOW, TARGET, at, credential, credential_of, key, request, signed, signed_by, verifier, verifier_for,
};
use std::time::Duration;
use wimse_creds::UnixTime;
use wimse_creds::key::Algorithm;
use wimse_creds::pop::{Audience, MemoryReplayGuard, ReplayGuard};
use wimse_wpt::{ProofOptions, Prover, Verifier, WptError, challenge};

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

/// A checked proof does not outlive its WIT.
#[test]
fn a_wit_that_expires_between_check_and_admission() {
    let credential = credential();
    let lifetime = ProofOptions::default().lifetime(Duration::from_secs(300));
    let mut late = request();
    let last = credential.wit().claimed_expiry().minus(Duration::from_secs(5));
    Prover::with_options(&credential, lifetime).attach(&mut late, last, signed::nonce(9)).unwrap();
    let admit = |seconds| {
        let now = last.plus(Duration::from_secs(seconds));
        verifier().check(&late, last).unwrap().admit(&guard(), now).map(|_| ()).map_err(|error| error.code())
    };
    assert_eq!(admit(34), Ok(()));
    assert_eq!(admit(35), Err("proof.expired"), "5 seconds of life and 30 of leeway");
}

/// Row 23: nobody fills or poisons the store without a valid proof.
#[test]
fn a_thousand_hostile_requests_leave_nothing_behind() {
    let (verifier, good, guard) = (verifier(), signed(), guard());
    let mutations: [fn(&mut Request<()>, u8); 10] = [
        |request, _| drop(request.headers_mut().remove("authorization")),
        |request, _| drop(request.headers_mut().remove("workload-identity-token")),
        |request, n| {
            replace(request, "authorization", |text| with_char(text, text.len() - 1 - usize::from(n % 80)));
        },
        |request, n| replace(request, "workload-identity-token", |text| with_char(text, usize::from(n))),
        |request, n| *request.uri_mut() = format!("https://api.example.com/orders/{n}").parse().unwrap(),
        |request, n| drop(request.headers_mut().insert("txn-token", HeaderValue::from(u16::from(n)))),
        |request, n| append(request, "authorization", n),
        |request, n| append(request, "workload-identity-token", n),
        |request, _| {
            // The proof of another workload, with its own key.
            let other = signed_by(
                &credential_of("other", key(Algorithm::Ed25519, 3)),
                ProofOptions::default(),
                signed::request(),
            );
            request.headers_mut().insert("authorization", other.headers()["authorization"].clone());
        },
        |request, _| {
            // Another valid WIT for the same key.
            let other = signed_by(
                &credential_of("other", key(Algorithm::Ed25519, 2)),
                ProofOptions::default(),
                signed::request(),
            );
            let name = "workload-identity-token";
            request.headers_mut().insert(name, other.headers()[name].clone());
        },
    ];
    let mut codes = std::collections::BTreeSet::new();
    for number in 0..100 {
        for mutation in mutations {
            let mut request = good.clone();
            mutation(&mut request, number);
            codes.insert(refusal(&verifier, &request, &guard, NOW));
        }
    }
    assert!(guard.is_empty(), "{codes:?}");
    for code in [
        "wpt.signature",
        "wpt.audience_mismatch",
        "wpt.wth_mismatch",
        "wpt.tth_missing",
        "wit.field_repeated",
    ] {
        assert!(codes.contains(code), "{codes:?}");
    }
    for late in [90, 4000] {
        assert!(verifier.verify(&good, &guard, at(late)).is_err());
    }
    assert_eq!(guard.len(), 0);
    assert!(verifier.verify(&good, &guard, NOW).is_ok());
    assert_eq!(guard.len(), 1);
}

fn append(request: &mut Request<()>, name: &'static str, value: u8) {
    request.headers_mut().append(name, HeaderValue::from(u16::from(value)));
}

fn replace(request: &mut Request<()>, name: &'static str, change: impl Fn(&str) -> String) {
    let text = change(request.headers()[name].to_str().unwrap());
    request.headers_mut().insert(name, text.parse().unwrap());
}

/// Another character of base64url in this place.
fn with_char(text: &str, place: usize) -> String {
    let other = if text.as_bytes()[place] == b'A' { "Q" } else { "A" };
    format!("{}{other}{}", &text[..place], &text[place + 1..])
}

/// Row 14, WPT-2-20, WPT-2-21.
#[test]
fn time() {
    let options = |seconds| ProofOptions::default().lifetime(Duration::from_secs(seconds));
    let request_for = |seconds| signed_by(&credential(), options(seconds), request());
    let check = |verifier: Verifier, seconds, now| {
        verifier.check(&request_for(seconds), now).map(drop).map_err(|error| error.code())
    };
    assert_eq!(check(verifier(), 60, at(89)), Ok(()));
    assert_eq!(check(verifier(), 60, at(90)), Err("wpt.expired"));
    assert_eq!(check(verifier().leeway(Duration::ZERO), 60, at(59)), Ok(()));
    assert_eq!(check(verifier().leeway(Duration::ZERO), 60, at(60)), Err("wpt.expired"));
    assert_eq!(check(verifier().leeway(Duration::MAX), 60, at(359)), Ok(()));
    assert_eq!(check(verifier().leeway(Duration::MAX), 60, at(360)), Err("wpt.expired"));
    // A sender whose clock is 30 seconds ahead, and one with 31.
    assert_eq!(check(verifier(), 300, NOW.minus(Duration::from_secs(30))), Ok(()));
    assert_eq!(check(verifier(), 300, NOW.minus(Duration::from_secs(31))), Err("wpt.lifetime_too_long"));
    let minute = verifier().max_lifetime(Duration::from_secs(60));
    assert_eq!(check(minute.clone(), 60, NOW), Ok(()));
    assert_eq!(check(minute, 61, NOW), Err("wpt.lifetime_too_long"));

    // The proof can expire between check and admission.
    let checked = || verifier().check(&request_for(60), NOW).unwrap();
    let guard = guard();
    assert_eq!(checked().valid_until(), at(90));
    assert_eq!(checked().admit(&guard, at(90)).unwrap_err().code(), "proof.expired");
    assert!(guard.is_empty());
    assert!(checked().admit(&guard, at(89)).is_ok());
}

/// WPT-2.1-1, row 4: the same answer for every cause.
#[test]
fn a_refusal_never_tells_the_cause() {
    let good = signed();
    let guard = guard();
    let mut errors: Vec<WptError> = Vec::new();
    let refuse =
        |verifier: &Verifier, request: &Request<()>, now| verifier.verify(request, &guard, now).unwrap_err();
    for name in ["authorization", "workload-identity-token"] {
        let mut request = good.clone();
        replace(&mut request, name, |text| with_char(text, text.len() - 9));
        errors.push(refuse(&verifier(), &request, NOW));
        request.headers_mut().remove(name);
        errors.push(refuse(&verifier(), &request, NOW));
    }
    errors.push(refuse(&verifier(), &good, at(90)));
    errors.push(refuse(&verifier(), &good, at(10_000)));
    errors.push(refuse(&verifier_for(Audience::base("https://other.example").unwrap()), &good, NOW));
    errors.push(refuse(&verifier().max_bytes(100), &good, NOW));
    assert!(verifier().verify(&good, &guard, NOW).is_ok());
    errors.push(refuse(&verifier(), &good, NOW));

    let codes: std::collections::BTreeSet<_> = errors.iter().map(WptError::code).collect();
    assert!(codes.len() >= 8, "{codes:?}");
    for error in &errors {
        let (response, expected) = (error.response(), challenge());
        assert_eq!(response.body(), expected.body());
        assert_eq!(
            (response.status(), response.headers()),
            (expected.status(), expected.headers()),
            "{error}"
        );
        assert!(!response.body().contains(error.code()));
    }
    assert_eq!(challenge().status(), 401);
    assert_eq!(challenge().headers()["www-authenticate"], "WPT");
}

/// Row 46.
#[test]
fn debug_and_errors_show_no_token() {
    let good = signed();
    let guard = guard();
    let verifier = verifier();
    let mut shown = vec![format!("{:?}", good.headers()), format!("{good:?}"), format!("{verifier:?}")];
    shown.push(format!("{:?}", Prover::new(&credential())));
    shown.push(format!("{:?}", verifier.check(&good, NOW).unwrap()));
    shown.push(format!("{:?}", verifier.verify(&good, &guard, NOW).unwrap()));
    let mut bad = good.clone();
    replace(&mut bad, "authorization", |text| with_char(text, text.len() - 9));
    for error in [
        verifier.verify(&good, &guard, NOW).unwrap_err(),
        verifier.verify(&bad, &guard, NOW).unwrap_err(),
        verifier.verify(&good, &guard, at(90)).unwrap_err(),
        verifier_for(Audience::base("https://other.example").unwrap()).check(&good, NOW).unwrap_err(),
    ] {
        shown.push(format!("{error} {error:?}"));
    }
    for text in shown {
        // Every token and each of its parts begins with {" in base64url.
        assert!(!text.contains("eyJ"), "{text}");
    }
    assert!(good.headers()["authorization"].to_str().unwrap().contains("eyJ"));
}

#[test]
fn the_audience_is_configured_and_bound_to_the_path() {
    let good = signed();
    for (base, target, expected) in [
        (BASE, TARGET, Ok(())),
        (BASE, "/orders", Ok(())),
        (BASE, "/orders?other", Ok(())),
        // Host and authority of the received request are never looked at.
        (BASE, "https://elsewhere.example/orders", Ok(())),
        ("https://api.example.com:443/", "/orders", Ok(())),
        (BASE, "/Orders", Err("wpt.audience_mismatch")),
        (BASE, "/orders/", Err("wpt.audience_mismatch")),
        (BASE, "//orders", Err("wpt.audience_mismatch")),
        (BASE, "/%6Frders", Err("wpt.audience_mismatch")),
        (BASE, "*", Err("wpt.audience_mismatch")),
        ("http://api.example.com", "/orders", Err("wpt.audience_mismatch")),
        ("https://api.example.com:8443", "/orders", Err("wpt.audience_mismatch")),
        ("https://elsewhere.example", "https://elsewhere.example/orders", Err("wpt.audience_mismatch")),
    ] {
        let mut request = good.clone();
        *request.uri_mut() = target.parse().unwrap();
        request.headers_mut().insert("host", "elsewhere.example".parse().unwrap());
        let verifier = verifier_for(Audience::base(base).unwrap());
        let found = verifier.check(&request, NOW).map(drop).map_err(|error| error.code());
        assert_eq!(found, expected, "{base} {target}");
    }
    let (parts, ()) = good.into_parts();
    assert!(verifier().check_parts(&parts, NOW).is_ok());
}

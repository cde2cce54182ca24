//! The verifier of WITs: its cache, its deny-list and its anchors.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod issued;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use issued::{
    DOMAIN, HOUR, NOW, at, claims, claims_for, domain, issuer_key, key, token, verifier, workload_key,
};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wimse_creds::key::Algorithm;
use wimse_creds::trust::{DomainAnchors, TrustAnchorSource, TrustAnchors};
use wimse_creds::{UnixTime, Verified, WitDenyList, WitPolicy, WitVerifier, WorkloadIdentityToken};
use wimse_identifier::Origin;

/// The code of a refusal.
fn refusal(verifier: &WitVerifier, wit: &str, now: UnixTime) -> &'static str {
    verifier.verify(wit, now).unwrap_err().code()
}

/// Whether both are one cached token.
fn same(a: &Verified<WorkloadIdentityToken>, b: &Verified<WorkloadIdentityToken>) -> bool {
    std::ptr::eq(a.as_str(), b.as_str())
}

fn cached(verifier: &WitVerifier) -> bool {
    !format!("{verifier:?}").contains("len: 0")
}

#[test]
fn a_hit_is_the_same_token_and_capacity_0_has_none() {
    let issuer = issuer_key(Algorithm::Es256);
    let wit = claims().sign(&issuer).unwrap();
    let verifier = verifier(&issuer);
    let first = verifier.verify(wit.as_str(), NOW).unwrap();
    assert!(same(&first, &verifier.verify(wit.as_str(), NOW).unwrap()));

    let verifier = verifier.with_cache_capacity(0);
    let first = verifier.verify(wit.as_str(), NOW).unwrap();
    let second = verifier.verify(wit.as_str(), NOW).unwrap();
    assert!(!same(&first, &second));
    assert_eq!(first.confirmation_key(), second.confirmation_key());
    assert_eq!(refusal(&verifier, wit.as_str(), at(3630)), "wit.expired");
}

#[test]
fn a_full_cache_forgets_and_still_verifies() {
    let issuer = issuer_key(Algorithm::Ed25519);
    let verifier = verifier(&issuer).with_cache_capacity(2);
    let wits: Vec<_> = (0..20)
        .map(|number| claims_for(&key(Algorithm::Ed25519, 10 + number)).sign(&issuer).unwrap())
        .collect();
    for _ in 0..2 {
        for wit in &wits {
            let verified = verifier.verify(wit.as_str(), NOW).unwrap();
            assert_eq!(*verified.confirmation_key(), wit.claimed_confirmation_key().unwrap());
        }
    }
}

/// Row 14: valid while now < exp + leeway, and no hit skips the rules that depend on the present.
#[test]
fn time_is_checked_on_every_hit() {
    let issuer = issuer_key(Algorithm::Ed25519);
    let wit = claims().with_not_before().without_issued_at().sign(&issuer).unwrap();
    for capacity in [0, 10] {
        let verifier = verifier(&issuer).with_cache_capacity(capacity);
        for (now, expected) in [
            (at(0), Ok(())),
            (at(3600), Ok(())),
            (at(3629), Ok(())),
            (at(3630), Err("wit.expired")),
            (at(100_000), Err("wit.expired")),
            (at(-30), Ok(())),
            (at(-31), Err("wit.not_yet_valid")),
            (UnixTime::from_secs(0), Err("wit.not_yet_valid")),
            (at(0), Ok(())),
        ] {
            let found = verifier.verify(wit.as_str(), now).map(drop).map_err(|error| error.code());
            assert_eq!(found, expected, "{now} {capacity}");
        }
    }
}

#[test]
fn the_lifetime_is_checked_on_every_hit() {
    let issuer = issuer_key(Algorithm::Ed25519);
    let wit = claims().without_issued_at().sign(&issuer).unwrap();
    let anchors = TrustAnchors::none().with(domain(DOMAIN, &issuer)).unwrap();
    let verifier = WitVerifier::new(anchors, WitPolicy::default().max_lifetime(HOUR));
    assert!(verifier.verify(wit.as_str(), at(0)).is_ok());
    assert!(verifier.verify(wit.as_str(), at(-30)).is_ok());
    assert_eq!(refusal(&verifier, wit.as_str(), at(-31)), "wit.lifetime_too_long");
    assert!(verifier.verify(wit.as_str(), at(0)).is_ok());
}

#[test]
fn leeway_is_a_few_minutes_at_most() {
    let issuer = issuer_key(Algorithm::Ed25519);
    let wit = claims().sign(&issuer).unwrap();
    for (leeway, last) in [(0, 3599), (30, 3629), (300, 3899), (100_000, 3899)] {
        let anchors = TrustAnchors::none().with(domain(DOMAIN, &issuer)).unwrap();
        let policy = WitPolicy::default().leeway(Duration::from_secs(leeway));
        let verifier = WitVerifier::new(anchors, policy);
        assert!(verifier.verify(wit.as_str(), at(last)).is_ok());
        assert_eq!(refusal(&verifier, wit.as_str(), at(last + 1)), "wit.expired");
    }
}

/// Anchors that change while the program runs.
#[derive(Default)]
struct Live(Mutex<HashMap<Origin, Arc<DomainAnchors>>>);

impl Live {
    fn set(&self, domain: DomainAnchors) {
        self.0.lock().unwrap().insert(domain.origin().clone(), Arc::new(domain));
    }
}

impl TrustAnchorSource for Live {
    fn anchors_for(&self, origin: &Origin) -> Option<Arc<DomainAnchors>> {
        self.0.lock().unwrap().get(origin).cloned()
    }
}

#[test]
fn a_change_of_anchors_ends_the_hit() {
    let issuer = issuer_key(Algorithm::Es256);
    let wit = claims().issuer("https://id.example.com").sign(&issuer).unwrap();
    let live = Arc::new(Live::default());
    let verifier = WitVerifier::new(Arc::clone(&live), WitPolicy::default());
    let fresh = || domain(DOMAIN, &issuer);
    live.set(fresh());
    let first = verifier.verify(wit.as_str(), NOW).unwrap();
    assert!(same(&first, &verifier.verify(wit.as_str(), NOW).unwrap()));

    // Another domain changes: the hit stays.
    live.set(domain("wimse://other.example", &key(Algorithm::Es256, 9)));
    assert!(same(&first, &verifier.verify(wit.as_str(), NOW).unwrap()));

    // An equal snapshot is another one: judged anew.
    live.set(fresh());
    let second = verifier.verify(wit.as_str(), NOW).unwrap();
    assert!(!same(&first, &second));
    assert!(same(&second, &verifier.verify(wit.as_str(), NOW).unwrap()));

    for (changed, code) in [
        (DomainAnchors::new(DOMAIN.parse().unwrap()), "wit.kid_unknown"),
        (domain(DOMAIN, &key(Algorithm::Es256, 3).with_key_id("issuer-1")), "wit.signature"),
        (domain(DOMAIN, &key(Algorithm::Ed25519, 3).with_key_id("issuer-1")), "wit.alg_mismatch"),
        (domain(DOMAIN, &key(Algorithm::Es256, 1).with_key_id("issuer-2")), "wit.kid_unknown"),
        (fresh().with_algorithms([Algorithm::Ed25519]), "wit.alg_not_allowed"),
        (fresh().with_issuer("https://other.example.com").unwrap(), "wit.iss_not_allowed"),
    ] {
        live.set(changed);
        assert_eq!(refusal(&verifier, wit.as_str(), NOW), code);
        live.set(fresh());
        assert!(verifier.verify(wit.as_str(), NOW).is_ok());
    }
    live.0.lock().unwrap().clear();
    assert_eq!(refusal(&verifier, wit.as_str(), NOW), "wit.trust_domain_unknown");
}

#[test]
fn failures_are_not_cached() {
    let issuer = issuer_key(Algorithm::Es256);
    let wit = claims().sign(&issuer).unwrap();
    let live = Arc::new(Live::default());
    let verifier = WitVerifier::new(Arc::clone(&live), WitPolicy::default());
    assert_eq!(refusal(&verifier, wit.as_str(), NOW), "wit.trust_domain_unknown");
    live.set(domain(DOMAIN, &key(Algorithm::Es256, 3).with_key_id("issuer-1")));
    assert_eq!(refusal(&verifier, wit.as_str(), NOW), "wit.signature");
    live.set(domain(DOMAIN, &issuer));
    assert_eq!(refusal(&verifier, wit.as_str(), at(-24 * 3600)), "wit.lifetime_too_long");
    assert!(!cached(&verifier));
    assert!(verifier.verify(wit.as_str(), NOW).is_ok());
    assert!(cached(&verifier));
    // A hit is by the exact bytes: the same claims under another signature are another token.
    let again = claims().claim("example.com/n", 1).unwrap().sign(&issuer).unwrap();
    let first = verifier.verify(wit.as_str(), NOW).unwrap();
    assert!(!same(&first, &verifier.verify(again.as_str(), NOW).unwrap()));
}

/// A source that answers every question with the anchors of one domain.
struct Confused(Arc<DomainAnchors>);

impl TrustAnchorSource for Confused {
    fn anchors_for(&self, _: &Origin) -> Option<Arc<DomainAnchors>> {
        Some(Arc::clone(&self.0))
    }
}

/// WIT-3-1, WIT-5.1.4-8: anchors say whose they are, and speak for nobody else, whatever a source answers.
#[test]
fn anchors_speak_for_their_own_origin() {
    let issuer = issuer_key(Algorithm::Es256);
    let wit = claims().sign(&issuer).unwrap();
    let verify = |origin: &str| {
        let source = Confused(Arc::new(domain(origin, &issuer)));
        let verifier = WitVerifier::new(source, WitPolicy::default());
        verifier.verify(wit.as_str(), NOW).map(drop).map_err(|error| error.code())
    };
    assert_eq!(verify(DOMAIN), Ok(()));
    assert_eq!(verify("wimse://other.example"), Err("wit.trust_domain_unknown"));
}

/// Denies everything while it is switched on.
#[derive(Clone, Default)]
struct Switch {
    on: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
}

impl WitDenyList for Switch {
    fn is_denied(&self, token_id: &str, token: &Verified<WorkloadIdentityToken>) -> bool {
        assert_eq!((token_id, token.subject().path()), ("1", "/billing"));
        assert_eq!(token.token_id(), Some(token_id));
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.on.load(Ordering::SeqCst)
    }
}

/// WIT-9.3.1-3, WIT-9.3.1-4.
#[test]
fn a_deny_list_is_asked_every_time() {
    let issuer = issuer_key(Algorithm::Ed25519);
    let wit = claims().sign(&issuer).unwrap();
    let switch = Switch::default();
    for capacity in [0, 10] {
        let verifier = verifier(&issuer).with_cache_capacity(capacity).with_deny_list(switch.clone());
        for denied in [false, true, false] {
            switch.on.store(denied, Ordering::SeqCst);
            for _ in 0..2 {
                let found = verifier.verify(wit.as_str(), NOW).map(drop).map_err(|error| error.code());
                assert_eq!(found, if denied { Err("wit.denied") } else { Ok(()) });
            }
        }
    }
    assert_eq!(switch.asked.load(Ordering::SeqCst), 12);
}

#[test]
fn a_deny_list_is_not_asked_about_tokens_that_nobody_vouches_for() {
    let issuer = issuer_key(Algorithm::Ed25519);
    let switch = Switch::default();
    let verifier = verifier(&issuer).with_deny_list(switch.clone());
    let forged = claims().sign(&key(Algorithm::Ed25519, 7).with_key_id("issuer-1")).unwrap();
    assert_eq!(refusal(&verifier, forged.as_str(), NOW), "wit.signature");
    let wit = claims().sign(&issuer).unwrap();
    assert_eq!(refusal(&verifier, wit.as_str(), at(4000)), "wit.expired");
    assert_eq!(switch.asked.load(Ordering::SeqCst), 0);
    assert!(verifier.verify(wit.as_str(), NOW).is_ok());
    // A hit that has expired.
    assert_eq!(refusal(&verifier, wit.as_str(), at(4000)), "wit.expired");
    assert_eq!(switch.asked.load(Ordering::SeqCst), 1);
}

#[test]
fn with_a_deny_list_tokens_have_a_name() {
    let issuer = issuer_key(Algorithm::Ed25519);
    let header = r#"{"alg":"Ed25519","kid":"issuer-1","typ":"wit+jwt"}"#;
    let jwk = workload_key(Algorithm::Ed25519).public_key().to_jwk();
    let wit = |jti: &str| {
        let claims = format!(r#"{{"sub":"{DOMAIN}/billing","exp":1745512510,{jti}"cnf":{{"jwk":{jwk}}}}}"#);
        token(header, &claims, &issuer)
    };
    let plain = verifier(&issuer);
    let listed = verifier(&issuer).with_deny_list(Switch::default());
    assert!(plain.verify(&wit(""), NOW).is_ok());
    assert_eq!(refusal(&listed, &wit(""), NOW), "wit.jti_missing");
    assert!(listed.verify(&wit(r#""jti":"1","#), NOW).is_ok());
    assert_eq!(refusal(&listed, &wit(r#""jti":"","#), NOW), "wit.jti_malformed");
}

/// RFC 7519 2 `NumericDate`: the smallest 64-bit number has no absolute value, and is no date either.
#[test]
fn dates_beyond_every_calendar() {
    let issuer = issuer_key(Algorithm::Ed25519);
    let header = r#"{"alg":"Ed25519","kid":"issuer-1","typ":"wit+jwt"}"#;
    for (date, code) in [
        ("9223372036854775807", "wit.exp_malformed"),
        ("-9223372036854775807", "wit.exp_malformed"),
        ("-9223372036854775809", "wit.exp_malformed"),
        ("1e999", "wit.exp_malformed"),
        ("-9223372036854775808", "wit.exp_malformed"),
    ] {
        let wit = token(header, &format!(r#"{{"sub":"{DOMAIN}/billing","exp":{date}}}"#), &issuer);
        assert_eq!(refusal(&verifier(&issuer), &wit, NOW), code, "{date}");
    }
}

/// Text of a token that nobody vouches for is shortened before it is logged.
#[test]
fn a_long_trust_domain_is_shortened_in_the_message() {
    let wit = claims_of_domain(&"a".repeat(1500)).sign(&issuer_key(Algorithm::Es256)).unwrap();
    let refused = verifier(&issuer_key(Algorithm::Es256)).verify(wit.as_str(), NOW).unwrap_err();
    assert_eq!(refused.code(), "wit.trust_domain_unknown");
    assert!(refused.to_string().len() < 150, "{refused}");
}

fn claims_of_domain(domain: &str) -> wimse_creds::WitClaims {
    let subject = format!("wimse://{domain}/billing").parse().unwrap();
    let hour = wimse_creds::Validity::starting(NOW, Duration::from_secs(3600));
    wimse_creds::WitClaims::new(subject, workload_key(Algorithm::Ed25519).public_key(), hour)
}

/// Counts what it is told.
struct Told(TrustAnchors, Mutex<Vec<Origin>>);

impl TrustAnchorSource for Told {
    fn anchors_for(&self, origin: &Origin) -> Option<Arc<DomainAnchors>> {
        self.0.anchors_for(origin)
    }

    fn key_missing(&self, origin: &Origin) {
        self.1.lock().unwrap().push(origin.clone());
    }
}

#[test]
fn a_source_is_told_of_unknown_key_ids_and_of_nothing_else() {
    let issuer = issuer_key(Algorithm::Es256);
    let anchors = TrustAnchors::none().with(domain(DOMAIN, &issuer)).unwrap();
    let told = Arc::new(Told(anchors, Mutex::default()));
    // Also through another `Arc`.
    let verifier = WitVerifier::new(Arc::new(Arc::clone(&told)), WitPolicy::default());
    let good = claims().sign(&issuer).unwrap();
    let elsewhere = good.as_str().split('.').nth(1).unwrap();
    let elsewhere = String::from_utf8(URL_SAFE_NO_PAD.decode(elsewhere).unwrap()).unwrap();
    let elsewhere = elsewhere.replace("example.com", "other.example");
    let header = |kid: &str| format!(r#"{{"alg":"ES256","typ":"wit+jwt","kid":"{kid}"}}"#);
    let by = |number, kid: &str| claims().sign(&key(Algorithm::Es256, number).with_key_id(kid)).unwrap();
    assert!(verifier.verify(good.as_str(), NOW).is_ok());
    for (what, wit, now, code, times) in [
        ("another key", by(3, "issuer-1").as_str().to_owned(), NOW, "wit.signature", 0),
        ("expired", good.as_str().to_owned(), at(4000), "wit.expired", 0),
        ("expired by an unknown key", by(3, "issuer-2").as_str().to_owned(), at(4000), "wit.expired", 0),
        (
            "another domain",
            token(&header("issuer-2"), &elsewhere, &issuer),
            NOW,
            "wit.trust_domain_unknown",
            0,
        ),
        ("an unknown key", by(3, "issuer-2").as_str().to_owned(), NOW, "wit.kid_unknown", 1),
    ] {
        assert_eq!(refusal(&verifier, &wit, now), code, "{what}");
        assert_eq!(std::mem::take(&mut *told.1.lock().unwrap()).len(), times, "{what}");
    }
}

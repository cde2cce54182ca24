//! What verifiers see while anchors change, and what tokens can bring about.
#![cfg(feature = "aws-lc")]
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::Arc;
use std::time::Duration;
use support::server::{Reply, Server};
use support::{DOMAIN, Folder, HOUR, ManualClock, SECOND, client, clock, jwk_set, key, loopback, wit};
use tokio::runtime::Handle;
use wimse_creds::key::SigningKey;
use wimse_creds::trust::{DomainAnchors, TrustAnchorSource as _, TrustAnchors};
use wimse_creds::wic::{CertificateAuthority, Purpose, WicPolicy, WicTemplate, WicVerifier};
use wimse_creds::{Clock as _, Validity, WitPolicy, WitVerifier};
use wimse_mtls::Refreshed::{self, Replaced};
use wimse_trust::{AnchorFormat, LiveAnchors, LiveDomain, RefreshPolicy};

fn live(domain: LiveDomain, clock: &Arc<ManualClock>) -> LiveAnchors {
    LiveAnchors::new(TrustAnchors::none(), [domain], RefreshPolicy::default(), clock.clone()).unwrap()
}

fn domain() -> LiveDomain {
    LiveDomain::new(DomainAnchors::new(DOMAIN.parse().unwrap()))
}

fn jwks(server: &Server) -> LiveDomain {
    domain().jwk_set(&client(), loopback(&server.url("/jwks.json")))
}

async fn outcome(anchors: &LiveAnchors) -> Option<Result<Refreshed, &'static str>> {
    let attempt = anchors.refresh_due().await.pop()?;
    Some(attempt.outcome.map_err(|error| error.code()))
}

#[tokio::test]
async fn nobody_waits_for_an_answer() {
    let (server, clock, issuer, workload) = (Server::plain(), clock(), key("1"), key("w"));
    server.json(&jwk_set(&[&issuer]), "");
    let anchors = live(jwks(&server), &clock);
    assert_eq!(outcome(&anchors).await, Some(Ok(Replaced)));
    let verifier = WitVerifier::new(anchors.clone(), WitPolicy::default());
    server.reply(Reply::Silence);
    clock.advance(SECOND * 300);
    let asking = anchors.clone();
    let mut refresh = tokio::spawn(async move { outcome(&asking).await });
    while server.requests() < 2 {
        assert!(!refresh.is_finished());
        tokio::task::yield_now().await;
    }
    // The request is on its way, and will be for long; this thread is the only one.
    for _ in 0..100 {
        let token = wit(&issuer, &workload, clock.now());
        assert!(verifier.verify(&token, clock.now()).is_ok());
        let refused = verifier.verify(&wit(&key("2"), &workload, clock.now()), clock.now());
        assert_eq!(refused.err().map(|error| error.code()), Some("wit.kid_unknown"));
    }
    assert_eq!(anchors.state(&DOMAIN.parse().unwrap()).code(), "anchors.current");
    assert!(tokio::time::timeout(Duration::ZERO, &mut refresh).await.is_err());
    refresh.abort();
}

#[tokio::test]
async fn verified_wits_in_the_cache_follow_every_change() {
    let (server, clock, workload) = (Server::plain(), clock(), key("w"));
    let (issuer, other, same_kid) = (key("1"), key("2"), key("1"));
    let anchors = live(jwks(&server), &clock);
    let verifier = WitVerifier::new(anchors.clone(), WitPolicy::default());
    let token = wit(&issuer, &workload, clock.now());
    let refusal = || verifier.verify(&token, clock.now()).err().map(|error| error.code());
    assert_eq!(refusal(), Some("wit.trust_domain_unknown"));
    for (what, keys, expected) in [
        ("published", vec![&issuer], None),
        ("another beside it", vec![&issuer, &other], None),
        ("replaced under its kid", vec![&same_kid, &other], Some("wit.signature")),
        ("back again", vec![&issuer], None),
        ("removed", vec![&other], Some("wit.kid_unknown")),
        ("back once more", vec![&other, &issuer], None),
    ] {
        server.json(&jwk_set(&keys), "");
        assert_eq!(outcome(&anchors).await, Some(Ok(Replaced)), "{what}");
        // The second time it may be in the cache.
        assert_eq!([refusal(), refusal()], [expected; 2], "{what}");
        clock.advance(SECOND * 300);
    }
}

/// A WIT that points at where its key would be found.
fn pointing(issuer: &SigningKey, token: &str, url: &str) -> String {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims = String::from_utf8(claims).unwrap().replacen('{', &format!(r#"{{"iss":"{url}","#), 1);
    let (kid, jwk) = (issuer.public_key().key_id().unwrap(), issuer.public_key().to_jwk());
    let header =
        format!(r#"{{"alg":"ES256","typ":"wit+jwt","kid":"{kid}","jku":"{url}","x5u":"{url}","jwk":{jwk}}}"#);
    let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(issuer.sign(input.as_bytes()).unwrap()))
}

#[tokio::test]
async fn a_token_never_says_where_to_ask() {
    let (server, trap, clock, workload) = (Server::plain(), Server::plain(), clock(), key("w"));
    let (issuer, thief) = (key("1"), key("2"));
    server.json(&jwk_set(&[&issuer]), "");
    trap.json(&jwk_set(&[&thief]), "");
    let anchors = live(jwks(&server), &clock);
    assert_eq!(outcome(&anchors).await, Some(Ok(Replaced)));
    let verifier = WitVerifier::new(anchors.clone(), WitPolicy::default());
    let verify = |issuer: &SigningKey, url: &str| {
        let token = pointing(issuer, &wit(issuer, &workload, clock.now()), url);
        verifier.verify(&token, clock.now()).err().map(|error| error.code())
    };
    assert_eq!(verify(&issuer, &trap.url("/jwks.json")), None);
    assert_eq!(verify(&thief, &trap.url("/jwks.json")), Some("wit.kid_unknown"));
    clock.advance(SECOND * 30);
    // The unknown kid has us ask, where the configuration says.
    assert_eq!(outcome(&anchors).await, Some(Ok(Refreshed::Unchanged)));
    assert_eq!(verify(&thief, &trap.url("/jwks.json")), Some("wit.kid_unknown"));
    assert_eq!((server.requests(), trap.requests()), (2, 0));
}

#[tokio::test]
async fn certificates_of_cas_follow_their_file() {
    let (folder, clock) = (Folder::new("ca"), clock());
    let day = Validity::starting(clock.now(), HOUR * 24);
    let [first, second] =
        ["1", "2"].map(|id| CertificateAuthority::root(&DOMAIN.parse().unwrap(), key(id), day).unwrap());
    let path = folder.write("ca.pem", first.certificate().to_pem());
    let anchors = live(domain().file(&path, AnchorFormat::CaCertificates), &clock);
    let verifier = WicVerifier::new(anchors.clone(), WicPolicy::default());
    let wic = |ca: &CertificateAuthority| {
        let (id, hour) =
            (format!("{DOMAIN}/billing").parse().unwrap(), Validity::starting(clock.now(), HOUR));
        ca.issue(&WicTemplate::new(id, key("w").public_key(), hour)).unwrap()
    };
    let wics = [wic(&first), wic(&second)];
    let accepted =
        || wics.each_ref().map(|wic| verifier.verify(wic.chain(), Purpose::ClientAuth, clock.now()).is_ok());
    assert_eq!(outcome(&anchors).await, Some(Ok(Replaced)));
    assert_eq!(accepted(), [true, false]);
    let both = first.certificate().to_pem() + &second.certificate().to_pem();
    for (what, content, expected, now_accepted) in [
        ("both", both, Ok(Replaced), [true, true]),
        ("broken", "-----BEGIN CERTIFICATE-----".to_owned(), Err("trust.ca_encoding"), [true, true]),
        ("nothing", String::new(), Err("trust.ca_encoding"), [true, true]),
        ("the second", second.certificate().to_pem(), Ok(Replaced), [false, true]),
    ] {
        folder.write("ca.pem", content);
        clock.advance(SECOND * 5);
        assert_eq!(outcome(&anchors).await, Some(expected), "{what}");
        assert_eq!(accepted(), now_accepted, "{what}");
    }
}

/// It must not end unnoticed.
#[tokio::test]
async fn a_task_outlives_a_report_that_panics() {
    let (folder, clock) = (Folder::new("report"), clock());
    let path = folder.write("jwks.json", jwk_set(&[&key("1")]));
    let anchors = live(domain().file(path, AnchorFormat::JwkSet), &clock);
    let (told, mut reports) = tokio::sync::mpsc::unbounded_channel();
    let background = anchors.spawn(&Handle::current(), move |attempt| {
        told.send(attempt.outcome.is_ok()).unwrap();
        std::panic::resume_unwind(Box::new("as it is meant to"));
    });
    assert_eq!(reports.recv().await, Some(true));
    folder.write("jwks.json", "");
    clock.advance(SECOND * 5);
    anchors.key_missing(&DOMAIN.parse().unwrap());
    clock.advance(SECOND * 30);
    anchors.key_missing(&DOMAIN.parse().unwrap());
    assert_eq!(reports.recv().await, Some(false));
    drop(background);
}

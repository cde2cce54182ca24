//! When sources are asked, and what becomes of their answers.
#![cfg(feature = "aws-lc")]
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod support;

use std::sync::Arc;
use support::server::Server;
use support::{
    DOMAIN, Folder, HOUR, ManualClock, SECOND, bundle, client, clock, jwk_set, key, loopback, wit,
};
use tokio::runtime::Handle;
use wimse_creds::key::SigningKey;
use wimse_creds::trust::{DomainAnchors, TrustAnchorSource as _, TrustAnchors};
use wimse_creds::{Clock as _, WitPolicy, WitVerifier};
use wimse_identifier::Origin;
use wimse_mtls::Refreshed::{self, Replaced, Unchanged};
use wimse_trust::{AnchorFormat, LiveAnchors, LiveDomain, RefreshPolicy};

fn origin(text: &str) -> Origin {
    text.parse().unwrap()
}

fn domain(text: &str) -> LiveDomain {
    LiveDomain::new(DomainAnchors::new(origin(text)))
}

fn live(domains: impl IntoIterator<Item = LiveDomain>, clock: &Arc<ManualClock>) -> LiveAnchors {
    LiveAnchors::new(TrustAnchors::none(), domains, RefreshPolicy::default(), clock.clone()).unwrap()
}

fn jwks(server: &Server) -> LiveDomain {
    domain(DOMAIN).jwk_set(&client(), loopback(&server.url("/")))
}

fn spiffe(server: &Server) -> LiveDomain {
    domain(DOMAIN).spiffe_bundle(&client(), loopback(&server.url("/")))
}

/// What came of the sources that were due, one at most.
async fn outcome(anchors: &LiveAnchors) -> Option<Result<Refreshed, &'static str>> {
    let mut attempts = anchors.refresh_due().await;
    assert!(attempts.len() <= 1);
    attempts.pop().map(|attempt| attempt.outcome.map_err(|error| error.code()))
}

fn kids(anchors: &LiveAnchors, domain: &str) -> Option<Vec<String>> {
    let anchors = anchors.anchors_for(&origin(domain))?;
    Some(anchors.keys().iter().filter_map(|key| key.key_id().map(str::to_owned)).collect())
}

#[tokio::test]
async fn the_interval_is_what_the_source_says_within_bounds() {
    let issuer = key("1");
    for (hint, lines, longest) in [
        ("", "", 300),
        ("\"spiffe_refresh_hint\":60,", "", 60),
        ("\"spiffe_refresh_hint\":1,", "", 10),
        ("\"spiffe_refresh_hint\":999999999,", "", 3600),
        ("\"spiffe_refresh_hint\":\"x\",", "", 300),
        ("", "Cache-Control: max-age=120\r\n", 120),
        ("", "Cache-Control: max-age=120\r\nAge: 60\r\n", 60),
        ("", "Cache-Control: no-store\r\n", 10),
        ("\"spiffe_refresh_hint\":60,", "Cache-Control: max-age=1200\r\n", 60),
        ("\"spiffe_refresh_hint\":600,", "Cache-Control: max-age=120\r\n", 120),
    ] {
        let (server, clock) = (Server::plain(), clock());
        server.json(&bundle(&[&issuer], hint), lines);
        let anchors = live([spiffe(&server)], &clock);
        assert_eq!(outcome(&anchors).await, Some(Ok(Replaced)), "{hint} {lines}");
        clock.advance(SECOND * (longest * 9 / 10 - 1));
        assert_eq!(outcome(&anchors).await, None, "{hint} {lines}");
        clock.advance(SECOND * (longest - (longest * 9 / 10 - 1)));
        assert_eq!(outcome(&anchors).await, Some(Ok(Unchanged)), "{hint} {lines}");
        assert_eq!(server.requests(), 2);
    }
}

#[tokio::test]
async fn unknown_kids_ask_early_and_cause_no_storm() {
    let (server, clock, old, new, workload) = (Server::plain(), clock(), key("1"), key("2"), key("w"));
    server.json(&jwk_set(&[&old]), "");
    let anchors = live([jwks(&server)], &clock);
    outcome(&anchors).await;
    let verifier = WitVerifier::new(anchors.clone(), WitPolicy::default());
    let refusal = |issuer: &SigningKey| {
        verifier.verify(&wit(issuer, &workload, clock.now()), clock.now()).err().map(|error| error.code())
    };
    server.json(&jwk_set(&[&old, &new]), "");
    clock.advance(SECOND * 20);
    // Within the cooldown of the attempt before nothing happens, however many ask.
    for kid in 0..500 {
        assert_eq!(refusal(&key("2")), Some("wit.kid_unknown"), "{kid}");
        if kid % 100 == 0 {
            assert_eq!(outcome(&anchors).await, None);
        }
    }
    clock.advance(SECOND * 10);
    assert_eq!(outcome(&anchors).await, Some(Ok(Replaced)));
    assert_eq!(refusal(&new), None);
    assert_eq!(server.requests(), 2);

    // A known kid, or a token of a domain that is not ours, asks for nothing.
    clock.advance(SECOND * 60);
    assert_eq!(refusal(&old), None);
    assert_eq!(refusal(&key("1")), Some("wit.signature"));
    anchors.key_missing(&origin("wimse://other.example"));
    assert_eq!(outcome(&anchors).await, None);
    // Ten minutes of hostile kids: one attempt per cooldown.
    for _ in 0..600 {
        anchors.key_missing(&origin(DOMAIN));
        clock.advance(SECOND);
        outcome(&anchors).await;
    }
    assert!(server.requests() <= 2 + 20 + 1, "{}", server.requests());
}

#[tokio::test]
async fn a_change_renews_the_snapshot_of_its_domain_only() {
    let (one, other, clock) = (Server::plain(), Server::plain(), clock());
    let (first, second, partner) = (key("1"), key("2"), key("p"));
    one.json(&jwk_set(&[&first]), "");
    other.json(&bundle(&[&partner], ""), "");
    let fixed = TrustAnchors::none().with(DomainAnchors::new(origin("wimse://fixed.example"))).unwrap();
    let partner_domain =
        domain("spiffe://partner.example").spiffe_bundle(&client(), loopback(&other.url("/")));
    let sources = [jwks(&one), partner_domain];
    let anchors = LiveAnchors::new(fixed, sources, RefreshPolicy::default(), clock.clone()).unwrap();
    let names = [DOMAIN, "spiffe://partner.example", "wimse://fixed.example"];
    let snapshots = || names.map(|name| anchors.anchors_for(&origin(name)));
    assert_eq!(anchors.refresh_due().await.len(), 2);
    let before = snapshots().map(Option::unwrap);
    one.json(&jwk_set(&[&second]), "");
    clock.advance(SECOND * 300);
    assert_eq!(anchors.refresh_due().await.len(), 2);
    let after = snapshots().map(Option::unwrap);
    let same = [0, 1, 2].map(|index| Arc::ptr_eq(&before[index], &after[index]));
    assert_eq!(same, [false, true, true]);
    assert_eq!(kids(&anchors, DOMAIN).unwrap(), ["2"]);

    // The key of one domain can never become that of another.
    other.json(&bundle(&[&second], ""), "");
    clock.advance(SECOND * 300);
    let codes: Vec<_> =
        anchors.refresh_due().await.into_iter().map(|attempt| attempt.outcome.err()).collect();
    let codes: Vec<_> = codes.iter().flatten().map(wimse_trust::SourceError::code).collect();
    assert_eq!(codes, ["trust.shared_key"]);
    assert_eq!(kids(&anchors, "spiffe://partner.example").unwrap(), ["p"]);
    // Once it is given up there, it can.
    one.json(&jwk_set(&[&first]), "");
    clock.advance(SECOND * 300);
    anchors.refresh_due().await;
    clock.advance(SECOND * 300);
    anchors.refresh_due().await;
    assert_eq!(kids(&anchors, "spiffe://partner.example").unwrap(), ["2"]);

    // A domain that never changes never becomes too old; one that is not configured has no state.
    clock.advance(HOUR * 1000);
    let codes = names.map(|name| anchors.state(&origin(name)).code());
    assert_eq!(codes, ["anchors.too_old", "anchors.too_old", "anchors.current"]);
    assert_eq!(anchors.state(&origin("wimse://other.example")).code(), "anchors.not_configured");
}

#[tokio::test]
async fn sequence_numbers_do_not_go_back_while_they_count() {
    let (server, clock, keys) = (Server::plain(), clock(), ["1", "2", "3", "4", "5"].map(key));
    let sequence = |number: &str| format!("\"spiffe_sequence\":{number},");
    let anchors = live([spiffe(&server)], &clock);
    for (what, number, index, expected) in [
        ("the first", "7", 0, Ok(Replaced)),
        ("an older one", "6", 1, Err("anchors.sequence")),
        ("a newer one", "8", 1, Ok(Replaced)),
        ("the first again", "7", 0, Err("anchors.sequence")),
        ("another of the same number", "8", 2, Ok(Replaced)),
        ("a large one", "18446744073709551615", 3, Ok(Replaced)),
        ("a small one", "1", 4, Err("anchors.sequence")),
    ] {
        server.json(&bundle(&[&keys[index]], &sequence(number)), "");
        assert_eq!(outcome(&anchors).await, Some(expected), "{what}");
        clock.advance(SECOND * 300);
    }
    assert_eq!(kids(&anchors, DOMAIN).unwrap(), ["4"]);
    // After the age limit there is nothing in use that it would be older than.
    clock.advance(HOUR * 24);
    assert_eq!(kids(&anchors, DOMAIN), None);
    assert_eq!(outcome(&anchors).await, Some(Ok(Replaced)));
    assert_eq!(kids(&anchors, DOMAIN).unwrap(), ["5"]);
    assert_eq!(anchors.status()[0].sources[0].sequence, Some(1));
}

#[tokio::test]
async fn an_empty_bundle_revokes_and_an_empty_set_does_not() {
    let (server, clock, issuer, workload) = (Server::plain(), clock(), key("1"), key("w"));
    let anchors = live([spiffe(&server)], &clock);
    server.json(&bundle(&[&issuer], ""), "");
    assert_eq!(outcome(&anchors).await, Some(Ok(Replaced)));
    let verifier = WitVerifier::new(anchors.clone(), WitPolicy::default());
    let token = wit(&issuer, &workload, clock.now());
    let refusal = || verifier.verify(&token, clock.now()).err().map(|error| error.code());
    assert_eq!(refusal(), None);
    server.json(r#"{"keys":[]}"#, "");
    clock.advance(SECOND * 300);
    assert_eq!(outcome(&anchors).await, Some(Ok(Replaced)));
    assert_eq!(refusal(), Some("wit.kid_unknown"));

    let (server, clock) = (Server::plain(), support::clock());
    let anchors = live([jwks(&server)], &clock);
    server.json(&jwk_set(&[&issuer]), "");
    assert_eq!(outcome(&anchors).await, Some(Ok(Replaced)));
    server.json(r#"{"keys":[]}"#, "");
    clock.advance(SECOND * 300);
    assert_eq!(outcome(&anchors).await, Some(Err("anchors.no_keys")));
    assert_eq!(kids(&anchors, DOMAIN).unwrap(), ["1"]);
}

#[tokio::test]
async fn a_domain_needs_all_of_its_sources() {
    let (server, clock, folder) = (Server::plain(), clock(), Folder::new("both"));
    let path = folder.0.join("more.json");
    let two = jwks(&server).file(&path, AnchorFormat::JwkSet);
    let anchors = live([two], &clock);
    server.json(&jwk_set(&[&key("1")]), "");
    assert_eq!(anchors.refresh_due().await.len(), 2);
    assert_eq!(anchors.state(&origin(DOMAIN)).code(), "anchors.not_loaded");
    folder.write("more.json", jwk_set(&[&key("2")]));
    clock.advance(SECOND * 5);
    assert_eq!(outcome(&anchors).await, Some(Ok(Replaced)));
    assert_eq!(kids(&anchors, DOMAIN).unwrap(), ["1", "2"]);
    // One kid in both: the newer answer changes nothing.
    folder.write("more.json", jwk_set(&[&key("1")]));
    clock.advance(SECOND * 5);
    assert_eq!(outcome(&anchors).await, Some(Err("trust.duplicate_kid")));
    assert_eq!(kids(&anchors, DOMAIN).unwrap(), ["1", "2"]);
    // Without the file for too long, nothing is trusted.
    std::fs::remove_file(path).unwrap();
    clock.advance(HOUR * 24);
    assert_eq!(anchors.refresh_due().await.len(), 2);
    assert_eq!(anchors.state(&origin(DOMAIN)).code(), "anchors.too_old");
    let status = anchors.status().remove(0);
    assert_eq!(status.sources[0].last_error, None);
    assert_eq!(status.sources[1].last_error, Some("file.read"));
}

/// As Kubernetes does it: the files are links into `..data`, a link that is turned over.
#[cfg(unix)]
#[tokio::test]
async fn a_projected_volume_is_turned_over() {
    use std::os::unix::fs::symlink;
    let (folder, clock) = (Folder::new("volume"), clock());
    folder.write("..1/jwks.json", jwk_set(&[&key("1")]));
    symlink("..1", folder.0.join("..data")).unwrap();
    symlink("..data/jwks.json", folder.0.join("jwks.json")).unwrap();
    let anchors = live([domain(DOMAIN).file(folder.0.join("jwks.json"), AnchorFormat::JwkSet)], &clock);
    assert_eq!(outcome(&anchors).await, Some(Ok(Replaced)));
    folder.write("..2/jwks.json", jwk_set(&[&key("2")]));
    symlink("..2", folder.0.join("..data_tmp")).unwrap();
    std::fs::rename(folder.0.join("..data_tmp"), folder.0.join("..data")).unwrap();
    assert_eq!(outcome(&anchors).await, None);
    clock.advance(SECOND * 5);
    assert_eq!(outcome(&anchors).await, Some(Ok(Replaced)));
    assert_eq!(kids(&anchors, DOMAIN).unwrap(), ["2"]);
}

#[tokio::test]
async fn the_task_refreshes_by_itself_and_stops() {
    let (server, clock) = (Server::plain(), clock());
    server.json(&jwk_set(&[&key("1")]), "");
    let anchors = live([jwks(&server)], &clock);
    let (report, mut reported) = tokio::sync::mpsc::unbounded_channel();
    let background = anchors.spawn(&Handle::current(), move |attempt| {
        let _ = report.send(attempt.outcome.as_ref().copied().map_err(wimse_trust::SourceError::code));
    });
    assert_eq!(reported.recv().await, Some(Ok(Replaced)));
    assert_eq!(kids(&anchors, DOMAIN).unwrap(), ["1"]);
    // Whoever asks wakes it up.
    server.json(&jwk_set(&[&key("2")]), "");
    clock.advance(SECOND * 30);
    anchors.key_missing(&origin(DOMAIN));
    assert_eq!(reported.recv().await, Some(Ok(Replaced)));
    assert_eq!(kids(&anchors, DOMAIN).unwrap(), ["2"]);
    background.stop().await;
    // The task is gone, and with it the reports; what it loaded stays until it is too old.
    assert_eq!(reported.recv().await, None);
    assert_eq!(kids(&anchors, DOMAIN).unwrap(), ["2"]);
    clock.advance(HOUR * 24);
    assert_eq!(kids(&anchors, DOMAIN), None);
}

#[test]
fn domains_are_configured_once_and_share_nothing() {
    let issuer = key("1");
    let base = |name: &str| {
        let anchors = DomainAnchors::new(origin(name)).with_key(issuer.public_key().clone()).unwrap();
        LiveDomain::new(anchors)
    };
    let new = |domains: [LiveDomain; 2]| {
        let anchors = LiveAnchors::new(TrustAnchors::none(), domains, RefreshPolicy::default(), clock());
        anchors.map(|anchors| anchors.status().len()).map_err(|error| error.code())
    };
    assert_eq!(new([base(DOMAIN), domain("spiffe://example.com")]), Ok(2));
    assert_eq!(new([base(DOMAIN), base("spiffe://example.com")]), Err("trust.shared_key"));
    assert_eq!(new([base(DOMAIN), domain(DOMAIN)]), Err("trust.duplicate_origin"));
}

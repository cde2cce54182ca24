//! Join tokens, and what is issued for them.

use super::*;
use crate::dev_server::token::make;
use wimse::creds::trust::{DomainAnchors, TrustAnchors};
use wimse::creds::wic::{Purpose, WicPolicy, WicVerifier, WorkloadIdentityCertificate};
use wimse::creds::{WitPolicy, WitVerifier};

#[test]
fn a_token_is_good_once() {
    let stage = Stage::new();
    let token = stage.token(BILLING);
    let wit = stage.wit(&bearer(&token), &key()).unwrap();
    assert_eq!(wit.claimed_subject().as_str(), BILLING);
    assert_eq!(wit.claimed_issuer(), Some("http://127.0.0.1:8400"));
    assert_eq!(stage.wit(&bearer(&token), &key()).unwrap_err(), "join_token.used");
    assert!(stage.wit(&bearer(&stage.token(BILLING)), &key()).is_ok());
    assert_eq!(stage.wit(&bearer(&make().unwrap()), &key()).unwrap_err(), "join_token.unknown");
}

#[test]
fn a_token_has_its_time() {
    let stage = Stage::new();
    let (token, other) = (stage.token(BILLING), stage.token(BILLING));
    stage.clock.advance(3599);
    assert!(stage.wit(&bearer(&token), &key()).is_ok());
    stage.clock.advance(1);
    assert_eq!(stage.wit(&bearer(&other), &key()).unwrap_err(), "join_token.expired");
}

#[test]
fn it_has_to_be_said_once_who_is_asking() {
    let stage = Stage::new();
    let token = stage.token(BILLING);
    let line = format!("Bearer {token}");
    for (request, code) in [
        (unnamed(), "dev_server.unnamed"),
        (authorized(&[&token]), "dev_server.unnamed"),
        (authorized(&["Bearer "]), "dev_server.unnamed"),
        (authorized(&[&format!("Basic {token}")]), "dev_server.unnamed"),
        (authorized(&[&line, &line]), "dev_server.ambiguous"),
        (authorized(&[&format!("{line}x")]), "join_token.unknown"),
        (authorized(&[&line.replace("wimse-join-", "wimse-join-x")]), "join_token.unknown"),
    ] {
        assert_eq!(stage.wit(&request, &key()).unwrap_err(), code, "{request:?}");
    }
    assert!(stage.wit(&authorized(&[&line.replace("Bearer", "bearer")]), &key()).is_ok());
}

/// Whatever else is refused, the token is still good after.
#[test]
fn a_refusal_uses_nothing_up() {
    let stage = Stage::new();
    let request = bearer(&stage.token(BILLING));
    let other = key();
    let elsewhere = stage.for_wit_at(&other, "https://id.example.com/credentials");
    let late = stage.for_wit(&other);
    let shared = stage.and_wic(stage.for_wit(&other), &other, None);
    let wish = stage.and_wic(stage.for_wit(&key()), &other, Some(ORDERS));
    let stolen = {
        // The proof of one key beside another key.
        let json = stage.for_wit(&other).to_json();
        json.replace(&other.public_key().to_jwk(), &key().public_key().to_jwk())
    };
    let code = |asked: &CredentialRequest| stage.ask(&request, asked).unwrap_err().code();
    assert_eq!(code(&elsewhere), "credential_message.proof_audience");
    assert_eq!(code(&shared), "dev_server.key_shared");
    assert_eq!(code(&wish), "wic.request_identifier");
    assert_eq!(code(&CredentialRequest::default()), "credential_message.empty");
    let refused = stage.server.issue(&request, stolen.as_bytes()).unwrap_err();
    assert_eq!(refused.code(), "credential_message.proof");
    assert_eq!(stage.server.issue(&request, b"{").unwrap_err().code(), "credential_message.json");
    stage.clock.advance(90);
    assert_eq!(code(&late), "credential_message.proof_expired");
    let wish = stage.and_wic(stage.for_wit(&key()), &other, Some(BILLING));
    assert!(stage.ask(&request, &wish).is_ok());
}

#[test]
fn of_several_at_once_one_gets_in() {
    let stage = Stage::new();
    let request = bearer(&stage.token(BILLING));
    let results: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| stage.wit(&request, &key()).map(drop))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert!(results.iter().all(|result| matches!(result, Ok(()) | Err("join_token.used"))), "{results:?}");
}

/// WIT-9.5-2.
#[test]
fn a_key_is_of_one_workload() {
    let stage = Stage::new();
    let key = key();
    assert!(stage.wit(&bearer(&stage.token(BILLING)), &key).is_ok());
    let other = stage.token(ORDERS);
    assert_eq!(stage.wit(&bearer(&other), &key).unwrap_err(), "dev_server.key_of_another");
    assert!(stage.wit(&bearer(&stage.token(BILLING)), &key).is_ok());
    assert!(stage.wit(&bearer(&other), &super::key()).is_ok());
}

/// By what is published alone.
#[test]
fn credentials_verify() {
    let stage = Stage::new();
    let (wit_key, wic_key) = (key(), key());
    let asked = stage.and_wic(stage.for_wit(&wit_key), &wic_key, Some(BILLING));
    let issued = stage.ask(&bearer(&stage.token(BILLING)), &asked).unwrap();
    let (_, published) = stage.server.keys().unwrap();
    let domain = DomainAnchors::new("wimse://example.com".parse().unwrap());
    let domain = domain.with_issuer(stage.server.issuer()).unwrap();
    let domain = domain.with_spiffe_bundle(published.spiffe_bundle.as_bytes()).unwrap();
    let anchors = TrustAnchors::none().with(domain).unwrap();
    let wit = WitVerifier::new(anchors.clone(), WitPolicy::default());
    let wit = wit.verify(issued.response.wit().unwrap(), stage.now()).unwrap();
    assert_eq!((wit.subject().as_str(), wit.confirmation_key()), (BILLING, wit_key.public_key()));
    assert!(wit.token_id().is_some());
    let wic = WorkloadIdentityCertificate::from_pem(issued.response.wic().unwrap()).unwrap();
    assert_eq!(wic.claimed_dns_names().collect::<Vec<_>>(), ["billing.example.com"]);
    let verified = WicVerifier::new(anchors, WicPolicy::default());
    let verified = verified.verify(wic.chain(), Purpose::ClientAuth, stage.now());
    assert_eq!(verified.unwrap().identifier().as_str(), BILLING);
}

//! A workload that comes again, with the WIT that it has.

use super::*;
use wimse::wpt::{ProofOptions, Prover};

/// A request with WIT and proof, for a URL of the server.
pub(super) fn proven(stage: &Stage, credential: &WitCredential, url: &str) -> Request<()> {
    let mut request = unnamed();
    *request.uri_mut() = url.parse().unwrap();
    let options = ProofOptions::default().channel_is_secure();
    let prover = Prover::with_options(credential, options);
    prover.attach(&mut request, stage.now(), Nonce::random().unwrap()).unwrap();
    *request.uri_mut() = ENDPOINT.parse().unwrap();
    request
}

#[test]
fn the_current_wit_is_enough_and_its_proof_is_good_once() {
    let stage = Stage::new();
    let credential = stage.credential(BILLING);
    stage.clock.advance(2400);
    let request = proven(&stage, &credential, URL);
    let new = key();
    let wit = stage.wit(&request, &new).unwrap();
    assert_eq!(wit.claimed_subject().as_str(), BILLING);
    assert_eq!(stage.wit(&request, &key()).unwrap_err(), "wpt.replayed");
    // And so on, with each WIT in its turn.
    let credential = WitCredential::new(wit, new).unwrap();
    stage.clock.advance(2400);
    let by_name = URL.replace("127.0.0.1", "localhost");
    assert!(stage.wit(&proven(&stage, &credential, &by_name), &key()).is_ok());
}

/// What was recorded, with ever new keys, does not fill the memory of keys, nor does it take a key away.
#[test]
fn a_request_that_is_refused_at_last_binds_nothing() {
    let stage = Stage::new();
    let credential = stage.credential(BILLING);
    let (request, before) = (proven(&stage, &credential, URL), stage.server.bindings.len());
    assert!(stage.wit(&request, &key()).is_ok());
    let token = stage.token(BILLING);
    assert!(stage.wit(&bearer(&token), &key()).is_ok());
    assert_eq!(stage.server.bindings.len(), before + 2);
    let taken = key();
    for _ in 0..10 {
        assert_eq!(stage.wit(&request, &key()).unwrap_err(), "wpt.replayed");
        assert_eq!(stage.wit(&request, &taken).unwrap_err(), "wpt.replayed");
        assert_eq!(stage.wit(&bearer(&token), &key()).unwrap_err(), "join_token.used");
    }
    assert_eq!(stage.server.bindings.len(), before + 2);
    assert!(stage.wit(&bearer(&stage.token(ORDERS)), &taken).is_ok());
}

#[test]
fn a_renewal_is_refused_for_its_reason() {
    let stage = Stage::new();
    let credential = stage.credential(BILLING);
    let elsewhere = proven(&stage, &credential, "https://id.example.com/credentials");
    assert_eq!(stage.wit(&elsewhere, &key()).unwrap_err(), "wpt.audience_mismatch");
    let mut both = proven(&stage, &credential, URL);
    both.headers_mut().append(AUTHORIZATION, format!("Bearer {}", stage.token(BILLING)).parse().unwrap());
    assert_eq!(stage.wit(&both, &key()).unwrap_err(), "wpt.authorization_repeated");
    let mut alone = proven(&stage, &credential, URL);
    alone.headers_mut().remove(AUTHORIZATION);
    assert_eq!(stage.wit(&alone, &key()).unwrap_err(), "wpt.authorization_missing");
    let mut other = proven(&stage, &credential, URL);
    let wit = proven(&stage, &stage.credential(ORDERS), URL).headers()["workload-identity-token"].clone();
    other.headers_mut().insert("workload-identity-token", wit);
    assert_eq!(stage.wit(&other, &key()).unwrap_err(), "wpt.signature");
    let request = proven(&stage, &credential, URL);
    stage.clock.advance(3600 + 30);
    assert_eq!(stage.wit(&request, &key()).unwrap_err(), "wit.expired");
}

/// WIT-9.5-4: the same key again is refused, and the proof is still good for a new one.
#[test]
fn a_renewal_is_for_a_new_key() {
    let stage = Stage::new();
    let current = key();
    let same = SigningKey::from_jwk(&current.to_private_jwk()).unwrap();
    let wit = stage.wit(&bearer(&stage.token(BILLING)), &current).unwrap();
    let request = proven(&stage, &WitCredential::new(wit, current).unwrap(), URL);
    assert_eq!(stage.wit(&request, &same).unwrap_err(), "dev_server.key_reused");
    assert!(stage.wit(&request, &key()).is_ok());
}

/// The WIT of a workload that is registered no more, and of another issuer of the same name.
#[test]
fn a_wit_has_to_be_ours_and_its_workload_registered() {
    let stage = Stage::new();
    let (workload, issuer) = (key(), key());
    let claims = |id: &str| {
        let validity = wimse::creds::Validity::starting(stage.now(), Duration::from_secs(3600));
        wimse::creds::WitClaims::new(id.parse().unwrap(), workload.public_key(), validity)
    };
    let present = |wit: WorkloadIdentityToken| {
        let key = SigningKey::from_jwk(&workload.to_private_jwk()).unwrap();
        stage.wit(&proven(&stage, &WitCredential::new(wit, key).unwrap(), URL), &super::key()).map(drop)
    };
    let (signer, _) = stage.server.keys().unwrap();
    assert_eq!(present(stage.server.vouch(claims(BILLING), &signer).unwrap()), Ok(()));
    let gone = stage.server.vouch(claims("wimse://example.com/reports"), &signer).unwrap();
    assert_eq!(present(gone), Err("dev_server.unregistered"));
    let kid = signer.key.public_key().key_id().unwrap();
    let forged = claims(BILLING).sign(&issuer.with_key_id(kid)).unwrap();
    assert_eq!(present(forged), Err("wit.signature"));
}

/// Keys roll between a WIT and its renewal.
#[test]
fn renewals_go_on_while_keys_roll() {
    let mut registry = registry();
    let seconds = Duration::from_secs;
    registry.lifetimes.wit = seconds(90);
    registry.lifetimes.wic = seconds(90);
    registry.lifetimes.key = seconds(100);
    registry.lifetimes.refresh = seconds(10);
    let stage = Stage::of(registry);
    let mut credential = stage.credential(BILLING);
    let mut signers = std::collections::HashSet::new();
    for _ in 0..20 {
        stage.clock.advance(60);
        signers.insert(credential.wit().claimed_key_id().unwrap().to_owned());
        let new = key();
        let wit = stage.wit(&proven(&stage, &credential, URL), &new).unwrap();
        credential = WitCredential::new(wit, new).unwrap();
    }
    assert!(signers.len() >= 8, "{}", signers.len());
}

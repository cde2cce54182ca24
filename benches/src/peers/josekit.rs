//! `josekit`: the WIT as a JWT.
//!
//! It is not there for WPT and HTTP signatures, which are more than a JWT.

use super::Peer;
use crate::Error;
use crate::operations::Side;
use crate::scenario::{NOW, Scenario, Turn};
use josekit::jwk::Jwk;
use josekit::jws::{ES256, EdDSA, JwsHeader, JwsSigner, JwsVerifier};
use josekit::jwt::{self, JwtPayload, JwtPayloadValidator};
use serde_json::{Value, json};
use std::hint::black_box;
use std::rc::Rc;
use std::time::{Duration, SystemTime};
use wimse_creds::key::Algorithm;

/// Verifies a WIT: signature, `exp` and `iss`, and the key in `cnf`.
pub(crate) fn verify_wit(scenario: &Rc<Scenario>) -> Result<Peer, Error> {
    let (scenario, turn) = (Rc::clone(scenario), Turn::default());
    let (issuer, proof) = (scenario.suite.issuer, scenario.suite.proof);
    let key = verifier(issuer, &Jwk::from_bytes(scenario.issuer.public_key().to_jwk())?)?;
    let mut validator = JwtPayloadValidator::new();
    validator.set_base_time(now());
    validator.set_issuer("https://id.example.com");
    let side = Side::new(move || {
        let wit = scenario.callers[turn.next()].credential.wit().as_str();
        let Ok((payload, _)) = jwt::decode_with_verifier(wit, &*key) else { return false };
        let Some(Value::Object(jwk)) = payload.claim("cnf").map(|cnf| &cnf["jwk"]) else { return false };
        let key = Jwk::from_map(jwk.clone()).map_err(Error::from).and_then(|jwk| verifier(proof, &jwk));
        validator.validate(&payload).is_ok() && black_box(key).is_ok()
    });
    Ok(Peer::new("josekit", side))
}

/// Issues a WIT.
pub(crate) fn issue_wit(scenario: &Rc<Scenario>) -> Result<Peer, Error> {
    let der = scenario.issuer.to_pkcs8_der()?;
    let key: Box<dyn JwsSigner> = match scenario.suite.issuer {
        Algorithm::Es256 => Box::new(ES256.signer_from_der(&*der)?),
        _ => Box::new(EdDSA.signer_from_der(&*der)?),
    };
    let mut header = JwsHeader::new();
    header.set_token_type("wit+jwt");
    header.set_key_id("2026-11");
    let cnf: Value = serde_json::from_str(&scenario.callers[0].credential.public_key().to_jwk())?;
    let mut payload = JwtPayload::new();
    payload.set_issuer("https://id.example.com");
    payload.set_subject("wimse://trust.example.com/service/payment-0");
    payload.set_expires_at(&(now() + Duration::from_secs(3600)));
    payload.set_jwt_id("BRdhYvD7xPH8pNKpkTmX1A");
    payload.set_claim("cnf", Some(json!({ "jwk": cnf })))?;
    let side = Side::new(move || black_box(jwt::encode_with_signer(&payload, &header, &*key)).is_ok());
    Ok(Peer::new("josekit", side))
}

fn verifier(algorithm: Algorithm, jwk: &Jwk) -> Result<Box<dyn JwsVerifier>, Error> {
    Ok(match algorithm {
        Algorithm::Es256 => Box::new(ES256.verifier_from_jwk(jwk)?),
        _ => Box::new(EdDSA.verifier_from_jwk(jwk)?),
    })
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW.as_secs().cast_unsigned())
}

//! Tokens, JWKs and identifiers.

use super::{AUDIENCE, WIT_FIELD, issuer, keys, now, signing_key, text};
use crate::Error;
use crate::operations::Side;
use crate::peers::Peer;
use crate::primitive::seed;
use crate::scenario::{Scenario, Turn};
use http::header::AUTHORIZATION;
use std::hint::black_box;
use std::rc::Rc;
use wimse_creds::pop::Nonce;
use wimsey_jose::Jwk;
use wimsey_wit::{Confirmation, Validation, WitClaims};
use wimsey_wpt::WptClaims;

/// A whole request: from the two fields to claims that are vouched for and proven.
pub(crate) fn request(scenario: &Rc<Scenario>) -> Result<Peer, Error> {
    let (scenario, issuer) = (Rc::clone(scenario), issuer(scenario)?);
    let (turn, validation) = (Turn::default(), Validation::at(now()));
    let side = Side::new(move || {
        let headers = scenario.callers[turn.next()].request.headers();
        let (Some(wit), Some(proof)) = (text(headers, WIT_FIELD), text(headers, AUTHORIZATION.as_str()))
        else {
            return false;
        };
        let Ok(verified) = wimsey_wit::verify(wit, &issuer, &validation) else { return false };
        let expected = wimsey_wpt::Validation::new(now(), AUDIENCE, wit);
        let proof = proof.strip_prefix("WPT ").unwrap_or_default();
        black_box(wimsey_wpt::verify(proof, &verified.pop_key, &expected)).is_ok()
    });
    Ok(Peer::of_two(["wimsey-wit", "wimsey-wpt"], side))
}

/// A WPT, with the key of the WIT at hand.
pub(crate) fn verify_wpt(scenario: &Rc<Scenario>) -> Result<Peer, Error> {
    let (scenario, keys, turn) = (Rc::clone(scenario), keys(scenario)?, Turn::default());
    let side = Side::new(move || {
        let index = turn.next();
        let caller = &scenario.callers[index];
        let expected = wimsey_wpt::Validation::new(now(), AUDIENCE, caller.credential.wit().as_str());
        black_box(wimsey_wpt::verify(&caller.proof, &keys[index].1, &expected)).is_ok()
    });
    Ok(Peer::new("wimsey-wpt", side))
}

/// A WPT with a random `jti`.
pub(crate) fn issue_wpt(scenario: &Rc<Scenario>) -> Result<Peer, Error> {
    let (scenario, keys, turn) = (Rc::clone(scenario), keys(scenario)?, Turn::default());
    let side = Side::new(move || {
        let index = turn.next();
        let Ok(nonce) = Nonce::random() else { return false };
        let claims = WptClaims {
            aud: AUDIENCE.to_owned(),
            exp: now() + 60,
            jti: nonce.as_str().to_owned(),
            wth: wimsey_wpt::wit_thumbprint(scenario.callers[index].credential.wit().as_str()),
            tth: None,
            oth: None,
        };
        black_box(wimsey_wpt::issue(&claims, &keys[index].0)).is_ok()
    });
    Ok(Peer::new("wimsey-wpt", side))
}

/// A WIT.
pub(crate) fn verify_wit(scenario: &Rc<Scenario>) -> Result<Peer, Error> {
    let (scenario, issuer, turn) = (Rc::clone(scenario), issuer(scenario)?, Turn::default());
    let validation = Validation::at(now());
    let side = Side::new(move || {
        let wit = scenario.callers[turn.next()].credential.wit().as_str();
        black_box(wimsey_wit::verify(wit, &issuer, &validation)).is_ok()
    });
    Ok(Peer::new("wimsey-wit", side))
}

/// Issues a WIT.
pub(crate) fn issue_wit(scenario: &Rc<Scenario>) -> Result<Peer, Error> {
    let key = signing_key(scenario.suite.issuer, seed(&scenario.issuer)?)?;
    let pop_key = &keys(scenario)?[0].1;
    let claims = WitClaims {
        iss: Some("https://id.example.com".to_owned()),
        sub: wimsey_identifier::WorkloadIdentifier::parse("wimse://trust.example.com/service/payment-0")?,
        iat: Some(now()),
        exp: now() + 3600,
        jti: Some(Nonce::random()?.as_str().to_owned()),
        cnf: Confirmation { jwk: Jwk::from_verifying_key(pop_key) },
    };
    let side = Side::new(move || black_box(wimsey_wit::issue(&claims, Some("2026-11"), &key)).is_ok());
    Ok(Peer::new("wimsey-wit", side))
}

/// Reads a public JWK.
pub(crate) fn parse_jwk(jwks: Vec<String>) -> Peer {
    let turn = Turn::default();
    let side = Side::new(move || {
        let jwk: Result<Jwk, _> = serde_json::from_str(&jwks[turn.next()]);
        black_box(jwk.map(|jwk| jwk.to_verifying_key())).is_ok_and(|key| key.is_ok())
    });
    Peer::new("wimsey-jose", side)
}

/// Parses an identifier.
pub(crate) fn parse_identifier(text: String) -> Peer {
    let parse = move || black_box(wimsey_identifier::WorkloadIdentifier::parse(black_box(&text))).is_ok();
    Peer::new("wimsey-identifier", Side::new(parse))
}

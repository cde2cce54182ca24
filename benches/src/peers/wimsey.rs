//! `wimsey-identifier`, `wimsey-wit`, `wimsey-wpt` and `wimsey-httpsig`.

use super::Peer;
use crate::Error;
use crate::exchange::{self, Exchange};
use crate::operations::Side;
use crate::operations::message::Plain;
use crate::scenario::{Caller, NOW, Scenario, Turn};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;
use std::sync::Arc;
use wimse_creds::key::Algorithm;
use wimse_creds::pop::Nonce;
use wimsey_httpsig::{
    Component, HttpRequest, SignatureParams, VerifyConfig, WIMSE_LABEL, WIMSE_TAG, content_digest_sha256,
    request_components, verify_content_digest,
};
use wimsey_jose::{Jwk, SigningKey, VerifyingKey};
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
    let key = signing_key(scenario.suite.issuer, crate::primitive::seed(&scenario.issuer)?)?;
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

/// Signs a request with content, the digest included. A new message each time: making it is not measured.
pub(crate) fn sign_request(scenario: &Rc<Scenario>, content: &exchange::Content) -> Result<Peer, Error> {
    let (scenario, keys, turn) = (Rc::clone(scenario), keys(scenario)?, Turn::default());
    let (content, unsigned) = (content.clone(), exchange::unsigned_request(content));
    let message = message(&unsigned);
    let queue: Rc<RefCell<Vec<HttpRequest>>> = Rc::default();
    let next = Rc::clone(&queue);
    let side = Side::prepared(
        move |calls| *queue.borrow_mut() = vec![message.clone(); calls],
        move || {
            let index = turn.next();
            let (Some(mut request), Ok(nonce)) = (next.borrow_mut().pop(), Nonce::random()) else {
                return false;
            };
            if !content.is_empty() {
                request.headers.push(("content-digest".to_owned(), content_digest_sha256(&content)));
            }
            let wit = scenario.callers[index].credential.wit().as_str().to_owned();
            request.headers.push((WIT_FIELD.to_owned(), wit));
            let params = SignatureParams {
                created: Some(now()),
                expires: Some(now() + 60),
                nonce: Some(nonce.as_str().to_owned()),
                tag: Some(WIMSE_TAG.to_owned()),
                wimse_aud: Some(AUDIENCE.to_owned()),
                ..SignatureParams::default()
            };
            let components = request_components(&request);
            black_box(wimsey_httpsig::sign(&request, &components, &params, WIMSE_LABEL, &keys[index].0))
                .is_ok()
        },
    );
    Ok(Peer::new("wimsey-httpsig", side))
}

/// Verifies the signed requests of exchanges by the profile, with the key of the WIT at hand.
pub(crate) fn verify_request(scenario: &Rc<Scenario>, exchanges: &Rc<Vec<Exchange>>) -> Result<Peer, Error> {
    let (exchanges, keys, turn) = (Rc::clone(exchanges), keys(scenario)?, Turn::default());
    let messages: Vec<HttpRequest> = exchanges.iter().map(|exchange| message(&exchange.request)).collect();
    let side = Side::new(move || {
        let index = turn.next();
        let (request, exchange) = (&messages[index], &exchanges[index].request);
        let config = VerifyConfig {
            now: Some(now()),
            required_components: request_components(request),
            wimse_profile: true,
            expected_audiences: vec![AUDIENCE.to_owned()],
            ..VerifyConfig::default()
        };
        let digest = text(exchange.headers(), "content-digest");
        let whole = digest.is_none_or(|digest| verify_content_digest(digest, exchange.body()));
        whole && verify(request, exchange.headers(), &keys[index].1, &config)
    });
    Ok(Peer::new("wimsey-httpsig", side))
}

/// Verifies a message of plain RFC 9421, with the key at hand.
pub(crate) fn verify_plain(scenario: &Rc<Scenario>, plain: &Rc<Plain>) -> Result<Peer, Error> {
    let (plain, keys, turn) = (Rc::clone(plain), keys(scenario)?, Turn::default());
    let messages: Vec<HttpRequest> = plain.requests.iter().map(message).collect();
    let config = VerifyConfig { now: Some(now()), ..VerifyConfig::default() };
    let side = Side::new(move || {
        let index = turn.next();
        verify(&messages[index], plain.requests[index].headers(), &keys[index].1, &config)
    });
    Ok(Peer::new("wimsey-httpsig", side))
}

/// Signs a message of plain RFC 9421.
pub(crate) fn sign_plain(scenario: &Rc<Scenario>, plain: &Rc<Plain>) -> Result<Peer, Error> {
    let (keys, turn) = (keys(scenario)?, Turn::default());
    let messages: Vec<HttpRequest> = plain.requests.iter().map(message).collect();
    let side = Side::new(move || {
        let index = turn.next();
        let Ok(nonce) = Nonce::random() else { return false };
        let components = Plain::COMPONENTS.map(Component::from_quoted_id);
        let Ok(components) = components.into_iter().collect::<Result<Vec<_>, _>>() else { return false };
        let params = SignatureParams {
            created: Some(Plain::CREATED),
            expires: Some(Plain::EXPIRES),
            nonce: Some(nonce.as_str().to_owned()),
            tag: Some(Plain::TAG.to_owned()),
            ..SignatureParams::default()
        };
        let (message, key) = (&messages[index], &keys[index].0);
        black_box(wimsey_httpsig::sign(message, &components, &params, Plain::LABEL, key)).is_ok()
    });
    Ok(Peer::new("wimsey-httpsig", side))
}

fn verify(request: &HttpRequest, headers: &HeaderMap, key: &VerifyingKey, config: &VerifyConfig) -> bool {
    let (Some(input), Some(signature)) = (text(headers, "signature-input"), text(headers, "signature"))
    else {
        return false;
    };
    black_box(wimsey_httpsig::verify(request, input, signature, key, config)).is_ok()
}

/// A request in the types of the peer.
fn message<B>(request: &http::Request<B>) -> HttpRequest {
    let fields = request
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
    HttpRequest {
        method: request.method().as_str().to_owned(),
        authority: String::from("orders.example.com"),
        path: request.uri().path().to_owned(),
        query: request.uri().query().map(str::to_owned),
        headers: fields.collect(),
    }
}

/// The keys of the callers in the types of the peer.
fn keys(scenario: &Scenario) -> Result<Vec<(SigningKey, VerifyingKey)>, Error> {
    let of = |caller: &Arc<Caller>| {
        let key = signing_key(scenario.suite.proof, caller.seed)?;
        let public = key.verifying_key();
        Ok((key, public))
    };
    scenario.callers.iter().map(of).collect()
}

fn issuer(scenario: &Scenario) -> Result<VerifyingKey, Error> {
    Ok(signing_key(scenario.suite.issuer, crate::primitive::seed(&scenario.issuer)?)?.verifying_key())
}

fn signing_key(algorithm: Algorithm, seed: [u8; 32]) -> Result<SigningKey, Error> {
    Ok(match algorithm {
        Algorithm::Es256 => SigningKey::from_p256_scalar(&seed)?,
        _ => SigningKey::from_ed25519_seed(&seed),
    })
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn now() -> u64 {
    NOW.as_secs().cast_unsigned()
}

const WIT_FIELD: &str = "workload-identity-token";
const AUDIENCE: &str = "https://orders.example.com/orders/17";

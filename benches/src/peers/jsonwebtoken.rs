//! `jsonwebtoken`: the WIT as a JWT.
//!
//! It is not there for WPT and HTTP signatures, which are more than a JWT.

use super::Peer;
use crate::Error;
use crate::library::Library;
use crate::operations::Side;
use crate::scenario::{Scenario, Turn};
use jsonwebtoken::crypto::{aws_lc, rust_crypto};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use std::hint::black_box;
use std::rc::Rc;
use wimse_creds::key;

/// The claims of a WIT.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    exp: u64,
    jti: String,
    cnf: Cnf,
}

#[derive(Serialize, Deserialize)]
struct Cnf {
    jwk: Jwk,
}

/// Chooses its cryptography, once in a process: the one that is like ours.
pub(crate) fn choose(library: Library) {
    let provider = match library {
        Library::Pure => &rust_crypto::DEFAULT_PROVIDER,
        _ => &aws_lc::DEFAULT_PROVIDER,
    };
    // Err: a process that measures several backends stays with the first.
    let _ = provider.install_default();
}

/// Verifies a WIT: signature, `exp` and `iss`, and the key in `cnf`.
pub(crate) fn verify_wit(scenario: &Rc<Scenario>) -> Result<Peer, Error> {
    let (scenario, turn) = (Rc::clone(scenario), Turn::default());
    let library = scenario.suite.library;
    let issuer = DecodingKey::from_jwk(&serde_json::from_str(&scenario.issuer.public_key().to_jwk())?)?;
    let mut validation = Validation::new(algorithm(scenario.suite.issuer));
    validation.set_issuer(&["https://id.example.com"]);
    // It reads the clock itself, and the tokens are of a fixed time.
    validation.leeway = 20 * 366 * 24 * 3600;
    let side = Side::new(move || {
        let wit = scenario.callers[turn.next()].credential.wit().as_str();
        let verified = jsonwebtoken::decode::<Claims>(wit, &issuer, &validation);
        black_box(verified.and_then(|verified| DecodingKey::from_jwk(&verified.claims.cnf.jwk))).is_ok()
    });
    Ok(peer(library, side))
}

/// Issues a WIT.
pub(crate) fn issue_wit(scenario: &Rc<Scenario>) -> Result<Peer, Error> {
    let issuer = &scenario.issuer;
    let der = issuer.to_pkcs8_der()?;
    let (algorithm, key) = match issuer.algorithm() {
        key::Algorithm::Es256 => (Algorithm::ES256, EncodingKey::from_ec_der(&der)),
        _ => (Algorithm::EdDSA, EncodingKey::from_ed_der(&der)),
    };
    let mut header = Header::new(algorithm);
    header.typ = Some("wit+jwt".to_owned());
    header.kid = Some("2026-11".to_owned());
    let claims = Claims {
        iss: "https://id.example.com".to_owned(),
        sub: "wimse://trust.example.com/service/payment-0".to_owned(),
        exp: 1_790_003_600,
        jti: "BRdhYvD7xPH8pNKpkTmX1A".to_owned(),
        cnf: Cnf { jwk: serde_json::from_str(&scenario.callers[0].credential.public_key().to_jwk())? },
    };
    let side = Side::new(move || black_box(jsonwebtoken::encode(&header, &claims, &key)).is_ok());
    Ok(peer(scenario.suite.library, side))
}

fn algorithm(algorithm: key::Algorithm) -> Algorithm {
    match algorithm {
        key::Algorithm::Es256 => Algorithm::ES256,
        _ => Algorithm::EdDSA,
    }
}

fn peer(library: Library, side: Side) -> Peer {
    let cryptography = if library == Library::Pure { "rust_crypto" } else { "aws_lc_rs" };
    let peer = Peer::new("jsonwebtoken", side);
    Peer { name: format!("{} ({cryptography})", peer.name), ..peer }
}

//! `wimsey-identifier`, `wimsey-wit`, `wimsey-wpt` and `wimsey-httpsig`.

mod messages;
mod tokens;

pub(crate) use messages::{sign_plain, sign_request, verify_plain, verify_request};
pub(crate) use tokens::{issue_wit, issue_wpt, parse_identifier, parse_jwk, request, verify_wit, verify_wpt};

use crate::Error;
use crate::primitive::seed;
use crate::scenario::{Caller, NOW, Scenario};
use http::HeaderMap;
use std::sync::Arc;
use wimse_creds::key::Algorithm;
use wimsey_jose::{SigningKey, VerifyingKey};

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
    Ok(signing_key(scenario.suite.issuer, seed(&scenario.issuer)?)?.verifying_key())
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

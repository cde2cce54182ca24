//! A WIT that nobody who may vouch for the caller vouches for, now.

use crate::demo::identity::HOUR;
use crate::demo::report::Kind;
use crate::demo::trial::{Case, Trial};
use crate::demo::workload::{get, identifier, now, prove_at, request};
use crate::demo::world::{WEB, World};
use crate::exit::Failure;
use axum::body::Bytes;
use http::{Method, Request};
use std::time::Duration;
use wimse::creds::key::{Algorithm, SigningKey};
use wimse::creds::pop::WitCredential;
use wimse::creds::{Validity, WitClaims, WorkloadIdentityToken};
use wimse::wpt::ProofOptions;

pub(super) async fn play(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    trial.group(
        Kind::Attack,
        "A WIT from the wrong issuer, or out of date",
        "In each of these the thief holds the key of the WIT, and the proof is right. Only the WIT is not.",
    );
    let url = world.orders_url("/orders/42");

    let tried = "Call as a workload of a foreign trust domain";
    let case = Case::refused("foreign-domain", tried, "wit.trust_domain_unknown");
    trial.send(case, get(&world.foreigner, &url)?).await;

    let foreign = credential(|claims| world.elsewhere.vouch(claims))?;
    let tried = "Have the foreign identity server call the thief \"web\"";
    let case = Case::refused("foreign-issuer", tried, "wit.iss_not_allowed");
    trial.send(case, get(&foreign, &url)?).await;

    let own = forged_issuer_key(world)?;
    let forged = credential(|claims| {
        claims.issuer(world.identity.issuer()).sign(&own).map_err(Failure::step("the thief got no WIT"))
    })?;
    let tried = "Issue a WIT for \"web\" in the name of the real issuer";
    let case = Case::refused("forged-issuer", tried, "wit.signature");
    trial.send(case, get(&forged, &url)?).await;

    let tried = "Use a WIT and its key that were stolen an hour ago";
    let case = Case::refused("expired-wit", tried, "wit.expired");
    trial.send(case, with_expired_wit(world, &url)?).await;
    Ok(())
}

/// A WIT that names web and binds a key of the thief's, valid for an hour.
fn credential(
    issue: impl FnOnce(WitClaims) -> Result<WorkloadIdentityToken, Failure>,
) -> Result<WitCredential, Failure> {
    const DOING: &str = "the thief got no WIT";
    let key = SigningKey::generate(Algorithm::Ed25519).map_err(Failure::step(DOING))?;
    let claims = WitClaims::new(identifier(WEB)?, key.public_key(), Validity::starting(now(), HOUR));
    WitCredential::new(issue(claims)?, key).map_err(Failure::step(DOING))
}

/// Algorithm and key id of the real issuer key, which are public; another secret.
fn forged_issuer_key(world: &World) -> Result<SigningKey, Failure> {
    let genuine = world.identity.key();
    let key = SigningKey::generate(genuine.algorithm());
    let key = key.map_err(Failure::step("the thief has no issuer key"))?;
    Ok(key.with_key_id(genuine.key_id().unwrap_or_default()))
}

/// The proof was made in the last second of the WIT and is still valid; the WIT expired a minute ago, which is beyond
/// the tolerance for clocks that differ.
fn with_expired_wit(world: &World, url: &str) -> Result<Request<Bytes>, Failure> {
    const DOING: &str = "the old WIT was not issued";
    let key = SigningKey::generate(Algorithm::Ed25519).map_err(Failure::step(DOING))?;
    let start = now().minus(HOUR + Duration::from_secs(60));
    let validity = Validity::starting(start, HOUR);
    let wit = world.identity.vouch(WitClaims::new(identifier(WEB)?, key.public_key(), validity))?;
    let credential = WitCredential::new(wit, key).map_err(Failure::step(DOING))?;
    let last_second = validity.end().minus(Duration::from_secs(1));
    let options = ProofOptions::default().lifetime(ProofOptions::MAX_LIFETIME);
    prove_at(last_second, options, &credential, request(Method::GET, url, Bytes::new())?)
}

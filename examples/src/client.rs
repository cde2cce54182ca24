//! A client of the orders service, with reqwest. It proves each request, and takes the answer of orders alone.

use reqwest_middleware::{ClientWithMiddleware, reqwest};
use std::error::Error;
use std::sync::Arc;
use std::{env, fs};
use wimse_tower::client::{Responses, SignLayer, SigningClientBuilder};
use wimse_tower::creds::key::SigningKey;
use wimse_tower::creds::pop::{MemoryReplayGuard, WitCredential};
use wimse_tower::creds::trust::{DomainAnchors, TrustAnchors};
use wimse_tower::creds::{WitPolicy, WitVerifier, WorkloadIdentityToken};
use wimse_tower::identifier::{ExternalHandle, IdentityMap};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [folder, base] = &arguments[..] else { return Err("client KEYS BASE".into()) };

    // Who this is.
    let wit = WorkloadIdentityToken::parse(&fs::read_to_string(format!("{folder}/web.wit"))?)?;
    let key = SigningKey::from_jwk(&fs::read_to_string(format!("{folder}/web.jwk.json"))?)?;
    let credential = Arc::new(WitCredential::new(wit, key)?);

    // Who may answer at the base of the service.
    let issuer = fs::read(format!("{folder}/issuer.jwks.json"))?;
    let domain = DomainAnchors::new("wimse://example.com".parse()?).with_jwk_set(&issuer)?;
    let wits = Arc::new(WitVerifier::new(TrustAnchors::none().with(domain)?, WitPolicy::default()));
    let mut peers = IdentityMap::new();
    peers.insert(ExternalHandle::url(&format!("{base}/"))?, "wimse://example.com/orders".parse()?)?;
    let responses = Responses::signed(wits, peers, Arc::new(MemoryReplayGuard::new(10_000)));

    // A proof token is enough to read.
    let tokens = client(SignLayer::proof_token(Arc::clone(&credential)))?;
    let order = tokens.get(format!("{base}/orders/7")).send().await?.error_for_status()?;
    print!("{}", order.text().await?);

    // What orders something is signed, and so is the answer.
    let signed = client(SignLayer::http_signature(credential).verify_responses(responses))?;
    let answer = signed.post(format!("{base}/orders")).body("two cones").send().await?.error_for_status()?;
    print!("{}", answer.text().await?);
    Ok(())
}

/// Proves each attempt by itself, follows no redirect, and uses no proxy.
fn client(layer: SignLayer) -> Result<ClientWithMiddleware, Box<dyn Error>> {
    Ok(SigningClientBuilder::new(layer, reqwest::Client::builder())?.build())
}

//! An orders service on axum. It knows for certain who calls, and proves who answers.
//!
//! Reading needs a proof token or a signature; placing an order needs a signature, which covers the order.

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use std::error::Error;
use std::sync::Arc;
use std::{env, fs};
use tokio::net::TcpListener;
use tokio::signal::ctrl_c;
use wimse_tower::creds::key::SigningKey;
use wimse_tower::creds::pop::{LayerPolicy, MemoryReplayGuard, PeerPolicy, Replay, WitCredential};
use wimse_tower::creds::trust::{DomainAnchors, TrustAnchors};
use wimse_tower::creds::{WitPolicy, WitVerifier, WorkloadIdentityToken};
use wimse_tower::httpsig::ResponseSigning;
use wimse_tower::{
    AuthenticateLayer, Authenticator, Binding, Decision, ExternalBase, HttpServer, Peer, Policy,
};

async fn show(Peer(caller): Peer, Path(number): Path<u32>) -> String {
    format!("order {number} of {}\n", caller.identifier())
}

async fn place(Peer(caller): Peer, order: String) -> String {
    format!("{order} for {}\n", caller.identifier())
}

fn app(folder: &str, base: &str) -> Result<Router, Box<dyn Error>> {
    // Whose tokens count, and for which workloads.
    let issuer = fs::read(format!("{folder}/issuer.jwks.json"))?;
    let domain = DomainAnchors::new("wimse://example.com".parse()?).with_jwk_set(&issuer)?;
    let wits = Arc::new(WitVerifier::new(TrustAnchors::none().with(domain)?, WitPolicy::default()));

    // Who signs the answers.
    let wit = WorkloadIdentityToken::parse(&fs::read_to_string(format!("{folder}/orders.wit"))?)?;
    let key = SigningKey::from_jwk(&fs::read_to_string(format!("{folder}/orders.jwk.json"))?)?;
    let credential = Arc::new(WitCredential::new(wit, key)?);

    // Where callers find this service, whatever `Host` says. With more than one replica: `Replay::Shared`.
    let base = ExternalBase::new(base)?;
    let replay = Replay::Local(Arc::new(MemoryReplayGuard::new(100_000)));
    let authenticator = Authenticator::for_messages(base, wits, replay)
        .sign_responses(ResponseSigning::WhenRequired, credential)
        .on_decision(|decision: &Decision<'_>| eprintln!("{decision}"));
    let authenticator = Arc::new(authenticator);

    // Who may do what.
    let web = LayerPolicy::Either(PeerPolicy::exactly(["wimse://example.com/web".parse()?]));
    let read = Policy::any_of([Binding::WorkloadProofToken, Binding::HttpSignature], web.clone());
    let write = Policy::any_of([Binding::HttpSignature], web);
    let read = AuthenticateLayer::new(authenticator.clone(), read)?;
    let write = AuthenticateLayer::new(authenticator, write)?;
    Ok(Router::new()
        .route("/orders/{number}", get(show).layer(read))
        .route("/orders", post(place).layer(write))
        .route("/health", get(|| async { "well\n" })))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [folder, address, base] = &arguments[..] else { return Err("orders KEYS ADDRESS BASE".into()) };
    let (listener, app) = (TcpListener::bind(address).await?, app(folder, base)?);
    // Until Ctrl-C; requests that have begun are answered still.
    HttpServer::new().serve(listener, app, async { drop(ctrl_c().await) }).await;
    Ok(())
}

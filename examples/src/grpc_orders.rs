//! The orders service in gRPC, on tonic. It knows for certain who calls, of streams too.

use std::error::Error;
use std::sync::Arc;
use std::{env, fs};
use tonic::codegen::tokio_stream;
use tonic::codegen::tokio_stream::Iter;
use tonic::transport::Server;
use tonic::{Request, Response, Status};
use wimse_examples::orders_server::{Orders, OrdersServer};
use wimse_examples::{Order, Receipt};
use wimse_tower::creds::pop::{AuthenticatedPeer, LayerPolicy, MemoryReplayGuard, PeerPolicy, Replay};
use wimse_tower::creds::trust::{DomainAnchors, TrustAnchors};
use wimse_tower::creds::{WitPolicy, WitVerifier};
use wimse_tower::{AuthenticateLayer, Authenticated, Authenticator, Binding, Decision, ExternalBase, Policy};

struct Shop;

fn caller<T>(request: &Request<T>) -> Result<&AuthenticatedPeer, Status> {
    let authenticated = Authenticated::of(request.extensions());
    authenticated.and_then(Authenticated::caller).ok_or_else(|| Status::unauthenticated("unauthenticated"))
}

#[tonic::async_trait]
impl Orders for Shop {
    async fn place(&self, request: Request<Order>) -> Result<Response<Receipt>, Status> {
        let text = format!("{} for {}", request.get_ref().what, caller(&request)?.identifier());
        Ok(Response::new(Receipt { text }))
    }

    type WatchStream = Iter<std::vec::IntoIter<Result<Receipt, Status>>>;

    async fn watch(&self, request: Request<Order>) -> Result<Response<Self::WatchStream>, Status> {
        let caller = caller(&request)?.identifier();
        let news = ["baked", "filled", "on its way"];
        let news =
            news.map(|news| Ok(Receipt { text: format!("{} of {caller}: {news}", request.get_ref().what) }));
        Ok(Response::new(tokio_stream::iter(Vec::from(news))))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [folder, address, base] = &arguments[..] else { return Err("grpc-orders KEYS ADDRESS BASE".into()) };

    // Whose tokens count.
    let issuer = fs::read(format!("{folder}/issuer.jwks.json"))?;
    let domain = DomainAnchors::new("wimse://example.com".parse()?).with_jwk_set(&issuer)?;
    let wits = Arc::new(WitVerifier::new(TrustAnchors::none().with(domain)?, WitPolicy::default()));

    // Where callers find this service. With more than one replica: `Replay::Shared`.
    let replay = Replay::Local(Arc::new(MemoryReplayGuard::new(100_000)));
    let authenticator = Authenticator::for_messages(ExternalBase::new(base)?, wits, replay)
        .on_decision(|decision: &Decision<'_>| eprintln!("{decision}"));

    // Who may call. A signature cannot cover a stream.
    let web = LayerPolicy::Either(PeerPolicy::exactly(["wimse://example.com/web".parse()?]));
    let layer = AuthenticateLayer::new(authenticator, Policy::any_of([Binding::WorkloadProofToken], web))?;
    Server::builder().layer(layer).add_service(OrdersServer::new(Shop)).serve(address.parse()?).await?;
    Ok(())
}

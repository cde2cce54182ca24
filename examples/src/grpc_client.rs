//! A client of the orders service in gRPC, with tonic. It proves each call.

use std::error::Error;
use std::sync::Arc;
use std::{env, fs};
use tonic::body::Body;
use tonic::codegen::http;
use tonic::transport::Channel;
use tower::{ServiceBuilder, ServiceExt as _};
use wimse_examples::Order;
use wimse_examples::orders_client::OrdersClient;
use wimse_tower::client::{ClientBody, SignLayer};
use wimse_tower::creds::WorkloadIdentityToken;
use wimse_tower::creds::key::SigningKey;
use wimse_tower::creds::pop::WitCredential;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [folder, base] = &arguments[..] else { return Err("grpc-client KEYS BASE".into()) };

    // Who this is.
    let wit = WorkloadIdentityToken::parse(&fs::read_to_string(format!("{folder}/web.wit"))?)?;
    let key = SigningKey::from_jwk(&fs::read_to_string(format!("{folder}/web.jwk.json"))?)?;
    let credential = Arc::new(WitCredential::new(wit, key)?);

    // A channel that proves each call; of streams, too, a proof token does not cover the messages.
    let channel = Channel::from_shared(base.clone())?.connect().await?;
    let channel = channel.map_request(|request: http::Request<ClientBody>| request.map(Body::new));
    let proving = ServiceBuilder::new().layer(SignLayer::proof_token(credential)).service(channel);
    let mut orders = OrdersClient::with_origin(proving, base.parse()?);

    let order = || Order { what: "two cones".to_owned() };
    println!("{}", orders.place(order()).await?.into_inner().text);
    let mut news = orders.watch(order()).await?.into_inner();
    while let Some(receipt) = news.message().await? {
        println!("{}", receipt.text);
    }
    Ok(())
}

//! A copied WIT without its key.

use crate::demo::forge;
use crate::demo::report::Kind;
use crate::demo::trial::{Case, Trial};
use crate::demo::workload::{now, request};
use crate::demo::world::World;
use crate::exit::Failure;
use axum::body::Bytes;
use http::header::AUTHORIZATION;
use http::{Method, Request};
use wimse::creds::WORKLOAD_IDENTITY_TOKEN;
use wimse::creds::key::SigningKey;

pub(super) async fn play(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    trial.group(
        Kind::Attack,
        "A WIT without its key",
        "A WIT goes over the wire with every call, so others will see it. It must be worth nothing without the key.",
    );
    let stolen = world.web.wit();
    let bearer = format!("Bearer {}", stolen.as_str());

    let tried = "Call without any credentials";
    trial.send(Case::refused("no-credentials", tried, "wit.field_missing"), plain(world)?).await;

    let mut request = plain(world)?;
    forge::replace(&mut request, AUTHORIZATION, &bearer);
    let tried = "Use a copied WIT like a password (Authorization: Bearer)";
    trial.send(Case::refused("wit-as-bearer", tried, "wit.field_missing"), request).await;

    let mut request = request_with_wit(world)?;
    forge::replace(&mut request, AUTHORIZATION, &bearer);
    let tried = "The same, with the WIT in its own field as well";
    trial.send(Case::refused("wit-and-bearer", tried, "wpt.other_scheme"), request).await;

    let tried = "Send a copied WIT in its own field, and no proof";
    let request = request_with_wit(world)?;
    trial.send(Case::refused("wit-without-proof", tried, "wpt.authorization_missing"), request).await;

    let thief = SigningKey::generate(world.web.algorithm());
    let thief = thief.map_err(Failure::step("the thief has no key"))?;
    let request = forge::prove_with_own_key(stolen, &thief, plain(world)?, now())?;
    let tried = "Send a copied WIT with a proof signed by the thief's key";
    trial.send(Case::refused("stolen-wit", tried, "wpt.signature"), request).await;
    Ok(())
}

fn plain(world: &World) -> Result<Request<Bytes>, Failure> {
    request(Method::GET, &world.orders_url("/orders/42"), Bytes::new())
}

fn request_with_wit(world: &World) -> Result<Request<Bytes>, Failure> {
    let mut request = plain(world)?;
    forge::replace(&mut request, WORKLOAD_IDENTITY_TOKEN, world.web.wit().as_str());
    Ok(request)
}

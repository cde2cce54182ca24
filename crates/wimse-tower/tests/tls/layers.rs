//! Peers of two layers.

use crate::support::*;
use crate::workshop::{GATEWAY, Workshop};
use wimse_creds::pop::{LayerPolicy, PeerPolicy};
use wimse_tower::{Binding, Policy};

fn only(identifier: &str) -> PeerPolicy {
    PeerPolicy::exactly([identifier.parse().unwrap()])
}

#[tokio::test]
async fn the_layers_are_compared() {
    let (world, workshop) = (World::new(), Workshop::new());
    let both = [Binding::WorkloadProofToken, Binding::MutualTls];
    let gateway = LayerPolicy::Both { transport: only(GATEWAY), application: only(BILLING) };
    for (layers, peer, code) in [
        (LayerPolicy::Same(only(BILLING)), BILLING, None),
        (LayerPolicy::Same(only(BILLING)), GATEWAY, Some("layers.different")),
        (gateway.clone(), GATEWAY, None),
        (gateway, BILLING, Some("layers.transport_not_permitted")),
        (LayerPolicy::Either(only(BILLING)), BILLING, None),
        (LayerPolicy::Either(only(BILLING)), GATEWAY, Some("layers.transport_not_permitted")),
    ] {
        let service = TestService::new(world.authenticator().mutual_tls(), Policy::all_of(both, layers));
        let mut request = world.proven(get("/orders"));
        request.extensions_mut().insert(workshop.good(peer));
        let response = service.call(request).await;
        assert_eq!(response.status(), if code.is_some() { 403 } else { 200 });
        assert_eq!(world.code(), code);
        // The caller is who has proven the message.
        assert!(code.is_some() || text(&response) == BILLING);
    }
}

#[tokio::test]
async fn a_connection_whose_certificate_has_expired_is_closed() {
    let (world, workshop) = (World::new(), Workshop::new());
    let policy = Policy::any_of([Binding::MutualTls], billing());
    let service = TestService::new(world.authenticator().mutual_tls(), policy);
    let session = workshop.good(BILLING);
    let call = || {
        let mut request = received(get("/orders"));
        request.extensions_mut().insert(session.clone());
        service.call(request)
    };
    assert_eq!(call().await.status(), 200);
    world.clock.set(NOW.plus(HOUR * 2));
    world.noted.lock().unwrap().clear();
    let response = call().await;
    assert_eq!((response.status().as_u16(), world.code()), (403, Some("wic.expired")));
    assert_eq!(response.headers()["connection"], "close");
}

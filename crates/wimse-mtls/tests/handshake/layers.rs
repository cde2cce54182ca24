//! The peer of a connection beside the peer of a message.

use crate::connection::connect;
use crate::workshop::*;
use wimse_creds::pop::binding::Binding;
use wimse_creds::pop::{
    Admissible, AuthenticatedPeer, LayerPolicy, LayeredPeers, NoReplayGuard, PeerPolicy, ReplayScope,
};
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::{Validity, WitClaims, WitPolicy, WitVerifier};

/// A peer that TLS has authenticated.
fn of_connection() -> AuthenticatedPeer {
    let ca = root(DOMAIN);
    let server = orders(&ca);
    let ends = connect(billing(&ca).config(), server.config(), HOST);
    server.peer(&ends.server, NOW).unwrap()
}

/// A peer that a signed message has authenticated.
fn of_message(identifier: &str) -> AuthenticatedPeer {
    let (issuer, workload) = (key().with_key_id("1"), key());
    let hour = Validity::starting(NOW, HOUR);
    let wit = WitClaims::new(identifier.parse().unwrap(), workload.public_key(), hour).sign(&issuer).unwrap();
    let domain = DomainAnchors::new(DOMAIN.parse().unwrap()).with_key(issuer.public_key().clone()).unwrap();
    let verifier = WitVerifier::new(TrustAnchors::none().with(domain).unwrap(), WitPolicy::default());
    let wit = verifier.verify(wit.as_str(), NOW).unwrap();
    let possession = wit
        .prove_possession(Binding::HttpSignature, b"message", &workload.sign(b"message").unwrap())
        .unwrap();
    let replay_key = possession.replay_key(ReplayScope::new("test"), "1");
    let admissible = Admissible { from: NOW, until: hour.end() };
    possession.into_checked(replay_key, admissible).admit(&NoReplayGuard, NOW).unwrap()
}

#[test]
fn same_both_or_either() {
    let permits =
        |identifiers: &[&str]| PeerPolicy::exactly(identifiers.iter().map(|id| id.parse().unwrap()));
    let (connection, message, other) = (of_connection(), of_message(BILLING), of_message(ORDERS));
    let peers = |transport: Option<&AuthenticatedPeer>, application: Option<&AuthenticatedPeer>| {
        let mut peers = LayeredPeers::new();
        if let Some(peer) = transport {
            peers = peers.with_transport(peer.clone()).unwrap();
        }
        if let Some(peer) = application {
            peers = peers.with_application(peer.clone()).unwrap();
        }
        peers
    };
    let same = LayerPolicy::Same(permits(&[BILLING, ORDERS]));
    let both = LayerPolicy::Both { transport: permits(&[BILLING]), application: permits(&[ORDERS]) };
    let either = LayerPolicy::Either(permits(&[BILLING]));
    let (connection, message, other) = (Some(&connection), Some(&message), Some(&other));
    for (what, policy, transport, application, expected) in [
        ("same", &same, connection, message, Ok(BILLING)),
        ("same, of two", &same, connection, other, Err("layers.different")),
        ("same, alone", &same, connection, None, Err("layers.application_missing")),
        ("same, unconnected", &same, None, message, Err("layers.transport_missing")),
        (
            "same, not permitted",
            &LayerPolicy::Same(permits(&[ORDERS])),
            connection,
            message,
            Err("layers.application_not_permitted"),
        ),
        ("both", &both, connection, other, Ok(ORDERS)),
        ("both, not the one", &both, connection, message, Err("layers.application_not_permitted")),
        ("both, alone", &both, None, other, Err("layers.transport_missing")),
        ("either, the connection", &either, connection, None, Ok(BILLING)),
        ("either, the message", &either, None, message, Ok(BILLING)),
        ("either, both there", &either, connection, message, Ok(BILLING)),
        ("either, one not permitted", &either, connection, other, Err("layers.application_not_permitted")),
        ("either, nobody", &either, None, None, Err("layers.application_missing")),
    ] {
        let peers = peers(transport, application);
        let found =
            peers.authorize(policy).map(|peer| peer.identifier().as_str()).map_err(|error| error.code());
        assert_eq!(found, expected, "{what}");
    }
    // The caller is the peer of the message, and keeps its binding.
    let caller = peers(connection, other);
    assert_eq!(caller.authorize(&both).unwrap().binding(), Binding::HttpSignature);
}

#[test]
fn a_peer_belongs_to_its_layer() {
    let wrong = LayeredPeers::new().with_transport(of_message(BILLING)).unwrap_err();
    assert_eq!(wrong.code(), "layers.wrong_layer");
    assert_eq!(LayeredPeers::new().with_application(of_connection()).unwrap_err(), wrong);
}

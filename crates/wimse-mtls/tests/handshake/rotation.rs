//! Certificates, keys and anchors that are replaced while serving.

use crate::connection::connect;
use crate::workshop::*;
use wimse_creds::pop::PeerPolicy;
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_mtls::{ExpectedServer, MtlsClient, MtlsServer, Rotating};

#[test]
fn a_new_certificate_is_shown_in_the_next_handshake() {
    let ca = root(DOMAIN);
    let (ours, theirs) = (Rotating::new(identity(&ca, ORDERS)), Rotating::new(identity(&ca, BILLING)));
    let policy = PeerPolicy::exactly([BILLING.parse().unwrap()]);
    let server = MtlsServer::new(&environment(), ours.clone(), trusting(&ca), policy).unwrap();
    let expected = ExpectedServer::Workload(ORDERS.parse().unwrap());
    let client = MtlsClient::new(&environment(), theirs.clone(), trusting(&ca), expected).unwrap();
    let mut old = connect(client.config(), server.config(), HOST);
    let serials = |ends: &crate::connection::Ends| {
        let caller = server.peer(&ends.server, NOW).unwrap();
        let callee = client.peer(&ends.client, &HOST.try_into().unwrap(), NOW).unwrap();
        [&caller, callee.workload().unwrap()].map(|peer| peer.certificate().unwrap().serial_number())
    };
    let before = serials(&old);

    ours.replace(identity(&ca, ORDERS));
    theirs.replace(identity(&ca, BILLING));
    let new = connect(client.config(), server.config(), HOST);
    let shown = [theirs.current(), ours.current()].map(|identity| identity.wic().claimed_serial_number());
    assert_eq!(serials(&new), shown);
    assert!(before[0] != shown[0] && before[1] != shown[1]);

    // The old connection goes on.
    assert_eq!(old.say("still here"), "still here");
    assert_eq!(serials(&old), before);
}

/// A roll-over: the new CA is added, certificates change, the old CA is removed.
#[test]
fn anchors_are_rolled_over() {
    let (old, new) = (root(DOMAIN), root(DOMAIN));
    let both = || {
        let domain = DomainAnchors::new(DOMAIN.parse().unwrap())
            .with_ca_certificate(old.certificate().clone())
            .and_then(|domain| domain.with_ca_certificate(new.certificate().clone()));
        TrustAnchors::none().with(domain.unwrap()).unwrap()
    };
    let anchors = Rotating::new(trusting(&old));
    let identity_of_client = Rotating::new(identity(&old, BILLING));
    let policy = PeerPolicy::exactly([BILLING.parse().unwrap()]);
    let server = MtlsServer::new(&environment(), identity(&old, ORDERS), anchors.clone(), policy).unwrap();
    let expected = ExpectedServer::Workload(ORDERS.parse().unwrap());
    let client =
        MtlsClient::new(&environment(), identity_of_client.clone(), trusting(&old), expected).unwrap();
    let outcome = || connect(client.config(), server.config(), HOST).refused_by_server().0;

    assert_eq!(outcome(), "accepted");
    identity_of_client.replace(identity(&new, BILLING));
    assert_eq!(outcome(), "wic.signature");
    anchors.replace(both());
    assert_eq!(outcome(), "accepted");
    identity_of_client.replace(identity(&old, BILLING));
    assert_eq!(outcome(), "accepted");
    anchors.replace(trusting(&new));
    assert_eq!(outcome(), "wic.signature");
    identity_of_client.replace(identity(&new, BILLING));
    assert_eq!(outcome(), "accepted");
}

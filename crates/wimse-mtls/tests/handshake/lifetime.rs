//! Connections that stay open, sessions that are resumed, credentials that expire.

use crate::connection::connect;
use crate::workshop::*;
use rustls::HandshakeKind;
use std::sync::Arc;
use std::time::Duration;
use wimse_creds::pop::PeerPolicy;
use wimse_creds::trust::TrustAnchors;
use wimse_creds::wic::{WicPolicy, WicVerifier};
use wimse_mtls::{ExpectedServer, MtlsClient, MtlsServer, Rotating, TlsIdentity, TlsOptions, rustls};

fn policy() -> PeerPolicy {
    PeerPolicy::exactly([BILLING.parse().unwrap()])
}

#[test]
fn a_long_connection_is_judged_again() {
    let ca = root(DOMAIN);
    let anchors = Rotating::new(trusting(&ca));
    let server = MtlsServer::new(&environment(), identity(&ca, ORDERS), anchors.clone(), policy()).unwrap();
    let expected = ExpectedServer::Workload(ORDERS.parse().unwrap());
    let client = MtlsClient::new(&environment(), identity(&ca, BILLING), anchors.clone(), expected).unwrap();
    let ends = connect(client.config(), server.config(), HOST);
    let name = HOST.try_into().unwrap();
    let judge = |now| {
        let (caller, callee) = (server.peer(&ends.server, now), client.peer(&ends.client, &name, now));
        (caller.map(drop).map_err(|error| error.code()), callee.map(drop).map_err(|error| error.code()))
    };
    assert_eq!(judge(NOW), (Ok(()), Ok(())));
    assert_eq!(judge(NOW.plus(HOUR - Duration::from_secs(1))), (Ok(()), Ok(())));
    assert_eq!(judge(NOW.plus(HOUR)), (Err("wic.expired"), Err("wic.expired")));
    assert_eq!(judge(NOW), (Ok(()), Ok(())));
    // The anchors are rolled over, to a CA of the same name.
    anchors.replace(trusting(&root(DOMAIN)));
    assert_eq!(judge(NOW), (Err("wic.signature"), Err("wic.signature")));
    anchors.replace(TrustAnchors::none());
    assert_eq!(judge(NOW), (Err("wic.trust_domain_unknown"), Err("wic.trust_domain_unknown")));
}

/// Row 40: a resumed session skips the certificate, and `peer` does not.
#[test]
fn a_resumed_session_is_judged_again() {
    let ca = root(DOMAIN);
    let clock = Clock::at(NOW);
    let environment = environment_at(&clock);
    let anchors = Rotating::new(trusting(&ca));
    let verifier = || Arc::new(WicVerifier::new(anchors.clone(), WicPolicy::default()));
    let expected = ExpectedServer::Workload(ORDERS.parse().unwrap());
    let server = MtlsServer::new(&environment, identity(&ca, ORDERS), anchors.clone(), policy()).unwrap();
    let resuming = TlsOptions::new().resumption(8);
    let client = MtlsClient::with_verifier(
        &environment,
        identity(&ca, BILLING),
        verifier(),
        expected.clone(),
        &resuming,
    )
    .unwrap();
    let kind = |client: &MtlsClient| {
        let ends = connect(client.config(), server.config(), HOST);
        assert!(ends.is_up());
        let kind = ends.server.handshake_kind().unwrap();
        (kind, ends)
    };
    assert_eq!(kind(&client).0, HandshakeKind::Full);
    let (resumed, ends) = kind(&client);
    assert_eq!(resumed, HandshakeKind::Resumed);
    assert_eq!(server.peer(&ends.server, NOW).unwrap().identifier().as_str(), BILLING);
    assert!(client.peer(&ends.client, &HOST.try_into().unwrap(), NOW).is_ok());

    // Anchors are gone: the session is still resumed, and nobody is authenticated.
    anchors.replace(TrustAnchors::none());
    let (resumed, ends) = kind(&client);
    assert_eq!(resumed, HandshakeKind::Resumed);
    assert_eq!(server.peer(&ends.server, NOW).unwrap_err().code(), "wic.trust_domain_unknown");
    let found = client.peer(&ends.client, &HOST.try_into().unwrap(), NOW);
    assert_eq!(found.unwrap_err().code(), "wic.trust_domain_unknown");
    anchors.replace(trusting(&ca));

    // Certificates have expired in the meantime.
    let later = NOW.plus(HOUR);
    clock.set(later);
    let (resumed, ends) = kind(&client);
    assert_eq!(resumed, HandshakeKind::Resumed);
    assert_eq!(server.peer(&ends.server, later).unwrap_err().code(), "wic.expired");

    // By default a client resumes nothing, and a server can be told not to.
    clock.set(NOW);
    let plain = billing(&ca);
    assert_eq!([kind(&plain).0, kind(&plain).0], [HandshakeKind::Full; 2]);
    let none = TlsOptions::new().resumption(0);
    let server =
        MtlsServer::with_verifier(&environment, identity(&ca, ORDERS), verifier(), policy(), &none).unwrap();
    let client =
        MtlsClient::with_verifier(&environment, identity(&ca, BILLING), verifier(), expected, &resuming)
            .unwrap();
    for _ in 0..2 {
        let ends = connect(client.config(), server.config(), HOST);
        assert_eq!(ends.server.handshake_kind(), Some(HandshakeKind::Full));
    }
}

/// WIT-9.5-3, row 44: our own expired credential signs nothing, on either side.
#[test]
fn an_expired_credential_makes_no_handshake() {
    let ca = root(DOMAIN);
    let clock = Clock::at(NOW);
    let environment = environment_at(&clock);
    let short = |identifier| {
        let credential = credential_for(&ca, identifier, Duration::from_secs(60));
        let late = TlsIdentity::new(&environment, &credential, NOW.plus(Duration::from_secs(60)));
        assert_eq!(late.unwrap_err().code(), "credential.expired");
        TlsIdentity::new(&environment, &credential, NOW).unwrap()
    };
    let expected = ExpectedServer::Workload(ORDERS.parse().unwrap());
    let client = MtlsClient::new(&environment, short(BILLING), trusting(&ca), expected).unwrap();
    let server = MtlsServer::new(&environment, short(ORDERS), trusting(&ca), policy()).unwrap();
    for (seconds, client_code, server_code) in
        [(59, "accepted", "accepted"), (60, "credential.expired", "credential.expired")]
    {
        clock.set(NOW.plus(Duration::from_secs(seconds)));
        let ends = connect(client.config(), orders(&ca).config(), HOST);
        assert_eq!(ends.refused_by_client().0, client_code, "{seconds}");
        let ends = connect(billing(&ca).config(), server.config(), HOST);
        assert_eq!(ends.refused_by_server().0, server_code, "{seconds}");
    }
}

/// A key that is held elsewhere must be that of the certificate.
#[test]
fn a_key_held_elsewhere() {
    let ca = root(DOMAIN);
    let environment = environment();
    let load = |der: &[u8]| {
        let der = rustls::pki_types::PrivatePkcs8KeyDer::from(der).clone_key();
        environment.provider().key_provider.load_private_key(der.into()).unwrap()
    };
    let credential = credential(&ca, BILLING);
    let wic = credential.wic().clone();
    let own = load(&credential.key_for_tls(NOW).unwrap());
    assert!(TlsIdentity::with_signing_key(&environment, wic.clone(), Arc::clone(&own), NOW).is_ok());
    let late = TlsIdentity::with_signing_key(&environment, wic.clone(), own, NOW.plus(HOUR));
    assert_eq!(late.unwrap_err().code(), "credential.expired");
    let other = TlsIdentity::with_signing_key(&environment, wic, load(&pkcs8(&key())), NOW);
    assert_eq!(other.unwrap_err().code(), "credential.key_mismatch");
}

//! Whom a server lets in.

use crate::connection::connect;
use crate::foreign;
use crate::forge::{CLIENT_AUTH, Draft, SERVER_AUTH};
use crate::workshop::*;
use rustls::AlertDescription as Alert;
use std::time::Duration;
use wimse_creds::Validity;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::pop::PeerPolicy;
use wimse_creds::pop::binding::Binding;
use wimse_creds::wic::{CertificateAuthority, WicCredential, WicTemplate};
use wimse_mtls::{ExpectedServer, MtlsClient, MtlsServer, TlsIdentity, rustls};

#[test]
fn both_ends_know_each_other() {
    let ca = root(DOMAIN);
    let (client, server) = (billing(&ca), orders(&ca));
    let mut ends = connect(client.config(), server.config(), HOST);
    assert!(ends.is_up());
    assert_eq!(ends.say("hello"), "hello");
    let caller = server.peer(&ends.server, NOW).unwrap();
    assert_eq!((caller.identifier().as_str(), caller.binding()), (BILLING, Binding::MutualTls));
    assert_eq!(caller.credential_expires(), NOW.plus(HOUR));
    assert!(caller.certificate().is_some() && caller.token().is_none());
    let callee = client.peer(&ends.client, &HOST.try_into().unwrap(), NOW).unwrap();
    assert_eq!(callee.workload().unwrap().identifier().as_str(), ORDERS);
}

/// Certificates and handshakes with every algorithm of the build.
#[test]
fn every_kind_of_key() {
    for algorithm in Algorithm::all() {
        let day = Validity::starting(NOW, HOUR * 24);
        let generate = || SigningKey::generate(algorithm).unwrap();
        let ca = CertificateAuthority::root(&DOMAIN.parse().unwrap(), generate(), day).unwrap();
        let identity = |identifier: &str| {
            let key = generate();
            let hour = Validity::starting(NOW, HOUR);
            let template = WicTemplate::new(identifier.parse().unwrap(), key.public_key(), hour);
            let wic = ca.issue(&template.dns_name(HOST).unwrap()).unwrap();
            TlsIdentity::new(&environment(), &WicCredential::new(wic, key).unwrap(), NOW).unwrap()
        };
        let policy = PeerPolicy::exactly([BILLING.parse().unwrap()]);
        let server = MtlsServer::new(&environment(), identity(ORDERS), trusting(&ca), policy).unwrap();
        let expected = ExpectedServer::Workload(ORDERS.parse().unwrap());
        let client = MtlsClient::new(&environment(), identity(BILLING), trusting(&ca), expected).unwrap();
        let ends = connect(client.config(), server.config(), HOST);
        assert_eq!(ends.refused_by_server(), ("accepted", None), "{algorithm}");
        assert_eq!(server.peer(&ends.server, NOW).unwrap().identifier().as_str(), BILLING, "{algorithm}");
    }
}

#[test]
fn nobody_before_the_handshake() {
    let ca = root(DOMAIN);
    let (client, server) = (billing(&ca), orders(&ca));
    let name = HOST.try_into().unwrap();
    let connection = rustls::ServerConnection::new(server.config()).unwrap();
    assert_eq!(server.peer(&connection, NOW).unwrap_err().code(), "mtls.handshaking");
    let connection = rustls::ClientConnection::new(client.config(), HOST.try_into().unwrap()).unwrap();
    assert_eq!(client.peer(&connection, &name, NOW).unwrap_err().code(), "mtls.handshaking");
}

/// A signature by an algorithm that the key of the certificate cannot make is no proof either.
#[test]
fn a_key_of_another_kind() {
    let forger = Forger::new();
    let policy = PeerPolicy::member_of([DOMAIN.parse().unwrap()]);
    let own = identity(&root(DOMAIN), ORDERS);
    let server = MtlsServer::new(&environment(), own, forger.anchors(), policy).unwrap();
    let shown = || forger.sign(&Draft::workload("ca", BILLING, NOW));
    for (what, shown, code, alert) in [
        ("its own", shown(), "accepted", None),
        ("Ed25519", shown().stolen_with(Algorithm::Ed25519), "mtls.possession", Some(Alert::DecryptError)),
        ("P-384", shown().stolen_with(Algorithm::Es384), "mtls.possession", Some(Alert::DecryptError)),
    ] {
        let ends = connect(foreign::client(&shown), server.config(), HOST);
        assert_eq!(ends.refused_by_server(), (code, alert), "{what}");
    }
}

/// Each beside the first, which is accepted and differs in one thing.
#[test]
fn certificates_of_clients() {
    let forger = Forger::new();
    let ca = root(DOMAIN);
    let policy = PeerPolicy::member_of([DOMAIN.parse().unwrap()]);
    let server = MtlsServer::new(&environment(), identity(&ca, ORDERS), forger.anchors(), policy).unwrap();
    let good = || Draft::workload("ca", BILLING, NOW);
    let (second, hour) = (Duration::from_secs(1), HOUR);
    let alone = Draft::workload("billing", BILLING, NOW).subject("billing");
    for (what, shown, expected) in [
        ("good", forger.sign(&good()), ("accepted", None)),
        (
            "good, with another key",
            forger.sign(&good()).stolen(),
            ("mtls.possession", Some(Alert::DecryptError)),
        ),
        ("without EKU", forger.sign(&good().without("2.5.29.37")), ("accepted", None)),
        ("for clients", forger.sign(&good().extended_key_usage(&[CLIENT_AUTH])), ("accepted", None)),
        (
            "wrong EKU",
            forger.sign(&good().extended_key_usage(&[SERVER_AUTH])),
            ("wic.eku", Some(Alert::UnsupportedCertificate)),
        ),
        (
            "wrong trust domain",
            forger.sign(&good().names(&["wimse://other.example/billing"], &[])),
            ("wic.trust_domain_unknown", Some(Alert::CertificateUnknown)),
        ),
        (
            "the other scheme",
            forger.sign(&good().names(&["spiffe://example.com/billing"], &[])),
            ("wic.trust_domain_unknown", Some(Alert::CertificateUnknown)),
        ),
        (
            "other CA with the same name",
            Forger::new().sign(&good()),
            ("wic.signature", Some(Alert::CertificateUnknown)),
        ),
        ("other CA", forger.sign(&good().issuer("other")), ("wic.unknown_issuer", Some(Alert::UnknownCA))),
        (
            "expired",
            forger.sign(&good().valid(NOW.minus(hour), NOW.minus(second))),
            ("wic.expired", Some(Alert::CertificateExpired)),
        ),
        ("valid to the last second", forger.sign(&good().valid(NOW.minus(hour), NOW)), ("accepted", None)),
        (
            "not yet valid",
            forger.sign(&good().valid(NOW.plus(second), NOW.plus(hour))),
            ("wic.not_yet_valid", Some(Alert::CertificateExpired)),
        ),
        ("valid from now on", forger.sign(&good().valid(NOW, NOW.plus(hour))), ("accepted", None)),
        (
            "two URI SANs",
            forger.sign(&good().names(&[BILLING, ORDERS], &[])),
            ("wic.uri_repeated", Some(Alert::CertificateUnknown)),
        ),
        (
            "no URI SAN",
            forger.sign(&good().names(&[], &["billing.example.com"])),
            ("wic.uri_missing", Some(Alert::CertificateUnknown)),
        ),
        (
            "CA as leaf",
            forger.sign(&good().basic_constraints(true, true, None)),
            ("wic.ca_as_leaf", Some(Alert::CertificateUnknown)),
        ),
        ("self-signed", Forged::by_itself(&alone), ("wic.unknown_issuer", Some(Alert::UnknownCA))),
        (
            "an unknown critical extension",
            forger.sign(&good().and("1.3.6.1.4.1.32473.1", true, vec![5, 0])),
            ("wic.critical_extension", Some(Alert::BadCertificate)),
        ),
    ] {
        let ends = connect(foreign::client(&shown), server.config(), HOST);
        assert_eq!(ends.refused_by_server(), expected, "{what}");
        let peer = server.peer(&ends.server, NOW).map(|peer| peer.identifier().to_string());
        assert_eq!(peer.is_ok(), expected.0 == "accepted", "{what}: {peer:?}");
    }
}

/// MTLS-3.2-4.
#[test]
fn a_client_without_a_certificate() {
    let ca = root(DOMAIN);
    let server = orders(&ca);
    let ends = connect(foreign::anonymous_client(), server.config(), HOST);
    assert_eq!(ends.refused_by_server(), ("mtls.certificate_missing", Some(Alert::CertificateRequired)));
    assert!(connect(billing(&ca).config(), server.config(), HOST).is_up());
}

/// MTLS-3.2-3: a vouched-for workload that is not expected here.
#[test]
fn a_policy_decides_on_the_whole_identifier() {
    let ca = root(DOMAIN);
    let server = orders(&ca);
    for (identifier, expected) in [
        (BILLING, ("accepted", None)),
        ("wimse://example.com/billing/1", ("mtls.not_expected", Some(Alert::AccessDenied))),
        ("wimse://example.com/web", ("mtls.not_expected", Some(Alert::AccessDenied))),
    ] {
        let shown = credential(&ca, identifier);
        let key = shown.key_for_tls(NOW).unwrap().to_vec();
        let shown = Forged { chain: shown.wic().chain().to_vec(), key };
        let ends = connect(foreign::client(&shown), server.config(), HOST);
        assert_eq!(ends.refused_by_server(), expected, "{identifier}");
    }
    // The default policy lets nobody in.
    let closed =
        MtlsServer::new(&environment(), identity(&ca, ORDERS), trusting(&ca), PeerPolicy::default()).unwrap();
    let ends = connect(billing(&ca).config(), closed.config(), HOST);
    assert_eq!(ends.refused_by_server().0, "mtls.not_expected");
}

/// A certificate of domain A signed by the CA of domain B, both configured; and one name under two schemes.
#[test]
fn a_ca_speaks_for_its_own_domain() {
    let (a, b, spiffe) = (Forger::new(), Forger::new(), Forger::new());
    let trusted = [("wimse://a.example", &a), ("wimse://b.example", &b), ("spiffe://a.example", &spiffe)];
    let anchors = anchors(trusted.map(|(origin, ca)| (origin, ca.certificate())));
    let policy = PeerPolicy::member_of(trusted.map(|(origin, _)| origin.parse().unwrap()));
    let own = root(DOMAIN);
    let server = MtlsServer::new(&environment(), identity(&own, ORDERS), anchors, policy).unwrap();
    for (origin, owner) in trusted {
        for (other, signer) in trusted {
            let draft = Draft::workload("ca", &format!("{origin}/x"), NOW);
            let ends = connect(foreign::client(&signer.sign(&draft)), server.config(), HOST);
            let expected = if origin == other { "accepted" } else { "wic.signature" };
            assert_eq!(ends.refused_by_server().0, expected, "{origin} by {other}");
            if std::ptr::eq(owner, signer) {
                let peer = server.peer(&ends.server, NOW).unwrap();
                assert_eq!(peer.identifier().as_str(), format!("{origin}/x"));
            }
        }
    }
}

/// What a client has shown is told where it is refused for that; by the twin that is good, nothing is.
#[test]
fn refused_certificates_are_shown() {
    let (forger, ca) = (Forger::new(), root(DOMAIN));
    let policy = PeerPolicy::exactly([BILLING.parse().unwrap()]);
    let server = MtlsServer::new(&environment(), identity(&ca, ORDERS), forger.anchors(), policy).unwrap();
    let (sender, shown) = std::sync::mpsc::channel();
    let hook = move |leaf: &rustls::pki_types::CertificateDer<'_>| sender.send(leaf.to_vec()).unwrap();
    assert!(server.on_refused_certificate(hook));
    // The first one stays.
    assert!(!server.on_refused_certificate(|_| unreachable!()));
    let draft = |name| Draft::workload("ca", name, NOW);
    let stranger = "wimse://example.com/stranger";
    for (client, code) in [
        (forger.sign(&draft(BILLING)), "accepted"),
        (forger.sign(&draft(stranger)), "mtls.not_expected"),
        (forger.sign(&draft(BILLING).valid(NOW.minus(HOUR * 2), NOW.minus(HOUR))), "wic.expired"),
        (forger.sign(&draft(BILLING)).stolen(), "mtls.possession"),
        (Forger::new().sign(&draft(BILLING)), "wic.signature"),
    ] {
        let ends = connect(foreign::client(&client), server.config(), HOST);
        assert_eq!(ends.refused_by_server().0, code);
        let told: Vec<Vec<u8>> = shown.try_iter().collect();
        let expected = if code == "accepted" { vec![] } else { vec![client.chain[0].to_vec()] };
        assert_eq!(told, expected, "{code}");
    }
    let ends = connect(foreign::anonymous_client(), server.config(), HOST);
    assert_eq!(ends.refused_by_server().0, "mtls.certificate_missing");
    assert_eq!(shown.try_iter().count(), 0);
}

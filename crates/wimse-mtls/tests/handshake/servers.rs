//! Which servers a client accepts.

use crate::connection::connect;
use crate::foreign;
use crate::forge::{CLIENT_AUTH, Draft, SERVER_AUTH};
use crate::workshop::*;
use rustls::AlertDescription as Alert;
use std::time::Duration;
use wimse_mtls::{ExpectedServer, MtlsClient, rustls};

/// Each beside the first, which is accepted and differs in one thing.
#[test]
fn certificates_of_servers() {
    let forger = Forger::new();
    let ca = root(DOMAIN);
    let expected = ExpectedServer::Workload(ORDERS.parse().unwrap());
    let client = MtlsClient::new(&environment(), identity(&ca, BILLING), forger.anchors(), expected).unwrap();
    let good = || Draft::leaf("ca", NOW).names(&[ORDERS], &[HOST]);
    let (second, hour) = (Duration::from_secs(1), HOUR);
    let alone = good().subject("orders").issuer("orders");
    for (what, shown, expected) in [
        ("good", forger.sign(&good()), ("accepted", None)),
        ("without EKU", forger.sign(&good().without("2.5.29.37")), ("accepted", None)),
        ("for servers", forger.sign(&good().extended_key_usage(&[SERVER_AUTH])), ("accepted", None)),
        (
            "wrong EKU",
            forger.sign(&good().extended_key_usage(&[CLIENT_AUTH])),
            ("wic.eku", Some(Alert::UnsupportedCertificate)),
        ),
        (
            "another workload",
            forger.sign(&good().names(&[BILLING], &[HOST])),
            ("mtls.not_expected", Some(Alert::AccessDenied)),
        ),
        (
            "another path",
            forger.sign(&good().names(&["wimse://example.com/orders/1"], &[HOST])),
            ("mtls.not_expected", Some(Alert::AccessDenied)),
        ),
        (
            "another host",
            forger.sign(&good().names(&[ORDERS], &["other.example.com"])),
            ("mtls.name_mismatch", Some(Alert::BadCertificate)),
        ),
        (
            "no DNS SAN",
            forger.sign(&good().names(&[ORDERS], &[])),
            ("mtls.name_mismatch", Some(Alert::BadCertificate)),
        ),
        ("a wildcard", forger.sign(&good().names(&[ORDERS], &["*.example.com"])), ("accepted", None)),
        (
            "wrong trust domain",
            forger.sign(&good().names(&["wimse://other.example/orders"], &[HOST])),
            ("wic.trust_domain_unknown", Some(Alert::CertificateUnknown)),
        ),
        (
            "other CA with the same name",
            Forger::new().sign(&good()),
            ("wic.signature", Some(Alert::DecryptError)),
        ),
        (
            "expired",
            forger.sign(&good().valid(NOW.minus(hour), NOW.minus(second))),
            ("wic.expired", Some(Alert::CertificateExpired)),
        ),
        (
            "not yet valid",
            forger.sign(&good().valid(NOW.plus(second), NOW.plus(hour))),
            ("wic.not_yet_valid", Some(Alert::CertificateExpired)),
        ),
        (
            "two URI SANs",
            forger.sign(&good().names(&[ORDERS, BILLING], &[HOST])),
            ("wic.uri_repeated", Some(Alert::CertificateUnknown)),
        ),
        (
            "no URI SAN",
            forger.sign(&good().names(&[], &[HOST])),
            ("wic.uri_missing", Some(Alert::CertificateUnknown)),
        ),
        (
            "CA as leaf",
            forger.sign(&good().basic_constraints(true, true, None)),
            ("wic.ca_as_leaf", Some(Alert::CertificateUnknown)),
        ),
        ("self-signed", Forged::by_itself(&alone), ("wic.unknown_issuer", Some(Alert::UnknownCA))),
    ] {
        let ends = connect(client.config(), foreign::server(&shown), HOST);
        assert_eq!(ends.refused_by_client(), expected, "{what}");
        let name = HOST.try_into().unwrap();
        let server = client.peer(&ends.client, &name, NOW);
        assert_eq!(server.is_ok(), expected.0 == "accepted", "{what}");
    }
}

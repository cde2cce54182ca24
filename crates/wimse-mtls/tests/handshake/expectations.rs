//! The ways to say whom a client means (row 39).

use crate::connection::connect;
use crate::foreign;
use crate::forge::Draft;
use crate::workshop::*;
use rustls::RootCertStore;
use wimse_creds::trust::TrustAnchors;
use wimse_creds::wic::CaCertificate;
use wimse_identifier::{ExternalHandle, IdentityMap};
use wimse_mtls::{ExpectedServer, MtlsClient, MtlsError, ServerIdentity, rustls};

/// What a client with this expectation says about orders, reached by this name.
fn reach(forger: &Forger, expected: &ExpectedServer, name: &str, draft: &Draft) -> &'static str {
    let own = root(DOMAIN);
    let anchors = forger.anchors();
    let client = MtlsClient::new(&environment(), identity(&own, BILLING), anchors, expected.clone()).unwrap();
    let ends = connect(client.config(), foreign::server(&forger.sign(draft)), name);
    let name = name.to_owned().try_into().unwrap();
    let found = client.peer(&ends.client, &name, NOW);
    match &found {
        Ok(ServerIdentity::Workload(peer)) => assert_eq!(peer.identifier().as_str(), ORDERS),
        Ok(ServerIdentity::Dns(_)) => panic!("no expectation here is by DNS name only"),
        Err(_) => {}
    }
    assert_eq!(found.is_ok(), ends.is_up());
    ends.refused_by_client().0
}

fn named(dns: &[&str]) -> Draft {
    Draft::leaf("ca", NOW).names(&[ORDERS], dns)
}

#[test]
fn a_connection_by_host_name_needs_the_host_name() {
    let forger = Forger::new();
    let orders = || ORDERS.parse().unwrap();
    let workload = ExpectedServer::Workload(orders());
    let both = ExpectedServer::both(orders(), HOST).unwrap();
    let ignoring = ExpectedServer::WorkloadIgnoringDnsName(orders());
    for (what, expected, name, dns, outcome) in [
        ("identifier, by host name", &workload, HOST, &[HOST][..], "accepted"),
        ("identifier, by host name that is not there", &workload, HOST, &[], "mtls.name_mismatch"),
        ("identifier, by address", &workload, "192.0.2.1", &[], "accepted"),
        ("identifier, by address of version 6", &workload, "2001:db8::1", &[], "accepted"),
        ("both", &both, HOST, &[HOST], "accepted"),
        ("both, in capitals", &both, "ORDERS.example.com", &[HOST], "accepted"),
        ("both, without the name", &both, HOST, &["other.example.com"], "mtls.name_mismatch"),
        ("both, by another name", &both, "other.example.com", &["other.example.com"], "mtls.other_name"),
        ("both, by address", &both, "192.0.2.1", &[HOST], "mtls.other_name"),
        ("the opt-out", &ignoring, HOST, &[], "accepted"),
        ("the opt-out, by address", &ignoring, "192.0.2.1", &[], "accepted"),
    ] {
        assert_eq!(reach(&forger, expected, name, &named(dns)), outcome, "{what}");
    }
    // The opt-out gives up the name and nothing else.
    let other = Draft::leaf("ca", NOW).names(&[BILLING], &[]);
    assert_eq!(reach(&forger, &ignoring, HOST, &other), "mtls.not_expected");
    // MTLS-3.2.1-5: the trust domain is no host name.
    assert_eq!(reach(&forger, &workload, "example.com", &named(&[])), "mtls.name_mismatch");
    for name in ["", "*.example.com", "a b", "192.0.2.1"] {
        assert_eq!(ExpectedServer::both(orders(), name).unwrap_err().code(), "mtls.dns_name", "{name}");
    }
}

#[test]
fn a_map_says_who_is_behind_a_name() {
    let forger = Forger::new();
    let mut map = IdentityMap::new();
    map.insert(ExternalHandle::dns_name(HOST).unwrap(), ORDERS.parse().unwrap()).unwrap();
    map.insert(ExternalHandle::key("192.0.2.1").unwrap(), ORDERS.parse().unwrap()).unwrap();
    map.insert(ExternalHandle::dns_name("web.example.com").unwrap(), BILLING.parse().unwrap()).unwrap();
    let expected = ExpectedServer::Mapped(map);
    let all = &[HOST, "web.example.com", "new.example.com"][..];
    for (name, dns, outcome) in [
        (HOST, all, "accepted"),
        ("ORDERS.example.com", all, "accepted"),
        (HOST, &[], "mtls.name_mismatch"),
        ("web.example.com", all, "mtls.not_expected"),
        ("new.example.com", all, "mtls.not_mapped"),
        ("192.0.2.1", &[], "accepted"),
        ("192.0.2.2", &[], "mtls.not_mapped"),
    ] {
        assert_eq!(reach(&forger, &expected, name, &named(dns)), outcome, "{name}");
    }
}

/// The server is judged by other anchors, and gives no identifier, whatever is in its certificate.
#[test]
fn by_dns_name_only() {
    let (public, workloads) = (Forger::new(), Forger::new());
    let own = root(DOMAIN);
    let store = |ca: &CaCertificate| {
        let mut store = RootCertStore::empty();
        store.add(ca.der().clone()).unwrap();
        store
    };
    let client = |anchors: TrustAnchors, store| {
        let expected = ExpectedServer::dns_name(HOST, store).unwrap();
        MtlsClient::new(&environment(), identity(&own, BILLING), anchors, expected).unwrap()
    };
    let by_name = client(workloads.anchors(), store(&public.certificate()));
    let good = || Draft::leaf("ca", NOW).names(&[], &[HOST]);
    let long_ago = (NOW.minus(HOUR * 2), NOW.minus(HOUR));
    for (what, shown, outcome) in [
        ("public", public.sign(&good()), "accepted"),
        ("public, with a URI", public.sign(&named(&[HOST])), "accepted"),
        ("of the trust domain", workloads.sign(&named(&[HOST])), "chain.signature"),
        ("another host", public.sign(&good().names(&[], &["other.example.com"])), "chain.name_mismatch"),
        ("expired", public.sign(&good().valid(long_ago.0, long_ago.1)), "chain.expired"),
        ("another issuer", public.sign(&good().issuer("other")), "chain.unknown_issuer"),
    ] {
        let ends = connect(by_name.config(), foreign::server(&shown), HOST);
        assert_eq!(ends.refused_by_client().0, outcome, "{what}");
        if outcome == "accepted" {
            let server = by_name.peer(&ends.client, &HOST.try_into().unwrap(), NOW).unwrap();
            assert!(matches!(&server, ServerIdentity::Dns(name) if name.as_ref() == HOST), "{what}");
            assert!(server.workload().is_none());
        }
    }
    let ends = connect(by_name.config(), foreign::server(&public.sign(&good())), "other.example.com");
    assert_eq!(ends.refused_by_client().0, "mtls.other_name");
    // The other way round: the anchors of DNS names vouch for no workload.
    let expected = ExpectedServer::Workload(ORDERS.parse().unwrap());
    let by_identifier =
        MtlsClient::new(&environment(), identity(&own, BILLING), workloads.anchors(), expected).unwrap();
    let ends = connect(by_identifier.config(), foreign::server(&public.sign(&named(&[HOST]))), HOST);
    assert_eq!(ends.refused_by_client().0, "wic.signature");
    // Without any anchor there is nobody to believe.
    let none = ExpectedServer::dns_name(HOST, RootCertStore::empty()).unwrap();
    let refused = MtlsClient::new(&environment(), identity(&own, BILLING), workloads.anchors(), none);
    assert!(matches!(refused, Err(MtlsError::Tls(_))));
}

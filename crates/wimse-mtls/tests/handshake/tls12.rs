//! TLS 1.2, which is allowed by name only.

use crate::connection::connect;
use crate::foreign;
use crate::workshop::*;
use rustls::{AlertDescription, ProtocolVersion};
use wimse_creds::pop::PeerPolicy;
use wimse_creds::wic::{WicPolicy, WicVerifier};
use wimse_mtls::{ExpectedServer, MtlsClient, MtlsServer, TlsOptions, rustls};

#[test]
fn only_where_it_is_allowed() {
    let ca = root(DOMAIN);
    let shown = |identifier| {
        let credential = credential(&ca, identifier);
        let key = credential.key_for_tls(NOW).unwrap().to_vec();
        Forged { chain: credential.wic().chain().to_vec(), key }
    };
    let verifier = || WicVerifier::new(trusting(&ca), WicPolicy::default());
    let allowing = TlsOptions::new().allow_tls12();
    for (options, code, alert) in [
        (TlsOptions::new(), "mtls.tls", Some(AlertDescription::ProtocolVersion)),
        (allowing, "accepted", None),
    ] {
        let policy = PeerPolicy::exactly([BILLING.parse().unwrap()]);
        let identity_of_server = identity(&ca, ORDERS);
        let server =
            MtlsServer::with_verifier(&environment(), identity_of_server, verifier(), policy, &options)
                .unwrap();
        let ends = connect(foreign::client_of_tls12(&shown(BILLING)), server.config(), HOST);
        assert_eq!(ends.refused_by_server(), (code, alert));
        let peer = server.peer(&ends.server, NOW).map(|peer| peer.identifier().to_string());
        assert_eq!(peer.is_ok(), code == "accepted");

        let expected = ExpectedServer::Workload(ORDERS.parse().unwrap());
        let client =
            MtlsClient::with_verifier(&environment(), identity(&ca, BILLING), verifier(), expected, &options)
                .unwrap();
        let ends = connect(client.config(), foreign::server_of_tls12(&shown(ORDERS)), HOST);
        assert_eq!(ends.is_up(), code == "accepted");
        if ends.is_up() {
            assert_eq!(ends.client.protocol_version(), Some(ProtocolVersion::TLSv1_2));
            assert!(client.peer(&ends.client, &HOST.try_into().unwrap(), NOW).is_ok());
        }
    }
}

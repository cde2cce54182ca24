//! Mutual TLS between workloads whose certificates renew and whose CA is replaced, over one `MtlsServer` and `MtlsClient`.
#![cfg(feature = "aws-lc")]
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod support;

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};
use support::server::{Reply, Server, response};
use support::{DOMAIN, Folder, HOUR, client, key, loopback};
use wimse_creds::key::Algorithm;
use wimse_creds::pop::PeerPolicy;
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::wic::{CertificateAuthority, WicTemplate};
use wimse_creds::{UnixTime, Validity};
use wimse_mtls::rustls::pki_types::ServerName;
use wimse_mtls::rustls::{ClientConnection, ServerConnection};
use wimse_mtls::{ExpectedServer, MtlsClient, MtlsError, MtlsServer, TlsEnvironment};
use wimse_trust::protocol::{CredentialRequest, CredentialResponse};
use wimse_trust::{
    AnchorFormat, CredentialSource, Enrolment, IdentityServer, LiveAnchors, LiveDomain, RefreshPolicy,
    RenewalPolicy, SteadySystemClock,
};

fn now() -> UnixTime {
    UnixTime::from(SystemTime::now())
}

fn ca(id: &str) -> CertificateAuthority {
    let day = Validity::starting(now().minus(HOUR), HOUR * 24);
    CertificateAuthority::root(&DOMAIN.parse().unwrap(), key(id), day).unwrap()
}

/// An identity server that gives everybody a WIC by the CA of the day, named by the token.
fn serve(ca: &Arc<Mutex<CertificateAuthority>>) -> Server {
    let (server, ca) = (Server::plain(), Arc::clone(ca));
    let url = server.url("/");
    server.handle(move |received| {
        let request = CredentialRequest::from_json(&received.body, &url, now()).unwrap();
        let name = received.field("authorization").unwrap().strip_prefix("Bearer ").unwrap();
        let (id, key) = (format!("{DOMAIN}/{name}"), request.certificate_request().unwrap().public_key());
        let template =
            WicTemplate::new(id.parse().unwrap(), key, Validity::starting(now().minus(HOUR), HOUR * 2));
        let wic = ca.lock().unwrap().issue(&template.dns_name("orders.example.com").unwrap()).unwrap();
        let content = CredentialResponse::default().with_wic(&wic).to_json();
        Reply::Bytes(response("200 OK", "Content-Type: application/json\r\n", &content))
    });
    server
}

fn handshake(
    client: &MtlsClient,
    server: &MtlsServer,
) -> Result<ServerConnection, wimse_mtls::rustls::Error> {
    let name = ServerName::try_from("orders.example.com").unwrap();
    let mut caller = ClientConnection::new(client.config(), name).unwrap();
    let mut callee = ServerConnection::new(server.config()).unwrap();
    while caller.is_handshaking() || callee.is_handshaking() {
        let mut wire = Vec::new();
        caller.write_tls(&mut wire).unwrap();
        callee.read_tls(&mut wire.as_slice()).unwrap();
        callee.process_new_packets()?;
        let mut wire = Vec::new();
        callee.write_tls(&mut wire).unwrap();
        caller.read_tls(&mut wire.as_slice()).unwrap();
        caller.process_new_packets()?;
    }
    Ok(callee)
}

#[tokio::test]
async fn certificates_renew_and_a_ca_is_replaced_while_serving() {
    let (folder, environment) = (Folder::new("mtls"), TlsEnvironment::aws_lc());
    let (first, second) = (ca("1"), ca("2"));
    let pem = [&first, &second].map(|ca| ca.certificate().to_pem());
    let of_the_day = Arc::new(Mutex::new(first));
    let issuer = serve(&of_the_day);
    let clock = Arc::new(SteadySystemClock::new());
    let [orders, billing] = ["orders", "billing"].map(|name| {
        let server = IdentityServer::new(&client(), loopback(&issuer.url("/")), Enrolment::join_token(name));
        let server = server.wic(Algorithm::Es256, &environment);
        CredentialSource::from_server(server, RenewalPolicy::default(), clock.clone())
    });
    for source in [&orders, &billing] {
        source.renew().await.unwrap();
    }
    // So that each look at the file is due.
    let policy = RefreshPolicy::default().with_file_interval(Duration::ZERO);
    let path = folder.write("ca.pem", &pem[0]);
    let domain = LiveDomain::new(DomainAnchors::new(DOMAIN.parse().unwrap()));
    let domain = domain.file(path, AnchorFormat::CaCertificates);
    let anchors = LiveAnchors::new(TrustAnchors::none(), [domain], policy, clock).unwrap();
    let trust = async |content: &str| {
        folder.write("ca.pem", content);
        for _ in 0..1000 {
            if anchors.refresh_due().await.iter().any(|attempt| attempt.outcome.is_ok()) {
                return;
            }
            // Until it is due.
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the file is not read");
    };
    trust(&pem[0]).await;

    let policy = PeerPolicy::exactly([format!("{DOMAIN}/billing").parse().unwrap()]);
    let server = MtlsServer::new(&environment, orders.wic().unwrap(), anchors.clone(), policy).unwrap();
    let expected = ExpectedServer::Workload(format!("{DOMAIN}/orders").parse().unwrap());
    let client = MtlsClient::new(&environment, billing.wic().unwrap(), anchors.clone(), expected).unwrap();
    let peer = |connection: &ServerConnection| {
        let peer = server.peer(connection, now());
        peer.map(|peer| peer.identifier().path().to_owned()).map_err(|error| error.code())
    };
    let refusal = || handshake(&client, &server).err().map(|error| MtlsError::from_handshake(&error).code());

    let before = handshake(&client, &server).unwrap();
    assert_eq!(peer(&before).as_deref(), Ok("/billing"));
    // The new CA issues before anybody knows it; then both are known; then the old one is gone.
    *of_the_day.lock().unwrap() = second;
    for source in [&orders, &billing] {
        source.renew().await.unwrap();
    }
    assert_eq!(refusal(), Some("wic.signature"));
    trust(&pem.concat()).await;
    let after = handshake(&client, &server).unwrap();
    assert_eq!([peer(&before).as_deref(), peer(&after).as_deref()], [Ok("/billing"); 2]);
    trust(&pem[1]).await;
    assert_eq!(refusal(), None);
    assert_eq!([peer(&before).as_deref(), peer(&after).as_deref()], [Err(&"wic.signature"), Ok("/billing")]);
}

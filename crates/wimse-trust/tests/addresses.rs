//! What is connected to, and who may be there.
#![cfg(feature = "aws-lc")]
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod support;

use std::sync::Arc;
use std::time::SystemTime;
use support::server::Server;
use support::{DOMAIN, HOUR, clock, jwk_set, key};
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::wic::{CertificateAuthority, Purpose, WicCredential, WicPolicy, WicTemplate, WicVerifier};
use wimse_creds::{UnixTime, Validity, WitClaims, WitPolicy, WitVerifier};
use wimse_mtls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use wimse_mtls::rustls::{RootCertStore, ServerConfig};
use wimse_mtls::{Refreshed, TlsEnvironment};
use wimse_trust::{AddressPolicy, Endpoint, HttpClient, LiveAnchors, LiveDomain, RefreshPolicy};

fn now() -> UnixTime {
    UnixTime::from(SystemTime::now())
}

fn root() -> CertificateAuthority {
    let day = Validity::starting(now().minus(HOUR), HOUR * 24);
    CertificateAuthority::root(&DOMAIN.parse().unwrap(), key("ca"), day).unwrap()
}

fn roots(ca: &CertificateAuthority) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(ca.certificate().der().to_vec().into()).unwrap();
    roots
}

/// A server of HTTPS for a name.
fn tls(ca: &CertificateAuthority, name: &str, validity: Validity) -> Arc<ServerConfig> {
    let key = key("server");
    let template = WicTemplate::new(format!("{DOMAIN}/id").parse().unwrap(), key.public_key(), validity);
    let wic = ca.issue(&template.dns_name(name).unwrap()).unwrap();
    let secret = key.to_pkcs8_der().unwrap().to_vec();
    let chain = wic.chain().to_vec();
    assert!(WicCredential::new(wic, key).is_ok());
    let provider = Arc::clone(TlsEnvironment::aws_lc().provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let secret = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(secret));
    Arc::new(config.with_no_client_auth().with_single_cert(chain, secret).unwrap())
}

async fn outcome(client: &HttpClient, endpoint: Endpoint) -> Result<Refreshed, &'static str> {
    let domain = LiveDomain::new(DomainAnchors::new(DOMAIN.parse().unwrap())).jwk_set(client, endpoint);
    let anchors =
        LiveAnchors::new(TrustAnchors::none(), [domain], RefreshPolicy::default(), clock()).unwrap();
    anchors.refresh_due().await.pop().unwrap().outcome.map_err(|error| error.code())
}

#[tokio::test]
async fn over_https_the_server_must_be_the_one_that_is_meant() {
    let (ca, other) = (root(), root());
    let (present, past) =
        (Validity::starting(now().minus(HOUR), HOUR * 2), Validity::starting(now().minus(HOUR), HOUR / 2));
    let loopback =
        || AddressPolicy::public().allow("127.0.0.0/8".parse().unwrap()).allow("::1".parse().unwrap());
    for (what, name, validity, trusted, expected) in [
        ("the right one", "localhost", present, &ca, Ok(Refreshed::Replaced)),
        ("another name", "id.example.com", present, &ca, Err("http.tls")),
        ("another CA", "localhost", present, &other, Err("http.tls")),
        ("an expired one", "localhost", past, &ca, Err("http.tls")),
    ] {
        let server = Server::start(Some(tls(&ca, name, validity)));
        server.json(&jwk_set(&[&key("1")]), "");
        let client = HttpClient::new(&TlsEnvironment::aws_lc(), roots(trusted), loopback()).unwrap();
        let endpoint: Endpoint = format!("https://localhost:{}/", server.address.port()).parse().unwrap();
        assert_eq!(outcome(&client, endpoint).await, expected, "{what}");
    }
}

/// Profile `https_web`: keys of WITs and certificates of CAs, of one trust domain.
#[tokio::test]
async fn a_spiffe_bundle_comes_over_https() {
    let (web, partner, issuer, workload) = (root(), "spiffe://partner.example", key("1"), key("w"));
    let hour = Validity::starting(now().minus(HOUR / 2), HOUR);
    let ca = CertificateAuthority::root(&partner.parse().unwrap(), key("ca"), hour).unwrap();
    let pem = ca.certificate().to_pem();
    let der: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let x509 = format!(r#"{{"use":"x509-svid","kty":"EC","crv":"P-256","x5c":["{der}"]}}"#);
    let content = support::bundle(&[&issuer], "").replace("]}", &format!(",{x509}]}}"));
    let server = Server::start(Some(tls(&web, "localhost", hour)));
    server.json(&content, "");
    let loopback = AddressPolicy::public().allow("127.0.0.1".parse().unwrap());
    let client = HttpClient::new(&TlsEnvironment::aws_lc(), roots(&web), loopback).unwrap();
    let endpoint = format!("https://localhost:{}/bundle.json", server.address.port()).parse().unwrap();
    let domain =
        LiveDomain::new(DomainAnchors::new(partner.parse().unwrap())).spiffe_bundle(&client, endpoint);
    let policy = RefreshPolicy::default();
    let anchors = LiveAnchors::new(TrustAnchors::none(), [domain], policy, clock()).unwrap();
    assert!(anchors.refresh_due().await.iter().all(|attempt| attempt.outcome.is_ok()));

    let wits = WitVerifier::new(anchors.clone(), WitPolicy::default());
    let wics = WicVerifier::new(anchors, WicPolicy::default());
    for (origin, wit_outcome, wic_outcome) in [
        (partner, Ok(()), Ok(())),
        // The same name under another scheme is another domain.
        ("wimse://partner.example", Err("wit.trust_domain_unknown"), Err("wic.trust_domain_unknown")),
    ] {
        let id = || format!("{origin}/billing").parse().unwrap();
        let wit = WitClaims::new(id(), workload.public_key(), hour).sign(&issuer).unwrap();
        let wit = wits.verify(wit.as_str(), now()).map(drop).map_err(|error| error.code());
        assert_eq!(wit, wit_outcome, "{origin}");
        let issuing = CertificateAuthority::root(&origin.parse().unwrap(), key("other"), hour).unwrap();
        let issuing = if origin == partner { &ca } else { &issuing };
        let wic = issuing.issue(&WicTemplate::new(id(), workload.public_key(), hour)).unwrap();
        let wic = wics.verify(wic.chain(), Purpose::ClientAuth, now());
        assert_eq!(wic.map(drop).map_err(|error| error.code()), wic_outcome, "{origin}");
    }
}

#[tokio::test]
async fn addresses_are_judged_where_the_connection_goes() {
    let ca = root();
    let server = Server::start(Some(tls(&ca, "localhost", Validity::starting(now().minus(HOUR), HOUR * 2))));
    server.json(&jwk_set(&[&key("1")]), "");
    let client = |addresses| HttpClient::new(&TlsEnvironment::aws_lc(), roots(&ca), addresses).unwrap();
    let endpoint =
        |host: &str| -> Endpoint { format!("https://{host}:{}/", server.address.port()).parse().unwrap() };
    // A name tells nothing about where it leads to.
    let public = client(AddressPolicy::public());
    for host in ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]"] {
        assert_eq!(outcome(&public, endpoint(host)).await, Err("http.address_refused"), "{host}");
    }
    for host in
        ["10.0.0.1", "169.254.169.254", "[fe80::1]", "[fd00:ec2::254]", "100.64.0.1", "[64:ff9b::a00:1]"]
    {
        assert_eq!(outcome(&public, endpoint(host)).await, Err("http.address_refused"), "{host}");
    }
    assert_eq!(server.requests(), 0);
    // Allowing one network allows no other.
    let private = client(AddressPolicy::public().allow("10.0.0.0/8".parse().unwrap()));
    assert_eq!(outcome(&private, endpoint("localhost")).await, Err("http.address_refused"));
    let loopback = client(AddressPolicy::public().allow("127.0.0.1".parse().unwrap()));
    assert_eq!(outcome(&loopback, endpoint("localhost")).await, Ok(Refreshed::Replaced));
}

#[tokio::test]
async fn plain_http_reaches_loopback_and_nothing_else() {
    let server = Server::plain();
    server.json(&jwk_set(&[&key("1")]), "");
    let client = support::client();
    for host in ["localhost", "127.0.0.1"] {
        let url = format!("http://{host}:{}/", server.address.port());
        assert_eq!(
            outcome(&client, Endpoint::allow_loopback_http(&url).unwrap()).await,
            Ok(Refreshed::Replaced)
        );
        assert!(url.parse::<Endpoint>().is_err());
    }
}

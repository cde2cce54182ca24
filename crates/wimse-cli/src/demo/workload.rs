//! What a workload does: get a WIT, learn whom to trust, and make calls with a WPT.

use super::client;
use super::identity::Invitation;
use crate::dev_server::{CA_CERTIFICATES, ENDPOINT, JWK_SET};
use crate::exit::Failure;
use axum::body::Bytes;
use http::{Method, Request, Response, StatusCode};
use std::sync::Arc;
use std::time::SystemTime;
use wimse::creds::key::Algorithm;
use wimse::creds::pop::{Nonce, WitCredential};
use wimse::creds::trust::{DomainAnchors, TrustAnchors};
use wimse::creds::{UnixTime, WitPolicy, WitVerifier};
use wimse::identifier::WorkloadIdentifier;
use wimse::mtls::rustls::RootCertStore;
use wimse::mtls::{TlsEnvironment, TlsIdentity, WicSource as _};
use wimse::wpt::{ProofOptions, Prover, TXN_TOKEN};
use wimse_trust::{
    AddressPolicy, CredentialSource, Endpoint, Enrolment, HttpClient, IdentityServer, RenewalPolicy,
    SteadySystemClock,
};

/// The clock is read here and nowhere else.
pub(crate) fn now() -> UnixTime {
    SystemTime::now().into()
}

pub(crate) fn identifier(text: &str) -> Result<WorkloadIdentifier, Failure> {
    text.parse().map_err(Failure::step("an identifier of the demo is not valid"))
}

/// What a workload holds.
#[derive(Debug)]
pub(crate) struct Joined {
    pub(crate) wit: Arc<WitCredential>,
    pub(crate) wic: TlsIdentity,
}

/// Makes two keys, and has the identity server bind them to the identifier, by a WIT and by a WIC.
pub(crate) async fn join(
    identity_url: &str,
    invitation: Invitation,
    algorithm: Algorithm,
) -> Result<Joined, Failure> {
    const DOING: &str = "no WIT and no WIC was issued";
    let Invitation { identifier, join_token } = invitation;
    let environment = TlsEnvironment::aws_lc();
    let client = HttpClient::new(&environment, RootCertStore::empty(), AddressPolicy::public());
    let endpoint = Endpoint::allow_loopback_http(&format!("{identity_url}{ENDPOINT}"));
    let (client, endpoint) = (client.map_err(Failure::step(DOING))?, endpoint.map_err(Failure::step(DOING))?);
    let server = IdentityServer::new(&client, endpoint, Enrolment::JoinToken(join_token));
    let server = server.wit(algorithm).wic(Algorithm::Es256, &environment).expect(identifier);
    let clock = Arc::new(SteadySystemClock::new());
    let source = CredentialSource::from_server(server, RenewalPolicy::default(), clock);
    source.renew().await.map_err(Failure::step(DOING))?;
    let wic = source.wic().map_err(Failure::step(DOING))?.current();
    Ok(Joined { wit: source.wit().map_err(Failure::step(DOING))?, wic })
}

/// Judges WITs of one trust domain. Its keys come from the address that is configured for it, never from one in a token
/// (WIT-3-3).
pub(crate) async fn wit_verifier(origin: &str, identity_url: &str) -> Result<Arc<WitVerifier>, Failure> {
    let answer = published(identity_url, JWK_SET).await?;
    let domain = DomainAnchors::new(origin.parse().map_err(Failure::step(ANCHORS))?)
        .with_issuer(identity_url)
        .and_then(|domain| domain.with_jwk_set(&answer))
        .map_err(Failure::step(ANCHORS))?;
    let anchors = TrustAnchors::none().with(domain).map_err(Failure::step(ANCHORS))?;
    Ok(Arc::new(WitVerifier::new(anchors, WitPolicy::default())))
}

/// The CAs of one trust domain, from the same address.
pub(crate) async fn certificate_anchors(origin: &str, identity_url: &str) -> Result<TrustAnchors, Failure> {
    let answer = published(identity_url, CA_CERTIFICATES).await?;
    let domain = DomainAnchors::new(origin.parse().map_err(Failure::step(ANCHORS))?);
    let domain = domain.with_ca_certificates_pem(answer).map_err(Failure::step(ANCHORS))?;
    TrustAnchors::none().with(domain).map_err(Failure::step(ANCHORS))
}

const ANCHORS: &str = "the trust anchors cannot be set up";

/// What an identity server tells everybody.
async fn published(identity_url: &str, path: &str) -> Result<Bytes, Failure> {
    let answer = fetch(request(Method::GET, &format!("{identity_url}{path}"), Bytes::new())?).await?;
    Ok(answer.into_body())
}

async fn fetch(request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
    const DOING: &str = "the identity server did not answer as it should";
    let answer = client::send(request).await.map_err(Failure::step(DOING))?;
    match answer.status() {
        StatusCode::OK => Ok(answer),
        status => Err(Failure::step(DOING)(status.to_string())),
    }
}

pub(crate) fn request(method: Method, url: &str, body: impl Into<Bytes>) -> Result<Request<Bytes>, Failure> {
    let request = Request::builder().method(method).uri(url).body(body.into());
    request.map_err(Failure::step("a request cannot be made"))
}

/// `GET`, with WIT and WPT.
pub(crate) fn get(credential: &WitCredential, url: &str) -> Result<Request<Bytes>, Failure> {
    prove(credential, request(Method::GET, url, Bytes::new())?)
}

/// `POST`, with WIT and WPT, on behalf of a user if there is a `Txn-Token`.
pub(crate) fn post(
    credential: &WitCredential,
    url: &str,
    body: &'static str,
    txn_token: Option<&'static str>,
) -> Result<Request<Bytes>, Failure> {
    let mut request = request(Method::POST, url, body)?;
    if let Some(token) = txn_token {
        request.headers_mut().insert(TXN_TOKEN, http::HeaderValue::from_static(token));
    }
    prove(credential, request)
}

/// Attaches WIT and WPT.
pub(crate) fn prove(credential: &WitCredential, request: Request<Bytes>) -> Result<Request<Bytes>, Failure> {
    prove_at(now(), ProofOptions::default(), credential, request)
}

/// Attaches WIT and WPT as if it were another time.
pub(crate) fn prove_at(
    time: UnixTime,
    options: ProofOptions,
    credential: &WitCredential,
    mut request: Request<Bytes>,
) -> Result<Request<Bytes>, Failure> {
    let nonce = Nonce::random().map_err(Failure::step("no number for a proof was made"))?;
    // The demo stays on this machine.
    Prover::with_options(credential, options.channel_is_secure())
        .attach(&mut request, time, nonce)
        .map_err(Failure::step("no proof was made"))?;
    Ok(request)
}

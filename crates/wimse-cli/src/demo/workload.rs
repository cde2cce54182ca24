//! What a workload does: get a WIT, learn whom to trust, and make calls with a WPT.

use super::client;
use super::identity::Invitation;
use crate::dev_server::{ENDPOINT, JWK_SET};
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
use wimse::mtls::TlsEnvironment;
use wimse::mtls::rustls::RootCertStore;
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

/// Makes a key, and has the identity server bind it to the identifier.
pub(crate) async fn join(
    identity_url: &str,
    invitation: Invitation,
    algorithm: Algorithm,
) -> Result<Arc<WitCredential>, Failure> {
    const DOING: &str = "no WIT was issued";
    let Invitation { identifier, join_token } = invitation;
    let client = HttpClient::new(&TlsEnvironment::aws_lc(), RootCertStore::empty(), AddressPolicy::public());
    let endpoint = Endpoint::allow_loopback_http(&format!("{identity_url}{ENDPOINT}"));
    let (client, endpoint) = (client.map_err(Failure::step(DOING))?, endpoint.map_err(Failure::step(DOING))?);
    let server = IdentityServer::new(&client, endpoint, Enrolment::JoinToken(join_token));
    let server = server.wit(algorithm).expect(identifier);
    let clock = Arc::new(SteadySystemClock::new());
    let source = CredentialSource::from_server(server, RenewalPolicy::default(), clock);
    source.renew().await.map_err(Failure::step(DOING))?;
    source.wit().map_err(Failure::step(DOING))
}

/// Judges WITs of one trust domain. Its keys come from the address that is configured for it, never from one in a token
/// (WIT-3-3).
pub(crate) async fn wit_verifier(origin: &str, identity_url: &str) -> Result<Arc<WitVerifier>, Failure> {
    const DOING: &str = "the trust anchors cannot be set up";
    let url = format!("{identity_url}{JWK_SET}");
    let answer = fetch(request(Method::GET, &url, Bytes::new())?).await?;
    let domain = DomainAnchors::new(origin.parse().map_err(Failure::step(DOING))?)
        .with_issuer(identity_url)
        .and_then(|domain| domain.with_jwk_set(answer.body()))
        .map_err(Failure::step(DOING))?;
    let anchors = TrustAnchors::none().with(domain).map_err(Failure::step(DOING))?;
    Ok(Arc::new(WitVerifier::new(anchors, WitPolicy::default())))
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

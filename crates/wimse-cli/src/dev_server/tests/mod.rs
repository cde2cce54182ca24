//! Each check, with what is accepted and what is refused for the lack of one thing.

mod accounts;
mod renewal;
mod restart;
mod tokens;
mod wire;

use super::refused::Refused;
use super::server::{IdentityServer, Issued};
use super::{ENDPOINT, Names};
use crate::config::{Cluster, RegisteredWorkload, Registry};
use http::header::AUTHORIZATION;
use http::{Method, Request};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use wimse::creds::key::{Algorithm, SigningKey};
use wimse::creds::pop::{Nonce, WitCredential};
use wimse::creds::wic::CertificateRequest;
use wimse::creds::{Clock, UnixTime, WorkloadIdentityToken};
use wimse_trust::SteadyClock;
use wimse_trust::protocol::CredentialRequest;

pub(super) const BILLING: &str = "wimse://example.com/billing";
pub(super) const ORDERS: &str = "wimse://example.com/orders";
pub(super) const URL: &str = "http://127.0.0.1:8400/credentials";
const START: u64 = 1_800_000_000;

/// It goes on when it is told to.
#[derive(Default)]
pub(super) struct ManualClock(AtomicU64);

impl Clock for ManualClock {
    fn now(&self) -> UnixTime {
        UnixTime::from_secs(START + self.0.load(Ordering::SeqCst))
    }
}

impl SteadyClock for ManualClock {
    fn elapsed(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

impl ManualClock {
    pub(super) fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

/// A server, and its clock.
pub(super) struct Stage {
    pub(super) server: Arc<IdentityServer>,
    pub(super) clock: Arc<ManualClock>,
}

pub(super) fn registry() -> Registry {
    let workload = |identifier: &str, dns_name: &str| RegisteredWorkload {
        identifier: identifier.parse().unwrap(),
        dns_names: vec![dns_name.to_owned()],
        join_token_file: None,
        join_tokens: Vec::new(),
        service_accounts: vec![identifier.replace("wimse://example.com/", "system:serviceaccount:shop:")],
    };
    let workloads = vec![workload(BILLING, "billing.example.com"), workload(ORDERS, "orders.example.com")];
    Registry { workloads, ..Registry::of("wimse://example.com".parse().unwrap()) }
}

pub(super) fn names() -> Names {
    Names::of("127.0.0.1:8400".parse().unwrap())
}

impl Stage {
    pub(super) fn new() -> Self {
        Self::of(registry())
    }

    pub(super) fn with_cluster(cluster: Cluster) -> Self {
        Self::of(Registry { cluster: Some(cluster), ..registry() })
    }

    pub(super) fn of(registry: Registry) -> Self {
        let clock = Arc::new(ManualClock::default());
        let server = IdentityServer::start(registry, names(), None, Arc::clone(&clock) as _).unwrap();
        Self { server: Arc::new(server), clock }
    }

    pub(super) fn now(&self) -> UnixTime {
        self.clock.now()
    }

    /// A token for a workload, for an hour.
    pub(super) fn token(&self, identifier: &str) -> String {
        let expires = self.now().plus(Duration::from_secs(3600));
        self.server.invite(&identifier.parse().unwrap(), expires).unwrap().to_string()
    }

    pub(super) fn ask(&self, request: &Request<()>, asked: &CredentialRequest) -> Result<Issued, Refused> {
        self.server.issue(request, asked.to_json().as_bytes())
    }

    /// Asks for a WIT for a key; gives the code where it is refused.
    pub(super) fn wit(
        &self,
        request: &Request<()>,
        key: &SigningKey,
    ) -> Result<WorkloadIdentityToken, &'static str> {
        let issued = self.ask(request, &self.for_wit(key)).map_err(|refused| refused.code())?;
        Ok(WorkloadIdentityToken::parse(issued.response.wit().unwrap()).unwrap())
    }

    pub(super) fn for_wit(&self, key: &SigningKey) -> CredentialRequest {
        self.for_wit_at(key, URL)
    }

    pub(super) fn for_wit_at(&self, key: &SigningKey, endpoint: &str) -> CredentialRequest {
        CredentialRequest::default()
            .with_wit_key(key, endpoint, self.now(), Nonce::random().unwrap())
            .unwrap()
    }

    /// Adds a wish for a WIC.
    pub(super) fn and_wic(
        &self,
        asked: CredentialRequest,
        key: &SigningKey,
        identifier: Option<&str>,
    ) -> CredentialRequest {
        let (request, nonce) = (certificate_request(key, identifier), Nonce::random().unwrap());
        asked.with_certificate_request(request, key, URL, self.now(), nonce).unwrap()
    }

    /// A credential by a join token.
    pub(super) fn credential(&self, identifier: &str) -> WitCredential {
        let workload = key();
        let wit = self.wit(&bearer(&self.token(identifier)), &workload).unwrap();
        WitCredential::new(wit, workload).unwrap()
    }
}

pub(super) fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

fn certificate_request(key: &SigningKey, identifier: Option<&str>) -> CertificateRequest {
    let identifier = identifier.map(|identifier| identifier.parse().unwrap());
    CertificateRequest::new(key, identifier.as_ref()).unwrap()
}

/// A request without anybody's name.
pub(super) fn unnamed() -> Request<()> {
    let mut request = Request::new(());
    *request.method_mut() = Method::POST;
    *request.uri_mut() = ENDPOINT.parse().unwrap();
    request
}

pub(super) fn bearer(token: &str) -> Request<()> {
    authorized(&[&format!("Bearer {token}")])
}

pub(super) fn authorized(lines: &[&str]) -> Request<()> {
    let mut request = unnamed();
    for line in lines {
        request.headers_mut().append(AUTHORIZATION, line.parse().unwrap());
    }
    request
}

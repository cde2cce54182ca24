//! Where callers have their credentials and their trust from, and how often the service has asked for its own.

use crate::calls::Calls;
use crate::service::scraped;
use crate::wire::whole;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::Handle;
use wimse::creds::trust::{DomainAnchors, TrustAnchors};
use wimse::mtls::TlsEnvironment;
use wimse::mtls::rustls::RootCertStore;
use wimse_trust::{
    AddressPolicy, Background, CredentialSource, Endpoint, Enrolment, HttpClient, IdentityServer,
    LiveAnchors, LiveDomain, RefreshPolicy, RenewalPolicy, SteadySystemClock,
};

pub(crate) const DOMAIN: &str = "wimse://example.com";

/// An issuer, as callers see it. What it keeps up to date ends with it.
pub(crate) struct Source {
    url: String,
    client: HttpClient,
    clock: Arc<SteadySystemClock>,
    calls: Arc<Calls>,
    background: Mutex<Vec<Background>>,
}

impl Source {
    pub(crate) fn new(url: &str, calls: &Arc<Calls>) -> Self {
        let none = RootCertStore::empty();
        let client = HttpClient::new(&TlsEnvironment::aws_lc(), none, AddressPolicy::public()).unwrap();
        let clock = Arc::new(SteadySystemClock::new());
        Self { url: url.to_owned(), client, clock, calls: Arc::clone(calls), background: Mutex::default() }
    }

    fn endpoint(&self, path: &str) -> Endpoint {
        Endpoint::allow_loopback_http(&format!("{}{path}", self.url)).unwrap()
    }

    /// Credentials of a workload, which renew. `ask` says which.
    pub(crate) async fn credentials(
        &self,
        token: Enrolment,
        ask: impl FnOnce(IdentityServer) -> IdentityServer,
    ) -> CredentialSource {
        let server = ask(IdentityServer::new(&self.client, self.endpoint("/credentials"), token));
        let source = CredentialSource::from_server(server, RenewalPolicy::default(), self.clock.clone());
        source.renew().await.unwrap();
        let calls = Arc::clone(&self.calls);
        self.keep(source.spawn(&Handle::current(), move |outcome| {
            if let Err(error) = outcome {
                calls.fail(format!("a credential is not renewed: {}", whole(error)));
            }
        }));
        source
    }

    /// Anchors, by a source that is asked every second.
    pub(crate) async fn anchors(
        &self,
        path: &str,
        add: impl FnOnce(LiveDomain, &HttpClient, Endpoint) -> LiveDomain,
    ) -> LiveAnchors {
        let domain = LiveDomain::new(DomainAnchors::new(DOMAIN.parse().unwrap()));
        let domain = add(domain, &self.client, self.endpoint(path));
        let second = Duration::from_secs(1);
        let policy = RefreshPolicy::default().with_bounds(second, second);
        let anchors = LiveAnchors::new(TrustAnchors::none(), [domain], policy, self.clock.clone()).unwrap();
        for attempt in anchors.refresh_due().await {
            attempt.outcome.unwrap();
        }
        self.keep(anchors.spawn(&Handle::current(), |_| {}));
        anchors
    }

    fn keep(&self, background: Background) {
        self.background.lock().unwrap().push(background);
    }
}

/// How often a service has refreshed its trust, and with success.
pub(crate) fn refreshes(metrics: &str) -> u64 {
    let text = scraped(metrics);
    let counters = text.lines().filter(|line| line.starts_with("wimse_trust_refreshes_total{"));
    let good = counters.filter(|line| !line.contains("outcome=\"failed\""));
    good.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
}

//! An identity server of the demo: that of `wimse dev-server`, in this process and on a port of this machine.

use super::workload;
use crate::config::{RegisteredWorkload, Registry};
use crate::dev_server::{Generation, IdentityServer, JWK_SET, Names};
use crate::exit::Failure;
use axum::Router;
use axum::extract::Request;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use wimse::creds::key::{Algorithm, PublicKey};
use wimse::creds::wic::CertificateAuthority;
use wimse::creds::{WitClaims, WorkloadIdentityToken};
use wimse::identifier::WorkloadIdentifier;
use wimse_trust::SteadySystemClock;
use zeroize::Zeroizing;

/// The lifetime of a WIT, and of a WIC.
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

/// The name of every server, as DNS has it.
pub(crate) const HOST: &str = "orders.demo.example";

/// One identity server.
#[derive(Debug)]
pub(crate) struct Identity {
    server: Arc<IdentityServer>,
    /// It signs for a day; the demo takes seconds.
    signer: Arc<Generation>,
    key_sets_sent: AtomicUsize,
}

/// Good for the credentials of one workload, once.
#[derive(Debug)]
pub(crate) struct Invitation {
    pub(crate) identifier: WorkloadIdentifier,
    pub(crate) join_token: Zeroizing<String>,
}

impl Identity {
    /// Of a trust domain, for these workloads. The issuer is the address of the server.
    pub(crate) fn new(address: SocketAddr, origin: &str, workloads: &[&str]) -> Result<Arc<Self>, Failure> {
        const DOING: &str = "an identity server of the demo cannot be set up";
        let mut registry = Registry::of(origin.parse().map_err(Failure::step(DOING))?);
        (registry.lifetimes.wit, registry.lifetimes.wic) = (HOUR, HOUR);
        // Signatures of one length: the thief puts one in the place of another.
        registry.algorithm = Algorithm::Ed25519;
        for workload in workloads {
            registry.workloads.push(RegisteredWorkload {
                identifier: workload::identifier(workload)?,
                // All have the same, so that nothing hangs on that.
                dns_names: vec![HOST.to_owned()],
                join_token_file: None,
                join_tokens: Vec::new(),
                service_accounts: Vec::new(),
            });
        }
        let clock = Arc::new(SteadySystemClock::new());
        let server = IdentityServer::start(registry, Names::of(address), None, clock)?;
        let (signer, _) = server.keys().map_err(Failure::step(DOING))?;
        Ok(Arc::new(Self { server: Arc::new(server), signer, key_sets_sent: AtomicUsize::new(0) }))
    }

    pub(crate) fn issuer(&self) -> &str {
        self.server.issuer()
    }

    /// What signs WITs; its public half is published.
    pub(crate) fn key(&self) -> &PublicKey {
        self.signer.key.public_key()
    }

    /// What issues WICs. The demo has it do so directly for those that nobody is given over HTTP.
    pub(crate) fn authority(&self) -> &CertificateAuthority {
        &self.signer.authority
    }

    /// How often somebody asked for the key set.
    pub(crate) fn key_sets_sent(&self) -> usize {
        self.key_sets_sent.load(Ordering::Relaxed)
    }

    /// Lets a workload in, by a token that it presents once.
    pub(crate) fn invite(&self, identifier: &str) -> Result<Invitation, Failure> {
        let identifier = workload::identifier(identifier)?;
        let join_token = self.server.invite(&identifier, workload::now().plus(HOUR));
        Ok(Invitation {
            identifier,
            join_token: join_token.map_err(Failure::step("no join token was made"))?,
        })
    }

    /// Signs claims. The demo has it do so directly for WITs of the past, which nobody is given over HTTP.
    pub(crate) fn vouch(&self, claims: WitClaims) -> Result<WorkloadIdentityToken, Failure> {
        self.server.vouch(claims, &self.signer).map_err(Failure::step("a WIT of the demo was not issued"))
    }

    /// Everything that the server answers.
    pub(crate) fn router(self: &Arc<Self>) -> Router {
        let identity = Arc::clone(self);
        Router::new().fallback(move |request: Request| async move {
            if request.uri().path() == JWK_SET {
                identity.key_sets_sent.fetch_add(1, Ordering::Relaxed);
            }
            identity.server.answer(request, |_| {}).await
        })
    }
}

//! Everybody on the stage, each as a real HTTP server on this machine.

use super::caller::Caller;
use super::identity::Identity;
use super::log::Log;
use super::proxy::Proxy;
use super::report::ServerLine;
use super::server::{Bound, Server};
use super::service::Service;
use super::workload::{identifier, join, wit_verifier};
use crate::exit::Failure;
use std::sync::Arc;
use wimse::creds::WitVerifier;
use wimse::creds::key::Algorithm;
use wimse::creds::pop::WitCredential;
use wimse::mtls::TlsIdentity;

pub(crate) const DOMAIN: &str = "wimse://demo.example";
pub(crate) const WEB: &str = "wimse://demo.example/web";
pub(crate) const ORDERS: &str = "wimse://demo.example/orders";
pub(crate) const REPORTS: &str = "wimse://demo.example/reports";
pub(crate) const ELSEWHERE: &str = "wimse://elsewhere.example";
pub(crate) const ELSEWHERE_WEB: &str = "wimse://elsewhere.example/web";

/// The stage. Dropping it stops all servers.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) log: Log,
    /// The identity server of the workloads, and a foreign one.
    pub(crate) identity: Arc<Identity>,
    pub(crate) elsewhere: Arc<Identity>,
    /// What the workloads hold: keys and WITs.
    pub(crate) web: Arc<WitCredential>,
    pub(crate) orders: Arc<WitCredential>,
    pub(crate) reports: Arc<WitCredential>,
    pub(crate) foreigner: Arc<WitCredential>,
    /// Their certificates.
    pub(crate) certificates: Certificates,
    /// The same as callers that sign. Two of them call orders, and orders calls web.
    pub(crate) web_signs: Caller,
    pub(crate) reports_signs: Caller,
    pub(crate) orders_signs: Caller,
    /// By which reports knows the WITs of others.
    pub(crate) reports_wits: Arc<WitVerifier>,
    /// The hostile proxy before orders, and a service of the thief's that passes on to orders as well.
    pub(crate) proxy: Arc<Proxy>,
    pub(crate) trap: Arc<Proxy>,
    servers: Servers,
}

/// WICs with their keys, from the same identity servers.
#[derive(Debug)]
pub(crate) struct Certificates {
    pub(crate) web: TlsIdentity,
    pub(crate) orders: TlsIdentity,
    pub(crate) reports: TlsIdentity,
    pub(crate) foreigner: TlsIdentity,
}

#[derive(Debug)]
struct Servers {
    identity: Server,
    elsewhere: Server,
    web: Server,
    orders: Server,
    proxy: Server,
    trap: Server,
}

impl World {
    /// Starts the identity servers, then the workloads, which get their WITs and WICs over HTTP, then the thief.
    pub(crate) async fn start() -> Result<Self, Failure> {
        let [at_identity, at_elsewhere, at_web, at_orders, at_proxy, at_trap] =
            [bind().await?, bind().await?, bind().await?, bind().await?, bind().await?, bind().await?];

        let identity = Identity::new(at_identity.address(), DOMAIN, &[WEB, ORDERS, REPORTS])?;
        let elsewhere = Identity::new(at_elsewhere.address(), ELSEWHERE, &[ELSEWHERE_WEB])?;
        let at_identity = at_identity.serve(identity.router());
        let at_elsewhere = at_elsewhere.serve(elsewhere.router());

        let (home, abroad) = (at_identity.url(), at_elsewhere.url());
        let web = join(&home, identity.invite(WEB)?, Algorithm::Ed25519).await?;
        let orders = join(&home, identity.invite(ORDERS)?, Algorithm::Es256).await?;
        let reports = join(&home, identity.invite(REPORTS)?, Algorithm::Ed25519).await?;
        let foreigner = join(&abroad, elsewhere.invite(ELSEWHERE_WEB)?, Algorithm::Ed25519).await?;
        let certificates =
            Certificates { web: web.wic, orders: orders.wic, reports: reports.wic, foreigner: foreigner.wic };
        let (web, orders, reports, foreigner) = (web.wit, orders.wit, reports.wit, foreigner.wit);

        // Each workload asks for the keys by itself, and judges callers and answers by them.
        let verifier = || wit_verifier(DOMAIN, &home);
        let [web_wits, orders_wits, reports_wits] = [verifier().await?, verifier().await?, verifier().await?];
        let caller = |credential: &Arc<_>, wits: &Arc<_>, service| {
            Ok::<_, Failure>(Caller::new(Arc::clone(credential), Arc::clone(wits), identifier(service)?))
        };
        let web_signs = caller(&web, &web_wits, ORDERS)?;
        let reports_signs = caller(&reports, &reports_wits, ORDERS)?;
        let orders_signs = caller(&orders, &orders_wits, WEB)?;

        let log = Log::default();
        let service = |credential: &Arc<_>, wits, base_url, caller| {
            let (credential, caller, log) = (Arc::clone(credential), identifier(caller)?, log.clone());
            Service { wits, base_url, caller, credential, log }.router()
        };
        let web_router = service(&web, web_wits, at_web.url(), ORDERS)?;
        // Callers reach orders through the proxy: that address is its audience, as it would be behind any reverse proxy.
        let orders_router = service(&orders, orders_wits, at_proxy.url(), WEB)?;

        let proxy = Proxy::before(at_orders.address());
        let trap = Proxy::before(at_orders.address());
        let servers = Servers {
            identity: at_identity,
            elsewhere: at_elsewhere,
            web: at_web.serve(web_router),
            orders: at_orders.serve(orders_router),
            proxy: at_proxy.serve(proxy.router()),
            trap: at_trap.serve(trap.router()),
        };
        Ok(Self {
            log,
            identity,
            elsewhere,
            web,
            orders,
            reports,
            foreigner,
            certificates,
            web_signs,
            reports_signs,
            orders_signs,
            reports_wits,
            proxy,
            trap,
            servers,
        })
    }

    /// A URL of orders as callers know it: that of the proxy.
    pub(crate) fn orders_url(&self, path: &str) -> String {
        format!("{}{path}", self.servers.proxy.url())
    }

    /// A URL of web.
    pub(crate) fn web_url(&self, path: &str) -> String {
        format!("{}{path}", self.servers.web.url())
    }

    /// A URL of the thief's service.
    pub(crate) fn trap_url(&self, path: &str) -> String {
        format!("{}{path}", self.servers.trap.url())
    }

    /// Where the identity server of the workloads is.
    pub(crate) fn identity_url(&self) -> String {
        self.servers.identity.url()
    }

    /// Where orders listens.
    pub(crate) fn orders_address(&self) -> std::net::SocketAddr {
        self.servers.orders.address()
    }

    /// Where the callers of orders think that it listens, as `Host` has it.
    pub(crate) fn orders_authority(&self) -> String {
        self.servers.proxy.address().to_string()
    }

    /// Who is where, for the report.
    pub(crate) fn describe(&self) -> Vec<ServerLine> {
        let line = |name, server: &Server, role: String| ServerLine { name, url: server.url(), role };
        let servers = &self.servers;
        vec![
            line(
                "identity server",
                &servers.identity,
                format!("issues WITs and WICs to the workloads of {DOMAIN}"),
            ),
            line("web", &servers.web, format!("{WEB}, {} key: calls orders", self.web.algorithm())),
            line(
                "orders",
                &servers.orders,
                format!("{ORDERS}, {} key: serves web only", self.orders.algorithm()),
            ),
            line(
                "hostile proxy",
                &servers.proxy,
                "in front of orders: callers know only this address".into(),
            ),
            line(
                "thief's service",
                &servers.trap,
                "web calls it too; it passes requests on to orders".into(),
            ),
            line(
                "foreign identity",
                &servers.elsewhere,
                format!("issues those of {ELSEWHERE}: not trusted here"),
            ),
        ]
    }

    /// Stops all servers and waits for them.
    pub(crate) async fn stop(self) {
        let Servers { identity, elsewhere, web, orders, proxy, trap } = self.servers;
        // Who passes requests on goes first.
        for server in [proxy, trap, web, orders, identity, elsewhere] {
            server.stop().await;
        }
    }
}

async fn bind() -> Result<Bound, Failure> {
    Bound::new().await.map_err(Failure::environment("no port of the loopback interface can be bound"))
}

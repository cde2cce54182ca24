//! One handshake, and who is at the other end.

use rustls::{
    Error,
    pki_types::{DnsName, ServerName},
};
use serde::Deserialize;
use serde_json::{Value, json};
use wimse::creds::{pop::PeerPolicy, trust::TrustAnchorSource};
use wimse_mtls::{MtlsClient, MtlsError, MtlsServer, ServerIdentity, TlsEnvironment, TlsOptions, WicSource};

use super::{
    super::credentials::{peer::Permitted, setup},
    InvalidCase, Outcome, Step,
    connection::{self, Ends},
    party::{self, Clock, Expected, Shown},
    plain, refusal,
};
use crate::{Case, execute::fields::Fields};

/// Accepted when our server lets the client in.
pub(super) fn accept(case: &Case) -> Result<Outcome, InvalidCase> {
    let setting = Setting::of(case)?;
    let server = setting.server(case)?;
    let input = case.input_fields();
    let shown: Option<Shown> = input.optional("client")?;
    let parts =
        shown.map(|shown| shown.parts()).transpose().map_err(|detail| input.invalid("client", &detail))?;
    let parts = parts.as_ref().map(|(chain, key)| (chain.clone(), key));
    let client = plain::client(setting.environment.provider(), parts);
    let client = client.map_err(|error| input.invalid("client", &error))?;
    Ok(settled(server.and_then(|server| {
        let ends = connection::connect(client, server.config(), &setting.name)?;
        Ok(Outcome::accept([("client", setting.client_of(&server, &ends)?)]))
    })))
}

/// Accepted when our client takes the server for the one that it means.
pub(super) fn connect(case: &Case) -> Result<Outcome, InvalidCase> {
    let setting = Setting::of(case)?;
    let client = setting.client(case)?;
    let input = case.input_fields();
    let shown: Shown = input.required("server")?;
    let (chain, key) = shown.parts().map_err(|detail| input.invalid("server", &detail))?;
    let server = plain::server(setting.environment.provider(), chain, &key);
    let server = server.map_err(|error: Error| input.invalid("server", &error))?;
    Ok(settled(client.and_then(|client| {
        let ends = connection::connect(client.config(), server, &setting.name)?;
        let (name, value) = setting.server_of(&client, &ends)?;
        Ok(Outcome::accept([(name, value)]))
    })))
}

/// Accepted when both let the other in.
pub(super) fn handshake(case: &Case) -> Result<Outcome, InvalidCase> {
    let setting = Setting::of(case)?;
    let (client, server) = (setting.client(case)?, setting.server(case)?);
    // Between the loading of an identity and a handshake there may be a long time.
    if let Some(later) = case.config_fields().optional("handshake_at")? {
        setting.clock.set(later);
    }
    Ok(settled(client.and_then(|client| {
        let server = server?;
        let ends = connection::connect(client.config(), server.config(), &setting.name)?;
        let (name, value) = setting.server_of(&client, &ends)?;
        Ok(Outcome::accept([("client", setting.client_of(&server, &ends)?), (name, value)]))
    })))
}

/// What both ends have in common.
pub(super) struct Setting {
    pub(super) now: u64,
    pub(super) name: ServerName<'static>,
    pub(super) clock: std::sync::Arc<Clock>,
    pub(super) environment: TlsEnvironment,
}

impl Setting {
    pub(super) fn of(case: &Case) -> Result<Self, InvalidCase> {
        let config = case.config_fields();
        let now = config.required("now")?;
        let clock = Clock::at(now);
        let environment = party::environment(&clock);
        Ok(Self { now, name: party::name(config)?, clock, environment })
    }

    /// The server of `server` in both parts.
    fn server(&self, case: &Case) -> Result<Step<MtlsServer>, InvalidCase> {
        let config = case.config_fields();
        let described: ServerSide = config.required("server")?;
        let anchors = party::anchors(config, described.anchors.clone())?;
        let policy = described.policy(config)?;
        // A server that judges clients shows a certificate as well, which a plain client believes.
        let shown = identity(case, "server", self)?;
        Ok(shown.and_then(|shown| self.server_with(shown, anchors, policy)))
    }

    fn client(&self, case: &Case) -> Result<Step<MtlsClient>, InvalidCase> {
        let config = case.config_fields();
        let described: ClientSide = config.required("client")?;
        let anchors = party::anchors(config, described.anchors.clone())?;
        let expected = described.expected(config)?;
        let shown = identity(case, "client", self)?;
        Ok(shown.and_then(|shown| self.client_with(shown, anchors, expected, &TlsOptions::new())))
    }

    pub(super) fn server_with(
        &self,
        shown: impl WicSource + 'static,
        anchors: impl TrustAnchorSource + 'static,
        policy: PeerPolicy,
    ) -> Step<MtlsServer> {
        let verifier = party::verifier(anchors, &self.environment);
        MtlsServer::with_verifier(&self.environment, shown, verifier, policy, &TlsOptions::new())
            .map_err(|error| refusal(&error))
    }

    pub(super) fn client_with(
        &self,
        shown: impl WicSource + 'static,
        anchors: impl TrustAnchorSource + 'static,
        expected: wimse_mtls::ExpectedServer,
        options: &TlsOptions,
    ) -> Step<MtlsClient> {
        let verifier = party::verifier(anchors, &self.environment);
        MtlsClient::with_verifier(&self.environment, shown, verifier, expected, options)
            .map_err(|error| refusal(&error))
    }

    /// Who the client is, as the server knows it.
    pub(super) fn client_of(&self, server: &MtlsServer, ends: &Ends) -> Step<Value> {
        let now = self.environment.now().map_err(|error| refusal(&error))?;
        let peer = server.peer(&ends.server, now).map_err(|error| refusal(&error))?;
        Ok(json!(peer.identifier().to_string()))
    }

    /// Who the server is, as the client knows it: a workload, or a host.
    pub(super) fn server_of(&self, client: &MtlsClient, ends: &Ends) -> Step<(&'static str, Value)> {
        let now = self.environment.now().map_err(|error| refusal(&error))?;
        let peer = client.peer(&ends.client, &self.name, now).map_err(|error: MtlsError| refusal(&error))?;
        Ok(match peer {
            ServerIdentity::Workload(peer) => ("server", json!(peer.identifier().to_string())),
            ServerIdentity::Dns(name) => ("host", json!(DnsName::as_ref(&name))),
        })
    }
}

/// The identity of one end: of the input where it is judged, of the configuration where it is ours alone.
pub(super) fn identity(
    case: &Case,
    end: &str,
    setting: &Setting,
) -> Result<Step<wimse_mtls::TlsIdentity>, InvalidCase> {
    let input = case.input_fields();
    let own: Option<Shown> = case.config_fields().optional("own")?;
    let shown = match own {
        Some(own) => own,
        None => input.required(end)?,
    };
    let identity = shown.identity(&setting.environment, party::time(setting.now));
    identity.map_err(|detail| input.invalid(end, &detail))
}

/// How our server judges.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServerSide {
    pub(super) anchors: Vec<setup::Domain>,
    permitted: Permitted,
}

impl ServerSide {
    pub(super) fn policy(&self, config: Fields<'_>) -> Result<PeerPolicy, InvalidCase> {
        self.permitted.policy().map_err(|error| config.invalid("server", &error))
    }
}

/// How our client judges.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientSide {
    pub(super) anchors: Vec<setup::Domain>,
    expected: Expected,
}

impl ClientSide {
    pub(super) fn expected(&self, config: Fields<'_>) -> Result<wimse_mtls::ExpectedServer, InvalidCase> {
        self.expected.server().map_err(|detail| config.invalid("client", &detail))
    }
}

pub(super) fn settled(outcome: Step<Outcome>) -> Outcome {
    outcome.unwrap_or_else(|refusal| refusal)
}

//! A connection that lasts, a session that is resumed, a connection after a change.

use serde::Deserialize;
use serde_json::json;
use wimse::creds::trust::TrustAnchors;
use wimse_mtls::{Rotating, TlsIdentity, TlsOptions};

use super::{
    super::credentials::setup,
    InvalidCase, Outcome, Step, connection,
    handshake::{ClientSide, ServerSide, Setting, identity, settled},
    party::{self, Shown},
};
use crate::Case;

/// Accepted when both ends are still whom the other takes them for, after what `config.later` says.
pub(super) fn recheck(case: &Case) -> Result<Outcome, InvalidCase> {
    let setting = Setting::of(case)?;
    let config = case.config_fields();
    let (client, server): (ClientSide, ServerSide) = (config.required("client")?, config.required("server")?);
    let later: Later = config.required("later")?;
    let anchors = [client.anchors.clone(), server.anchors.clone()];
    let [client_anchors, server_anchors] = anchors.map(|domains| party::anchors(config, domains));
    let anchors = [Rotating::new(client_anchors?), Rotating::new(server_anchors?)];
    let (expected, policy) = (client.expected(config)?, server.policy(config)?);
    let loaded = (identity(case, "client", &setting)?, identity(case, "server", &setting)?);
    let change = later.change(config, &setting)?;
    let scene = || -> Step<Outcome> {
        let shown = [Rotating::new(loaded.0?), Rotating::new(loaded.1?)];
        let [client_shown, server_shown] = shown.clone();
        let [client_anchors, server_anchors] = anchors.clone();
        let resuming = match later.connection {
            Which::Resumed => TlsOptions::new().resumption(8),
            Which::Same | Which::New => TlsOptions::new(),
        };
        let client = setting.client_with(client_shown, client_anchors, expected, &resuming)?;
        let server = setting.server_with(server_shown, server_anchors, policy)?;
        let connect = || connection::connect(client.config(), server.config(), &setting.name);
        let first = connect()?;
        change.apply(&setting, &anchors, &shown)?;
        let ends = match later.connection {
            Which::Same => first,
            Which::Resumed | Which::New => connect()?,
        };
        let resumed = ends.server.handshake_kind() == Some(rustls::HandshakeKind::Resumed);
        let (name, value) = setting.server_of(&client, &ends)?;
        Ok(Outcome::accept([
            ("client", setting.client_of(&server, &ends)?),
            (name, value),
            ("resumed", json!(resumed)),
            ("client_serial_number", serial(ends.server.peer_certificates())),
            ("server_serial_number", serial(ends.client.peer_certificates())),
        ]))
    };
    Ok(settled(scene()))
}

/// The serial number of the certificate that an end has shown.
fn serial(chain: Option<&[rustls::pki_types::CertificateDer<'static>]>) -> serde_json::Value {
    let chain = chain.unwrap_or_default().iter().cloned();
    let wic = wimse::creds::wic::WorkloadIdentityCertificate::from_der(chain);
    json!(wic.ok().map(|wic| wic.claimed_serial_number()))
}

/// What happens after the first handshake, and which connection is looked at then.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Later {
    connection: Which,
    now: Option<u64>,
    /// New anchors, of both ends.
    anchors: Option<Vec<setup::Domain>>,
    client: Option<Shown>,
    server: Option<Shown>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Which {
    Same,
    Resumed,
    New,
}

/// What is replaced.
struct Change {
    now: Option<u64>,
    anchors: Option<TrustAnchors>,
    identities: [Option<Step<TlsIdentity>>; 2],
}

impl Later {
    fn change(
        &self,
        config: crate::execute::fields::Fields<'_>,
        setting: &Setting,
    ) -> Result<Change, InvalidCase> {
        let anchors = self.anchors.clone().map(|domains| party::anchors(config, domains)).transpose()?;
        let now = party::time(self.now.unwrap_or(setting.now));
        let identity = |shown: &Option<Shown>| {
            let identity = shown.as_ref().map(|shown| shown.identity(&setting.environment, now));
            identity.transpose().map_err(|detail| config.invalid("later", &detail))
        };
        Ok(Change { now: self.now, anchors, identities: [identity(&self.client)?, identity(&self.server)?] })
    }
}

impl Change {
    fn apply(
        self,
        setting: &Setting,
        anchors: &[Rotating<TrustAnchors>; 2],
        shown: &[Rotating<TlsIdentity>; 2],
    ) -> Step<()> {
        if let Some(now) = self.now {
            setting.clock.set(now);
        }
        if let Some(new) = self.anchors {
            anchors.iter().for_each(|anchors| anchors.replace(new.clone()));
        }
        for (shown, new) in shown.iter().zip(self.identities) {
            if let Some(new) = new {
                shown.replace(new?);
            }
        }
        Ok(())
    }
}

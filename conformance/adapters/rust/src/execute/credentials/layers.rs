//! The peer of the connection beside the peer of the message.
//!
//! No connection is made: the handshake is taken to have proven possession of the key of the certificate, as the
//! operations of mutual TLS show.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::json;
use wimse::creds::{
    UnixTime,
    pop::{AuthenticatedPeer, LayerPolicy, LayeredPeers, binding::Binding},
    wic::Purpose,
};

use super::{InvalidCase, Outcome, Step, certificate, done, peer, refuse, setup, text, wit};
use crate::{Bytes, Case};

/// Accepted when the peers that are there are those that the policy wants.
pub(super) fn authorize(case: &Case) -> Result<Outcome, InvalidCase> {
    let config = case.config_fields();
    let policy: Described = config.required("policy")?;
    let policy = policy.policy().map_err(|error| config.invalid("policy", &error))?;
    let now = setup::now(config)?;
    let transport = connection(case, now)?;
    let application = message(case)?;
    done(judged(transport, application, &policy))
}

fn judged(
    transport: Option<Step<AuthenticatedPeer>>,
    application: Option<Step<AuthenticatedPeer>>,
    policy: &LayerPolicy,
) -> Step<Outcome> {
    let mut peers = LayeredPeers::new();
    if let Some(peer) = transport {
        peers = peers.with_transport(peer?).map_err(refuse!())?;
    }
    if let Some(peer) = application {
        peers = peers.with_application(peer?).map_err(refuse!())?;
    }
    let caller = peers.authorize(policy).map_err(refuse!())?;
    let layer = if caller.binding() == Binding::MutualTls { "transport" } else { "application" };
    let identifier = |peer: Option<&AuthenticatedPeer>| json!(peer.map(|peer| peer.identifier().to_string()));
    Ok(Outcome::accept([
        ("caller", json!(caller.identifier().to_string())),
        ("layer", json!(layer)),
        ("transport", identifier(peers.transport())),
        ("application", identifier(peers.application())),
    ]))
}

/// The client of `input.chain`.
fn connection(case: &Case, now: UnixTime) -> Result<Option<Step<AuthenticatedPeer>>, InvalidCase> {
    let input = case.input_fields();
    if input.optional::<Vec<Bytes>>("chain")?.is_none() {
        return Ok(None);
    }
    let chain = certificate::certificates(input, "chain")?;
    let verifier = certificate::verifier(case.config_fields())?;
    let verified = verifier.verify(&chain, Purpose::ClientAuth, now).map_err(refuse!());
    Ok(Some(verified.map(|verified| verified.with_transport_possession())))
}

/// The workload of `input.message`.
fn message(case: &Case) -> Result<Option<Step<AuthenticatedPeer>>, InvalidCase> {
    let input = case.input_fields();
    let Some(message) = input.optional::<Message>("message")? else { return Ok(None) };
    let invalid = |error| input.invalid("message", &error);
    let (token, content) =
        (message.token.decode().map_err(invalid)?, message.content.decode().map_err(invalid)?);
    let signature = URL_SAFE_NO_PAD.decode(&message.signature).map_err(invalid)?;
    let (verifier, now) = wit::verifier(case)?;
    let token = text(&token, "wit.base64");
    Ok(Some(token.and_then(|token| peer::authenticated(&verifier, now, token, (&content, &signature)))))
}

/// A message, signed by the key of a token.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    token: Bytes,
    content: Bytes,
    /// Base64url.
    signature: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Described {
    Same(peer::Permitted),
    Both { transport: peer::Permitted, application: peer::Permitted },
    Either(peer::Permitted),
}

impl Described {
    fn policy(&self) -> Result<LayerPolicy, wimse::identifier::IdentifierError> {
        Ok(match self {
            Self::Same(peers) => LayerPolicy::Same(peers.policy()?),
            Self::Both { transport, application } => {
                LayerPolicy::Both { transport: transport.policy()?, application: application.policy()? }
            }
            Self::Either(peers) => LayerPolicy::Either(peers.policy()?),
        })
    }
}

//! Who may call: a token, a proof of possession and a list of who is permitted.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::json;
use wimse::{
    creds::{
        UnixTime, WitVerifier,
        pop::{Admissible, AuthenticatedPeer, NoReplayGuard, PeerPolicy, ReplayScope, binding::Binding},
    },
    identifier::{IdentifierError, IdentifierPolicy, IdentifierSet},
};

use super::{InvalidCase, Outcome, Step, done, refuse, text, wit};
use crate::{Case, execute::fields::Fields};

/// Accepted when the token is valid, the proof is signed by its key, and the workload is permitted.
///
/// What the proof is about, and replay, are left to the operations of the bindings.
pub(super) fn authorize(case: &Case) -> Result<Outcome, InvalidCase> {
    let input = case.input_fields();
    let token = input.bytes("token")?;
    let message = input.bytes("message")?;
    let signature: String = input.required("signature")?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|error| input.invalid("signature", &error))?;
    let (verifier, now) = wit::verifier(case)?;
    let policy = permitted(case.config_fields())?;
    done(text(&token, "wit.base64").and_then(|token| {
        let peer = authenticated(&verifier, now, token, (&message, &signature))?;
        policy.authorize(&peer).map_err(refuse!())?;
        Ok(Outcome::accept([("peer", json!(peer.identifier().to_string()))]))
    }))
}

/// The workload of a token that has signed a message.
pub(super) fn authenticated(
    verifier: &WitVerifier,
    now: UnixTime,
    token: &str,
    (message, signature): (&[u8], &[u8]),
) -> Step<AuthenticatedPeer> {
    let credential = verifier.verify(token, now).map_err(refuse!())?;
    let possession = credential.prove_possession(Binding::WorkloadProofToken, message, signature);
    let possession = possession.map_err(refuse!())?;
    let key = possession.replay_key(ReplayScope::new("case"), "proof");
    let checked = possession.into_checked(key, Admissible { from: now, until: credential.expires() });
    checked.admit(&NoReplayGuard, now).map_err(refuse!())
}

fn permitted(config: Fields<'_>) -> Result<PeerPolicy, InvalidCase> {
    let exact = config.optional("exact")?.unwrap_or_default();
    let origins = config.optional("origins")?.unwrap_or_default();
    let permitted = Permitted { exact, origins };
    permitted.policy().map_err(|detail| config.invalid("exact", &detail))
}

/// Who is permitted, as text.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Permitted {
    #[serde(default)]
    exact: Vec<String>,
    #[serde(default)]
    origins: Vec<String>,
}

impl Permitted {
    pub(in super::super) fn policy(&self) -> Result<PeerPolicy, IdentifierError> {
        let identifiers = IdentifierPolicy::default();
        let mut permitted = IdentifierSet::none();
        for exact in &self.exact {
            permitted = permitted.with(identifiers.parse(exact)?);
        }
        for origin in &self.origins {
            permitted = permitted.with_origin(identifiers.parse_origin(origin)?);
        }
        Ok(permitted.into())
    }
}

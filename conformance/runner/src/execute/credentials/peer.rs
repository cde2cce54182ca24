//! Who may call: a token, a proof of possession and a list of who is permitted.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use wimse::{
    creds::{
        UnixTime, WitVerifier,
        pop::{NoReplayGuard, PeerPolicy, ReplayScope, binding::Binding},
    },
    identifier::{IdentifierPolicy, IdentifierSet},
};

use super::{InvalidVector, Outcome, Step, done, refuse, text, wit};
use crate::{execute::fields::Fields, vector::Vector};

/// Accepted when the token is valid, the proof is signed by its key, and the workload is permitted.
///
/// What the proof is about, and replay, are left to the operations of the bindings.
pub(super) fn authorize(vector: &Vector) -> Result<Outcome, InvalidVector> {
    let input = vector.input_fields();
    let token = input.bytes("token")?;
    let message = input.bytes("message")?;
    let signature: String = input.required("signature")?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|error| input.invalid("signature", &error))?;
    let (verifier, now) = wit::verifier(vector)?;
    let policy = permitted(vector.config_fields())?;
    done(
        text(&token, "wit.base64")
            .and_then(|token| authorized(&verifier, now, token, (&message, &signature), &policy)),
    )
}

fn authorized(
    verifier: &WitVerifier,
    now: UnixTime,
    token: &str,
    (message, signature): (&[u8], &[u8]),
    policy: &PeerPolicy,
) -> Step<Outcome> {
    let credential = verifier.verify(token, now).map_err(refuse!())?;
    let possession = credential.prove_possession(Binding::WorkloadProofToken, message, signature);
    let possession = possession.map_err(refuse!())?;
    let key = possession.replay_key(ReplayScope::new("case"), "proof");
    let checked = possession.into_checked(key, credential.expires());
    let peer = checked.admit(&NoReplayGuard, now).map_err(refuse!())?;
    policy.authorize(&peer).map_err(refuse!())?;
    Ok(Outcome::accept([("peer", json!(peer.identifier().to_string()))]))
}

/// `exact` and `origins`, lists of text.
fn permitted(config: Fields<'_>) -> Result<PeerPolicy, InvalidVector> {
    let identifiers = IdentifierPolicy::default();
    let mut permitted = IdentifierSet::none();
    for exact in config.optional::<Vec<String>>("exact")?.unwrap_or_default() {
        let exact = identifiers.parse(&exact).map_err(|error| config.invalid("exact", &error))?;
        permitted = permitted.with(exact);
    }
    for origin in config.optional::<Vec<String>>("origins")?.unwrap_or_default() {
        let origin = identifiers.parse_origin(&origin).map_err(|error| config.invalid("origins", &error))?;
        permitted = permitted.with_origin(origin);
    }
    Ok(permitted.into())
}

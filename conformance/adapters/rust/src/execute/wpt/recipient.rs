//! The party that receives: what it is configured with, and what it says of a proof.

use std::{sync::Arc, time::Duration};

use ::http::HeaderName;
use serde_json::json;
use wimse::{
    creds::{
        UnixTime,
        pop::{AuthenticatedPeer, CheckedProof, ReplayGuard, binding::Binding},
    },
    wpt::{TXN_TOKEN, Verifier, WptError},
};

use super::super::{InvalidCase, Outcome, credentials::setup, fields::Fields, recipient::audience};
use super::http;
use crate::Case;

/// A recipient of proofs.
pub(super) struct Recipient {
    pub(super) verifier: Verifier,
    /// Fields that a proof may cover.
    coverable: Vec<HeaderName>,
}

impl Recipient {
    /// What the case configures: anchors and WIT policy, audience, context fields, limits.
    pub(super) fn of(case: &Case) -> Result<Self, InvalidCase> {
        let config = case.config_fields();
        let wits = Arc::new(setup::wit_verifier(config)?);
        let mut verifier = Verifier::new(wits, audience(config)?);
        let names: Vec<String> = config.optional("context_fields")?.unwrap_or_default();
        let mut coverable = field_names(config, &names)?;
        verifier = verifier.context_fields(coverable.clone());
        coverable.push(TXN_TOKEN);
        // `leeway` and `max_lifetime` are those of the WIT.
        if let Some(seconds) = config.optional("wpt_leeway")? {
            verifier = verifier.leeway(Duration::from_secs(seconds));
        }
        if let Some(seconds) = config.optional("wpt_max_lifetime")? {
            verifier = verifier.max_lifetime(Duration::from_secs(seconds));
        }
        Ok(Self { verifier, coverable })
    }

    /// Accepted when the request, as bytes, authenticates its sender.
    pub(super) fn receive(
        &self,
        request: &[u8],
        guard: &dyn ReplayGuard,
        now: UnixTime,
    ) -> Result<(AuthenticatedPeer, Outcome), Outcome> {
        let request = http::request(request)?;
        self.admit(self.verifier.check(&request, now), guard, now).map_err(|error| refusal(&error))
    }

    /// Accepted once the proof is admitted, with the peer and what its proof covers.
    pub(super) fn admit(
        &self,
        checked: Result<CheckedProof, WptError>,
        guard: &dyn ReplayGuard,
        now: UnixTime,
    ) -> Result<(AuthenticatedPeer, Outcome), WptError> {
        let checked = checked?;
        let id = checked.replay_key().id().to_owned();
        let peer = checked.admit(guard, now).map_err(WptError::Admit)?;
        let outcome = self.outcome(&peer, &id);
        Ok((peer, outcome))
    }

    fn outcome(&self, peer: &AuthenticatedPeer, replay_id: &str) -> Outcome {
        let fields = self.coverable.iter().map(HeaderName::as_str);
        let covers: Vec<_> = fields.filter(|field| peer.covers(field)).collect();
        Outcome::accept([
            ("identifier", json!(peer.identifier().as_str())),
            ("trust_domain", json!(peer.identifier().trust_domain().to_string())),
            ("binding", json!(binding(peer))),
            ("covers", json!(covers)),
            ("wit_jti", json!(peer.token_id())),
            ("jti", json!(replay_id)),
        ])
    }
}

/// A refusal by the recipient.
pub(super) fn refusal(error: &WptError) -> Outcome {
    Outcome::reject(error.code(), error)
}

/// Names of header fields, in any case.
pub(super) fn field_names(config: Fields<'_>, names: &[String]) -> Result<Vec<HeaderName>, InvalidCase> {
    let parsed = names.iter().map(|name| name.parse());
    parsed.collect::<Result<_, _>>().map_err(|error| config.invalid("context_fields", &error))
}

fn binding(peer: &AuthenticatedPeer) -> &'static str {
    match peer.binding() {
        Binding::WorkloadProofToken => "wpt",
        _ => "other",
    }
}

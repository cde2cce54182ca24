//! The party that receives requests.

use std::{sync::Arc, time::Duration};

use http::Request;
use serde::Deserialize;
use serde_json::{Value, json};
use wimse::creds::{
    UnixTime,
    pop::{AuthenticatedPeer, ReplayGuard, binding::Binding},
};
use wimse::httpsig::{
    HttpSignatureError, Inbound, ResponseSigning, Verifier, explain::Explanation, message::TargetContext,
};

use super::{
    super::{
        InvalidCase, Outcome,
        credentials::setup,
        fields::Fields,
        recipient::{audience, guard},
    },
    Step, done,
    received::Received,
    refuse,
};
use crate::Case;

/// Accepted when the request authenticates its sender.
pub(super) fn verify(case: &Case) -> Result<Outcome, InvalidCase> {
    let config = case.config_fields();
    let (recipient, guard, now) = (Recipient::of(config)?, guard(config)?, setup::now(config)?);
    let bytes = case.input_fields().bytes("request")?;
    done(recipient.receive(&bytes, &*guard, now).map(|(outcome, _)| outcome))
}

/// Every rule for the request.
pub(super) fn explain(case: &Case) -> Result<Option<Explanation>, InvalidCase> {
    let config = case.config_fields();
    let (recipient, guard, now) = (Recipient::of(config)?, guard(config)?, setup::now(config)?);
    let bytes = case.input_fields().bytes("request")?;
    let received = Received::request(&bytes).and_then(|received| Ok((received.to_request()?, received)));
    Ok(received.ok().map(|(request, received)| {
        recipient.verifier.explain(&request, &recipient.target(&received), &*guard, now)
    }))
}

/// A recipient of requests.
pub(super) struct Recipient {
    pub(super) verifier: Verifier,
    scheme: Option<String>,
    authority: Option<String>,
}

impl Recipient {
    /// What the case configures: anchors and WIT policy, audience, limits, and what it knows of its own address.
    pub(super) fn of(config: Fields<'_>) -> Result<Self, InvalidCase> {
        let mut verifier = Verifier::new(Arc::new(setup::wit_verifier(config)?), audience(config)?);
        let limits = Limits::of(config)?;
        if let Some(leeway) = limits.leeway {
            verifier = verifier.leeway(leeway);
        }
        if let Some(lifetime) = limits.max_lifetime {
            verifier = verifier.max_lifetime(lifetime);
        }
        if let Some(characters) = limits.min_nonce_chars {
            verifier = verifier.min_nonce_chars(characters);
        }
        verifier = verifier.response_signing(match config.optional("response_signing")? {
            Some(Signing::Unsupported) => ResponseSigning::Unsupported,
            Some(Signing::Always) => ResponseSigning::Always,
            Some(Signing::WhenRequired) | None => ResponseSigning::WhenRequired,
        });
        Ok(Self { verifier, scheme: config.optional("scheme")?, authority: config.optional("authority")? })
    }

    /// Accepted when the request, as bytes, authenticates its sender.
    pub(super) fn receive(
        &self,
        bytes: &[u8],
        guard: &dyn ReplayGuard,
        now: UnixTime,
    ) -> Step<(Outcome, Inbound)> {
        let received = Received::request(bytes)?;
        let request = received.to_request()?;
        let inbound = self.check(&received, &request, guard, now).map_err(refuse!())?;
        let outcome = outcome(inbound.peer(), &received, inbound.nonce());
        Ok((with(outcome, "response_required", json!(inbound.response_required())), inbound))
    }

    pub(super) fn check(
        &self,
        received: &Received,
        request: &Request<Vec<u8>>,
        guard: &dyn ReplayGuard,
        now: UnixTime,
    ) -> Result<Inbound, HttpSignatureError> {
        self.verifier.verify(request, &self.target(received), guard, now)
    }

    fn target<'a>(&'a self, received: &'a Received) -> TargetContext<'a> {
        let mut target = TargetContext::new(received.target());
        if let Some(scheme) = &self.scheme {
            target = target.scheme(scheme.as_str());
        }
        if let Some(authority) = &self.authority {
            target = target.authority(authority.as_str());
        }
        target
    }
}

/// The outputs for a proven peer, of a request or of a response.
pub(super) fn outcome(peer: &AuthenticatedPeer, received: &Received, nonce: &str) -> Outcome {
    let fields = received.fields.iter().map(|(name, _)| name.to_ascii_lowercase());
    let names = DERIVED.iter().map(|name| (*name).to_owned()).chain(fields);
    let mut covers: Vec<_> = names.filter(|name| peer.covers(name)).collect();
    covers.sort();
    covers.dedup();
    Outcome::accept([
        ("identifier", json!(peer.identifier().as_str())),
        ("trust_domain", json!(peer.identifier().trust_domain().to_string())),
        ("binding", json!(if peer.binding() == Binding::HttpSignature { "http-signature" } else { "other" })),
        ("covers", json!(covers)),
        ("wit_jti", json!(peer.token_id())),
        ("nonce", json!(nonce)),
    ])
}

/// One output more.
pub(super) fn with(mut outcome: Outcome, name: &str, value: Value) -> Outcome {
    if let Outcome::Accept(outputs) = &mut outcome {
        outputs.insert(name.to_owned(), value);
    }
    outcome
}

/// What the draft leaves to local policy, for requests and responses.
pub(super) struct Limits {
    pub(super) leeway: Option<Duration>,
    pub(super) max_lifetime: Option<Duration>,
    pub(super) min_nonce_chars: Option<usize>,
}

impl Limits {
    /// `leeway` and `max_lifetime` are those of the WIT.
    pub(super) fn of(config: Fields<'_>) -> Result<Self, InvalidCase> {
        Ok(Self {
            leeway: config.optional("signature_leeway")?.map(Duration::from_secs),
            max_lifetime: config.optional("signature_max_lifetime")?.map(Duration::from_secs),
            min_nonce_chars: config.optional("min_nonce_chars")?,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Signing {
    Unsupported,
    WhenRequired,
    Always,
}

/// The derived components that a signature can cover in their plain form.
const DERIVED: &[&str] =
    &["@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query", "@status"];

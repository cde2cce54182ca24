//! The service behind its layer, by the configuration.

use super::echo::{self, Echo};
use super::fallbacks::Fallbacks;
use super::log::Log;
use super::observe::Observed;
use crate::config::{Loaded, OnError, Proof, ReplayChoice, ResponseSigning, ServeSettings};
use crate::exit::Failure;
use crate::live::{Live, Own};
use crate::moment;
use axum::Router;
use std::sync::Arc;
use std::time::Duration;
use wimse::creds::Clock as _;
use wimse::creds::pop::{MemoryReplayGuard, Replay, ReplayGuard, SharedReplay};
use wimse::{creds, httpsig};
use wimse_replay::RedisReplayStore;
use wimse_tower::{AuthenticateLayer, Authenticator, Decision};

/// The echo service behind an `AuthenticateLayer`.
pub(super) async fn app(
    loaded: &Loaded,
    settings: &ServeSettings,
    live: &Live,
    own: Option<&Own>,
    log: &Log,
    observed: &Observed,
) -> Result<Router, Failure> {
    let layer = layer(loaded, settings, live, own, log, observed).await?;
    let limits = &settings.limits;
    let echo = Echo {
        content_bytes: limits.longest_content(),
        content_timeout: Duration::from_secs(limits.content_timeout),
    };
    Ok(Router::new().fallback(echo::answer).with_state(Arc::new(echo)).layer(layer))
}

/// Judges requests by `[serve]`. Without credentials of our own no response is signed.
pub(crate) async fn layer(
    loaded: &Loaded,
    settings: &ServeSettings,
    live: &Live,
    own: Option<&Own>,
    log: &Log,
    observed: &Observed,
) -> Result<AuthenticateLayer, Failure> {
    let wits = Arc::new(loaded.live_wit_verifier(live.anchors.clone()));
    let replay = replay(loaded, settings, live).await?;
    let (to_log, clock, fallbacks) = (log.writer(), Arc::clone(&live.clock), Fallbacks::of(&replay));
    let mut authenticator = Authenticator::new(replay)
        .clock(Arc::clone(&live.clock) as _)
        .content_limits(settings.limits.content())
        .unary_methods(settings.unary_methods.iter().cloned())
        .on_decision(move |decision: &Decision<'_>| {
            let now = moment::show(clock.now());
            to_log.say(fallbacks.line().map(|line| format!("{now} {line}")));
            to_log.say(Some(format!("{now} {decision}")));
        });
    if settings.accepts(Proof::Wpt) {
        authenticator = authenticator.proof_tokens(loaded.wpt_verifier_with(Arc::clone(&wits))?);
    }
    if settings.accepts(Proof::Httpsig) {
        authenticator = authenticator.signatures(loaded.signature_verifier_with(wits)?);
        if let (Some(when), Some(own)) = (signing(loaded), own.filter(|own| own.has_wit)) {
            authenticator = authenticator.sign_responses(when, own.source.clone());
        }
    }
    if settings.accepts(Proof::Mtls) {
        authenticator = authenticator.mutual_tls();
    }
    if let Some(base) = &settings.external_base {
        authenticator = authenticator.external_base(base.clone());
    }
    let origins = live.anchors.status().into_iter().map(|domain| domain.origin);
    let authenticator = observed.watch(authenticator, origins);
    AuthenticateLayer::new(authenticator, settings.policies()).map_err(|error| {
        let doing = format!("[serve] of {} cannot be used ({})", loaded.path().display(), error.code());
        Failure::unusable(doing)(error).next("wimse config check")
    })
}

fn signing(loaded: &Loaded) -> Option<httpsig::ResponseSigning> {
    match loaded.response_signing() {
        ResponseSigning::Unsupported => None,
        ResponseSigning::WhenRequired => Some(httpsig::ResponseSigning::WhenRequired),
        ResponseSigning::Always => Some(httpsig::ResponseSigning::Always),
    }
}

async fn replay(loaded: &Loaded, settings: &ServeSettings, live: &Live) -> Result<Replay, Failure> {
    let window = Duration::from_secs(loaded.longest_proof()).max(MemoryReplayGuard::DEFAULT_WINDOW);
    let local = || -> Arc<dyn ReplayGuard> {
        let guard = MemoryReplayGuard::new(settings.limits.remembered_proofs()).with_window(window);
        Arc::new(if settings.fence_at_start { guard.with_fence(live.clock.now()) } else { guard })
    };
    let (store, on_error) = match &settings.replay {
        ReplayChoice::Off => return Ok(Replay::Off),
        ReplayChoice::Local => return Ok(Replay::Local(local())),
        ReplayChoice::Shared { settings, on_error, .. } => {
            (settings.as_ref().clone().window(window), *on_error)
        }
    };
    let store = RedisReplayStore::connect(store).await.map_err(|error| {
        let doing = format!("the replay store cannot be relied on ({}): {error}", error.code());
        Failure::forbidden(doing).next("look at the store and at replay of [serve]")
    })?;
    let on_error = match on_error {
        OnError::Deny => creds::pop::OnError::Deny,
        OnError::Allow => creds::pop::OnError::Allow(local()),
    };
    Ok(Replay::Shared(Arc::new(SharedReplay::new(Arc::new(store), on_error))))
}

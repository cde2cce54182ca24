//! What happens while a service runs, and is said in its log: trust and credentials that are kept up to date, connections
//! that are refused.

use super::log::Log;
use crate::live::{self, Live, Own};
use crate::refusal::Refusal;
use std::net::SocketAddr;
use tokio::runtime::Handle;
use wimse_tower::AcceptError;
use wimse_trust::Background;

/// Anchors: asked for now, and then whenever they are due.
pub(crate) async fn trust(live: &Live, log: &Log) -> Background {
    for attempt in live.anchors.refresh_due().await {
        log.say(live::said(&attempt).filter(|_| attempt.outcome.is_err()));
    }
    let to_log = log.writer();
    live.anchors.spawn(&Handle::current(), move |attempt| to_log.say(live::said(attempt)))
}

/// Our own credentials.
pub(crate) fn credentials(own: &Own, log: &Log) -> Background {
    let to_log = log.writer();
    own.source.spawn(&Handle::current(), move |outcome| {
        to_log.say(match outcome {
            Ok(wimse::mtls::Refreshed::Replaced) => Some("credentials: renewed".to_owned()),
            Ok(_) => None,
            Err(error) => {
                let reason = Refusal::of(error.code(), error);
                Some(format!("credentials: not renewed, {}: {}", reason.code(), reason.message()))
            }
        });
    })
}

/// Connections of mutual TLS that are refused.
pub(crate) fn refused_connection(log: &Log) -> impl Fn(SocketAddr, &AcceptError) + Send + Sync + 'static {
    let to_log = log.writer();
    move |from, error| {
        let reason = Refusal::of(error.code(), error);
        to_log.say(Some(format!("{from}: no connection, {}: {}", reason.code(), reason.message())));
    }
}

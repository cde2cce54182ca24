//! Each refusal, with a twin that is accepted.

use crate::orders::{Call, Orders};
use crate::support::*;
use bytes::Bytes;
use http::Request;
use std::sync::Arc;
use std::time::Duration;
use wimse_creds::pop::{MemoryReplayGuard, Replay, WitCredential};
use wimse_httpsig::RequestOptions;
use wimse_tower::{ContentLimits, Policies};
use wimse_wpt::ProofOptions;

const PLACE: &str = "/shop.Orders/Place";
const WATCH: &str = "/shop.Orders/Watch";

/// A row of the documentation.
pub(crate) struct Case {
    pub(crate) why: &'static str,
    /// The code in the log.
    pub(crate) reason: &'static str,
    /// It is refused because it is gRPC.
    pub(crate) is_good_elsewhere: bool,
    /// The service, what it refuses, and what it accepts.
    pub(crate) setup: fn(&World) -> (Orders, Call, Call),
}

impl Case {
    const fn new(why: &'static str, reason: &'static str, setup: fn(&World) -> (Orders, Call, Call)) -> Self {
        Self { why, reason, is_good_elsewhere: false, setup }
    }
}

pub(crate) fn cases() -> [Case; 11] {
    let mut streaming =
        Case::new("a signature on a method that is not known to be unary", "tower.grpc_streaming", |world| {
            (
                orders(world),
                Call::new(WATCH, "cone", signed(&world.billing)),
                Call::new(WATCH, "cone", proven(&world.billing)),
            )
        });
    streaming.is_good_elsewhere = true;
    [
        Case::new("nothing is presented", "tower.nothing_presented", |world| {
            (orders(world), Call::new(PLACE, "cone", |_| {}), good(world))
        }),
        Case::new("a proof token fails", "wpt.signature", |world| {
            let prove = proven(&world.billing);
            let broken = move |request: &mut Request<Bytes>| {
                prove(request);
                break_token(request);
            };
            (orders(world), Call::new(PLACE, "cone", broken), good(world))
        }),
        Case::new("a signature fails", "httpsig.signature", |world| {
            // Another query than the one that was signed.
            let sign = signed(&world.billing);
            let changed = move |request: &mut Request<Bytes>| {
                sign(request);
                let uri = format!("{}?all", request.uri());
                *request.uri_mut() = uri.parse().unwrap();
            };
            (
                orders(world),
                Call::new(PLACE, "cone", changed),
                Call::new(PLACE, "cone", signed(&world.billing)),
            )
        }),
        streaming,
        Case::new("known, and not permitted", "layers.application_not_permitted", |world| {
            (orders(world), Call::new(PLACE, "cone", proven(&world.orders)), good(world))
        }),
        Case::new("the replay store is down, full, or has lost its memory", "replay.fenced", |world| {
            // What ends soon may have been used before the start; what ends as late as it may was made after.
            let guard = MemoryReplayGuard::new(10_000).with_fence(NOW.minus(Duration::from_secs(120)));
            let guard = Arc::new(guard);
            let replay = Replay::Local(guard);
            let service = Orders::new(world.bare(replay).proof_tokens(world.token_verifier()), token());
            let credential = Arc::clone(&world.billing);
            let late = move |request: &mut Request<Bytes>| {
                prove(&credential, request, ProofOptions::default().lifetime(ProofOptions::MAX_LIFETIME));
            };
            (service, good(world), Call::new(PLACE, "cone", late))
        }),
        Case::new("too much content is held at once", "tower.content_full", |world| {
            let limits = ContentLimits::default().memory(4096).total(64);
            (limited(world, limits), large(world, 1024), small(world))
        }),
        Case::new("signed content is too large", "tower.content_too_large", |world| {
            (limited(world, ContentLimits::default().memory(512)), large(world, 1024), large(world, 128))
        }),
        Case::new("signed content does not come in time", "tower.content_timeout", |world| {
            let limits = ContentLimits::default().timeout(Duration::from_secs(1));
            (limited(world, limits), Call { stalls: true, ..small(world) }, small(world))
        }),
        Case::new("the path can be read as one of another policy", "tower.path_ambiguous", |world| {
            let policies = Policies::new(either()).at(WATCH, token());
            let service = Orders::new(world.authenticator(), policies);
            (service, Call::new("/shop.Orders//Watch", "cone", proven(&world.billing)), good(world))
        }),
        Case::new(
            "a signed response is demanded, and none is made",
            "httpsig.signed_response_unsupported",
            |world| {
                let credential = Arc::clone(&world.billing);
                let demanding = move |request: &mut Request<Bytes>| {
                    let _ = sign(&credential, request, RequestOptions::default().require_signed_response());
                };
                (orders(world), Call::new(PLACE, "cone", demanding), small(world))
            },
        ),
    ]
}

/// Judges proof tokens and signatures, for billing; `Place` is unary.
fn orders(world: &World) -> Orders {
    Orders::new(world.authenticator().unary_methods([PLACE]), either())
}

fn limited(world: &World, limits: ContentLimits) -> Orders {
    Orders::new(world.authenticator().unary_methods([PLACE]).content_limits(limits), either())
}

fn good(world: &World) -> Call {
    Call::new(PLACE, "cone", proven(&world.billing))
}

/// A signed call.
fn small(world: &World) -> Call {
    large(world, 4)
}

fn large(world: &World, bytes: usize) -> Call {
    Call::new(PLACE, &"x".repeat(bytes), signed(&world.billing))
}

fn proven(credential: &Arc<WitCredential>) -> impl Fn(&mut Request<Bytes>) + Send + Sync + 'static {
    let credential = Arc::clone(credential);
    move |request| prove(&credential, request, ProofOptions::default())
}

fn signed(credential: &Arc<WitCredential>) -> impl Fn(&mut Request<Bytes>) + Send + Sync + 'static {
    let credential = Arc::clone(credential);
    move |request| {
        let _ = sign(&credential, request, RequestOptions::default());
    }
}

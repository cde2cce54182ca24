//! Who takes part of what is held: only who may call.

use crate::support::*;
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use std::sync::Arc;
use wimse_creds::pop::{LayerPolicy, MemoryReplayGuard, PeerPolicy, Replay, WitCredential};
use wimse_httpsig::RequestOptions;
use wimse_tower::{Authenticator, Binding, Policy, Stage};
use wimse_wpt::ProofOptions;

/// An eighth of its room is one proof.
fn small() -> Arc<MemoryReplayGuard> {
    Arc::new(MemoryReplayGuard::new(8))
}

fn authenticator(world: &World, guard: &Arc<MemoryReplayGuard>) -> Authenticator {
    let authenticator = world.bare(Replay::Local(guard.clone()));
    authenticator.proof_tokens(world.token_verifier()).signatures(world.signature_verifier())
}

fn strangers(world: &World) -> impl Iterator<Item = Arc<WitCredential>> + '_ {
    (0..16).map(|number| world.issued(&format!("wimse://example.com/stranger/{number}"), NOW))
}

fn proven_by(caller: &WitCredential) -> Request<Full<Bytes>> {
    let mut request = get("/orders");
    prove(caller, &mut request, ProofOptions::default());
    received(request)
}

fn signed_by(caller: &WitCredential) -> Request<Full<Bytes>> {
    let mut request = get("/orders");
    let _ = sign(caller, &mut request, RequestOptions::default());
    received(request)
}

#[tokio::test]
async fn strangers_do_not_fill_the_memory_of_proofs() {
    let world = World::new();
    for made_by in [proven_by, signed_by] {
        let guard = small();
        let service = TestService::new(authenticator(&world, &guard), either());
        for stranger in strangers(&world) {
            assert_eq!(service.call(made_by(&stranger)).await.status(), 403);
            let decided = world.decided();
            let expected = (Stage::Authorization, Some("layers.application_not_permitted"));
            assert_eq!((decided.stage, decided.code), expected);
        }
        assert!(guard.is_empty());
        assert_eq!(service.calls(), 0);
        assert_eq!(service.call(made_by(&world.billing)).await.status(), 200);
        assert_eq!((world.code(), guard.is_empty()), (None, false));

        // The same, permitted: each has its place, and when there is none left, the next is refused.
        let guard = small();
        let all = PeerPolicy::member_of(["wimse://example.com".parse().unwrap()]);
        let proofs = [Binding::WorkloadProofToken, Binding::HttpSignature];
        let open = Policy::any_of(proofs, LayerPolicy::Either(all));
        let service = TestService::new(authenticator(&world, &guard), open);
        let mut statuses = Vec::new();
        for stranger in strangers(&world) {
            statuses.push(service.call(made_by(&stranger)).await.status().as_u16());
        }
        assert_eq!((statuses[0], statuses[15]), (200, 503));
        world.noted.lock().unwrap().clear();
    }
}

#[tokio::test]
async fn what_only_a_hook_refuses_is_used_up() {
    let world = World::new();
    let guard = small();
    let refusing = |_: &wimse_creds::pop::AuthenticatedPeer, _: &http::request::Parts| {
        Err(wimse_creds::pop::NotAuthorized)
    };
    let service = TestService::new(authenticator(&world, &guard), either().authorized_by(refusing));
    assert_eq!(service.call(proven_by(&world.billing)).await.status(), 403);
    assert_eq!((world.code(), guard.is_empty()), (Some("authorization.not_permitted"), false));
}

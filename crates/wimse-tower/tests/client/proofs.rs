//! What is attached to requests.

use crate::support::{BASE, Issuer, Orders, call, id, now, order};
use bytes::Bytes;
use http::Response;
use std::sync::{Arc, Mutex};
use wimse_creds::pop::{Audience, MemoryReplayGuard};
use wimse_tower::client::SignLayer;

fn verifier(issuer: &Issuer) -> wimse_wpt::Verifier {
    wimse_wpt::Verifier::new(issuer.wits(), Audience::base(BASE).unwrap())
}

#[tokio::test]
async fn a_proof_token_goes_with_the_request() {
    let issuer = Issuer::new();
    let (verifier, guard) = (verifier(&issuer), Arc::new(MemoryReplayGuard::new(100)));
    let layer = SignLayer::proof_token(issuer.credential("web"));
    let answer = call(&layer, order(), move |parts, content| {
        assert_eq!(content, b"two cones");
        let peer = verifier.check_parts(parts, now()).unwrap().admit(&*guard, now()).unwrap();
        Response::new(Bytes::from(peer.identifier().to_string()))
    });
    assert_eq!(answer.await.unwrap().body(), id("web").as_str());
}

#[tokio::test]
async fn a_signature_covers_the_content() {
    let issuer = Issuer::new();
    let orders = Orders::new(&issuer, BASE);
    let layer = SignLayer::http_signature(issuer.credential("web"));
    let answer = call(&layer, order(), move |parts, content| {
        assert!(parts.headers.contains_key("content-digest"));
        orders.answer(parts, content)
    });
    assert_eq!(&answer.await.unwrap().body()[..], b"hello wimse://example.com/web");
}

#[tokio::test]
async fn a_renewed_wit_is_used_at_once() {
    use wimse_creds::pop::{WitCredential, WitSource};
    struct Renewed(Mutex<Vec<Arc<WitCredential>>>);
    impl WitSource for Renewed {
        fn current(&self) -> Option<Arc<WitCredential>> {
            self.0.lock().unwrap().pop()
        }
    }
    let issuer = Issuer::new();
    let (old, new) = (issuer.credential("web"), issuer.credential("web"));
    let layer = SignLayer::proof_token(Renewed(Mutex::new(vec![Arc::clone(&new), Arc::clone(&old)])));
    for expected in [&old, &new] {
        let wit = expected.wit().to_field_value().unwrap();
        call(&layer, order(), move |parts, _| {
            assert_eq!(parts.headers["workload-identity-token"], wit);
            Response::new(Bytes::new())
        })
        .await
        .unwrap();
    }
    let refused = call(&layer, order(), |_, _| Response::new(Bytes::new())).await.unwrap_err();
    assert_eq!(refused.code(), "client.credential_missing");
}

//! Fields that nobody has thought of: whatever they hold, nothing is let through that is not proven, and nothing breaks.

use crate::support::*;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request};
use proptest::prelude::*;
use std::sync::LazyLock;
use tokio::runtime::{Builder, Runtime};
use wimse_tower::{Binding, Policy};

const NAMES: [&str; 9] = [
    "authorization",
    "workload-identity-token",
    "signature",
    "signature-input",
    "content-digest",
    "accept-signature",
    "content-type",
    "txn-token",
    "upgrade",
];

/// Pieces of which such fields are made.
const PIECES: [&str; 24] = [
    "WPT ",
    "Bearer ",
    "eyJhbGciOiJFZERTQSJ9",
    "e30",
    ".",
    "..",
    "=",
    "=:",
    ":",
    "(",
    ")",
    "\"",
    "\\",
    ";",
    ",",
    "?1",
    "wimse",
    "\"@method\"",
    "tag=\"wimse-workload-to-workload\"",
    "created=1745508910",
    "nonce=\"a\"",
    "sha-256",
    "application/grpc",
    "\u{e9}",
];

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_all().build().unwrap());

fn status(service: &TestService, request: Request<Bytes>) -> u16 {
    let response = RUNTIME.block_on(service.call(received(request)));
    // What is refused in gRPC says so in its own way.
    match response.headers().get("grpc-status") {
        Some(_) => 401,
        None => response.status().as_u16(),
    }
}

fn value() -> impl Strategy<Value = HeaderValue> {
    let pieces = prop::collection::vec(prop::sample::select(&PIECES[..]), 0..12);
    let pieces = pieces.prop_map(|pieces| pieces.concat().into_bytes());
    let any = prop_oneof![pieces, prop::collection::vec(any::<u8>(), 0..64)];
    any.prop_filter_map("not a field value", |bytes| HeaderValue::from_bytes(&bytes).ok())
}

fn fields() -> impl Strategy<Value = Vec<(&'static str, HeaderValue)>> {
    prop::collection::vec((prop::sample::select(&NAMES[..]), value()), 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn garbage_is_refused(fields in fields()) {
        static WORLD: LazyLock<World> = LazyLock::new(World::new);
        let service = TestService::new(WORLD.authenticator(), either());
        let mut request = post("/orders", "two cones");
        for (name, value) in fields {
            request.headers_mut().append(HeaderName::from_static(name), value);
        }
        let status = status(&service, request);
        prop_assert!(matches!(status, 400 | 401), "{}", status);
        prop_assert_eq!(service.calls(), 0);
    }

    /// A request with both proofs, in which one byte of a field that is proven or proves is another.
    #[test]
    fn one_byte_that_is_another_is_refused(
        name in prop::sample::select(&NAMES[..4]),
        place in any::<prop::sample::Index>(),
        byte in 0x21_u8..0x7f,
    ) {
        static WORLD: LazyLock<World> = LazyLock::new(World::new);
        // Both are needed: a signature with another tag is none, and a proof token alone would do.
        let both = Policy::all_of([Binding::WorkloadProofToken, Binding::HttpSignature], billing());
        let service = TestService::new(WORLD.authenticator(), both);
        let mut request = post("/orders", "two cones");
        WORLD.prove(&mut request);
        let _ = WORLD.sign(&mut request);
        let mut bytes = request.headers()[name].as_bytes().to_vec();
        let place = place.index(bytes.len());
        prop_assume!(bytes[place] != byte);
        // Bits of base64 that stand for nothing may be set, by RFC 9651 4.2.7: in the last digit, before "==:".
        prop_assume!(name != "signature" || place + 4 != bytes.len());
        bytes[place] = byte;
        request.headers_mut().insert(name, HeaderValue::from_bytes(&bytes).unwrap());
        let status = status(&service, request);
        prop_assert!(matches!(status, 400 | 401), "{} {}: {}", name, place, status);
        prop_assert_eq!(service.calls(), 0);
    }
}

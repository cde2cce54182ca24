//! What clients with tonic see of refusals: real calls over HTTP/2, and the same requests without gRPC.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod cases;
mod orders;
#[path = "../support/mod.rs"]
mod support;

use crate::cases::{Case, cases};
use crate::orders::{Answer, Served};
use crate::support::World;
use tonic::Code;

/// What stands in the documentation, row by row.
const TABLE: &str = include_str!("../../src/grpc.md");

/// Why, the status of HTTP, and the status of gRPC.
fn rows() -> Vec<[&'static str; 3]> {
    let rows = TABLE.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    rows.skip(2).map(|row| row.split(" | ").collect::<Vec<_>>().try_into().unwrap()).collect()
}

fn shown(code: Code) -> &'static str {
    match code {
        Code::InvalidArgument => "3 `INVALID_ARGUMENT`",
        Code::DeadlineExceeded => "4 `DEADLINE_EXCEEDED`",
        Code::PermissionDenied => "7 `PERMISSION_DENIED`",
        Code::ResourceExhausted => "8 `RESOURCE_EXHAUSTED`",
        Code::Unimplemented => "12 `UNIMPLEMENTED`",
        Code::Unavailable => "14 `UNAVAILABLE`",
        Code::Unauthenticated => "16 `UNAUTHENTICATED`",
        code => panic!("{code:?}"),
    }
}

/// Each refusal stands beside its good twin, which differs in what the row says.
#[tokio::test]
async fn refusals_have_the_documented_status() {
    let mut rows = rows();
    for Case { why, reason, is_good_elsewhere, setup } in cases() {
        let place = rows.iter().position(|row| row[0] == why);
        let [_, http, grpc] = rows.remove(place.unwrap_or_else(|| panic!("{why} is not documented")));
        let http: u16 = http.parse().unwrap();
        for stream in [false, true] {
            let world = World::new();
            let (service, refused, good) = setup(&world);
            let served = Served::start(&service).await;

            let accepted = served.call(good, stream).await;
            assert!(
                matches!(&accepted, Answer::Message(text) if text.starts_with("hello ")),
                "{why}: {accepted:?}"
            );
            assert_eq!(world.code(), None, "{why}");

            let answer = served.call(refused.clone(), stream).await;
            let Answer::Refused(status) = answer else { panic!("{why}: {answer:?}") };
            assert_eq!(shown(status.code()), grpc, "{why}");
            assert_eq!(world.code(), Some(reason), "{why}");
            // Nothing of the reason, nor of who is expected.
            for word in ["wpt", "wit", "httpsig", "replay", "wimse", "expired", "layers"] {
                assert!(!status.message().contains(word), "{why}: {}", status.message());
            }
            served.stop().await;
        }
        let world = World::new();
        let (service, refused, _) = setup(&world);
        assert_eq!(service.status(refused).await, http, "{why}");
        assert_eq!(world.code(), (!is_good_elsewhere).then_some(reason), "{why}");
    }
    assert!(rows.is_empty(), "not tested: {rows:?}");
}

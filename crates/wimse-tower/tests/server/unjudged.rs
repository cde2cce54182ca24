//! What was refused before the layer: on record and counted as what the layer refuses.

use crate::support::*;
use http::{HeaderMap, StatusCode};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use wimse_tower::audit::{Audit, AuditError, AuditEvent, AuditSink, MAX_CHARS, OnAuditFailure, Verdict};
use wimse_tower::{AuthenticateLayer, Binding, Unjudged};

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<AuditEvent>>>);

impl AuditSink for Kept {
    fn record(&self, event: &AuditEvent) -> Result<(), AuditError> {
        self.0.lock().unwrap().push(event.clone());
        Ok(())
    }
}

impl Kept {
    fn one(&self) -> AuditEvent {
        let mut events = std::mem::take(&mut *self.0.lock().unwrap());
        assert_eq!(events.len(), 1, "{events:?}");
        events.remove(0)
    }
}

fn refused<'a>(headers: &'a HeaderMap) -> Unjudged<'a> {
    Unjudged::new("gateway.uri_missing", StatusCode::BAD_REQUEST, headers)
}

#[tokio::test]
async fn it_is_on_record_with_what_is_known() {
    let (world, sink) = (World::new(), Kept::default());
    let authenticator = world.authenticator().audit(Audit::new(sink.clone(), OnAuditFailure::Refuse));
    let layer = AuthenticateLayer::new(authenticator, either()).unwrap();
    let request = world.proven(get("/orders"));
    layer.refused(&refused(request.headers()).method("GET").path("/orders?token=abc"));
    let event = sink.one();
    assert_eq!((event.decision, event.stage), (Verdict::Refused, "arrival"));
    assert_eq!((event.code, event.status), (Some("gateway.uri_missing"), Some(400)));
    assert_eq!((event.method.as_deref(), event.path.as_deref()), (Some("GET"), Some("/orders")));
    assert_eq!((event.query.as_deref(), &*event.presented), (None, &[Binding::WorkloadProofToken][..]));
    assert!(!event.to_line().contains("abc") && event.to_line().contains("\"presented\":[\"wpt\"]"));
    assert_eq!(
        (event.claimed_subject.as_deref(), event.caller, event.application),
        (Some(BILLING), None, None)
    );

    // Nothing is known, and nothing is made up.
    layer.refused(&refused(&HeaderMap::new()));
    let event = sink.one();
    assert_eq!((event.method.as_deref(), event.path.as_deref()), (None, None));
    assert!(event.presented.is_empty() && event.claimed_subject.is_none());
    assert!(event.to_line().contains("\"method\":null,\"path\":null"));

    // Text is as everywhere.
    let token = world.billing.wit().as_str();
    let path = format!("/\u{9b}{token}/{}", "p".repeat(MAX_CHARS));
    layer.refused(&refused(&HeaderMap::new()).method("A\u{1b}B").path(&path));
    let event = sink.one();
    assert_eq!(event.method.as_deref(), Some("A\\u{1b}B"));
    let shown = event.path.clone().unwrap();
    assert!(
        shown.starts_with("/\\u{9b}") && !shown.contains(&token[..40]) && shown.ends_with('…'),
        "{shown}"
    );
    // The proof has not been used up.
    let service = TestService::new(world.authenticator(), either());
    assert_eq!(service.call(request).await.status(), 200);
}

/// Nobody passes by a record that fails; the failure is counted.
#[tokio::test]
async fn a_record_that_fails_is_counted() {
    struct Full;
    impl AuditSink for Full {
        fn record(&self, _: &AuditEvent) -> Result<(), AuditError> {
            Err(AuditError::Full)
        }
    }
    for on_failure in [OnAuditFailure::Refuse, OnAuditFailure::Continue] {
        let audit = Audit::new(Full, on_failure);
        let failures = audit.failures();
        let layer =
            AuthenticateLayer::new(World::new().authenticator().audit(audit.clone()), either()).unwrap();
        layer.refused(&refused(&HeaderMap::new()));
        assert_eq!(failures.load(Ordering::SeqCst), 1);
        // Clones count together.
        let other = AuthenticateLayer::new(World::new().authenticator().audit(audit), either()).unwrap();
        other.refused(&refused(&HeaderMap::new()));
        assert_eq!(failures.load(Ordering::SeqCst), 2);
    }
}

/// Kept by the test of leaks, with its span and its count.
#[tokio::test]
async fn its_line_and_its_debug_output_show_no_field() {
    let world = World::new();
    let layer = AuthenticateLayer::new(world.authenticator(), either()).unwrap();
    let request = world.proven(get("/orders"));
    let unjudged = refused(request.headers()).method("GET");
    layer.refused(&unjudged);
    capture::text(&format!("{unjudged} {unjudged:?}"));
    assert_eq!(unjudged.to_string(), "\"GET\" ?: refused with 400, gateway.uri_missing");
    let shown = "Unjudged { code: \"gateway.uri_missing\", status: 400, .. }";
    assert_eq!(format!("{unjudged:?}"), shown);
}

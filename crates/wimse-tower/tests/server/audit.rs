//! Decisions on record.

use crate::support::*;
use http::header::HeaderName;
use http::{HeaderValue, Method, Request, StatusCode};
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wimse_creds::pop::{AuthenticatedPeer, NotAuthorized};
use wimse_tower::Authenticator;
use wimse_tower::audit::{
    Audit, AuditError, AuditEvent, AuditLog, AuditQueue, AuditSink, MAX_CHARS, OnAuditFailure, Verdict,
};

/// Keeps events, or fails.
#[derive(Clone, Default)]
struct Kept {
    events: Arc<Mutex<Vec<AuditEvent>>>,
    fails: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
}

impl Kept {
    fn take(&self) -> Vec<AuditEvent> {
        std::mem::take(&mut self.events.lock().unwrap())
    }
}

impl AuditSink for Kept {
    fn record(&self, event: &AuditEvent) -> Result<(), AuditError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.fails.load(Ordering::SeqCst) {
            return Err(AuditError::Write);
        }
        self.events.lock().unwrap().push(event.clone());
        Ok(())
    }
}

fn kept(world: &World, kept: &Kept, on_failure: OnAuditFailure) -> Authenticator {
    world.authenticator().audit(Audit::new(kept.clone(), on_failure))
}

#[tokio::test]
async fn accepted_and_refused() {
    let (world, sink) = (World::new(), Kept::default());
    let service = TestService::new(kept(&world, &sink, OnAuditFailure::Refuse), either());
    let mut request = get("/orders/7?token=abc");
    world.prove(&mut request);
    assert_eq!(service.call(received(request.clone())).await.status(), 200);
    let event = sink.take().remove(0);
    assert_eq!((event.decision, event.stage, event.code), (Verdict::Accepted, "authorization", None));
    assert_eq!((event.caller.as_deref(), event.claimed_subject.as_deref()), (Some(BILLING), None));
    assert_eq!((event.path.as_deref(), event.query.as_deref()), (Some("/orders/7"), None));
    assert!(event.transport.is_none());
    let who = event.application.unwrap();
    assert_eq!((&*who.identifier, who.exp), (BILLING, NOW.plus(HOUR).as_secs()));

    // The same again: who it is is claimed only, since nothing new has been proven.
    assert_eq!(service.call(received(request)).await.status(), 401);
    let event = sink.take().remove(0);
    assert_eq!(
        (event.decision, event.stage, event.code),
        (Verdict::Refused, "admission", Some("wpt.replayed"))
    );
    assert_eq!((event.requirement, event.status), (Some("WPT-2-23"), Some(401)));
    assert_eq!(
        (event.caller, event.application, event.claimed_subject.as_deref()),
        (None, None, Some(BILLING))
    );

    // Whose name is not permitted is refused before it is known whether the proof is new.
    let mut request = get("/orders");
    prove(&world.orders, &mut request, wimse_wpt::ProofOptions::default());
    assert_eq!(service.call(received(request)).await.status(), 403);
    let event = sink.take().remove(0);
    assert_eq!((event.stage, event.status, event.caller), ("authorization", Some(403), None));
    assert_eq!((event.application, event.claimed_subject.as_deref()), (None, Some(ORDERS)));

    // Who is authenticated and refused by a hook is on record as who it is.
    let refusing = |_: &AuthenticatedPeer, _: &http::request::Parts| Err(NotAuthorized);
    let policy = either().authorized_by(refusing);
    let service = TestService::new(kept(&world, &sink, OnAuditFailure::Refuse), policy);
    assert_eq!(service.call(world.proven(get("/orders"))).await.status(), 403);
    let event = sink.take().remove(0);
    assert_eq!((event.stage, event.status, event.caller), ("authorization", Some(403), None));
    assert_eq!(event.application.unwrap().identifier, BILLING);
}

/// The line in the documentation.
#[tokio::test]
async fn the_line_of_a_refusal() {
    let (world, sink) = (World::new(), Kept::default());
    let verifier = wimse_wpt::Verifier::new(world.wits.clone(), base().audience());
    let authenticator = world.bare(local()).proof_tokens(verifier);
    let service =
        TestService::new(authenticator.audit(Audit::new(sink.clone(), OnAuditFailure::Continue)), token());
    let mut request = Request::get("https://other.example/orders/7").body(bytes::Bytes::new()).unwrap();
    world.prove(&mut request);
    assert_eq!(service.call(received(request)).await.status(), 401);
    let line = sink.take().remove(0).to_line();
    assert!(line.ends_with("}\n") && line.matches('\n').count() == 1);
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/observability.md");
    let document = std::fs::read_to_string(document).unwrap();
    let (_, example) = document.split_once("```json\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    assert_eq!(line.trim_end(), example.lines().map(str::trim).collect::<String>());
}

#[tokio::test]
async fn what_cannot_go_on_record_does_not_pass_where_it_has_to() {
    for (on_failure, expected) in [(OnAuditFailure::Continue, 200), (OnAuditFailure::Refuse, 503)] {
        let (world, sink) = (World::new(), Kept::default());
        let audit = Audit::new(sink.clone(), on_failure);
        let failures = audit.failures();
        let service = TestService::new(world.authenticator().audit(audit), either());
        assert_eq!(service.call(world.proven(get("/orders"))).await.status(), 200);
        assert_eq!((service.calls(), world.code()), (1, None));

        sink.fails.store(true, Ordering::SeqCst);
        sink.asked.store(0, Ordering::SeqCst);
        let request = world.proven(get("/orders"));
        let answer = service.call(request).await;
        assert_eq!((answer.status().as_u16(), service.calls()), (expected, usize::from(expected == 200)));
        let decided = world.decided();
        if expected == 503 {
            assert_eq!((decided.code, decided.stage.name()), (Some("tower.audit_failed"), "audit"));
            assert_eq!(text(&answer), r#"{"type":"about:blank","title":"Service Unavailable","status":503}"#);
            // As accepted, and then as refused.
            assert_eq!((sink.asked.load(Ordering::SeqCst), failures.load(Ordering::SeqCst)), (2, 2));
        } else {
            assert_eq!((decided.code, failures.load(Ordering::SeqCst)), (None, 1));
        }
        // What is refused anyway is answered as ever.
        assert_eq!(service.call(received(get("/orders"))).await.status(), 401);
        assert_eq!(world.code(), Some("tower.nothing_presented"));
        sink.fails.store(false, Ordering::SeqCst);
        assert_eq!(service.call(world.proven(get("/orders"))).await.status(), 200);
    }
}

#[tokio::test]
async fn text_of_a_request_is_escaped_and_cut() {
    let (world, sink) = (World::new(), Kept::default());
    let audit = Audit::new(sink.clone(), OnAuditFailure::Continue).with_query();
    let service = TestService::new(world.authenticator().audit(audit), either());
    let method = Method::from_bytes("M".repeat(600).as_bytes()).unwrap();
    let path = format!("/\"{}", "p".repeat(MAX_CHARS));
    let token = world.billing.wit().as_str();
    let target = format!("{path}?token={token}&b=2");
    let request = Request::builder().method(method).uri(target).body(http_body_util::Empty::new()).unwrap();
    assert_eq!(service.call(request).await.status(), StatusCode::UNAUTHORIZED);
    let event = sink.take().remove(0);
    assert_eq!(event.method, Some(format!("{}…", "M".repeat(MAX_CHARS))));
    assert_eq!(event.path, Some(format!("/\\\"{}…", "p".repeat(MAX_CHARS - 2))));
    assert_eq!(event.query.as_deref(), Some(&*format!("token=<{} bytes of a token>…", token.len())));
    assert!(!event.to_line().contains(&token[..40]));
}

/// Fields that no audit event has anything of, whatever is in them.
#[tokio::test]
async fn other_fields_are_not_on_record() {
    let (world, sink) = (World::new(), Kept::default());
    let service = TestService::new(kept(&world, &sink, OnAuditFailure::Refuse), either());
    let mut request = world.proven(get("/orders"));
    let cookie = HeaderName::from_static("cookie");
    request.headers_mut().insert(cookie, HeaderValue::from_static("session=not-for-auditors"));
    assert_eq!(service.call(request).await.status(), 200);
    assert!(!sink.take().remove(0).to_line().contains("not-for-auditors"));
}

/// A disk that is full for a while, in the middle of a line.
#[derive(Clone, Default)]
struct Disk {
    written: Arc<Mutex<Vec<u8>>>,
    is_full: Arc<AtomicBool>,
}

impl Disk {
    fn lines(&self) -> Vec<String> {
        let written = self.written.lock().unwrap().clone();
        String::from_utf8(written).unwrap().lines().map(str::to_owned).collect()
    }
}

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut written = self.written.lock().unwrap();
        if self.is_full.load(Ordering::SeqCst) {
            // The line before has its end, this one gets a beginning.
            if bytes.len() < 20 || !written.ends_with(b"\n") {
                return Err(io::ErrorKind::StorageFull.into());
            }
            written.extend_from_slice(&bytes[..10]);
            return Ok(10);
        }
        written.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

async fn event() -> AuditEvent {
    let (world, sink) = (World::new(), Kept::default());
    let service = TestService::new(kept(&world, &sink, OnAuditFailure::Refuse), either());
    let _ = service.call(received(get("/orders"))).await;
    sink.take().remove(0)
}

#[tokio::test]
async fn a_log_whose_disk_is_full_for_a_while() {
    let (disk, event) = (Disk::default(), event().await);
    let log = AuditLog::new(disk.clone());
    assert_eq!(log.record(&event), Ok(()));
    disk.is_full.store(true, Ordering::SeqCst);
    assert_eq!(log.record(&event), Err(AuditError::Write));
    disk.is_full.store(false, Ordering::SeqCst);
    assert_eq!(log.record(&event), Ok(()));
    let lines = disk.lines();
    let whole = event.to_line();
    assert_eq!(lines, [whole.trim_end(), &whole[..10], whole.trim_end()]);
}

#[tokio::test]
async fn a_log_is_added_to() {
    let event = event().await;
    let path = std::env::temp_dir().join(format!("wimse-tower-audit-{}", std::process::id()));
    let _ = std::fs::remove_file(&path);
    for _ in 0..2 {
        AuditLog::append(&path).unwrap().record(&event).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), event.to_line().repeat(2));
    std::fs::remove_file(&path).unwrap();
    assert!(AuditLog::append(path.join("there/is/none")).is_err());
}

#[tokio::test]
async fn a_queue_is_bounded_and_loses_no_line_that_it_has_taken() {
    let (disk, event) = (Disk::default(), event().await);
    disk.is_full.store(true, Ordering::SeqCst);
    let queue = AuditQueue::new(disk.clone(), 3).unwrap();
    // One may be with the thread; the rest waits, and there is an end to it.
    let outcomes: Vec<_> = (0..10).map(|_| queue.record(&event)).collect();
    let taken = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert!((3..=4).contains(&taken), "{outcomes:?}");
    assert_eq!(outcomes.last(), Some(&Err(AuditError::Full)));
    assert_eq!(queue.dropped(), 10 - u64::try_from(taken).unwrap());
    assert!(!queue.finish(Duration::from_millis(1)));

    disk.is_full.store(false, Ordering::SeqCst);
    assert!(queue.finish(Duration::from_secs(60)));
    assert_eq!(disk.lines(), vec![event.to_line().trim_end(); taken]);
    assert_eq!(queue.record(&event), Ok(()));
    assert!(queue.finish(Duration::from_secs(60)));
    assert_eq!(disk.lines().len(), taken + 1);
}

#[test]
fn codes_are_stable() {
    for (error, code) in [
        (AuditError::Write, "audit.write"),
        (AuditError::Full, "audit.full"),
        (AuditError::Closed, "audit.closed"),
    ] {
        assert_eq!(error.code(), code);
    }
}

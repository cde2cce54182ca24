//! Handshakes that fail, on record.

use crate::support::*;
use crate::workshop::{HOST, Workshop};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use wimse_mtls::rustls::ClientConfig;
use wimse_mtls::rustls::pki_types::ServerName;
use wimse_tower::audit::{Audit, AuditError, AuditEvent, AuditQueue, AuditSink, OnAuditFailure, Verdict};
use wimse_tower::{HttpServer, ServerLimits};

const PATIENCE: Duration = Duration::from_secs(60);
const STRANGER: &str = "wimse://example.com/stranger";

/// Gives events to the test.
struct Told(mpsc::UnboundedSender<AuditEvent>);

impl AuditSink for Told {
    fn record(&self, event: &AuditEvent) -> Result<(), AuditError> {
        self.0.send(event.clone()).map_err(|_| AuditError::Closed)
    }
}

struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
    codes: Arc<Mutex<Vec<&'static str>>>,
}

impl Served {
    /// Answers nothing, since nobody gets so far.
    async fn start(workshop: &Workshop, audit: Audit) -> Self {
        Self::start_with(workshop, audit, ServerLimits::default()).await
    }

    async fn start_with(workshop: &Workshop, audit: Audit, limits: ServerLimits) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let codes = Arc::<Mutex<Vec<_>>>::default();
        let noted = Arc::clone(&codes);
        let server = HttpServer::new().limits(limits).mutual_tls(workshop.server());
        let server = server.on_refused_connection(move |_, error| noted.lock().unwrap().push(error.code()));
        let server = server.audit(audit, World::new().clock);
        let app = axum::Router::new();
        let serving = tokio::spawn(server.serve(listener, app, async {
            let _ = stopped.await;
        }));
        Self { address, stop, serving, codes }
    }

    /// Connects, says something, and waits for the server to end it.
    async fn connect(&self, client: Arc<ClientConfig>) -> SocketAddr {
        let socket = TcpStream::connect(self.address).await.unwrap();
        let from = socket.local_addr().unwrap();
        let name = ServerName::try_from(HOST).unwrap();
        if let Ok(mut stream) = TlsConnector::from(client).connect(name, socket).await {
            let _ = stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
        from
    }

    async fn end(self) {
        self.stop.send(()).unwrap();
        self.serving.await.unwrap();
    }
}

#[tokio::test]
async fn who_is_refused_is_on_record_as_who_it_claims_to_be() {
    let workshop = Workshop::new();
    let (sender, mut events) = mpsc::unbounded_channel();
    let served = Served::start(&workshop, Audit::new(Told(sender), OnAuditFailure::Refuse)).await;
    let mut next = async || tokio::time::timeout(PATIENCE, events.recv()).await.unwrap().unwrap();

    let from = served.connect(workshop.client(STRANGER, HOUR * 2).config()).await;
    let event = next().await;
    assert_eq!(
        (event.decision, event.stage, event.code),
        (Verdict::Refused, "handshake", Some("mtls.not_expected"))
    );
    assert_eq!((event.from, event.claimed_subject.as_deref()), (Some(from.to_string()), Some(STRANGER)));
    assert_eq!(event.claimed_expiry, Some(crate::workshop::earlier().plus(HOUR * 2).as_secs()));
    let serial = event.claimed_serial.unwrap();
    assert!(!serial.is_empty() && serial.bytes().all(|byte| byte.is_ascii_hexdigit()), "{serial}");
    assert_eq!((event.method, event.path, event.status), (None, None, None));
    assert!(event.presented.is_empty() && event.transport.is_none() && event.caller.is_none());
    assert_eq!(event.time, "2025-04-24T15:35:10Z");

    // The certificate of billing, and not its key.
    served.connect(workshop.thief(BILLING)).await;
    let event = next().await;
    assert_eq!((event.code, event.claimed_subject.as_deref()), (Some("mtls.possession"), Some(BILLING)));
    assert!(event.transport.is_none());

    // Of another CA, whatever it says.
    served.connect(workshop.client_of(&Workshop::new(), BILLING).config()).await;
    let event = next().await;
    assert!(event.code.is_some_and(|code| code.starts_with("wic.")), "{event:?}");
    assert_eq!(event.claimed_subject.as_deref(), Some(BILLING));

    // Nothing of those before is left for who shows nothing.
    let mut socket = TcpStream::connect(served.address).await.unwrap();
    socket.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let _ = socket.read_to_end(&mut Vec::new()).await;
    let event = next().await;
    assert_eq!((event.code, event.claimed_subject, event.claimed_serial), (Some("mtls.tls"), None, None));
    drop(TcpStream::connect(served.address).await.unwrap());
    assert_eq!(next().await.code, Some("tower.handshake_network"));

    // Who is accepted has no event, and the next one is of somebody else.
    served.connect(workshop.client(BILLING, HOUR * 2).config()).await;
    served.connect(workshop.client(STRANGER, HOUR * 2).config()).await;
    assert_eq!(next().await.claimed_subject.as_deref(), Some(STRANGER));
    assert_eq!(served.codes.lock().unwrap().len(), 6);
    served.end().await;
}

#[tokio::test]
async fn who_says_nothing_is_on_record_as_nobody() {
    let workshop = Workshop::new();
    let (sender, mut events) = mpsc::unbounded_channel();
    let audit = Audit::new(Told(sender), OnAuditFailure::Refuse);
    let limits = ServerLimits::default().handshake_timeout(Duration::from_millis(100));
    let served = Served::start_with(&workshop, audit, limits).await;
    let silent = TcpStream::connect(served.address).await.unwrap();
    let event = tokio::time::timeout(PATIENCE, events.recv()).await.unwrap().unwrap();
    assert_eq!((event.code, event.claimed_subject), (Some("tower.handshake_timeout"), None));
    assert_eq!(event.from, Some(silent.local_addr().unwrap().to_string()));
    drop(silent);
    served.end().await;
}

/// At the same time, each has its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claims_are_not_mixed_up() {
    let workshop = Workshop::new();
    let (sender, mut events) = mpsc::unbounded_channel();
    let served = Served::start(&workshop, Audit::new(Told(sender), OnAuditFailure::Continue)).await;
    let clients: Vec<_> =
        (0..8).map(|number| workshop.client(&format!("{STRANGER}/{number}"), HOUR * 2).config()).collect();
    let served = Arc::new(served);
    let connecting: Vec<_> = clients
        .into_iter()
        .map(|client| {
            let served = Arc::clone(&served);
            tokio::spawn(async move { served.connect(client).await.to_string() })
        })
        .collect();
    let mut expected = Vec::new();
    for (number, connected) in connecting.into_iter().enumerate() {
        expected.push((connected.await.unwrap(), format!("{STRANGER}/{number}")));
    }
    let mut told = Vec::new();
    for _ in 0..8 {
        let event = tokio::time::timeout(PATIENCE, events.recv()).await.unwrap().unwrap();
        told.push((event.from.unwrap(), event.claimed_subject.unwrap()));
    }
    expected.sort();
    told.sort();
    assert_eq!(told, expected);
    Arc::into_inner(served).unwrap().end().await;
}

/// A writer that takes nothing.
struct Stuck;

impl std::io::Write for Stuck {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What cannot be queued is dropped and counted, and its connection refused as ever.
#[tokio::test]
async fn a_flood_fills_the_queue_and_nothing_else() {
    let workshop = Workshop::new();
    let queue = AuditQueue::new(Stuck, 2).unwrap();
    let audit = Audit::new(queue.clone(), OnAuditFailure::Refuse);
    let failures = audit.failures();
    let served = Served::start(&workshop, audit).await;
    for _ in 0..20 {
        let mut socket = TcpStream::connect(served.address).await.unwrap();
        socket.write_all(b"no TLS at all").await.unwrap();
        let _ = socket.read_to_end(&mut Vec::new()).await;
    }
    let start = Instant::now();
    while served.codes.lock().unwrap().len() < 20 && start.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(*served.codes.lock().unwrap(), ["mtls.tls"; 20]);
    // One may be with the thread, two wait.
    assert!((17..=18).contains(&queue.dropped()), "{}", queue.dropped());
    assert_eq!(failures.load(std::sync::atomic::Ordering::SeqCst), queue.dropped());
    served.end().await;
}

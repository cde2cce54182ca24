//! What live mode says of servers over TLS.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    sync::{Arc, Mutex, mpsc::channel},
    thread,
    time::{Duration, Instant},
};

use rustls::{ServerConfig, ServerConnection, StreamOwned, pki_types::PrivateKeyDer};
use wimse::creds::{key::Algorithm, pop::PeerPolicy};
use wimse_conformance::{
    baseline::Baseline,
    judge::Verdict,
    live::{
        Binding, CALLER, Drive, Folder, drive, now,
        wire::{Message, read_message},
    },
    report::Report,
};
use wimse_mtls::{MtlsError, MtlsServer, TlsEnvironment, TlsIdentity};

use crate::{
    lax_server::Server,
    servers::{Temporary, suite},
};

const PATIENCE: Duration = Duration::from_secs(30);

fn environment() -> TlsEnvironment {
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    TlsEnvironment::new(Arc::new(provider), Arc::new(rustls::time_provider::DefaultTimeProvider))
}

/// A server that permits the caller, and why it has refused others.
struct Strict {
    mutual: MtlsServer,
    messages: Server,
    refused: Mutex<Vec<String>>,
}

impl Strict {
    fn new(folder: &Folder) -> Self {
        let environment = environment();
        let identity = TlsIdentity::new(&environment, &folder.certificate("server").unwrap(), now()).unwrap();
        let permitted = PeerPolicy::exactly([CALLER.parse().unwrap()]);
        let mutual = MtlsServer::new(&environment, identity, folder.anchors().unwrap(), permitted).unwrap();
        Self { mutual, messages: Server::new(folder, &[]).unwrap(), refused: Mutex::default() }
    }

    fn connection(&self, socket: TcpStream) {
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let connection = ServerConnection::new(self.mutual.config()).unwrap();
        let mut stream = StreamOwned::new(connection, socket);
        match read_message(&mut stream, Instant::now() + PATIENCE) {
            Ok(Some(request)) => {
                let peer = self.mutual.peer(&stream.conn, now());
                let answer = match (peer, request.request_line()) {
                    (Ok(_), Some((_, target))) if target.starts_with("/conformance/mtls") => success(),
                    (Ok(_), _) => self.messages.answer(&request),
                    (Err(error), _) => panic!("{error}"),
                };
                answered(&mut stream, &answer);
            }
            Ok(None) => (),
            Err(error) => {
                let refused = MtlsError::from_io(&error).map(|error| error.code().to_owned());
                self.refused.lock().unwrap().extend(refused);
                // What the client still sends is taken, so that it sees the alert.
                let _ = stream.sock.shutdown(std::net::Shutdown::Write);
                let _ = stream.sock.read_to_end(&mut Vec::new());
            }
        }
    }
}

fn success() -> Message {
    Message { start: "HTTP/1.1 200 OK".to_owned(), ..Message::default() }
}

fn answered(stream: &mut StreamOwned<ServerConnection, TcpStream>, answer: &Message) {
    // A client that has gone away needs no answer.
    let _ = stream.write_all(&answer.to_bytes());
    stream.conn.send_close_notify();
    let _ = stream.flush();
}

/// Serves each connection in a thread.
fn serve(listener: TcpListener, connection: impl Fn(TcpStream) + Send + Sync + 'static) {
    let connection = Arc::new(connection);
    thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let connection = Arc::clone(&connection);
            thread::spawn(move || connection(socket));
        }
    });
}

struct Prepared {
    temporary: Temporary,
    listener: TcpListener,
    url: String,
}

impl Prepared {
    fn new(name: &str, host: &str, algorithm: Algorithm) -> Self {
        let temporary = Temporary::new(name);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{host}:{}/conformance", listener.local_addr().unwrap().port());
        Folder::prepare(temporary.path(), &url, algorithm).unwrap();
        Self { temporary, listener, url }
    }

    fn folder(&self) -> Folder {
        Folder::read(self.temporary.path()).unwrap()
    }

    fn options(&self) -> Drive {
        Drive {
            folder: self.folder(),
            name: "under test".to_owned(),
            url: self.url.clone(),
            mtls_url: None,
            audience: self.url.clone(),
            ca: None,
            bindings: Binding::ALL.to_vec(),
            algorithms: Vec::new(),
            lenient: false,
            timeout: PATIENCE,
            messages: None,
        }
    }
}

fn driven(options: Drive) -> Report {
    drive(options, &suite(), &Baseline::default()).unwrap()
}

fn drive_strict(
    name: &str,
    host: &str,
    algorithm: Algorithm,
    ca: Option<PathBuf>,
) -> BTreeMap<String, usize> {
    let prepared = Prepared::new(name, host, algorithm);
    let strict = Arc::new(Strict::new(&prepared.folder()));
    let options = Drive { ca: ca.map(|file| prepared.temporary.path().join(file)), ..prepared.options() };
    let serving = Arc::clone(&strict);
    serve(prepared.listener, move |socket| serving.connection(socket));
    let report = driven(options);
    assert!(report.clean, "{}", report.terminal(false));
    assert_eq!(report.count(Verdict::Pass), report.cases.len(), "{}", report.terminal(false));
    for id in ["live-mtls-get", "live-mtls-get-eddsa", "live-wpt-get-eddsa", "live-httpsig-get-eddsa"] {
        assert!(report.cases.iter().any(|case| case.id == id), "{id}");
    }
    let mut refused = BTreeMap::new();
    for code in strict.refused.lock().unwrap().iter() {
        *refused.entry(code.clone()).or_default() += 1;
    }
    refused
}

#[test]
fn a_strict_server_passes_and_refuses_connections_for_the_reasons_that_are_meant() {
    let refused = drive_strict("tls-strict", "127.0.0.1", Algorithm::EdDsa, None);
    let expected = [
        ("mtls.certificate_missing", 1),
        ("mtls.not_expected", 4),
        ("mtls.possession", 1),
        ("wic.ca_as_leaf", 1),
        ("wic.eku", 1),
        ("wic.expired", 1),
        ("wic.issuer_not_ca", 1),
        ("wic.not_yet_valid", 1),
        ("wic.signature", 2),
        ("wic.trust_domain_unknown", 2),
        ("wic.unknown_issuer", 3),
        ("wic.uri_missing", 2),
        ("wic.uri_repeated", 1),
    ];
    // Of both algorithms.
    let expected = expected.map(|(code, count)| (code.to_owned(), 2 * count));
    assert_eq!(refused, BTreeMap::from(expected));
}

#[test]
fn a_server_is_believed_about_its_host_by_the_cas_of_a_file() {
    drive_strict("tls-host", "localhost", Algorithm::Es256, Some("ca.pem".into()));
    // The same, by the CA of somebody else.
    let other = Temporary::new("tls-host-other");
    Folder::prepare(other.path(), "https://localhost/", Algorithm::Es256).unwrap();
    let prepared = Prepared::new("tls-host-unknown", "localhost", Algorithm::Es256);
    let options = Drive { ca: Some(other.path().join("ca.pem")), ..prepared.options() };
    let strict = Strict::new(&prepared.folder());
    serve(prepared.listener, move |socket| strict.connection(socket));
    let report = driven(options);
    assert_eq!(report.count(Verdict::Pass), 0, "{}", report.terminal(false));
    let reason = report.cases.first().and_then(|case| case.reason.as_deref()).unwrap();
    assert!(reason.starts_with("the server is not accepted"), "{reason}");
}

#[test]
fn of_a_server_that_asks_for_no_certificate_exactly_what_it_lets_in_is_named() {
    let prepared = Prepared::new("tls-lax", "127.0.0.1", Algorithm::Es256);
    let credential = prepared.folder().certificate("server").unwrap();
    let key = credential.key_for_tls(now()).unwrap();
    let key = PrivateKeyDer::try_from(key.to_vec()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::clone(environment().provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(credential.wic().chain().to_vec(), key)
        .unwrap();
    let config = Arc::new(config);
    let options = Drive { bindings: vec![Binding::Mtls], ..prepared.options() };
    serve(prepared.listener, move |socket| {
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), socket);
        if matches!(read_message(&mut stream, Instant::now() + PATIENCE), Ok(Some(_))) {
            answered(&mut stream, &success());
        }
    });
    let report = driven(options);
    let hostile =
        report.cases.iter().filter(|case| case.draft == "mutual-tls" && case.importance == "critical");
    let hostile: BTreeSet<_> = hostile.map(|case| case.id.as_str()).collect();
    let wrong: BTreeSet<_> = report.unexpected().map(|case| case.id.as_str()).collect();
    assert_eq!(wrong, hostile, "{}", report.terminal(false));
    assert!(wrong.contains("live-mtls-no-certificate-eddsa"));
    let failing = report.requirements.iter().filter(|row| row.state() == "fail");
    let failing: BTreeSet<_> = failing.map(|row| row.id.as_str()).collect();
    let expected = [
        "MTLS-3.2-1",
        "MTLS-3.2-3",
        "MTLS-3.2-4",
        "MTLS-3.2-6",
        "MTLS-3.3-1",
        "MTLS-5-1",
        "MTLS-5-11",
        "MTLS-5-2",
        "MTLS-5-4",
        "WIT-9.2-1",
    ];
    assert_eq!(failing, BTreeSet::from(expected));
}

/// A record of TLS that comes byte by byte, and never whole: no single wait is long, and all of it has an end.
#[test]
fn a_server_that_is_slow_within_a_handshake_is_not_waited_for_without_end() {
    let prepared = Prepared::new("tls-slow", "127.0.0.1", Algorithm::Es256);
    let options = Drive {
        bindings: vec![Binding::Mtls],
        algorithms: vec![Algorithm::Es256],
        timeout: Duration::from_millis(300),
        ..prepared.options()
    };
    serve(prepared.listener, |mut socket| {
        // A handshake message of 16 KiB.
        let mut written = socket.write_all(&[0x16, 3, 3, 0x40, 0, 2, 0, 0x3f, 0xfc]);
        while written.is_ok() {
            thread::sleep(Duration::from_millis(50));
            written = socket.write_all(&[0]);
        }
    });
    let (ended, report) = channel();
    thread::spawn(move || {
        let _ = ended.send(driven(options));
    });
    let report = report.recv_timeout(Duration::from_secs(120)).expect("it still waits");
    let mut of_mtls = report.cases.iter().filter(|case| case.draft == "mutual-tls").peekable();
    assert!(of_mtls.peek().is_some(), "{}", report.terminal(false));
    assert!(of_mtls.all(|case| case.verdict == Verdict::Timeout.as_str()), "{}", report.terminal(false));
}

//! Everything that can be seen from outside, and every secret that was made, kept in files for the test of leaks.
//!
//! It is on only where `tests/leaks` runs the suite with `WIMSE_CAPTURE`; elsewhere nothing is kept.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use wimse_creds::key::SigningKey;
use wimse_tower::Authenticator;
use wimse_tower::audit::{Audit, AuditLog, OnAuditFailure};

/// The folder; it has the files `secrets`, `logs`, `metrics`, `audit` and `texts`.
pub(crate) const FOLDER: &str = "WIMSE_CAPTURE";
/// Set, a proof of each request is written into the log on purpose.
pub(crate) const LEAK: &str = "WIMSE_CAPTURE_LEAK";

/// A file that many write to.
#[derive(Clone)]
struct Shared(Arc<Mutex<File>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Capture {
    secrets: Shared,
    audit: Shared,
    texts: Shared,
}

fn capture() -> Option<&'static Capture> {
    static CAPTURE: OnceLock<Option<Capture>> = OnceLock::new();
    let start = || {
        let folder = PathBuf::from(std::env::var_os(FOLDER)?);
        let open = |name| {
            let file = OpenOptions::new().append(true).create(true).open(folder.join(name)).unwrap();
            Shared(Arc::new(Mutex::new(file)))
        };
        let logs = open("logs");
        tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(move || logs.clone())
            .init();
        #[cfg(feature = "metrics")]
        super::recorder::install(open("metrics"));
        Some(Capture { secrets: open("secrets"), audit: open("audit"), texts: open("texts") })
    };
    CAPTURE.get_or_init(start).as_ref()
}

/// Keeps what the authenticator puts on record.
pub(crate) fn watched(authenticator: Authenticator) -> Authenticator {
    let Some(Capture { audit, .. }) = capture() else { return authenticator };
    let log = Audit::new(AuditLog::new(audit.clone()), OnAuditFailure::Refuse).with_query();
    #[cfg(feature = "metrics")]
    let authenticator = authenticator.label_trust_domains(["wimse://example.com".parse().unwrap()]);
    authenticator.audit(log)
}

/// Keeps what the server puts on record of connections.
#[cfg(feature = "mtls")]
pub(crate) fn watched_connections(
    server: wimse_tower::HttpServer,
    clock: Arc<dyn wimse_creds::Clock>,
) -> wimse_tower::HttpServer {
    let Some(Capture { audit, .. }) = capture() else { return server };
    server.audit(Audit::new(AuditLog::new(audit.clone()), OnAuditFailure::Refuse), clock)
}

/// The private part of a key, and all of it as it is written into files.
pub(crate) fn key(key: &SigningKey) {
    if capture().is_none() {
        return;
    }
    let jwk: serde_json::Value = serde_json::from_str(&key.to_private_jwk()).unwrap();
    secret("binary", &URL_SAFE_NO_PAD.decode(jwk["d"].as_str().unwrap()).unwrap());
}

/// A token, as it travels, and its signature.
pub(crate) fn token(token: &str) {
    secret("text", token.as_bytes());
    let signature = token.rsplit('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    secret("binary", &signature.unwrap_or_default());
}

/// Any other text that nobody but two may know.
pub(crate) fn text_secret(text: &str) {
    secret("text", text.as_bytes());
}

/// Tokens, proofs and signatures of a message.
pub(crate) fn fields(headers: &HeaderMap) {
    if capture().is_none() {
        return;
    }
    let all = |name| headers.get_all(name).into_iter().filter_map(|value: &HeaderValue| value.to_str().ok());
    for value in all("authorization").chain(all("workload-identity-token")).chain(all("txn-token")) {
        value.split([' ', ',']).filter(|word| word.matches('.').count() == 2).for_each(token);
    }
    for signature in all("signature").flat_map(|value| value.split(':').skip(1).step_by(2)) {
        secret("text", signature.as_bytes());
        secret("binary", &STANDARD.decode(signature).unwrap_or_default());
    }
    #[cfg(feature = "tracing")]
    if std::env::var_os(LEAK).is_some() {
        let proof = all("authorization").chain(all("signature")).next().unwrap_or_default();
        tracing::trace!(proof, "a leak, on purpose");
    }
}

/// An answer: its signature is a secret here, and what it says to a refused caller is to be looked at.
pub(crate) fn response(response: &Response<Bytes>) {
    fields(response.headers());
    if !response.status().is_success() {
        text(&format!("{} {}", response.status(), String::from_utf8_lossy(response.body())));
    }
}

/// An answer as it came over the wire: of a refusal, everything.
pub(crate) fn wire(answer: &str) {
    if !answer.starts_with("HTTP/1.1 2") {
        text(answer);
    }
}

/// Text that somebody is shown: of errors, decisions, values in debug output.
pub(crate) fn text(text: &str) {
    if let Some(Capture { texts, .. }) = capture() {
        writeln!(texts.clone(), "{text}").unwrap();
    }
}

fn secret(kind: &str, secret: &[u8]) {
    let Some(Capture { secrets, .. }) = capture().filter(|_| secret.len() >= 16) else { return };
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    secrets.clone().write_all(format!("{kind} {hex}\n").as_bytes()).unwrap();
}

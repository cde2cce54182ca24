//! What came of a call.

use super::SCHEMA;
use crate::exit::{Exit, Failure};
use crate::output::{Output, Style, Verdict};
use crate::refusal::Refusal;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::LOCATION;
use http::{HeaderMap, StatusCode, Version};
use serde::Serialize;
use std::io::{self, Write as _};

/// The document.
#[derive(Serialize)]
pub(super) struct Outcome {
    url: String,
    method: String,
    /// None where nothing was answered, or nothing of the answer may be used.
    status: Option<u16>,
    headers: Vec<Field>,
    body: Option<String>,
    /// Where the body is no text.
    body_base64: Option<String>,
    /// Whether the response is signed, and that was verified.
    signed: bool,
    /// Who has signed it.
    answered_by: Option<String>,
    /// Who is at the other end of the connection, if that is mutual TLS.
    connection: Option<String>,
    /// How often it was made.
    attempts: u8,
    refusal: Option<Refusal>,
    #[serde(skip)]
    content: Bytes,
    #[serde(skip)]
    line: String,
}

/// A response, whole.
pub(super) struct Received {
    pub(super) version: Version,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) content: Bytes,
    /// Who has signed it, if that was verified.
    pub(super) signer: Option<String>,
}

#[derive(Serialize)]
struct Field {
    name: String,
    value: String,
}

/// A status that is not meant.
#[derive(Debug, thiserror::Error)]
#[error("the service has answered {0}")]
struct NotAccepted(StatusCode);

impl Outcome {
    pub(super) fn of(url: String, method: String) -> Self {
        Self {
            url,
            method,
            status: None,
            headers: Vec::new(),
            body: None,
            body_base64: None,
            signed: false,
            answered_by: None,
            connection: None,
            attempts: 1,
            refusal: None,
            content: Bytes::new(),
            line: String::new(),
        }
    }

    pub(super) fn refuse(&mut self, refusal: Refusal) {
        self.refusal = Some(refusal);
    }

    /// Who is at the other end of the connection.
    pub(super) fn connected(&mut self, server: Option<String>) {
        self.connection = server;
    }

    /// How often the call was made.
    pub(super) fn attempted(&mut self, attempts: u8) {
        self.attempts = attempts;
    }

    /// A response, which may be used.
    pub(super) fn answered(&mut self, received: Received) {
        let Received { version, status, headers, content, signer } = received;
        self.status = Some(status.as_u16());
        self.line = format!("{version:?} {status}");
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let fields = headers.iter().map(|(name, value)| Field { name: name.to_string(), value: text(value) });
        self.headers = fields.collect();
        match std::str::from_utf8(&content) {
            Ok(text) => self.body = Some(text.to_owned()),
            Err(_) => self.body_base64 = Some(STANDARD.encode(&content)),
        }
        self.content = content;
        (self.signed, self.answered_by) = (signer.is_some(), signer);
        if !status.is_success() {
            self.refusal = Some(refusal(status, &headers));
        }
    }

    /// The body on standard output, and what is wrong on standard error; or the document.
    pub(super) fn print(&self, output: &Output, include: bool) -> Result<Exit, Failure> {
        let verdict = if self.refusal.is_some() { Verdict::Refused } else { Verdict::Accepted };
        if output.is_json() {
            return output.print(SCHEMA, verdict, self, |_| String::new());
        }
        if include && self.status.is_some() {
            let fields = self.headers.iter().map(|Field { name, value }| format!("{name}: {value}\n"));
            output.write(format!("{}\n{}\n", self.line, fields.collect::<String>()).as_bytes())?;
        }
        output.write(&self.content)?;
        if let Some(refusal) = &self.refusal {
            // There is nowhere left to say that it is closed.
            let is_open = !self.content.is_empty() && !self.content.ends_with(b"\n");
            let start = if is_open { "\n" } else { "" };
            let _ = io::stderr().write_all(format!("{start}{}", refusal.text(Style::Plain)).as_bytes());
        }
        Ok(verdict.exit())
    }
}

fn refusal(status: StatusCode, headers: &HeaderMap) -> Refusal {
    let fix = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            "look into the log of the service: who is refused is told no reason".to_owned()
        }
        StatusCode::BAD_REQUEST => {
            "look into the log of the service: a signature that is refused is told no reason".to_owned()
        }
        _ if status.is_redirection() => {
            let place =
                headers.get(LOCATION).and_then(|place| place.to_str().ok()).unwrap_or("another place");
            format!(
                "a proof is for one target: call {} by itself, if it is to be trusted",
                crate::wit::escaped(place)
            )
        }
        _ => "look at the answer, and into the log of the service".to_owned(),
    };
    let code = if status.is_redirection() { "call.redirect" } else { "call.status" };
    Refusal::of(code, &NotAccepted(status)).with_fix(fix)
}

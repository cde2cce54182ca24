//! A signed message, in the forms in which it is printed.

use crate::http_file::Message;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use wimse::creds::key::PublicKey;
use wimse::creds::{UnixTime, WORKLOAD_IDENTITY_TOKEN};
use wimse::httpsig::digest::CONTENT_DIGEST;
use wimse::httpsig::message::{self, ACCEPT_SIGNATURE, SIGNATURE, SIGNATURE_INPUT, Signatures};
use wimse::httpsig::profile::TAG;

/// The message of a file, and what signing adds to it.
pub(super) struct Signed {
    file: Message,
    fields: Vec<(&'static str, HeaderValue)>,
    label: String,
    created: Option<i64>,
    expires: Option<i64>,
    nonce: Option<String>,
    base: String,
}

/// The document of `--json`.
#[derive(Serialize)]
pub(super) struct Document<'a> {
    /// The file that was signed.
    file: String,
    /// The file of the request that it answers; null if it is a request itself.
    answers: Option<String>,
    label: &'a str,
    created: Option<i64>,
    expires: Option<i64>,
    nonce: Option<&'a str>,
    /// The header fields that were added, in order.
    fields: Vec<Field<'a>>,
    /// The signature base: the bytes that were signed.
    base: &'a str,
}

#[derive(Serialize)]
struct Field<'a> {
    name: &'static str,
    value: &'a str,
}

/// What may be added, in the order in which it is written.
const ADDED: [(&str, HeaderName); 5] = [
    ("Workload-Identity-Token", WORKLOAD_IDENTITY_TOKEN),
    ("Content-Digest", CONTENT_DIGEST),
    ("Accept-Signature", ACCEPT_SIGNATURE),
    ("Signature-Input", SIGNATURE_INPUT),
    ("Signature", SIGNATURE),
];

impl Signed {
    /// From the fields after signing, and the message as its recipient will read it. `None` if the signature is not good
    /// for that one.
    pub(super) fn new(
        file: &Message,
        headers: &HeaderMap,
        received: message::Message<'_>,
        key: &PublicKey,
    ) -> Option<Self> {
        let signature = Signatures::parse(headers).ok()?.into_tagged(TAG).ok()?;
        signature.verify(received, key).ok()?;
        let input = signature.input();
        let seconds = |time: Option<UnixTime>| time.map(UnixTime::as_secs);
        Some(Self {
            file: file.clone(),
            fields: added(&file.headers, headers),
            label: input.label().to_owned(),
            created: seconds(input.created().ok()?),
            expires: seconds(input.expires().ok()?),
            nonce: input.nonce().ok()?.map(|nonce| nonce.into_owned()),
            base: input.base(received).ok()?.as_str().to_owned(),
        })
    }

    /// The whole message.
    pub(super) fn message(&self) -> Vec<u8> {
        let fields: Vec<_> = self.fields.iter().map(|(name, value)| (*name, value)).collect();
        self.file.write_with(&fields)
    }

    /// The fields that were added, a line each.
    pub(super) fn header_lines(&self) -> String {
        self.fields.iter().map(|(name, value)| format!("{name}: {}\n", shown(value))).collect()
    }

    pub(super) fn document(&self, file: String, answers: Option<String>) -> Document<'_> {
        let fields = self.fields.iter().map(|(name, value)| Field { name, value: shown(value) });
        Document {
            file,
            answers,
            label: &self.label,
            created: self.created,
            expires: self.expires,
            nonce: self.nonce.as_deref(),
            fields: fields.collect(),
            base: &self.base,
        }
    }
}

/// The lines that were not there before.
fn added(before: &HeaderMap, after: &HeaderMap) -> Vec<(&'static str, HeaderValue)> {
    let mut lines = Vec::new();
    for (name, field) in ADDED {
        let known = before.get_all(&field).iter().count();
        lines.extend(after.get_all(&field).iter().skip(known).map(|value| (name, value.clone())));
    }
    lines
}

/// What is added is ASCII.
fn shown(value: &HeaderValue) -> &str {
    value.to_str().unwrap_or_default()
}

//! Where anchors come from.

use super::error::SourceError;
use crate::http::max_age;
use crate::{Endpoint, HttpClient};
use ::http::Request;
use ::http::header::{ACCEPT, HeaderValue};
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use wimse_mtls::read_file;

/// What a file of anchors holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnchorFormat {
    /// A JWK Set (RFC 7517 5): keys of the issuers of WITs.
    JwkSet,
    /// A SPIFFE bundle: keys of the issuers of WITs and certificates of CAs, by their `use`.
    SpiffeBundle,
    /// Certificates of CAs in PEM.
    CaCertificates,
}

/// A place, and what is there.
pub(super) struct Source {
    place: Place,
    pub(super) format: AnchorFormat,
    /// Somebody has asked for an early attempt.
    asked_for: AtomicBool,
    pub(super) asked: Notify,
    /// Held during an attempt: one at a time.
    pub(super) busy: tokio::sync::Mutex<()>,
}

pub(super) enum Place {
    File(PathBuf),
    Web(HttpClient, Endpoint),
}

/// What was there.
pub(super) struct Fetched {
    pub(super) bytes: Vec<u8>,
    /// For how long, by the cache headers.
    pub(super) fresh: Option<Duration>,
}

impl Source {
    pub(super) fn new(place: Place, format: AnchorFormat) -> Self {
        Self {
            place,
            format,
            asked_for: AtomicBool::new(false),
            asked: Notify::new(),
            busy: tokio::sync::Mutex::new(()),
        }
    }

    pub(super) fn is_file(&self) -> bool {
        matches!(self.place, Place::File(_))
    }

    /// What kind of place it is, for labels.
    pub(super) fn kind(&self) -> &'static str {
        if self.is_file() { "file" } else { "web" }
    }

    /// Whoever asks only leaves a note; the first one wakes the task up.
    pub(super) fn ask(&self) {
        if !self.asked_for.swap(true, Ordering::AcqRel) {
            self.asked.notify_one();
        }
    }

    pub(super) fn is_asked_for(&self) -> bool {
        self.asked_for.load(Ordering::Acquire)
    }

    pub(super) async fn fetch(&self) -> Result<Fetched, SourceError> {
        // What was asked for until now is answered by this.
        self.asked_for.store(false, Ordering::Release);
        match &self.place {
            Place::File(path) => {
                let path = path.clone();
                let content = tokio::task::spawn_blocking(move || read_file(&path)).await;
                let bytes = content.map_err(|_| SourceError::Cancelled)??.to_vec();
                Ok(Fetched { bytes, fresh: None })
            }
            Place::Web(client, endpoint) => {
                let mut request = Request::default();
                request.headers_mut().insert(ACCEPT, ACCEPTED);
                let answer = client.ask(endpoint, request).await?;
                Ok(Fetched { fresh: max_age(&answer.headers), bytes: answer.content.into() })
            }
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::File(path) => path.display().fmt(f),
            Place::Web(_, endpoint) => f.write_str(endpoint.as_str()),
        }
    }
}

/// RFC 7517 8.5.
const ACCEPTED: HeaderValue = HeaderValue::from_static("application/jwk-set+json, application/json");

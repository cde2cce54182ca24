//! What is refused before the layer.

use super::AuthenticateLayer;
use crate::audit::AuditEvent;
use http::{HeaderMap, StatusCode};
use std::fmt;
use wimse_creds::explain::Excerpt;

/// A request that something before the layer has refused, such as a gateway that is not asked as it has to be. The layer puts it
/// on record and counts it: [`AuthenticateLayer::refused`].
///
/// `Display` gives a line for the log, in the form of those of [`Decision`](crate::Decision):
///
/// ```
/// use wimse_tower::Unjudged;
/// use http::{HeaderMap, StatusCode};
///
/// let headers = HeaderMap::new();
/// let unjudged = Unjudged::new("gateway.uri_missing", StatusCode::BAD_REQUEST, &headers).method("GET");
/// assert_eq!(unjudged.to_string(), "\"GET\" ?: refused with 400, gateway.uri_missing");
/// ```
#[derive(Clone, Copy)]
pub struct Unjudged<'a> {
    pub(crate) code: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) method: Option<&'a str>,
    pub(crate) path: Option<&'a str>,
}

impl<'a> Unjudged<'a> {
    /// Refused for a reason with this code, and with this status. The fields are those of the request: what they claim is
    /// recorded as that, and they are not kept.
    ///
    /// Codes stand in labels of metrics, and look like `gateway.uri_missing`.
    #[must_use]
    pub fn new(code: &'static str, status: StatusCode, headers: &'a HeaderMap) -> Self {
        Self { code, status, headers, method: None, path: None }
    }

    /// Its method, if that is known.
    #[must_use]
    pub fn method(mut self, method: &'a str) -> Self {
        self.method = Some(method);
        self
    }

    /// Its path, if that is known. What is behind a `?` is left out.
    #[must_use]
    pub fn path(mut self, target: &'a str) -> Self {
        self.path = target.split('?').next();
        self
    }
}

impl AuthenticateLayer {
    /// Puts a refusal on record that was made before this layer, in the stage `arrival`, and counts it among the decisions.
    ///
    /// It is a refusal whatever becomes of its record: one that fails is counted, as with those of the layer. Hooks of
    /// [`on_decision`](crate::Authenticator::on_decision) are not told.
    pub fn refused(&self, unjudged: &Unjudged<'_>) {
        let authenticator = &self.gate.authenticator;
        let presented = authenticator.presented_in(unjudged.headers);
        if let Some(audit) = &authenticator.audit {
            let _ = audit.put(&AuditEvent::of_unjudged(unjudged, presented, authenticator.clock.now()));
        }
        crate::telemetry::unjudged(unjudged, presented, &authenticator.labels);
    }
}

impl fmt::Display for Unjudged<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |text: Option<&str>| text.map_or("?".to_owned(), |text| Excerpt::new(text).to_string());
        let (method, path) = (shown(self.method), shown(self.path));
        write!(f, "{method} {path}: refused with {}, {}", self.status.as_u16(), self.code)
    }
}

impl fmt::Debug for Unjudged<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unjudged")
            .field("code", &self.code)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

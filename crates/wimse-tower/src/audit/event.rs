//! The event.

use crate::{AudienceMismatch, Binding, Bindings, Decision, Stage, Unjudged};
use http::HeaderMap;
use serde::{Serialize, Serializer};
use wimse_creds::explain::{Excerpt, Moment};
use wimse_creds::pop::AuthenticatedPeer;
use wimse_creds::{UnixTime, WorkloadIdentityToken, wit_field};
#[cfg(feature = "mtls")]
use {crate::AcceptError, std::net::SocketAddr, wimse_creds::wic::WorkloadIdentityCertificate};

/// Text of a request is cut after this many characters.
pub const MAX_CHARS: usize = 512;

/// One decision, as it goes on record: about a request, or about a connection that is refused.
///
/// ```
/// use wimse_tower::Decision;
/// use wimse_tower::audit::AuditEvent;
/// use wimse_tower::creds::UnixTime;
///
/// fn line(decision: &Decision<'_>, now: UnixTime) -> String {
///     AuditEvent::new(decision, now).to_line()
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AuditEvent {
    /// `wimse-audit/1`.
    pub schema: &'static str,
    /// When it was decided, by the clock of the service: RFC 3339, in UTC, whole seconds.
    pub time: String,
    /// What was decided.
    pub decision: Verdict,
    /// How far the request came: [`Stage::name`]; `handshake` for a connection that is refused.
    pub stage: &'static str,
    /// Why it was refused.
    pub code: Option<&'static str>,
    /// The requirement that the code belongs to, such as `WPT-2-23`; `None` where it is no draft but this service that refuses.
    pub requirement: Option<&'static str>,
    /// The draft and section of that.
    pub section: Option<&'static str>,
    /// The status of a refusal. In gRPC that is 200.
    pub status: Option<u16>,
    /// The method of the request; `None` where no request has come, or nobody says its method.
    pub method: Option<String>,
    /// The path, as it was received, without query; `None` as with the method.
    pub path: Option<String>,
    /// The path as proofs have to name it, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_path: Option<String>,
    /// The query, where it is recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Of a connection that is refused: the address and port that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The proofs that the request presents, good or not: `wpt`, `httpsig`, `mtls`.
    #[serde(serialize_with = "names")]
    pub presented: Vec<Binding>,
    /// Whom the application sees as the caller.
    pub caller: Option<String>,
    /// The peer of the connection, authenticated by mutual TLS.
    pub transport: Option<AuditIdentity>,
    /// The peer of the message, authenticated by a WPT or a signature.
    pub application: Option<AuditIdentity>,
    /// Of a refused request: `sub` of the WIT that it carries. Of a refused connection: the identifier in the certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_subject: Option<String>,
    /// Of a refused request: `iss` of the WIT.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_issuer: Option<String>,
    /// Of a refused request: `jti` of the WIT.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_token_id: Option<String>,
    /// Of a refused request: `exp` of the WIT, in seconds since 1970. Of a refused connection: the end of the certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_expiry: Option<i64>,
    /// Of a refused connection: the serial number in the certificate, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_serial: Option<String>,
    /// The audience that the proof names, where it is another than one of the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_audience: Option<String>,
    /// The audiences that it could have named, then; four of them at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expected_audience: Vec<String>,
}

/// Accepted or refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The request was given to the application.
    Accepted,
    /// It was not; or its response could not be signed, and was not given.
    Refused,
}

/// A workload that has been authenticated, and by what. All of it was verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AuditIdentity {
    /// Who it is.
    pub identifier: String,
    /// How it has proven that: `wpt`, `httpsig`, `mtls`.
    #[serde(serialize_with = "name")]
    pub binding: Binding,
    /// `iss` of its WIT.
    pub iss: Option<String>,
    /// `jti` of its WIT.
    pub jti: Option<String>,
    /// The first second in which its WIT or WIC is not valid any more, since 1970.
    pub exp: i64,
    /// The serial number of its WIC, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
}

impl AuditEvent {
    /// The event for a decision at this time, without the query.
    #[must_use]
    pub fn new(decision: &Decision<'_>, now: UnixTime) -> Self {
        let AudienceMismatches { claimed, expected } = AudienceMismatches::of(decision);
        // Of an accepted request, what was verified is recorded.
        let claims = decision.refusal.map(|_| Claims::of(decision.headers)).unwrap_or_default();
        let (path, original) = (decision.received_path, decision.original_path);
        let requirement = decision.requirement();
        Self {
            code: decision.code(),
            requirement: requirement.map(|(requirement, _)| requirement),
            section: requirement.map(|(_, section)| section),
            status: decision.status.map(|status| status.as_u16()),
            method: Some(shown(decision.method.as_str())),
            path: Some(shown(path)),
            original_path: Some(original).filter(|original| *original != path).map(shown),
            presented: decision.presented.iter().collect(),
            caller: decision.caller.map(|caller| shown(caller.identifier().as_str())),
            transport: decision.peers.transport().map(AuditIdentity::of),
            application: decision.peers.application().map(AuditIdentity::of),
            claimed_audience: claimed,
            expected_audience: expected,
            ..Self::bare(decision.verdict(), decision.stage.name(), now).claiming(claims)
        }
    }

    /// The event for a request that was refused before the layer.
    pub(crate) fn of_unjudged(unjudged: &Unjudged<'_>, presented: Bindings, now: UnixTime) -> Self {
        Self {
            code: Some(unjudged.code),
            status: Some(unjudged.status.as_u16()),
            method: unjudged.method.map(shown),
            path: unjudged.path.map(shown),
            presented: presented.iter().collect(),
            ..Self::bare(Verdict::Refused, Stage::Arrival.name(), now).claiming(Claims::of(unjudged.headers))
        }
    }

    /// The event for a handshake that has failed.
    #[cfg(feature = "mtls")]
    pub(crate) fn of_connection(
        from: SocketAddr,
        error: &AcceptError,
        claimed: Option<&WorkloadIdentityCertificate>,
        now: UnixTime,
    ) -> Self {
        Self {
            code: Some(error.code()),
            from: Some(from.to_string()),
            claimed_subject: claimed.map(|claimed| shown(claimed.claimed_identifier().as_str())),
            claimed_expiry: claimed.map(|claimed| claimed.claimed_validity().end().as_secs()),
            claimed_serial: claimed.map(|claimed| shown(&claimed.claimed_serial_number())),
            ..Self::bare(Verdict::Refused, HANDSHAKE, now)
        }
    }

    /// What every event has.
    fn bare(decision: Verdict, stage: &'static str, now: UnixTime) -> Self {
        Self {
            schema: SCHEMA,
            time: date(now),
            decision,
            stage,
            code: None,
            requirement: None,
            section: None,
            status: None,
            method: None,
            path: None,
            original_path: None,
            query: None,
            from: None,
            presented: Vec::new(),
            caller: None,
            transport: None,
            application: None,
            claimed_subject: None,
            claimed_issuer: None,
            claimed_token_id: None,
            claimed_expiry: None,
            claimed_serial: None,
            claimed_audience: None,
            expected_audience: Vec::new(),
        }
    }

    fn claiming(self, claims: Claims) -> Self {
        Self {
            claimed_subject: claims.subject,
            claimed_issuer: claims.issuer,
            claimed_token_id: claims.token_id,
            claimed_expiry: claims.expiry,
            ..self
        }
    }

    /// With the query of the request, as it was received.
    #[must_use]
    pub fn with_query_of(mut self, decision: &Decision<'_>) -> Self {
        self.query = decision.query.map(shown);
        self
    }

    /// One line of JSON, with its end.
    #[must_use]
    pub fn to_line(&self) -> String {
        // Nothing in it can fail: names, texts and numbers.
        let mut line = serde_json::to_string(self).unwrap_or_default();
        line.push('\n');
        line
    }
}

impl AuditIdentity {
    fn of(peer: &AuthenticatedPeer) -> Self {
        Self {
            identifier: shown(peer.identifier().as_str()),
            binding: peer.binding(),
            iss: peer.issuer().map(shown),
            jti: peer.token_id().map(shown),
            exp: peer.credential_expires().as_secs(),
            serial: serial(peer),
        }
    }
}

#[cfg(feature = "mtls")]
fn serial(peer: &AuthenticatedPeer) -> Option<String> {
    peer.certificate().map(wimse_creds::Verified::<WorkloadIdentityCertificate>::serial_number)
}

#[cfg(not(feature = "mtls"))]
fn serial(_: &AuthenticatedPeer) -> Option<String> {
    None
}

/// What the WIT of a refused request says.
#[derive(Default)]
struct Claims {
    subject: Option<String>,
    issuer: Option<String>,
    token_id: Option<String>,
    expiry: Option<i64>,
}

impl Claims {
    fn of(headers: &HeaderMap) -> Self {
        let Some(wit) = wit_field(headers).ok().and_then(|field| WorkloadIdentityToken::parse(field).ok())
        else {
            return Self::default();
        };
        Self {
            subject: Some(shown(wit.claimed_subject().as_str())),
            issuer: wit.claimed_issuer().map(shown),
            token_id: wit.claimed_token_id().map(shown),
            expiry: Some(wit.claimed_expiry().as_secs()),
        }
    }
}

#[derive(Default)]
struct AudienceMismatches {
    claimed: Option<String>,
    expected: Vec<String>,
}

impl AudienceMismatches {
    fn of(decision: &Decision<'_>) -> Self {
        let Some(AudienceMismatch { expected, received }) = decision.audience_mismatch() else {
            return Self::default();
        };
        let expected = expected.iter().take(MAX_AUDIENCES).map(|expected| expected.unquoted().to_owned());
        Self { claimed: Some(received.unquoted().to_owned()), expected: expected.collect() }
    }
}

/// Escaped, cut, and without tokens.
fn shown(text: &str) -> String {
    Excerpt::up_to(MAX_CHARS, text).unquoted().to_owned()
}

fn date(now: UnixTime) -> String {
    let moment = Moment(now).to_string();
    moment.split(' ').next().unwrap_or_default().to_owned()
}

fn name<S: Serializer>(binding: &Binding, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(crate::server::binding_name(*binding))
}

fn names<S: Serializer>(bindings: &[Binding], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(bindings.iter().map(|binding| crate::server::binding_name(*binding)))
}

const SCHEMA: &str = "wimse-audit/1";
/// The stage of what is decided about connections.
#[cfg(feature = "mtls")]
const HANDSHAKE: &str = "handshake";
const MAX_AUDIENCES: usize = 4;

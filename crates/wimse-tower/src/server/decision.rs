//! What was decided about a request, for logs, audit and metrics.

use super::{Bindings, Refusal};
use crate::audit::Verdict;
use http::{HeaderMap, Method, StatusCode};
use std::fmt;
use wimse_creds::explain::Excerpt;
use wimse_creds::pop::{AuthenticatedPeer, LayeredPeers};
use wimse_creds::{WorkloadIdentityToken, wit_field};
use wimse_identifier::WorkloadIdentifier;

/// How far a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// What comes before the layer: [`Unjudged`](crate::Unjudged).
    Arrival,
    /// What is cheap, and the signature over the head.
    Head,
    /// The content of a signed request: its size, its time, its digest.
    Content,
    /// Replay.
    Admission,
    /// Who the peers are, and whether they may.
    Authorization,
    /// The request may pass, and has to go on record.
    Audit,
    /// The response has to be signed.
    Response,
}

impl Stage {
    /// The stable name of this stage, such as `head`, for logs, audit and metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Arrival => "arrival",
            Self::Head => "head",
            Self::Content => "content",
            Self::Admission => "admission",
            Self::Authorization => "authorization",
            Self::Audit => "audit",
            Self::Response => "response",
        }
    }
}

/// One decision about a request. There are no secrets in it: no token, no proof, no field but what is named here.
///
/// A request has one; two if its response had to be signed and could not be. `Display` gives a line for the log, with the
/// reason of a refusal, and what was expected and received where a proof is for another recipient or path:
///
/// ```text
/// "GET" "/orders/7": refused with 401, wpt.audience_mismatch, claims to be wimse://example.com/billing, expected
/// "https://api.example.com/orders/7", received "https://api.example.com/shop/orders/7"
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Decision<'a> {
    /// How far the request came.
    pub stage: Stage,
    /// Why it was refused; `None` if it was not.
    pub refusal: Option<&'a Refusal>,
    /// What the peer is told; `None` if the application answers. In gRPC that is 200, and its own status beside.
    pub status: Option<StatusCode>,
    /// The proofs that the request presents, good or not.
    pub presented: Bindings,
    /// Who has been authenticated, also if the request was refused afterwards.
    pub peers: &'a LayeredPeers,
    /// Whom the application sees as the caller: `None` if the request was refused, or is anonymous.
    pub caller: Option<&'a AuthenticatedPeer>,
    /// The method of the request.
    pub method: &'a Method,
    /// The path as it was received.
    pub received_path: &'a str,
    /// The path as proofs have to name it, by configuration. Where it is not what callers dial, signatures and audiences
    /// do not fit.
    pub original_path: &'a str,
    /// The query as it was received.
    pub(crate) query: Option<&'a str>,
    pub(super) expected: Expected<'a>,
    pub(crate) headers: &'a HeaderMap,
}

impl Decision<'_> {
    /// The code of the refusal; `None` if the request was let through.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        self.refusal.map(Refusal::code)
    }

    /// Whether the request was let through.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if self.refusal.is_none() { Verdict::Accepted } else { Verdict::Refused }
    }

    /// The requirement that the code belongs to, with its draft and section: `WPT-2-23` and `wpt 2`. `None` where it is no draft
    /// but the configuration of the service that refuses, and for codes of mutual TLS.
    #[must_use]
    pub fn requirement(&self) -> Option<(&'static str, &'static str)> {
        let code = self.code()?;
        let rule = wimse_httpsig::explain::rule_of(code).or_else(|| wimse_wpt::explain::rule_of(code));
        rule.map(|(rule, refusal)| {
            let requirement = refusal.requirement().unwrap_or(rule.requirement());
            (requirement, refusal.section().unwrap_or(rule.section()))
        })
    }

    /// What the proof says of its recipient and what it would have had to say, where that is why it was refused. Never
    /// for the peer.
    #[must_use]
    pub fn audience_mismatch(&self) -> Option<AudienceMismatch> {
        use wimse_httpsig::HttpSignatureError;
        use wimse_wpt::WptError;
        let (received, audience) = match self.refusal? {
            Refusal::ProofToken(WptError::AudienceMismatch { received }) => (received, self.expected.token?),
            Refusal::Signature(HttpSignatureError::AudienceMismatch { received }) => {
                (received, self.expected.signature?)
            }
            _ => return None,
        };
        let bases = audience.bases().iter().map(|base| format!("{base}{}", self.original_path));
        let expected = bases.chain(audience.values().iter().cloned());
        let expected = expected.map(|text| Excerpt::new(&text)).collect();
        Some(AudienceMismatch { expected, received: received.clone() })
    }

    /// Who the WIT says that it is for. Nobody has verified it: for the log of a refused request, and never for a decision.
    #[must_use]
    pub fn claimed_subject(&self) -> Option<WorkloadIdentifier> {
        claimed_subject(self.headers)
    }
}

/// `sub` of the WIT of a request.
pub(crate) fn claimed_subject(headers: &HeaderMap) -> Option<WorkloadIdentifier> {
    let wit = WorkloadIdentityToken::parse(wit_field(headers).ok()?).ok()?;
    Some(wit.claimed_subject().clone())
}

impl fmt::Display for Decision<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: ", Excerpt::new(self.method.as_str()), Excerpt::new(self.received_path))?;
        let Some(code) = self.code() else {
            return match self.caller {
                Some(caller) => write!(f, "let through, {}", caller.identifier()),
                None => f.write_str("let through, anonymous"),
            };
        };
        match self.status {
            // The status of gRPC is another.
            Some(StatusCode::OK) => write!(f, "refused in gRPC, {code}")?,
            Some(status) => write!(f, "refused with {}, {code}", status.as_u16())?,
            None => write!(f, "refused, {code}")?,
        }
        if let Some(subject) = self.claimed_subject() {
            write!(f, ", claims to be {subject}")?;
        }
        if let Some(AudienceMismatch { expected, received }) = self.audience_mismatch() {
            f.write_str(", expected ")?;
            for (place, expected) in expected.iter().enumerate() {
                write!(f, "{}{expected}", if place == 0 { "" } else { " or " })?;
            }
            write!(f, ", received {received}")?;
        } else if self.original_path != self.received_path {
            write!(f, ", as {}", Excerpt::new(self.original_path))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Decision<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decision")
            .field("stage", &self.stage)
            .field("code", &self.code())
            .field("status", &self.status)
            .field("presented", &self.presented)
            .field("caller", &self.caller.map(AuthenticatedPeer::identifier))
            .field("method", self.method)
            .field("received_path", &Excerpt::new(self.received_path))
            .field("original_path", &Excerpt::new(self.original_path))
            .finish_non_exhaustive()
    }
}

/// The audiences of the verifiers.
#[derive(Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) token: Option<&'a wimse_creds::pop::Audience>,
    pub(super) signature: Option<&'a wimse_creds::pop::Audience>,
}

/// A proof for another recipient, or for this one by another name or path.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AudienceMismatch {
    /// What would have been accepted.
    pub expected: Vec<Excerpt>,
    /// What the proof says.
    pub received: Excerpt,
}

/// Is told every decision. It is called while the request waits, and must not block.
///
/// Closures are such hooks:
///
/// ```
/// use wimse_tower::{Authenticator, Decision};
///
/// fn logged(authenticator: Authenticator) -> Authenticator {
///     authenticator.on_decision(|decision: &Decision<'_>| {
///         if decision.refusal.is_some() {
///             eprintln!("{decision}");
///         }
///     })
/// }
/// ```
pub trait DecisionHook: Send + Sync {
    /// A decision has been made.
    fn decided(&self, decision: &Decision<'_>);
}

impl<F: Fn(&Decision<'_>) + Send + Sync> DecisionHook for F {
    fn decided(&self, decision: &Decision<'_>) {
        self(decision);
    }
}

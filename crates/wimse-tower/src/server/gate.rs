//! From a request to the application, or to a refusal.

use super::answer::Asked;
use super::authenticated::Authenticated;
use super::body::ServerBody;
use super::decision::Expected;
use super::evidence::Evidence;
use super::grpc::Grpc;
use super::layer::Gate;
use super::policy::{Policy, Standing};
use super::respond::Exchange;
use super::verify::Refused;
use super::{Authenticator, Bindings, Decision, Refusal, ResponseFailure, Stage};
use crate::audit::AuditError;
use crate::external::Original;
use crate::telemetry::Watch;
use http::header::{AUTHORIZATION, UPGRADE};
use http::{HeaderName, Method, Request, Response, StatusCode, Uri, request};
use std::sync::Arc;
use wimse_creds::WORKLOAD_IDENTITY_TOKEN;
use wimse_creds::pop::{AuthenticatedPeer, LayeredPeers};
use wimse_httpsig::message::SIGNATURE;
use wimse_wpt::TXN_TOKEN;

/// A request that may pass, and what is to be done to its response.
type Passed = (Request<ServerBody>, Option<Exchange>);

/// A request on its way through the gate.
struct Passage<'a> {
    gate: &'a Gate,
    policy: &'a Policy,
    parts: &'a request::Parts,
    original: &'a Original<'a>,
}

impl Gate {
    /// Lets a request through, or says what to answer.
    pub(super) async fn open(&self, request: Request<ServerBody>) -> Result<Passed, Response<ServerBody>> {
        let mut watch = Watch::of_request();
        let span = watch.span();
        span.during(self.pass(request, &mut watch)).await
    }

    async fn pass(
        &self,
        request: Request<ServerBody>,
        watch: &mut Watch,
    ) -> Result<Passed, Response<ServerBody>> {
        let (mut parts, body) = request.into_parts();
        let received = received_uri(&parts);
        let original = Original::of(&received, self.authenticator.base.as_ref());
        let policy = self.policies.of(original.received).ok_or(Refusal::PathAmbiguous);
        let (policy, ambiguous) = match policy {
            Ok(policy) => (policy, None),
            Err(refusal) => (self.policies.default(), Some(refusal)),
        };
        let passage = Passage { gate: self, policy, parts: &parts, original: &original };
        if let Some(refusal) = ambiguous {
            let refused = Refused { stage: Stage::Head, refusal, presented: Bindings::default() };
            return Err(passage.refuse(&refused, &LayeredPeers::new(), watch));
        }

        // Another layer of the same service has judged the proofs, and signs what has to be signed.
        let earlier = Authenticated::of(&parts.extensions).filter(|earlier| self.is_shared_with(earlier));
        let earlier = earlier.map(|earlier| Arc::clone(&earlier.evidence));
        let is_first = earlier.is_none();
        let (evidence, body) = match earlier {
            Some(evidence) => (evidence, body),
            None => match self.authenticator.verify(&parts, body, &original, policy, watch).await {
                Ok((evidence, body)) => (Arc::new(evidence), body),
                Err(refused) => {
                    let peers = self.authenticator.connected(&parts, refused.stage);
                    return Err(passage.refuse(&refused, &peers, watch));
                }
            },
        };
        evidence.demand_signing(policy);
        let exchange = Exchange::of(&parts, &received, &evidence).filter(|_| is_first);
        match passage.authorize(&evidence, watch) {
            Ok(caller) => {
                let asked = passage.asked(evidence.presented);
                let authenticator = Arc::clone(&self.authenticator);
                let authenticated = Authenticated { caller, evidence, authenticator, asked };
                drop(original);
                parts.extensions.insert(authenticated);
                hide_proofs(&mut parts);
                Ok((Request::from_parts(parts, body), exchange))
            }
            Err(refused) => {
                let response = passage.refuse(&refused, &evidence.peers(), watch);
                match exchange {
                    // The request has been verified, so its answer can be signed; but for the one that says it cannot.
                    Some(exchange) if refused.stage != Stage::Response => {
                        Err(exchange.respond(&self.authenticator, response).await)
                    }
                    _ => Err(response),
                }
            }
        }
    }

    fn is_shared_with(&self, earlier: &Authenticated) -> bool {
        Arc::ptr_eq(&self.authenticator, &earlier.authenticator)
    }
}

impl Passage<'_> {
    /// Who the caller is, by the policy, once all proofs are good.
    fn authorize(
        &self,
        evidence: &Evidence,
        watch: &mut Watch,
    ) -> Result<Option<AuthenticatedPeer>, Refused> {
        let presented = evidence.presented;
        let refused = |stage, refusal| Refused { stage, refusal, presented };
        let caller = match self.policy.standing(presented) {
            Err(_) if presented.is_empty() => {
                return Err(refused(Stage::Authorization, Refusal::NothingPresented));
            }
            Err(missing) => return Err(refused(Stage::Authorization, Refusal::ProofMissing(missing))),
            Ok(Standing::Anonymous) => None,
            Ok(Standing::Proven) => {
                let caller = self.caller(evidence);
                Some(caller.map_err(|refusal| refused(Stage::Authorization, refusal))?)
            }
        };
        if evidence.to_be_signed().is_some() {
            self.can_sign().map_err(|failure| refused(Stage::Response, Refusal::Response(failure)))?;
        }
        let peers = evidence.peers();
        let decision = self.decision(Stage::Authorization, None, presented, &peers, caller.as_ref());
        let authenticator = &self.gate.authenticator;
        // Last of all that may fail: a request that goes on record as accepted is given to the application.
        authenticator.record(&decision).map_err(|error| refused(Stage::Audit, Refusal::Audit(error)))?;
        authenticator.tell(&decision, watch);
        Ok(caller)
    }

    /// What is certain before the application has seen the request, and perhaps done what it asks for.
    fn can_sign(&self) -> Result<(), ResponseFailure> {
        if is_stream(self.parts) {
            return Err(ResponseFailure::Stream);
        }
        let Authenticator { credential, clock, .. } = &*self.gate.authenticator;
        let credential = credential.as_ref().and_then(|source| source.current());
        let is_valid = credential.is_some_and(|credential| clock.now() < credential.wit().claimed_expiry());
        if is_valid { Ok(()) } else { Err(ResponseFailure::CredentialMissing) }
    }

    fn caller(&self, evidence: &Evidence) -> Result<AuthenticatedPeer, Refusal> {
        let peers = evidence.counted(self.policy.accepted).map_err(Refusal::Layers)?;
        let caller = peers.authorize(&self.policy.layers).map_err(Refusal::Layers)?;
        self.policy.ask_hooks(caller, self.parts).map_err(Refusal::NotAuthorized)?;
        Ok(caller.clone())
    }

    fn asked(&self, presented: Bindings) -> Asked {
        // All of gRPC is POST. Whatever else says that it is would have a refusal with the status 200.
        let grpc = Grpc::of(&self.parts.headers).filter(|_| self.parts.method == Method::POST);
        Asked { presented, accepted: self.policy.accepted, version: self.parts.version, grpc }
    }

    fn refuse(&self, refused: &Refused, peers: &LayeredPeers, watch: &mut Watch) -> Response<ServerBody> {
        let Refused { stage, refusal, presented } = refused;
        let response = self.asked(*presented).answer(refusal, self.parts);
        let decision = self.decision(*stage, Some((refusal, response.status())), *presented, peers, None);
        // It is refused, be that on record or not.
        let _ = self.gate.authenticator.record(&decision);
        self.gate.authenticator.tell(&decision, watch);
        response
    }

    fn decision<'d>(
        &'d self,
        stage: Stage,
        refused: Option<(&'d Refusal, StatusCode)>,
        presented: Bindings,
        peers: &'d LayeredPeers,
        caller: Option<&'d AuthenticatedPeer>,
    ) -> Decision<'d> {
        Decision {
            stage,
            refusal: refused.map(|(refusal, _)| refusal),
            status: refused.map(|(_, status)| status),
            presented,
            peers,
            caller,
            method: &self.parts.method,
            received_path: self.original.received,
            original_path: &self.original.path,
            query: self.original.query,
            expected: self.gate.authenticator.expected(),
            headers: &self.parts.headers,
        }
    }
}

impl Authenticator {
    /// Puts a decision on record. Fails if what was let through must not pass without.
    pub(super) fn record(&self, decision: &Decision<'_>) -> Result<(), AuditError> {
        self.audit.as_ref().map_or(Ok(()), |audit| audit.record(decision, self.clock.now()))
    }

    /// Tells everybody who listens.
    pub(super) fn tell(&self, decision: &Decision<'_>, watch: &mut Watch) {
        watch.decided(decision, &self.labels);
        self.hooks.iter().for_each(|hook| hook.decided(decision));
    }

    pub(super) fn expected(&self) -> Expected<'_> {
        Expected {
            token: self.token.as_ref().map(wimse_wpt::Verifier::accepted_audience),
            signature: self.signature.as_ref().map(wimse_httpsig::Verifier::accepted_audience),
        }
    }
}

/// The URI as it was received, before a router has shortened its path.
fn received_uri(parts: &request::Parts) -> Uri {
    #[cfg(feature = "axum")]
    if let Some(axum::extract::OriginalUri(uri)) = parts.extensions.get() {
        return uri.clone();
    }
    parts.uri.clone()
}

/// Whether the response is no message with an end that a signature can cover. The trailers of gRPC have its status.
fn is_stream(parts: &request::Parts) -> bool {
    parts.method == Method::CONNECT
        || parts.headers.contains_key(UPGRADE)
        || Grpc::of(&parts.headers).is_some()
}

/// Decision 46: what shows fields does not show these.
fn hide_proofs(parts: &mut request::Parts) {
    const SECRET: [HeaderName; 4] = [WORKLOAD_IDENTITY_TOKEN, AUTHORIZATION, TXN_TOKEN, SIGNATURE];
    for (name, value) in &mut parts.headers {
        if SECRET.contains(name) {
            value.set_sensitive(true);
        }
    }
}

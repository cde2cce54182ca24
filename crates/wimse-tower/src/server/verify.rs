//! The way of a request, from its head to its peers.

use super::body::ServerBody;
use super::evidence::Evidence;
use super::grpc::{Framing, Grpc};
use super::policy::Standing;
use super::{Authenticator, Bindings, Policy, Refusal, Stage};
use crate::external::Original;
use crate::telemetry::Watch;
use http::{HeaderMap, request};
use wimse_creds::pop::binding::Binding;
use wimse_creds::pop::{AuthenticatedPeer, CheckedProof, LayerError, LayeredPeers};
use wimse_creds::{UnixTime, WORKLOAD_IDENTITY_TOKEN};
use wimse_httpsig::{CheckedRequest, HeadChecked, HttpSignatureError};
use wimse_wpt::WptError;

/// A refusal on the way.
pub(super) struct Refused {
    pub(super) stage: Stage,
    pub(super) refusal: Refusal,
    pub(super) presented: Bindings,
}

/// The head has been found good. There is no peer yet.
struct Head {
    presented: Bindings,
    signature: Option<HeadChecked>,
    token: Option<CheckedProof>,
}

impl Head {
    /// Whether the policy may permit these workloads, by their names.
    fn expected_by(&self, policy: &Policy, transport: Option<&AuthenticatedPeer>) -> Result<(), LayerError> {
        let counts = |binding| policy.accepted.contains(binding);
        let transport = transport.filter(|_| counts(Binding::MutualTls)).map(AuthenticatedPeer::identifier);
        let signature = self.signature.as_ref().filter(|_| counts(Binding::HttpSignature));
        let token = self.token.as_ref().filter(|_| counts(Binding::WorkloadProofToken));
        let application = signature.map(HeadChecked::sender);
        let application = application.or(token.map(|proof| proof.replay_key().sender()));
        policy.layers.expects(transport, application)
    }
}

/// Everything is good but replay.
struct Checked {
    presented: Bindings,
    signature: Option<CheckedRequest>,
    token: Option<CheckedProof>,
}

impl Authenticator {
    /// Judges every proof that is there. Head, and who may call at all, before content, both before replay, and all before
    /// anybody is a peer.
    pub(super) async fn verify(
        &self,
        parts: &request::Parts,
        body: ServerBody,
        original: &Original<'_>,
        policy: &Policy,
        watch: &mut Watch,
    ) -> Result<(Evidence, ServerBody), Refused> {
        let head = self.check_head(parts, original, policy)?;
        watch.lap(Stage::Head);
        let (checked, body) = self.check_content(head, &parts.headers, body).await?;
        watch.lap(Stage::Content);
        let evidence = self.admit(parts, checked).await;
        self.labels.count_fallbacks(&self.replay);
        let evidence = evidence?;
        watch.lap(Stage::Admission);
        Ok((evidence, body))
    }

    fn check_head(
        &self,
        parts: &request::Parts,
        original: &Original<'_>,
        policy: &Policy,
    ) -> Result<Head, Refused> {
        let now = self.clock.now();
        let headers = &parts.headers;
        let signature = self.signature.as_ref().and_then(|verifier| verifier.presented(headers));
        let mut presented = self.presented(parts, signature.is_some());
        let refused = |refusal, presented| Refused { stage: Stage::Head, refusal, presented };

        let transport = self.transport(parts, now).map_err(|refusal| refused(refusal, presented))?;
        let has_wit = headers.contains_key(WORKLOAD_IDENTITY_TOKEN);
        if !original.is_dialled && (has_wit || presented.has_message()) {
            return Err(refused(Refusal::PathNotDialled, presented));
        }
        if signature.is_some()
            && let Some(grpc) = Grpc::of(headers)
            && (grpc == Grpc::WebText || !self.unary.contains(original.received))
        {
            return Err(refused(Refusal::GrpcStreaming, presented));
        }
        let signature = signature.map(|found| found.check_head(&parts.method, &original.target, now));
        let signature = signature.transpose();
        let signature = signature.map_err(|error| refused(Refusal::Signature(error), presented))?;
        // A WIT has to have a proof beside it: alone it authenticates nobody (WIT-5.1-11).
        let is_bare = signature.is_none() && has_wit;
        let token = match &self.token {
            Some(verifier) if is_bare || presented.contains(Binding::WorkloadProofToken) => {
                presented = presented.with(Binding::WorkloadProofToken);
                let proof = verifier.check_at(&original.path, headers, now);
                Some(proof.map_err(|error| refused(Refusal::ProofToken(error), presented))?)
            }
            None if is_bare && self.signature.is_some() => {
                return Err(refused(Refusal::Signature(HttpSignatureError::Unsigned), presented));
            }
            _ => None,
        };
        match policy.standing(presented) {
            Ok(Standing::Anonymous) => Ok(Head { presented, signature, token }),
            Ok(Standing::Proven) => {
                let head = Head { presented, signature, token };
                // Before content is held and a place among the remembered proofs is taken: neither is for strangers.
                match head.expected_by(policy, transport.as_ref()) {
                    Ok(()) => Ok(head),
                    Err(error) => {
                        let refusal = Refusal::Layers(error);
                        Err(Refused { stage: Stage::Authorization, refusal, presented })
                    }
                }
            }
            Err(_) if presented.is_empty() => Err(refused(Refusal::NothingPresented, presented)),
            Err(missing) => Err(refused(Refusal::ProofMissing(missing), presented)),
        }
    }

    /// What is there, as far as this service judges it.
    fn presented(&self, parts: &request::Parts, has_signature: bool) -> Bindings {
        let of_message = self.of_message(&parts.headers, has_signature);
        if self.has_session(parts) { of_message.with(Binding::MutualTls) } else { of_message }
    }

    /// The proofs that the message has, good or not.
    pub(super) fn presented_in(&self, headers: &HeaderMap) -> Bindings {
        let has_signature = self.signature.as_ref().is_some_and(|verifier| verifier.is_presented(headers));
        self.of_message(headers, has_signature)
    }

    fn of_message(&self, headers: &HeaderMap, has_signature: bool) -> Bindings {
        // Decision 29: another scheme is no proof of a workload.
        let has_token = self.token.is_some()
            && !matches!(
                wimse_wpt::authorization(headers),
                Err(WptError::AuthorizationMissing | WptError::OtherScheme)
            );
        let there = [(Binding::WorkloadProofToken, has_token), (Binding::HttpSignature, has_signature)];
        there.into_iter().filter(|(_, is_there)| *is_there).map(|(binding, _)| binding).collect()
    }

    #[cfg(feature = "mtls")]
    fn has_session(&self, parts: &request::Parts) -> bool {
        self.transport && parts.extensions.get::<wimse_mtls::MtlsSession>().is_some()
    }

    #[cfg(not(feature = "mtls"))]
    fn has_session(&self, _: &request::Parts) -> bool {
        self.transport
    }

    /// The peer of the connection, now.
    #[cfg(feature = "mtls")]
    fn transport(&self, parts: &request::Parts, now: UnixTime) -> Result<Option<AuthenticatedPeer>, Refusal> {
        let session = parts.extensions.get::<wimse_mtls::MtlsSession>().filter(|_| self.transport);
        session.map(|session| session.peer(now)).transpose().map_err(Refusal::Transport)
    }

    #[cfg(not(feature = "mtls"))]
    #[allow(clippy::unused_self, clippy::unnecessary_wraps, reason = "as with the feature")]
    fn transport(&self, _: &request::Parts, _: UnixTime) -> Result<Option<AuthenticatedPeer>, Refusal> {
        Ok(None)
    }

    /// Who is at the other end of the connection, where only the message has been refused: that is certain by itself.
    pub(super) fn connected(&self, parts: &request::Parts, stage: Stage) -> LayeredPeers {
        let is_good = stage == Stage::Authorization;
        let peer = is_good.then(|| self.transport(parts, self.clock.now()).ok().flatten()).flatten();
        let peers = peer.map(|peer| LayeredPeers::new().with_transport(peer));
        peers.and_then(Result::ok).unwrap_or_default()
    }

    /// Content is held back where a signature covers it, and passed on as it comes where none does.
    async fn check_content(
        &self,
        head: Head,
        headers: &HeaderMap,
        body: ServerBody,
    ) -> Result<(Checked, ServerBody), Refused> {
        let Head { presented, signature, token } = head;
        let Some(signature) = signature else {
            return Ok((Checked { presented, signature: None, token }, body));
        };
        let refused = |refusal| Refused { stage: Stage::Content, refusal, presented };
        let (mut hasher, mut framing) = (signature.hasher(), Framing::default());
        let (is_expected, sender) = (signature.expects_content(), signature.sender().clone());
        let read = self.content.read(body, Some(&sender), |piece| {
            hasher.update(piece);
            framing.update(piece);
            // Without a digest, the first byte decides.
            is_expected || piece.is_empty()
        });
        let body = read.await.map_err(|error| refused(Refusal::Content(error)))?;
        if Grpc::of(headers).is_some() && !framing.is_one_message() {
            return Err(refused(Refusal::GrpcStreaming));
        }
        let signature = signature.digest(&hasher.finish());
        let signature = signature.map_err(|error| refused(Refusal::Signature(error)))?;
        // Content may have come for a while, in which the key of the issuer was retired.
        if let Some(verifier) = self.signature.as_ref().filter(|_| is_expected) {
            let verified = verifier.verify_wit(headers, self.clock.now());
            verified.map_err(|error| refused(Refusal::Signature(error)))?;
        }
        Ok((Checked { presented, signature: Some(signature), token }, body))
    }

    /// All proofs are good: now, and at a time that is read now, they are used up.
    async fn admit(&self, parts: &request::Parts, checked: Checked) -> Result<Evidence, Refused> {
        let Checked { presented, signature, token } = checked;
        let refused = |refusal| Refused { stage: Stage::Admission, refusal, presented };
        let now = self.clock.now();
        let mut evidence = Evidence::new(presented);
        evidence.transport = self.transport(parts, now).map_err(refused)?;
        if let Some(token) = token {
            let peer = token.admit_async(&self.replay, now).await;
            evidence.token =
                Some(peer.map_err(|error| refused(Refusal::ProofToken(WptError::Admit(error))))?);
        }
        // Last: only when all is good it is said that responses are not signed here.
        if let Some(signature) = signature {
            let inbound = signature.admit_async(&self.replay, now).await;
            evidence.signature = Some(inbound.map_err(|error| refused(Refusal::Signature(error)))?);
        }
        Ok(evidence)
    }
}

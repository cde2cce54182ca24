//! Responses that are signed.

use super::body::ServerBody;
use super::evidence::Evidence;
use super::{Authenticator, ContentError, Decision, Refusal, ResponseFailure, Stage};
use crate::external::Original;
use crate::telemetry::Watch;
use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode, Uri, request};
use std::sync::Arc;
use wimse_creds::pop::{Nonce, WitCredential};
use wimse_httpsig::{Inbound, ResponseSigner, SignError, WantedSignature, problem};

/// A signed request that is with the application.
pub(super) struct Exchange {
    evidence: Arc<Evidence>,
    method: Method,
    received: Uri,
    wanted: Option<WantedSignature>,
}

impl Exchange {
    pub(super) fn of(parts: &request::Parts, received: &Uri, evidence: &Arc<Evidence>) -> Option<Self> {
        evidence.signature.as_ref()?;
        Some(Self {
            evidence: Arc::clone(evidence),
            method: parts.method.clone(),
            received: received.clone(),
            // A wish that cannot be read is none.
            wanted: WantedSignature::from_headers(&parts.headers).ok().flatten(),
        })
    }

    /// Signs the response where it has to be. Never gives a successful response unsigned then (SIG-3.5-2).
    pub(super) async fn respond(
        &self,
        authenticator: &Authenticator,
        response: Response<ServerBody>,
    ) -> Response<ServerBody> {
        let Some(inbound) = self.evidence.to_be_signed() else { return response };
        let mut watch = Watch::of_response();
        match watch.span().during(self.sign(authenticator, inbound, response)).await {
            Ok(signed) => {
                watch.lap(Stage::Response);
                signed
            }
            Err(failure) => {
                let response = problem::signed_response_unavailable().map(ServerBody::text);
                self.failed(authenticator, &mut watch, &Refusal::Response(failure), response.status());
                response
            }
        }
    }

    async fn sign(
        &self,
        authenticator: &Authenticator,
        inbound: &Inbound,
        response: Response<ServerBody>,
    ) -> Result<Response<ServerBody>, ResponseFailure> {
        let source = authenticator.credential.as_ref().ok_or(ResponseFailure::CredentialMissing)?;
        let (head, body) = response.into_parts();
        if head.status.is_informational() {
            return Err(ResponseFailure::Stream);
        }
        let has_content = self.method != Method::HEAD && !is_empty_by_status(head.status);
        let (body, content) = if has_content {
            let limits = authenticator.content.without_spool();
            let sender = inbound.peer().identifier();
            let body = limits.read(body, Some(sender), |_| true).await;
            let body = body.map_err(ResponseFailure::Content)?;
            let content = body.held_content().ok_or(ResponseFailure::Content(ContentError::Broken))?;
            (body, content)
        } else {
            // It is not sent, but its length may be told.
            (body, Bytes::new())
        };
        let mut response = Response::from_parts(head, body);
        let credential = source.current().ok_or(ResponseFailure::CredentialMissing)?;
        self.attach(authenticator, inbound, &credential, &mut response, &content)?;
        Ok(response)
    }

    /// As the client has asked for with `Accept-Signature`, if that can be had; it is a wish and no demand.
    fn attach(
        &self,
        authenticator: &Authenticator,
        inbound: &Inbound,
        credential: &WitCredential,
        response: &mut Response<ServerBody>,
        content: &[u8],
    ) -> Result<(), ResponseFailure> {
        let now = authenticator.clock.now();
        let usual = &authenticator.response_options;
        let mut sign = |options| {
            let nonce = Nonce::random().map_err(ResponseFailure::Nonce)?;
            let signer = ResponseSigner::with_options(credential, options);
            signer.sign(inbound, response, content, now, nonce).map_err(ResponseFailure::Signing)
        };
        if let Some(wanted) = &self.wanted {
            match sign(usual.clone().following(wanted.clone())) {
                Err(ResponseFailure::Signing(SignError::Make(_))) => {}
                decided => return decided,
            }
        }
        sign(usual.clone())
    }

    fn failed(
        &self,
        authenticator: &Authenticator,
        watch: &mut Watch,
        refusal: &Refusal,
        status: StatusCode,
    ) {
        let (headers, peers) = (HeaderMap::new(), self.evidence.peers());
        let original = Original::of(&self.received, authenticator.base.as_ref());
        let decision = Decision {
            stage: Stage::Response,
            refusal: Some(refusal),
            status: Some(status),
            presented: self.evidence.presented,
            peers: &peers,
            caller: None,
            method: &self.method,
            received_path: original.received,
            original_path: &original.path,
            query: original.query,
            expected: authenticator.expected(),
            headers: &headers,
        };
        // The response is not given, be that on record or not.
        let _ = authenticator.record(&decision);
        authenticator.tell(&decision, watch);
    }
}

/// RFC 9110 15.3.5, 15.3.6, 15.4.5.
fn is_empty_by_status(status: StatusCode) -> bool {
    matches!(status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED)
}

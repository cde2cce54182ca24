//! Requests that have to be signed, and responses that are.

use super::{Gate, forbidden};
use crate::demo::client::BODY_BYTES;
use crate::demo::log::{Proof, Verdict};
use crate::demo::workload::now;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::request::Parts;
use std::error::Error;
use wimse::creds::pop::Nonce;
use wimse::httpsig::message::TargetContext;
use wimse::httpsig::{HttpSignatureError, Inbound, ResponseOptions, ResponseSigner, problem};
use wimse::wpt::{self, WptError};

pub(super) async fn authenticate(gate: &Gate, request: Request, next: Next) -> Response {
    let (mut head, body) = request.into_parts();
    let (inbound, by, body) = match verify(gate, &head, body).await {
        Ok(verified) => verified,
        Err(refused) => {
            gate.log.write(Verdict::Refused(refused.code()));
            return refused.response();
        }
    };
    let response = if gate.permits(inbound.peer(), by) {
        head.extensions.insert(inbound.peer().clone());
        next.run(Request::from_parts(head, Body::from(body))).await
    } else {
        forbidden()
    };
    // A refusal too: the request has been verified, so it is known whose answer this is (decision 53).
    match sign(gate, &inbound, response).await {
        Ok(signed) => signed,
        // SIG-3.5-2: never a successful unsigned response.
        Err(_) => problem::signed_response_unavailable().map(Body::from),
    }
}

/// The head first: content of a request that is refused anyway is not read. A WPT beside the signature must be good as
/// well (decision 28); both are checked before either is used up.
async fn verify(gate: &Gate, head: &Parts, body: Body) -> Result<(Inbound, Proof, Bytes), Refused> {
    let checked = gate.signatures.check_head(head, &TargetContext::of_uri(&head.uri), now())?;
    let proof = match wpt::authorization(&head.headers) {
        // Decision 29: another scheme authenticates no workload. It is covered by the signature.
        Err(WptError::AuthorizationMissing | WptError::OtherScheme) => None,
        _ => Some(gate.proofs.check_parts(head, now())?),
    };
    let body = to_bytes(body, BODY_BYTES).await.map_err(|_| Refused::Content)?;
    let inbound = checked.body(&body)?.admit(&gate.replay, now())?;
    let by = match proof {
        Some(proof) => {
            proof.admit(&gate.replay, now()).map_err(WptError::Admit)?;
            Proof::Both
        }
        None => Proof::Signature,
    };
    Ok((inbound, by, body))
}

/// With the WIT and the digest of the request covered too: the nonce alone does not say whose request is answered.
async fn sign(gate: &Gate, inbound: &Inbound, response: Response) -> Result<Response, Box<dyn Error>> {
    let (head, body) = response.into_parts();
    let content = to_bytes(body, BODY_BYTES).await?;
    let mut response = Response::from_parts(head, Body::from(content.clone()));
    let options = ResponseOptions::default().cover_request_wit().cover_request_digest();
    let signer = ResponseSigner::with_options(&gate.credential, options);
    signer.sign(inbound, &mut response, &content, now(), Nonce::random()?)?;
    Ok(response)
}

/// Why a request is refused that has to be signed.
enum Refused {
    Signature(HttpSignatureError),
    Proof(WptError),
    /// It is too long, or did not arrive.
    Content,
}

impl Refused {
    fn code(&self) -> &'static str {
        match self {
            Self::Signature(error) => error.code(),
            Self::Proof(error) => error.code(),
            Self::Content => "demo.content_unreadable",
        }
    }

    /// The same for every cause. Decision 3: a request that carries both is answered as a signed one.
    fn response(&self) -> Response {
        let response = match self {
            Self::Signature(error) => error.response(),
            Self::Proof(error) if error.is_unavailable() => error.response(),
            Self::Proof(_) | Self::Content => problem::signature_invalid(),
        };
        response.map(Body::from)
    }
}

impl From<HttpSignatureError> for Refused {
    fn from(error: HttpSignatureError) -> Self {
        Self::Signature(error)
    }
}

impl From<WptError> for Refused {
    fn from(error: WptError) -> Self {
        Self::Proof(error)
    }
}

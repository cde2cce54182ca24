//! What is done to every request, whatever client sends it.

use super::Responses;
use super::error::ClientError;
use super::target::Way;
use crate::SystemClock;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request, Uri};
use std::fmt;
use std::sync::Arc;
use wimse_creds::Clock;
use wimse_creds::pop::{Nonce, WitCredential, WitSource};
use wimse_httpsig::{PendingExchange, RequestOptions, Signer};
use wimse_wpt::{ProofOptions, Prover};

/// Where the WIT comes from, and how its key is used.
#[derive(Clone)]
pub(super) struct Sender {
    source: Arc<dyn WitSource>,
    pub(super) clock: Arc<dyn Clock>,
    proof: Proof,
    pub(super) responses: Option<Box<Responses>>,
    pub(super) plain_http: bool,
    pub(super) secure_connections: bool,
    pub(super) max_bytes: usize,
}

#[derive(Debug, Clone)]
pub(super) enum Proof {
    Token(ProofOptions),
    Signature(Box<RequestOptions>),
}

impl Sender {
    /// The content of a request that is held in memory to be signed: 2 MiB.
    pub(super) const DEFAULT_MAX_BYTES: usize = 2 * 1024 * 1024;

    pub(super) fn new(source: impl WitSource + 'static, proof: Proof) -> Self {
        Self {
            source: Arc::new(source),
            clock: Arc::new(SystemClock),
            proof,
            responses: None,
            plain_http: false,
            secure_connections: false,
            max_bytes: Self::DEFAULT_MAX_BYTES,
        }
    }

    pub(super) fn responses(&self) -> Option<&Responses> {
        self.responses.as_deref()
    }

    /// Whether the proof covers the content; refuses what cannot be covered, and what cannot be verified.
    pub(super) fn covers_content(&self, headers: &HeaderMap) -> Result<bool, ClientError> {
        match self.proof {
            Proof::Token(_) if self.responses.is_some() => Err(ClientError::ResponsesUnbound),
            Proof::Token(_) => Ok(false),
            Proof::Signature(_) if is_grpc(headers) => Err(ClientError::Streaming),
            Proof::Signature(_) => Ok(true),
        }
    }

    /// Whether the target needs no TLS; refuses one to which a WIT must not go. An audience that was agreed on says nothing
    /// of the channel.
    fn is_fine_without_tls(&self, target: &Uri) -> Result<bool, ClientError> {
        match Way::to(target) {
            Way::Loopback => Ok(true),
            Way::Tls => Ok(false),
            Way::Plain if self.plain_http => Ok(true),
            Way::Plain => Err(ClientError::PlainHttp),
            Way::Unknown if self.plain_http || self.secure_connections => Ok(true),
            Way::Unknown => Err(ClientError::SchemeMissing),
        }
    }

    /// Attaches WIT and proof, with a nonce of its own. The request is unchanged if that fails.
    pub(super) fn prove<B>(
        &self,
        request: &mut Request<B>,
        content: &[u8],
    ) -> Result<Option<PendingExchange>, ClientError> {
        let is_fine_without_tls = self.is_fine_without_tls(request.uri())?;
        let credential: Arc<WitCredential> = self.source.current().ok_or(ClientError::CredentialMissing)?;
        let (now, nonce) = (self.clock.now(), Nonce::random().map_err(ClientError::Nonce)?);
        match &self.proof {
            Proof::Token(options) => {
                let options = options.clone();
                let options = if is_fine_without_tls { options.channel_is_secure() } else { options };
                let prover = Prover::with_options(&credential, options);
                prover.attach(request, now, nonce).map_err(ClientError::Prove)?;
                Ok(None)
            }
            Proof::Signature(options) => {
                let mut options = RequestOptions::clone(options);
                if is_fine_without_tls {
                    options = options.channel_is_secure();
                }
                if self.responses().is_some_and(Responses::are_required) {
                    options = options.require_signed_response();
                }
                let signer = Signer::with_options(&credential, options);
                signer.sign(request, content, now, nonce).map(Some).map_err(ClientError::Sign)
            }
        }
    }
}

/// gRPC, by its media type: `application/grpc`, with or without a suffix.
fn is_grpc(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).map(|value| value.as_bytes());
    media_type
        .and_then(|value| value.get(..16))
        .is_some_and(|start| start.eq_ignore_ascii_case(b"application/grpc"))
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("proof", &self.proof)
            .field("responses", &self.responses)
            .field("plain_http", &self.plain_http)
            .field("secure_connections", &self.secure_connections)
            .field("max_bytes", &self.max_bytes)
            .finish_non_exhaustive()
    }
}

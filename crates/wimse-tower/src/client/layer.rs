//! The layer, and how it is configured.

use super::sender::{Proof, Sender};
use super::{Responses, SignService};
use std::sync::Arc;
use tower_layer::Layer;
use wimse_creds::Clock;
use wimse_creds::pop::WitSource;
use wimse_httpsig::RequestOptions;
use wimse_wpt::ProofOptions;

/// Makes a client prove who it is in every request.
///
/// ```
/// use std::sync::Arc;
/// use wimse_creds::WitVerifier;
/// use wimse_creds::pop::{MemoryReplayGuard, WitSource};
/// use wimse_identifier::IdentityMap;
/// use wimse_tower::client::{Responses, SignLayer};
///
/// /// Signs requests, and takes answers of the mapped workloads only.
/// fn layer(source: impl WitSource + 'static, wits: Arc<WitVerifier>, map: IdentityMap) -> SignLayer {
///     let responses = Responses::signed(wits, map, Arc::new(MemoryReplayGuard::new(100_000)));
///     SignLayer::http_signature(source).verify_responses(responses)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct SignLayer(Sender);

impl SignLayer {
    /// Attaches the WIT and a Workload Proof Token. Bodies are passed on as they are.
    pub fn proof_token(source: impl WitSource + 'static) -> Self {
        Self::proof_token_with(source, ProofOptions::default())
    }

    /// As [`proof_token`](Self::proof_token), with options, such as context fields or an agreed audience.
    pub fn proof_token_with(source: impl WitSource + 'static, options: ProofOptions) -> Self {
        Self(Sender::new(source, Proof::Token(options)))
    }

    /// Signs requests. Their content is held in memory, up to 2 MiB.
    pub fn http_signature(source: impl WitSource + 'static) -> Self {
        Self::http_signature_with(source, RequestOptions::default())
    }

    /// As [`http_signature`](Self::http_signature), with options, such as further components. To demand signed responses,
    /// see [`verify_responses`](Self::verify_responses): options that demand them, without anything that verifies them,
    /// only ask for work that nobody looks at.
    pub fn http_signature_with(source: impl WitSource + 'static, options: RequestOptions) -> Self {
        Self(Sender::new(source, Proof::Signature(Box::new(options))))
    }

    /// Verifies responses; of signed requests only. Each has its [`Answer`](wimse_httpsig::Answer) among its extensions. A layer
    /// of proof tokens that is to verify responses sends nothing
    /// ([`ClientError::ResponsesUnbound`](super::ClientError::ResponsesUnbound)).
    #[must_use]
    pub fn verify_responses(mut self, responses: Responses) -> Self {
        self.0.responses = Some(Box::new(responses));
        self
    }

    /// Sends proofs to plain `http` targets that are not loopback, and to targets without a scheme, too: where something else
    /// than TLS secures the channel, such as a mesh. The WIT can be read on the way.
    #[must_use]
    pub fn allow_plain_http(mut self) -> Self {
        self.0.plain_http = true;
        self
    }

    /// Says that the client beneath connects over TLS, or to a loopback address: a target without a scheme, such as
    /// `/orders/7`, is accepted. Otherwise it is refused ([`ClientError::SchemeMissing`](super::ClientError::SchemeMissing)),
    /// whatever audience was agreed on. Plain `http` targets stay refused.
    ///
    /// tonic needs none of this with `with_origin`, by which targets have a scheme.
    #[must_use]
    pub fn connects_securely(mut self) -> Self {
        self.0.secure_connections = true;
        self
    }

    /// Sets how many bytes of content a request may have to be signed.
    #[must_use]
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.0.max_bytes = bytes;
        self
    }

    /// Reads the time from another clock than that of the system.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.0.clock = clock;
        self
    }

    #[cfg(feature = "reqwest")]
    pub(super) fn into_sender(self) -> Sender {
        self.0
    }
}

impl<S> Layer<S> for SignLayer {
    type Service = SignService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        SignService::new(inner, self.0.clone())
    }
}

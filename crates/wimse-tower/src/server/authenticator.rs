//! What a service judges requests with.

use super::{Bindings, ContentLimits, DecisionHook};
use crate::audit::Audit;
use crate::telemetry::Labels;
use crate::{ExternalBase, SystemClock};
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use wimse_creds::pop::binding::Binding;
use wimse_creds::pop::{Replay, WitSource};
use wimse_creds::{Clock, WitVerifier};
use wimse_httpsig::{ResponseOptions, ResponseSigning};

/// What a service judges requests with: verifiers, replay protection, clock, limits. One per service, shared by its layers.
///
/// How replays are refused has to be said; there is no default. Services that accept proofs in messages and have more
/// than one replica need [`Replay::Shared`].
///
/// ```
/// use std::sync::Arc;
/// use wimse_tower::creds::WitVerifier;
/// use wimse_tower::creds::pop::{MemoryReplayGuard, Replay};
/// use wimse_tower::{Authenticator, ConfigError, ExternalBase};
///
/// fn authenticator(wits: Arc<WitVerifier>) -> Result<Authenticator, ConfigError> {
///     let base = ExternalBase::new("https://api.example.com")?;
///     let replay = Replay::Local(Arc::new(MemoryReplayGuard::new(100_000)));
///     Ok(Authenticator::for_messages(base, wits, replay))
/// }
/// ```
pub struct Authenticator {
    pub(super) token: Option<wimse_wpt::Verifier>,
    pub(super) signature: Option<wimse_httpsig::Verifier>,
    pub(super) transport: bool,
    pub(super) replay: Replay,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) base: Option<ExternalBase>,
    pub(super) content: ContentLimits,
    pub(super) unary: HashSet<String>,
    response_signing: ResponseSigning,
    pub(super) credential: Option<Arc<dyn WitSource>>,
    pub(super) response_options: ResponseOptions,
    pub(super) hooks: Vec<Arc<dyn DecisionHook>>,
    pub(super) audit: Option<Audit>,
    pub(super) labels: Labels,
}

impl Authenticator {
    /// One that judges nothing yet.
    #[must_use]
    pub fn new(replay: Replay) -> Self {
        Self {
            token: None,
            signature: None,
            transport: false,
            replay,
            clock: Arc::new(SystemClock),
            base: None,
            content: ContentLimits::default(),
            unary: HashSet::new(),
            response_signing: ResponseSigning::Unsupported,
            credential: None,
            // Decision 53: the nonce alone does not say whose request is answered.
            response_options: ResponseOptions::default().cover_request_wit().cover_request_digest(),
            hooks: Vec::new(),
            audit: None,
            labels: Labels::default(),
        }
    }

    /// One that judges the proofs in messages to this base, Workload Proof Tokens and HTTP signatures, by callers whose WITs
    /// `wits` vouches for. Where the verifiers need more than that, put them together yourself:
    ///
    /// ```
    /// use std::sync::Arc;
    /// use wimse_tower::creds::{WitVerifier, pop::Replay};
    /// use wimse_tower::{Authenticator, ExternalBase, httpsig, wpt};
    ///
    /// fn for_messages(base: ExternalBase, wits: Arc<WitVerifier>, replay: Replay) -> Authenticator {
    ///     Authenticator::new(replay)
    ///         .proof_tokens(wpt::Verifier::new(wits.clone(), base.audience()))
    ///         .signatures(httpsig::Verifier::new(wits, base.audience()))
    ///         .external_base(base)
    /// }
    /// ```
    #[must_use]
    pub fn for_messages(base: ExternalBase, wits: Arc<WitVerifier>, replay: Replay) -> Self {
        Self::new(replay)
            .proof_tokens(wimse_wpt::Verifier::new(Arc::clone(&wits), base.audience()))
            .signatures(wimse_httpsig::Verifier::new(wits, base.audience()))
            .external_base(base)
    }

    /// Judges Workload Proof Tokens.
    #[must_use]
    pub fn proof_tokens(mut self, verifier: wimse_wpt::Verifier) -> Self {
        self.token = Some(verifier);
        self
    }

    /// Judges HTTP signatures. Whether responses are signed is said by [`sign_responses`](Self::sign_responses) alone: without
    /// it, a request that demands a signed response gets 501.
    #[must_use]
    pub fn signatures(mut self, verifier: wimse_httpsig::Verifier) -> Self {
        self.signature = Some(verifier.response_signing(self.response_signing));
        self
    }

    /// Judges the peer of the connection, where that is mutual TLS, for every request anew. It comes from an
    /// [`MtlsSession`](crate::MtlsSession) in the extensions of the request, which [`HttpServer`](crate::HttpServer) puts
    /// there.
    #[cfg(feature = "mtls")]
    #[must_use]
    pub fn mutual_tls(mut self) -> Self {
        self.transport = true;
        self
    }

    /// Signs responses to signed requests with the service's own WIT: where the request demands it, or always. What cannot
    /// be signed then is answered with 400.
    #[must_use]
    pub fn sign_responses(mut self, when: ResponseSigning, credential: impl WitSource + 'static) -> Self {
        self.response_signing = when;
        self.credential = Some(Arc::new(credential));
        self.signature = self.signature.map(|verifier| verifier.response_signing(when));
        self
    }

    /// Sets how responses are signed. Unless set, they cover the WIT and the digest of the request too.
    #[must_use]
    pub fn response_options(mut self, options: ResponseOptions) -> Self {
        self.response_options = options;
        self
    }

    /// Sets how callers see the service. Without it, paths count as they arrive, and signatures that cover scheme or
    /// authority are refused.
    #[must_use]
    pub fn external_base(mut self, base: ExternalBase) -> Self {
        self.base = Some(base);
        self
    }

    /// Sets the limits of content.
    #[must_use]
    pub fn content_limits(mut self, limits: ContentLimits) -> Self {
        self.content = limits;
        self
    }

    /// Names gRPC methods that are unary, as `/package.Service/Method`: they may be called with a signature. Others are
    /// taken for streams, which a signature cannot cover.
    #[must_use]
    pub fn unary_methods<M: Into<String>>(mut self, methods: impl IntoIterator<Item = M>) -> Self {
        self.unary.extend(methods.into_iter().map(Into::into));
        self
    }

    /// Sets the clock: that of the system unless set.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Tells this every decision. All that are added are told.
    #[must_use]
    pub fn on_decision(mut self, hook: impl DecisionHook + 'static) -> Self {
        self.hooks.push(Arc::new(hook));
        self
    }

    /// Puts every decision on record, before it is carried out.
    #[must_use]
    pub fn audit(mut self, audit: Audit) -> Self {
        self.audit = Some(audit);
        self
    }

    /// Names the trust domains that may stand in labels of metrics. All others, and all unless set, are `unknown` there: nobody
    /// makes new time series by what a request claims.
    #[cfg(feature = "metrics")]
    #[must_use]
    pub fn label_trust_domains(
        mut self,
        origins: impl IntoIterator<Item = wimse_identifier::Origin>,
    ) -> Self {
        self.labels.add(origins);
        self
    }

    /// The proofs that are judged.
    #[must_use]
    pub fn configured(&self) -> Bindings {
        let known = [
            (Binding::WorkloadProofToken, self.token.is_some()),
            (Binding::HttpSignature, self.signature.is_some()),
            (Binding::MutualTls, self.transport),
        ];
        known.into_iter().filter(|(_, configured)| *configured).map(|(binding, _)| binding).collect()
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator")
            .field("configured", &self.configured())
            .field("replay", &self.replay)
            .field("base", &self.base)
            .field("content", &self.content)
            .field("audit", &self.audit)
            .finish_non_exhaustive()
    }
}

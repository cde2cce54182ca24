//! What a route demands of a request.

use super::{Bindings, ConfigError};
use http::request;
use std::fmt;
use std::sync::Arc;
use wimse_creds::pop::binding::Binding;
use wimse_creds::pop::{AuthenticatedPeer, LayerPolicy, NotAuthorized};

/// What a route demands: which proofs, by whom, and whether the response is signed.
///
/// ```
/// use wimse_creds::pop::{LayerPolicy, PeerPolicy};
/// use wimse_tower::{Binding, Policy};
///
/// let billing = PeerPolicy::exactly(["wimse://example.com/billing".parse()?]);
/// // A WPT or a signature, by billing.
/// let read = Policy::any_of(
///     [Binding::WorkloadProofToken, Binding::HttpSignature],
///     LayerPolicy::Either(billing.clone()),
/// );
/// // A signature, by the very workload that is at the other end of the connection.
/// let write = Policy::all_of([Binding::HttpSignature, Binding::MutualTls], LayerPolicy::Same(billing));
/// # let _ = (read, write);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Whatever a policy names, **a proof that is there and fails refuses the request**. A proof that the service
/// can judge and the policy does not name must be good too, and counts for nothing.
#[derive(Clone)]
pub struct Policy {
    pub(super) accepted: Bindings,
    all: bool,
    pub(super) layers: LayerPolicy,
    anonymous: bool,
    pub(super) signed_responses: bool,
    hooks: Vec<Arc<dyn Authorize>>,
}

impl Policy {
    /// One of these proofs is enough; `layers` says whose.
    pub fn any_of(proofs: impl IntoIterator<Item = Binding>, layers: LayerPolicy) -> Self {
        Self::new(proofs, false, layers)
    }

    /// All of these proofs are needed; `layers` says whose.
    pub fn all_of(proofs: impl IntoIterator<Item = Binding>, layers: LayerPolicy) -> Self {
        Self::new(proofs, true, layers)
    }

    fn new(proofs: impl IntoIterator<Item = Binding>, all: bool, layers: LayerPolicy) -> Self {
        let accepted = proofs.into_iter().collect();
        Self { accepted, all, layers, anonymous: false, signed_responses: false, hooks: Vec::new() }
    }

    /// Lets requests through that carry none of these proofs: then there is no peer. One that carries a proof that fails,
    /// or a WIT without a proof, is refused all the same.
    #[must_use]
    pub fn or_anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }

    /// Signs every response to a signed request, not only where the request demands it (SIG-3.5-2).
    #[must_use]
    pub fn signed_responses(mut self) -> Self {
        self.signed_responses = true;
        self
    }

    /// Asks this too, once the peer is authenticated and permitted by its identifier. All that are added must agree.
    #[must_use]
    pub fn authorized_by(mut self, hook: impl Authorize + 'static) -> Self {
        self.hooks.push(Arc::new(hook));
        self
    }

    /// Whether it can be met by a service that judges these proofs.
    pub(super) fn check(&self, configured: Bindings, has_credential: bool) -> Result<(), ConfigError> {
        if self.accepted.is_empty() {
            return Err(ConfigError::NoProof);
        }
        let unknown = self.accepted.without(configured);
        if !unknown.is_empty() {
            return Err(ConfigError::NotConfigured(unknown));
        }
        let has_both = self.accepted.contains(Binding::MutualTls) && self.accepted.has_message();
        if self.needs_both_layers() && !has_both {
            return Err(ConfigError::Layers);
        }
        if self.signed_responses && !(has_credential && self.accepted.contains(Binding::HttpSignature)) {
            return Err(ConfigError::ResponseCredential);
        }
        Ok(())
    }

    /// Whether these proofs are enough, provided that each is good.
    pub(super) fn standing(&self, presented: Bindings) -> Result<Standing, Bindings> {
        let counted = presented.among(self.accepted);
        if counted.is_empty() {
            return if self.anonymous { Ok(Standing::Anonymous) } else { Err(self.accepted) };
        }
        let missing = self.accepted.without(counted);
        if self.all && !missing.is_empty() {
            return Err(missing);
        }
        if self.needs_both_layers() {
            if !counted.contains(Binding::MutualTls) {
                return Err(missing.among([Binding::MutualTls].into_iter().collect()));
            }
            if !counted.has_message() {
                return Err(missing.among(Bindings::of_message()));
            }
        }
        Ok(Standing::Proven)
    }

    fn needs_both_layers(&self) -> bool {
        !matches!(self.layers, LayerPolicy::Either(_))
    }

    pub(super) fn ask_hooks(
        &self,
        peer: &AuthenticatedPeer,
        request: &request::Parts,
    ) -> Result<(), NotAuthorized> {
        self.hooks.iter().try_for_each(|hook| hook.authorize(peer, request))
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("accepted", &self.accepted)
            .field("all", &self.all)
            .field("layers", &self.layers)
            .field("anonymous", &self.anonymous)
            .field("signed_responses", &self.signed_responses)
            .field("hooks", &self.hooks.len())
            .finish()
    }
}

/// What a request is by its proofs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Proven,
    Anonymous,
}

/// Permits an authenticated peer to make a request, or not. It must not block.
///
/// Closures are such hooks. Of the request, only what the proof [covers](AuthenticatedPeer::covers) is by the peer: a WPT
/// covers its path, and neither method nor query nor other fields.
///
/// ```
/// use http::{Method, request};
/// use wimse_creds::pop::{AuthenticatedPeer, NotAuthorized};
/// use wimse_tower::Policy;
///
/// fn only_reading(policy: Policy) -> Policy {
///     policy.authorized_by(|peer: &AuthenticatedPeer, request: &request::Parts| {
///         let may = request.method == Method::GET || peer.identifier().path() == "/billing";
///         if may { Ok(()) } else { Err(NotAuthorized) }
///     })
/// }
/// ```
pub trait Authorize: Send + Sync {
    /// Permits, or not.
    ///
    /// # Errors
    ///
    /// [`NotAuthorized`]: 403, and nothing else is said.
    fn authorize(&self, peer: &AuthenticatedPeer, request: &request::Parts) -> Result<(), NotAuthorized>;
}

impl<F> Authorize for F
where
    F: Fn(&AuthenticatedPeer, &request::Parts) -> Result<(), NotAuthorized> + Send + Sync,
{
    fn authorize(&self, peer: &AuthenticatedPeer, request: &request::Parts) -> Result<(), NotAuthorized> {
        self(peer, request)
    }
}

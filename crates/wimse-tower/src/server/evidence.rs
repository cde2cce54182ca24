//! Who has been authenticated.

use super::Bindings;
use super::policy::Policy;
use std::sync::atomic::{AtomicBool, Ordering};
use wimse_creds::pop::binding::Binding;
use wimse_creds::pop::{AuthenticatedPeer, LayerError, LayeredPeers};
use wimse_httpsig::Inbound;

/// The proofs of a request, all of them good, and whether its response has to be signed.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    pub(super) presented: Bindings,
    pub(super) transport: Option<AuthenticatedPeer>,
    pub(super) token: Option<AuthenticatedPeer>,
    pub(super) signature: Option<Inbound>,
    /// A policy demands a signed response.
    signing: AtomicBool,
}

impl Evidence {
    pub(super) fn new(presented: Bindings) -> Self {
        Self { presented, ..Self::default() }
    }

    /// The peers that count for a policy.
    pub(super) fn counted(&self, accepted: Bindings) -> Result<LayeredPeers, LayerError> {
        let mut peers = LayeredPeers::new();
        if let Some(peer) = self.transport.as_ref().filter(|_| accepted.contains(Binding::MutualTls)) {
            peers = peers.with_transport(peer.clone())?;
        }
        // A signature covers more than a WPT; both are of one WIT.
        let signature = self.signature.as_ref().map(Inbound::peer);
        let signature = signature.filter(|_| accepted.contains(Binding::HttpSignature));
        let token = self.token.as_ref().filter(|_| accepted.contains(Binding::WorkloadProofToken));
        if let Some(peer) = signature.or(token) {
            peers = peers.with_application(peer.clone())?;
        }
        Ok(peers)
    }

    /// All peers, for the log.
    pub(super) fn peers(&self) -> LayeredPeers {
        let all = Bindings::of_message().with(Binding::MutualTls);
        self.counted(all).unwrap_or_default()
    }

    pub(super) fn demand_signing(&self, policy: &Policy) {
        if policy.signed_responses {
            self.signing.store(true, Ordering::Relaxed);
        }
    }

    /// The request whose response has to be signed.
    pub(super) fn to_be_signed(&self) -> Option<&Inbound> {
        let signing = self.signing.load(Ordering::Relaxed);
        self.signature.as_ref().filter(|inbound| signing || inbound.response_required())
    }
}

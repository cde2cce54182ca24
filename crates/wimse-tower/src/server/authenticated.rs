//! What the application is told of a request.

use super::answer::Asked;
use super::body::ServerBody;
use super::evidence::Evidence;
use super::{Authenticator, Bindings, Refusal};
use http::{Extensions, Response, request};
use std::fmt;
use std::sync::Arc;
use wimse_creds::pop::AuthenticatedPeer;
use wimse_httpsig::Inbound;

/// In the extensions of every request that the layer has let through: who is calling.
///
/// Only the layer can put it there. In axum, the extractors `Peer` and `MaybePeer` read it.
///
/// ```
/// use http::Request;
/// use wimse_tower::Authenticated;
///
/// fn caller<B>(request: &Request<B>) -> Option<&str> {
///     let peer = Authenticated::of(request.extensions())?.caller()?;
///     Some(peer.identifier().as_str())
/// }
/// ```
#[derive(Clone)]
pub struct Authenticated {
    pub(super) caller: Option<AuthenticatedPeer>,
    pub(super) evidence: Arc<Evidence>,
    pub(super) authenticator: Arc<Authenticator>,
    pub(super) asked: Asked,
}

impl Authenticated {
    /// What the layer has found out; `None` if there is no layer before.
    #[must_use]
    pub fn of(extensions: &Extensions) -> Option<&Self> {
        extensions.get()
    }

    /// The caller: the peer of the message, or that of the connection where no proof in the message counts. `None` only
    /// where the policy allows anonymous requests.
    #[must_use]
    pub fn caller(&self) -> Option<&AuthenticatedPeer> {
        self.caller.as_ref()
    }

    /// The peer of the connection, whether the policy asks for it or not.
    #[must_use]
    pub fn transport(&self) -> Option<&AuthenticatedPeer> {
        self.evidence.transport.as_ref()
    }

    /// The peer of the WPT, which [covers](AuthenticatedPeer::covers) context tokens.
    #[must_use]
    pub fn proof_token(&self) -> Option<&AuthenticatedPeer> {
        self.evidence.token.as_ref()
    }

    /// The signed request.
    #[must_use]
    pub fn signature(&self) -> Option<&Inbound> {
        self.evidence.signature.as_ref()
    }

    /// The proofs that are there, all of them good.
    #[must_use]
    pub fn presented(&self) -> Bindings {
        self.evidence.presented
    }

    /// The answer to an anonymous request where a caller is needed: how to prove who it is.
    #[must_use]
    pub fn challenge(&self, request: &request::Parts) -> Response<ServerBody> {
        self.asked.answer(&Refusal::NothingPresented, request)
    }
}

impl fmt::Debug for Authenticated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticated")
            .field("caller", &self.caller)
            .field("presented", &self.presented())
            .finish_non_exhaustive()
    }
}

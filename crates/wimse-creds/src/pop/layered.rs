//! Peers of two layers at once: who is at the other end of the connection, and who signed the message.

use super::binding::Binding;
use super::{AuthenticatedPeer, NotAuthorized, PeerPolicy};
use wimse_identifier::WorkloadIdentifier;

/// The peer of the transport and the peer of the application, of one request.
///
/// They are the same workload where TLS goes from end to end, and two where something in between ends TLS: then the
/// certificate names that, and only a proof in the message names the caller (mutual-tls 5).
///
/// ```
/// use wimse_creds::pop::{AuthenticatedPeer, LayerError, LayerPolicy, LayeredPeers, PeerPolicy};
///
/// // A gateway ends TLS, and passes on what billing has signed.
/// fn caller(
///     connection: AuthenticatedPeer,
///     message: AuthenticatedPeer,
/// ) -> Result<AuthenticatedPeer, Box<dyn std::error::Error>> {
///     let policy = LayerPolicy::Both {
///         transport: PeerPolicy::exactly(["wimse://example.com/gateway".parse()?]),
///         application: PeerPolicy::exactly(["wimse://example.com/billing".parse()?]),
///     };
///     let peers = LayeredPeers::new().with_transport(connection)?.with_application(message)?;
///     Ok(peers.authorize(&policy)?.clone())
/// }
/// ```
#[derive(Debug, Clone, Default)]
pub struct LayeredPeers {
    transport: Option<AuthenticatedPeer>,
    application: Option<AuthenticatedPeer>,
}

/// What the peers of the two layers must be. There is no default.
#[derive(Debug, Clone, PartialEq)]
pub enum LayerPolicy {
    /// Both layers are authenticated, as one and the same workload, which is permitted.
    Same(PeerPolicy),
    /// Both layers are authenticated, each as a workload that is permitted there, perhaps as two.
    Both {
        /// Who may be at the other end of the connection.
        transport: PeerPolicy,
        /// Who may have signed the message.
        application: PeerPolicy,
    },
    /// One layer is enough. Where both are authenticated, both must be permitted.
    Either(PeerPolicy),
}

impl LayerPolicy {
    /// Whether workloads of these names may be the peers, before their proofs are used up: for refusing as early as can be.
    /// [`LayeredPeers::authorize`] is asked again, of the peers, and only that says who calls.
    ///
    /// # Errors
    ///
    /// A [`LayerError`], the same as `authorize` would give.
    pub fn expects(
        &self,
        transport: Option<&WorkloadIdentifier>,
        application: Option<&WorkloadIdentifier>,
    ) -> Result<(), LayerError> {
        let both = || {
            let transport = transport.ok_or(LayerError::TransportMissing)?;
            Ok((transport, application.ok_or(LayerError::ApplicationMissing)?))
        };
        match self {
            Self::Same(peers) => {
                let (transport, application) = both()?;
                if transport != application {
                    return Err(LayerError::Different);
                }
                peers.expects_identifier(application).map_err(LayerError::Application)
            }
            Self::Both { transport: below, application: above } => {
                let (transport, application) = both()?;
                below.expects_identifier(transport).map_err(LayerError::Transport)?;
                above.expects_identifier(application).map_err(LayerError::Application)
            }
            Self::Either(peers) => {
                let permits = |name: Option<&WorkloadIdentifier>| {
                    name.map_or(Ok(()), |name| peers.expects_identifier(name))
                };
                permits(transport).map_err(LayerError::Transport)?;
                permits(application).map_err(LayerError::Application)?;
                application.or(transport).map(|_| ()).ok_or(LayerError::ApplicationMissing)
            }
        }
    }
}

impl LayeredPeers {
    /// Nobody yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the peer of the connection.
    ///
    /// # Errors
    ///
    /// [`LayerError::WrongLayer`] for a peer that was not authenticated by mutual TLS.
    pub fn with_transport(mut self, peer: AuthenticatedPeer) -> Result<Self, LayerError> {
        if peer.binding() != Binding::MutualTls {
            return Err(LayerError::WrongLayer);
        }
        self.transport = Some(peer);
        Ok(self)
    }

    /// Adds the peer of the message.
    ///
    /// # Errors
    ///
    /// [`LayerError::WrongLayer`] for a peer that was authenticated by mutual TLS.
    pub fn with_application(mut self, peer: AuthenticatedPeer) -> Result<Self, LayerError> {
        if peer.binding() == Binding::MutualTls {
            return Err(LayerError::WrongLayer);
        }
        self.application = Some(peer);
        Ok(self)
    }

    /// The peer of the connection.
    #[must_use]
    pub fn transport(&self) -> Option<&AuthenticatedPeer> {
        self.transport.as_ref()
    }

    /// The peer of the message.
    #[must_use]
    pub fn application(&self) -> Option<&AuthenticatedPeer> {
        self.application.as_ref()
    }

    /// Permits the request, or not. Gives the caller: the peer of the message, or that of the connection where the
    /// message has none.
    ///
    /// The peer of the message stands above that of the connection because it is proven too; an assertion that is not,
    /// such as a header of a proxy, never gets here (MTLS-5-11).
    ///
    /// # Errors
    ///
    /// A [`LayerError`].
    pub fn authorize(&self, policy: &LayerPolicy) -> Result<&AuthenticatedPeer, LayerError> {
        match policy {
            LayerPolicy::Same(peers) => {
                let (transport, application) = self.both()?;
                if transport.identifier() != application.identifier() {
                    return Err(LayerError::Different);
                }
                peers.authorize(application).map_err(LayerError::Application)?;
                Ok(application)
            }
            LayerPolicy::Both { transport: below, application: above } => {
                let (transport, application) = self.both()?;
                below.authorize(transport).map_err(LayerError::Transport)?;
                above.authorize(application).map_err(LayerError::Application)?;
                Ok(application)
            }
            LayerPolicy::Either(peers) => {
                if let Some(transport) = &self.transport {
                    peers.authorize(transport).map_err(LayerError::Transport)?;
                }
                if let Some(application) = &self.application {
                    peers.authorize(application).map_err(LayerError::Application)?;
                }
                self.application.as_ref().or(self.transport.as_ref()).ok_or(LayerError::ApplicationMissing)
            }
        }
    }

    fn both(&self) -> Result<(&AuthenticatedPeer, &AuthenticatedPeer), LayerError> {
        let transport = self.transport.as_ref().ok_or(LayerError::TransportMissing)?;
        Ok((transport, self.application.as_ref().ok_or(LayerError::ApplicationMissing)?))
    }
}

/// Why the peers of the two layers are not what the policy wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LayerError {
    /// The peer was authenticated in the other layer.
    #[error("the peer was authenticated in the other layer")]
    WrongLayer,
    /// The connection has no authenticated peer.
    #[error("the connection has no authenticated peer")]
    TransportMissing,
    /// The message has no authenticated peer.
    #[error("the message has no authenticated peer")]
    ApplicationMissing,
    /// The layers name two workloads where the same is wanted.
    #[error("the connection and the message are of different workloads")]
    Different,
    /// The peer of the connection is not permitted.
    #[error("the peer of the connection is not permitted")]
    Transport(#[source] NotAuthorized),
    /// The peer of the message is not permitted.
    #[error("the peer of the message is not permitted")]
    Application(#[source] NotAuthorized),
}

impl LayerError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::WrongLayer => "layers.wrong_layer",
            Self::TransportMissing => "layers.transport_missing",
            Self::ApplicationMissing => "layers.application_missing",
            Self::Different => "layers.different",
            Self::Transport(_) => "layers.transport_not_permitted",
            Self::Application(_) => "layers.application_not_permitted",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_expected() {
        let name = |path: &str| format!("wimse://example.com/{path}").parse::<WorkloadIdentifier>().unwrap();
        let (billing, gateway) = (name("billing"), name("gateway"));
        let only = |name: &WorkloadIdentifier| PeerPolicy::exactly([name.clone()]);
        let same = LayerPolicy::Same(only(&billing));
        let both = LayerPolicy::Both { transport: only(&gateway), application: only(&billing) };
        let either = LayerPolicy::Either(only(&billing));
        let (b, g) = (Some(&billing), Some(&gateway));
        for (policy, transport, application, code) in [
            (&same, b, b, None),
            (&same, g, b, Some("layers.different")),
            (&same, g, g, Some("layers.application_not_permitted")),
            (&same, None, b, Some("layers.transport_missing")),
            (&same, b, None, Some("layers.application_missing")),
            (&both, g, b, None),
            (&both, b, b, Some("layers.transport_not_permitted")),
            (&both, g, g, Some("layers.application_not_permitted")),
            (&both, g, None, Some("layers.application_missing")),
            (&either, None, b, None),
            (&either, b, None, None),
            (&either, g, b, Some("layers.transport_not_permitted")),
            (&either, b, g, Some("layers.application_not_permitted")),
            (&either, None, None, Some("layers.application_missing")),
        ] {
            let decided = policy.expects(transport, application).err().map(|error| error.code());
            assert_eq!(decided, code, "{policy:?}: {transport:?} {application:?}");
        }
    }
}
